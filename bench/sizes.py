"""What the operator's screens cost when there are a thousand times as many conversations.

A database is filled with few, copied, and filled up: the small and the large take turns, as the
short conversation and the long one do.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from . import filling
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


def measure(setting: Setting) -> Iterator[Figure]:
    """Yield the ratios of the large to the small, and of a long conversation to a short one."""
    with setting.odoo("--max-cron-threads=0") as server:
        team = setting.team(server)
    _fill(setting, team, 1, filling.FIRST)
    with setting.copy() as small:
        _fill(setting, team, filling.FIRST + 1, setting.conversations)
        yield from compare(setting, small)


def _fill(setting: Setting, team: dict, begin: int, end: int) -> None:
    sql = setting.sql()
    filling.fill(sql, team, begin, end)
    sql.close()


def compare(setting: Setting, small: Setting) -> Iterator[Figure]:
    """Yield the figures of the two databases, the screens of which are opened in turn."""
    with (
        setting.odoo("--max-cron-threads=0") as server,
        small.odoo("--max-cron-threads=0") as small_server,
    ):
        session = Session(server.url, setting.database, "operator1")
        small_session = Session(small_server.url, small.database, "operator1")
        for screen in SCREENS:
            sides = partial(screen.open, session), partial(screen.open, small_session)
            yield _figure(f"{screen.name}, large ÷ small", *_take_turns(setting, *sides))
        sql = setting.sql()
        long, short = (
            partial(_thread(*filling.conversation(sql, length)), session)
            for length in (filling.LONG, filling.SHORT)
        )
        sizes = " ÷ ".join(number(filling.MESSAGES[n]) for n in (filling.LONG, filling.SHORT))
        name = f"Opening a conversation, {sizes} messages"
        yield _figure(name, *_take_turns(setting, long, short))


def _figure(name: str, ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    detail = f"{rounds(ours)} ÷ {rounds(theirs)} ms"
    return at_most(name, ratio(ours, theirs), LIMIT, detail)


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
