"""Several operators want the same client at the same moment."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from . import filling
from .figures import Figure, at_most, number, percentile
from .session import CallFailed, Session
from .setting import Setting

OPERATORS = 8
#: The conversations of the races are numbered from here on, beyond those of the sizes.
BEGIN = 9_000_000


@dataclass(frozen=True)
class Try:
    """One operator's attempt to take a conversation."""

    operator: str
    milliseconds: float
    refusal: str = ""  # what he was told, nothing if he has it


@dataclass(frozen=True)
class Race:
    """What became of the attempts at one conversation."""

    tries: Sequence[Try]

    @property
    def winners(self) -> list[str]:
        """Return who was told that he has it."""
        return [one.operator for one in self.tries if not one.refusal]

    @property
    def told(self) -> int:
        """Return how many were told who has it instead of them."""
        words = [f"{winner} has already taken" for winner in self.winners]
        return sum(any(word in one.refusal for word in words) for one in self.tries)

    @property
    def other_errors(self) -> int:
        """Return how many were told something else."""
        return len(self.tries) - len(self.winners) - self.told


def measure(setting: Setting) -> Iterator[Figure]:
    """Yield the figures of races for conversations that wait."""
    with setting.odoo("--max-cron-threads=0") as server:
        team = setting.team(server)
        conversations = _waiting(setting, team)
        sessions = {
            team["names"][login]: Session(server.url, setting.database, login)
            for login in list(team["names"])[-OPERATORS:]
        }
        with ThreadPoolExecutor(OPERATORS) as pool:
            races = [_run(pool, sessions, conversation) for conversation in conversations]
        stored = setting.sql().number(
            """
            SELECT count(*) FROM omnichannel_conversation AS conversation
             WHERE id = ANY(%s) AND state = 'open'
               AND (SELECT array_agg(res_users_id) FROM omnichannel_conversation_participant_rel
                     WHERE omnichannel_conversation_id = conversation.id) = ARRAY[operator_id]
            """,
            conversations,
        )
    yield from _figures(races, stored)


def _waiting(setting: Setting, team: dict) -> list[int]:
    """Return the ids of conversations that wait, as many as there shall be races."""
    sql, end = setting.sql(), BEGIN + setting.races
    filling.fill(sql, team, BEGIN + 1, end, all_wait=True)
    found = sql.rows(
        "SELECT id FROM omnichannel_conversation WHERE chat_ref = ANY(%s) ORDER BY id",
        [f"bench{number}" for number in range(BEGIN + 1, end + 1)],
    )
    return [conversation for [conversation] in found]


def _run(pool: ThreadPoolExecutor, sessions: dict[str, Session], conversation: int) -> Race:
    start = threading.Barrier(len(sessions))
    tries = pool.map(lambda one: _try(start, *one, conversation), sessions.items())
    return Race(list(tries))


def _try(start: threading.Barrier, operator: str, session: Session, conversation: int) -> Try:
    start.wait()
    began, refusal = time.perf_counter(), ""
    try:
        session.call("omnichannel.conversation", "action_take", [conversation])
    except CallFailed as failure:
        refusal = str(failure)
    return Try(operator, (time.perf_counter() - began) * 1000, refusal)


def _figures(races: Sequence[Race], stored: int) -> Iterator[Figure]:
    winners = sum(len(race.winners) for race in races)
    told, others = (sum(getattr(race, name) for race in races) for name in ("told", "other_errors"))
    answers = [one.milliseconds for race in races for one in race.tries]
    yield at_most(
        f"{len(races)} races of {OPERATORS} for a client: without exactly one winner",
        sum(len(race.winners) != 1 for race in races) + len(races) - stored,
        0,
        f"{winners} winners, {stored} with one operator in the database",
        unit="",
    )
    yield at_most(
        "… losers who were not told who won",
        others,
        0,
        f"{told} told, {others} other errors; "
        f"an answer takes {number(percentile(answers, 0.95))} ms (p95)",
        unit="",
    )
