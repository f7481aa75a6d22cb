"""Who gets a conversation, and why: a choice from what is known at the moment, and nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: So long somebody may be offline before his clients are given to others: a page is loaded anew
#: in seconds, a laptop changes its network in a minute.
GRACE = timedelta(minutes=2)

#: How the free ones are ordered by each rule of a channel.
ORDERED_BY = {
    "evenly": lambda candidate: (candidate.open, candidate.turn, candidate.user_id),
    "in_turn": lambda candidate: (candidate.turn, candidate.user_id),
}


@dataclass(frozen=True)
class Candidate:
    """An operator of the channel as he is at this moment."""

    user_id: int
    #: ``online``, ``away``, ``busy``, ``offline`` or ``leave``
    presence: str = "online"
    #: Has he been gone for so long that a client should not wait for him?
    absent: bool = False
    on_shift: bool = True
    shift_until: datetime | None = None
    #: How many conversations he has open, and how many he may have; 0: as many as come.
    open: int = 0
    capacity: int = 0
    #: The same, of this channel.
    channel_open: int = 0
    channel_capacity: int = 0
    #: Grows with each conversation that somebody gets: who has the lowest waits longest for one.
    turn: int = 0

    @property
    def hindrance(self) -> str:
        """Why he cannot get one now; empty if he is free."""
        if self.presence != "online":
            return self.presence
        if not self.on_shift:
            return "off_shift"
        if self.capacity and self.open >= self.capacity:
            return "full"
        if self.channel_capacity and self.channel_open >= self.channel_capacity:
            return "full_here"
        return ""


@dataclass(frozen=True)
class Decision:
    """Who gets it (nobody: 0), with the reasons as data, the most important first."""

    user_id: int
    reasons: tuple[dict, ...]


def choose(rule, candidates, known=(), avoided=()):
    """Return who gets a conversation.

    :param known: who comes before all others, as (user, reason), the best first
    :param avoided: who had it already and gets it only if nobody else is free
    """
    free = [one for one in candidates if not one.hindrance]
    skipped = [
        {"code": "skipped", "user_id": one.user_id, "why": one.hindrance}
        for one in candidates
        if one.hindrance
    ]
    fresh = [one for one in free if one.user_id not in avoided] or free
    if not fresh:
        return Decision(0, ({"code": "nobody_free"}, *skipped))
    chosen, code = _pick(rule, fresh, known)
    return Decision(chosen.user_id, (*_praise(chosen, code), *skipped))


def _pick(rule, free, known):
    by_id = {one.user_id: one for one in free}
    for user_id, code in known:
        if user_id in by_id:
            return by_id[user_id], code
    return min(free, key=ORDERED_BY[rule]), rule if len(free) > 1 else "only_one_free"


def _praise(chosen, code):
    yield {"code": code}
    yield {"code": "load", "open": chosen.open + 1, "capacity": chosen.capacity}
    if chosen.channel_capacity:
        yield {
            "code": "load_here",
            "open": chosen.channel_open + 1,
            "capacity": chosen.channel_capacity,
        }
    if chosen.shift_until:
        yield {"code": "shift", "until": chosen.shift_until.isoformat(sep=" ")}
