"""What the operator's screens cost when there are a thousand times as many conversations.

One database is measured small, grows, and is measured again. Sizes cannot take turns, so a round's
value is its fastest: what other programs did meanwhile counts least there. A request that has
nothing to do with conversations is measured beside them and shows what remains of that.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
        team, sql = setting.team(server), setting.sql()
        filling.fill(sql, team, 1, filling.FIRST)
        session = Session(server.url, setting.database, "operator1")
        small = _measure_screens(setting, session)
        filling.fill(sql, team, filling.FIRST + 1, setting.conversations)
        large = _measure_screens(setting, session)
        for screen in SCREENS:
            yield _figure(screen.name, large[screen.name], small[screen.name])
        yield _lengths(setting, session)


def _figure(name: str, ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    return at_most(
        f"{name}, large ÷ small",
        median(ours) / median(theirs),
        LIMIT,
        f"{rounds(ours)} ÷ {rounds(theirs)} ms",
    )


def _measure_screens(setting: Setting, session: Session) -> dict[str, list[float]]:
    """Return for each screen the milliseconds of each round."""
    for screen in SCREENS:
        _milliseconds(screen.open, session, WARM_UP)
    taken = {screen.name: [] for screen in SCREENS}
    for _round in range(setting.rounds):
        for screen in SCREENS:
            taken[screen.name].append(_milliseconds(screen.open, session))
    return taken


def _milliseconds(opening: Callable, session: Session, times: int = TIMES) -> float:
    """Return what it takes when nobody disturbs."""
    taken = []
    for _time in range(times):
        began = time.perf_counter()
        opening(session)
        taken.append((time.perf_counter() - began) * 1000)
    return min(taken)


def _lengths(setting: Setting, session: Session) -> Figure:
    sql, taken = setting.sql(), {filling.LONG: [], filling.SHORT: []}
    openings = {length: _thread(*filling.conversation(sql, length)) for length in taken}
    for opening in openings.values():
        _milliseconds(opening, session, WARM_UP)
    for _round in range(setting.rounds):
        for length, opening in openings.items():
            taken[length].append(_milliseconds(opening, session))
    long, short = taken[filling.LONG], taken[filling.SHORT]
    sizes = " ÷ ".join(number(filling.MESSAGES[length]) for length in taken)
    return at_most(
        f"Opening a conversation, {sizes} messages",
        ratio(long, short),
        LIMIT,
        f"{rounds(long)} ÷ {rounds(short)} ms",
    )
