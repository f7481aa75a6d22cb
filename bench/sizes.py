"""What the operator's screens cost when there are a thousand times as many conversations.

A database is filled with few, copied, filled with ten times as many, and so on: all of them take
turns, as the short conversation and the long one do.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import median

from . import filling, idling
from .figures import Figure, at_most, number, ratio, rounds
from .session import Session
from .setting import Setting

LIMIT = 1.5
WARM_UP = 6
#: How often a round does each thing.
TIMES = 10
ACTIVE = ["state", "in", ["new", "open"]]
#: The columns of the list, hidden ones included, as the web client asks for them.
COLUMNS = {
    **{
        name: {}
        for name in (
            "priority",
            "name",
            "network",
            "state",
            "phone",
            "waiting_since",
            "last_message_at",
            "activity_state",
            "activity_summary",
            "activity_type_icon",
        )
    },
    **{
        name: {"fields": {"display_name": {}}}
        for name in ("channel_id", "operator_id", "lead_id", "partner_id", "company_id")
    },
    "tag_ids": {"fields": {"display_name": {}, "color": {}}},
    "activity_ids": {"fields": {}},
}
CARD = {
    name: COLUMNS[name]
    for name in ("state", "name", "channel_id", "tag_ids", "last_message_at", "operator_id")
}


@dataclass(frozen=True)
class Screen:
    """What a person opens, and the requests that the browser makes for it."""

    name: str
    open: Callable[[Session], object]


def _list(session: Session, *domain):
    return session.call(
        "omnichannel.conversation",
        "web_search_read",
        domain=list(domain),
        specification=COLUMNS,
        order="last_message_at desc",
        limit=80,
        count_limit=10001,
    )


def _kanban(session: Session) -> None:
    session.call(
        "omnichannel.conversation",
        "read_progress_bar",
        domain=[ACTIVE],
        group_by="state",
        progress_bar={"field": "state", "colors": {"new": "warning", "open": "success"}},
    )
    session.call(
        "omnichannel.conversation",
        "web_read_group",
        domain=[ACTIVE],
        groupby=["state"],
        aggregates=["__count"],
        auto_unfold=True,
        unfold_read_specification=CARD,
        unfold_read_default_limit=40,
    )


def _inbox(session: Session) -> None:
    params = ["init_messaging", "channels_as_member", ["omnichannel.inbox", {"known_ids": []}]]
    session.post("/mail/data", fetch_params=params, context={"lang": "en_US"})


def _thread(conversation: int, thread: int) -> Callable[[Session], None]:
    """Return what opens a conversation: thread, last messages, the card beside it."""

    def open_thread(session: Session) -> None:
        session.post("/mail/data", fetch_params=[["discuss.channel", [thread]]], context={})
        session.post("/discuss/channel/messages", channel_id=thread, fetch_params={"limit": 60})
        session.call("omnichannel.conversation", "get_card", [conversation])

    return open_thread


def _nothing(session: Session) -> None:
    session.call("res.users", "read", [1], ["id"])


SCREENS = (
    Screen("Open Lines, the list", lambda session: _list(session, ACTIVE)),
    Screen("Discuss with its inbox", _inbox),
    Screen(
        "A client's name, among all",
        lambda session: _list(session, ["name", "ilike", filling.RARE_NAME]),
    ),
    Screen(
        "A client's name, among those not closed",
        lambda session: _list(session, ACTIVE, ["name", "ilike", filling.RARE_NAME]),
    ),
    Screen("Open Lines by state", _kanban),
    Screen("A request that has nothing to do with it", _nothing),
)


def steps(most: int) -> list[int]:
    """Return the sizes that are compared, each ten times the one before it."""
    sizes, size = [], filling.FIRST
    while size < most:
        sizes.append(size)
        size *= 10
    return [*sizes, most]


def measure(setting: Setting) -> Iterator[Figure]:
    """Yield what each screen costs at each size, and a long conversation against a short one."""
    with setting.odoo("--max-cron-threads=0") as server:
        team = setting.team(server)
    with contextlib.ExitStack() as copies:
        databases, filled = {}, 0
        for size in steps(setting.conversations):
            _fill(setting, team, filled + 1, size)
            filled, databases[size] = size, setting
            if size != setting.conversations:
                databases[size] = copies.enter_context(setting.copy(str(size)))
        yield from compare(databases)
    yield idling.measure(setting)


def _fill(setting: Setting, team: dict, begin: int, end: int) -> None:
    sql = setting.sql()
    filling.fill(sql, team, begin, end)
    sql.close()


def compare(databases: dict[int, Setting]) -> Iterator[Figure]:
    """Yield the figures of databases by their sizes, the screens of which are opened in turn."""
    setting = list(databases.values())[-1]
    with contextlib.ExitStack() as servers:
        sessions = []
        for one in databases.values():
            server = servers.enter_context(one.odoo("--max-cron-threads=0"))
            sessions.append(Session(server.url, one.database, "operator1"))
        for screen in SCREENS:
            sides = [partial(screen.open, session) for session in sessions]
            yield _curve(screen.name, list(databases), _take_turns(setting, *sides))
        sql = setting.sql()
        long, short = (
            partial(_thread(*filling.conversation(sql, length)), sessions[-1])
            for length in (filling.LONG, filling.SHORT)
        )
        sql.close()
        sizes = " ÷ ".join(number(filling.MESSAGES[n]) for n in (filling.LONG, filling.SHORT))
        name = f"Opening a conversation, {sizes} messages"
        yield _figure(name, *_take_turns(setting, long, short))


def _figure(name: str, ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    detail = f"{rounds(ours)} ÷ {rounds(theirs)} ms"
    return at_most(name, ratio(ours, theirs), LIMIT, detail)


def _curve(name: str, sizes: Sequence[int], taken: Sequence[Sequence[float]]) -> Figure:
    """Return the ratio of the largest to the smallest, and that of each size beside it."""
    curve = {size: ratio(one, taken[0]) for size, one in zip(sizes, taken, strict=True)}
    between = ", ".join(f"{size}: {number(value)} ×" for size, value in curve.items())
    figure = _figure(f"{name}, {sizes[-1]} ÷ {sizes[0]}", taken[-1], taken[0])
    return replace(figure, detail=f"{between}; {figure.detail}", curve=curve)


def _take_turns(setting: Setting, *sides: Callable[[], object]) -> list[list[float]]:
    """Return for each side the milliseconds of each round: the usual of its times."""
    for _time in range(WARM_UP):
        for side in sides:
            side()
    taken = [[] for _side in sides]
    for _round in range(setting.rounds):
        times = [[_milliseconds(side) for side in sides] for _time in range(TIMES)]
        for one, its in zip(taken, zip(*times, strict=True), strict=True):
            one.append(median(its))
    return taken


def _milliseconds(opening: Callable[[], object]) -> float:
    began = time.perf_counter()
    opening()
    return (time.perf_counter() - began) * 1000
