"""How long it takes from the network's event to the operator's screen, also in bad times."""

import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from . import events, load
from .figures import Figure, at_most, number, percentile, ratio, rounds, told
from .listening import Listener, mark
from .servers import Server
from .session import Session
from .setting import CRON_WORKERS, Setting
from .working_off import make_clients_known, store

RATE = 20
CLIENTS = 8
#: Plain Discuss groups, in which a colleague writes.
GROUPS = 20
#: How often a large backlog is worked off: memory that is lost is lost each time.
BACKLOGS = 2
#: Chats in which nothing happened while others have a backlog; they fall into any lane.
IDLE = 4
_numbers = itertools.count(1)


def measure(setting: Setting) -> Iterator[Figure]:
    """Yield the figures of messages on their way to a browser that is open."""
    setting.let_lanes_work(False)
    with setting.odoo(f"--max-cron-threads={CRON_WORKERS}") as server:
        channel = setting.channel(server)
        make_clients_known(setting, server, channel)
        team = setting.team(server)
        groups = setting.session(server).call("omnichannel.bench", "prepare_groups", GROUPS)
        colleague = Session(server.url, setting.database, next(iter(team["names"])))
        with Listener(server, setting.session(server)) as listener:
            setting.let_lanes_work(True)
            yield from _steady(
                setting,
                lambda: _through_webhook(setting, server, channel, listener),
                lambda: _through_discuss(setting, server, colleague, groups, listener),
            )
            yield from _after_backlog(setting, server, channel, listener)


def _steady(
    setting: Setting, event: Callable[[], list[float]], by_hand: Callable[[], list[float]]
) -> Iterator[Figure]:
    """Yield the figures of two ways into the browser; each call goes them for a round."""
    ours, plain = [], []
    for warm_up in (True, *([False] * setting.rounds)):
        seconds = event(), by_hand()
        if not warm_up:
            ours.append(seconds[0])
            plain.append(seconds[1])
    yield at_most(
        f"Event → operator's websocket at {RATE} messages/s, p95",
        median(percentile(seconds, 0.95) for seconds in ours) * 1000,
        1000,
        _sides(ours, plain, lambda seconds: percentile(seconds, 0.95)),
        unit="ms",
    )
    for name, of in (
        ("median", median),
        ("p95", lambda seconds: percentile(seconds, 0.95)),
    ):
        yield told(
            f"… ÷ a colleague's message → websocket in plain Discuss, {name}",
            ratio([of(one) for one in ours], [of(one) for one in plain]),
            _sides(ours, plain, of),
        )


def _sides(ours: Sequence[Sequence[float]], plain: Sequence[Sequence[float]], of) -> str:
    return " ÷ ".join(rounds([of(one) * 1000 for one in side]) for side in (ours, plain)) + " ms"


def _through_webhook(
    setting: Setting, server: Server, channel: dict, listener: Listener
) -> list[float]:
    people, address = events.clients(setting.chats), server.url + channel["path"]
    numbers = [next(_numbers) for _ in range(setting.requests // 3)]
    requests = [
        (address, events.message(people[n % len(people)], mark(n), channel["secret"])[2])
        for n in numbers
    ]
    return _heard(setting, listener, numbers, load.run(requests, CLIENTS, RATE))


def _through_discuss(
    setting: Setting, server: Server, colleague: Session, groups: list[int], listener: Listener
) -> list[float]:
    numbers = [next(_numbers) for _ in range(setting.requests // 3)]
    bodies = [
        {
            "thread_model": "discuss.channel",
            "thread_id": groups[n % len(groups)],
            "post_data": {
                "body": mark(n),
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            },
        }
        for n in numbers
    ]
    requests = [
        (
            f"{server.url}/mail/message/post",
            json.dumps({"jsonrpc": "2.0", "method": "call", "params": body}),
        )
        for body in bodies
    ]
    return _heard(
        setting, listener, numbers, load.run(requests, CLIENTS, RATE, cookie=colleague.cookie)
    )


def _heard(
    setting: Setting, listener: Listener, numbers: list[int], answers: load.Answers
) -> list[float]:
    """Return the seconds from each request to its message in the browser."""
    setting.expect(not answers.failed, f"{answers.failed} requests were not accepted")
    listener.wait_for(numbers)
    return [listener.heard[n] - began for n, began in zip(numbers, answers.began, strict=True)]


def _after_backlog(
    setting: Setting, server: Server, channel: dict, listener: Listener
) -> Iterator[Figure]:
    """A backlog is worked off; meanwhile somebody else writes, who has nothing to do with it."""
    waits, backlogs, memories = [], [], []
    for _round in range(BACKLOGS):
        setting.let_lanes_work(False)
        store(setting, server, channel, setting.large_backlog, setting.chats - IDLE)
        setting.let_lanes_work(True)
        began = time.monotonic()
        time.sleep(0.5)
        waits.append(max(_write_once(setting, server, channel, listener)))
        setting.wait_until_worked_off()
        backlogs.append(time.monotonic() - began)
        memories.append(server.memory())
    yield at_most(
        f"Idle chats' newest message while {setting.large_backlog} others wait",
        max(waits),
        5,
        f"the slowest of {IDLE}: {rounds(waits)} s; the backlog took {rounds(backlogs)} s",
        unit="s",
    )
    yield _memory(memories)


def _write_once(setting: Setting, server: Server, channel: dict, listener: Listener) -> list[float]:
    people, address = events.clients(setting.chats)[-IDLE:], server.url + channel["path"]
    numbers = [next(_numbers) for _ in people]
    requests = [
        (address, events.message(person, mark(n), channel["secret"])[2])
        for person, n in zip(people, numbers, strict=True)
    ]
    return _heard(setting, listener, numbers, load.run(requests, IDLE))


def _memory(memories: list[dict[int, int]]) -> Figure:
    """Return by how much the processes that lived through all of it have grown."""
    first, last = memories[0], memories[-1]
    both = sorted(first.keys() & last.keys(), key=lambda process: last[process] / first[process])
    grown = both[-1]
    megabytes = [median(sorted(memory.values())) / 2**20 for memory in memories]
    return told(
        f"Memory of a process after {len(memories)} backlogs ÷ after one, the one that grew most",
        last[grown] / first[grown],
        f"{number(last[grown] / 2**20)} ÷ {number(first[grown] / 2**20)} MiB; "
        f"the usual process: {rounds(megabytes)} MiB",
    )
