"""What it costs the network to tell us something."""

from collections.abc import Iterator, Sequence
from statistics import median

from . import events, load
from .figures import Figure, at_least, at_most, percentile, ratio, rounds, told
from .setting import Setting

NOOP = "/omnichannel_bench/noop"
INSIDE = "/omnichannel_bench/inside"
CLIENTS = 4
WARM_UP = 50


def measure(setting: Setting) -> Iterator[Figure]:
    """Yield the figures of the acknowledgement; the lanes rest meanwhile."""
    with setting.odoo("--max-cron-threads=0") as server:
        channel = setting.channel(server)
        addresses = server.url + NOOP, server.url + channel["path"]
        load.take_turns(addresses, _bodies(setting, channel)[:WARM_UP])
        yield _alone(setting, channel, addresses)
        yield _together(setting, channel, addresses)
        addresses = server.url + INSIDE, server.url + channel["path"], server.url + NOOP
        yield from _inside(setting, channel, addresses)
    setting.forget_events(channel)


def _bodies(setting: Setting, channel: dict) -> list[str]:
    people = events.clients(setting.chats)
    return [
        events.message(people[number % len(people)], f"Question {number}", channel["secret"])[2]
        for number in range(setting.requests)
    ]


def _measure_round(
    setting: Setting, channel: dict, addresses: tuple[str, str], clients: int
) -> list[load.Answers]:
    noop, stored = load.take_turns(addresses, _bodies(setting, channel), clients)
    setting.expect(not stored.failed, f"{stored.failed} webhooks were not acknowledged")
    return [noop, stored]


def _alone(setting: Setting, channel: dict, addresses: tuple[str, str]) -> Figure:
    noop, ours = [], []
    for _round in range(setting.rounds):
        answers = _measure_round(setting, channel, addresses, clients=1)
        for side, answered in zip((noop, ours), answers, strict=True):
            side.append(median(answered.milliseconds))
    return at_most(
        "Acknowledgement ÷ a route that does nothing, p50",
        ratio(ours, noop),
        1.6,
        f"{rounds(ours)} ÷ {rounds(noop)} ms",
    )


def _together(setting: Setting, channel: dict, addresses: tuple[str, str]) -> Figure:
    noop, ours = [], []
    for _round in range(setting.rounds):
        answers = _measure_round(setting, channel, addresses, CLIENTS)
        for side, answered in zip((noop, ours), answers, strict=True):
            side.append(percentile(answered.milliseconds, 0.99))
    return at_most(
        f"Acknowledgement with {CLIENTS} clients, p99",
        median(ours),
        50,
        f"{rounds(ours)} ms; the route that does nothing: {rounds(noop)} ms",
        unit="ms",
    )


def _inside(setting: Setting, channel: dict, addresses: Sequence[str]) -> Iterator[Figure]:
    """Yield what it costs to do everything before the answer, as small integrations do.

    Both contain what any request costs: the second figure is without that.
    """
    known, new = events.clients(setting.chats), _people_never_seen(setting)
    for person in known:
        load.take_turns(addresses[:1], [_body(person, channel)])
    for name, people, limit in (("a known chat", known, 8), ("a new chat and its lead", new, 18)):
        inside, ours, noop = [], [], []
        for number in range(setting.rounds):
            share = setting.requests // 3
            chosen = [people[n % len(people)] for n in range(number * share, (number + 1) * share)]
            answers = load.take_turns(addresses, [_body(person, channel) for person in chosen])
            for side, answered in zip((inside, ours, noop), answers, strict=True):
                setting.expect(not answered.failed, f"{answered.failed} requests have failed")
                side.append(median(answered.milliseconds))
        yield at_least(
            f"Posting inside the request ÷ acknowledgement, {name}",
            ratio(inside, ours),
            limit,
            f"{rounds(inside)} ÷ {rounds(ours)} ms",
        )
        beyond = [
            [mine - nothing for mine, nothing in zip(side, noop, strict=True)]
            for side in (inside, ours)
        ]
        yield told(
            "… both beyond a route that does nothing",
            ratio(*beyond),
            f"{rounds(beyond[0])} ÷ {rounds(beyond[1])} ms",
        )


def _people_never_seen(setting: Setting) -> list[int]:
    last = events.clients(setting.chats)[-1]
    return list(range(last + 1, last + 1 + setting.rounds * (setting.requests // 3)))


def _body(person: int, channel: dict) -> str:
    return events.message(person, "Do you have it in blue?", channel["secret"])[2]
