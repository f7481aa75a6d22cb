"""What it costs the network to tell us something."""

from collections.abc import Iterator
from statistics import median

from . import events, load
from .figures import Figure, at_most, percentile, ratio, rounds
from .setting import Setting

NOOP = "/omnichannel_bench/noop"
CLIENTS = 4
WARM_UP = 50


def measure(setting: Setting) -> Iterator[Figure]:
    """Yield the figures of the acknowledgement; the lanes rest meanwhile."""
    with setting.odoo("--max-cron-threads=0") as server:
        channel = setting.channel(server)
        addresses = server.url + NOOP, server.url + channel["path"]
        load.take_turns(*addresses, _bodies(setting, channel)[:WARM_UP])
        yield _alone(setting, channel, addresses)
        yield _together(setting, channel, addresses)
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
    noop, stored = load.take_turns(*addresses, _bodies(setting, channel), clients)
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
