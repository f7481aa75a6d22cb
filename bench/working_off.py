"""How fast what was stored appears in front of the operators."""

import itertools
from collections.abc import Iterator
from statistics import median

from . import events, load
from .figures import Figure, at_least, at_most, number, ratio, rounds
from .servers import Server
from .setting import CRON_WORKERS, Setting

BURST_CLIENTS = 8
_texts = (f"Question {number}: do you have it in blue?" for number in itertools.count(1))


def measure(setting: Setting) -> Iterator[Figure]:
    """Yield the figures of a backlog over many chats, and of a burst into one."""
    setting.let_lanes_work(False)
    with setting.odoo(f"--max-cron-threads={CRON_WORKERS}") as server:
        channel = setting.channel(server)
        make_clients_known(setting, server, channel)
        yield from _backlog(setting, server, channel)
        yield from _burst(setting, server, channel)


def make_clients_known(setting: Setting, server: Server, channel: dict) -> None:
    """Every client has written once and an operator has taken his conversation."""
    store(setting, server, channel, setting.chats)
    setting.let_lanes_work(True)
    setting.wait_until_worked_off()
    setting.let_lanes_work(False)
    taken = setting.session(server).call("omnichannel.bench", "take_all", channel["id"])
    setting.expect(taken == setting.chats, f"{setting.chats} clients, {taken} conversations")
    setting.sql().rows("UPDATE omnichannel_identity SET profile_due_at = now() + interval '1 day'")


def store(setting: Setting, server: Server, channel: dict, count: int, chats: int = 0) -> None:
    """So many events wait, of so many clients in turn; of all, unless that is said."""
    people = events.clients(chats or setting.chats)
    bodies = [events.message(people[n % len(people)], next(_texts)) for n in range(count)]
    setting.session(server).call("omnichannel.bench", "store", channel["id"], bodies)


def _backlog(setting: Setting, server: Server, channel: dict) -> Iterator[Figure]:
    together, one_lane, reference = [], [], []
    session = setting.session(server)
    texts = [next(_texts) for _ in range(max(50, setting.backlog // 5))]
    before = _visible(setting)
    for _round in range(setting.rounds):
        seconds = session.call("omnichannel.bench", "post_one_by_one", channel["id"], texts)
        reference.append(len(texts) / seconds)
        together.append(_work_off(setting, server, channel))
        one_lane.append(_work_off_in_one_lane(setting, server, channel))
    expected = setting.rounds * (2 * setting.backlog + len(texts))
    seen = _visible(setting) - before
    setting.expect(seen == expected, f"{expected} messages, {seen} visible")
    detail = f"{{}} ÷ {rounds(reference)} messages/s"
    yield at_least(
        "Working off a backlog ÷ message_post with a commit each",
        ratio(together, reference),
        4,
        detail.format(rounds(together)),
    )
    yield at_least(
        "… the same by one lane alone",
        ratio(one_lane, reference),
        4,
        detail.format(rounds(one_lane)),
    )


def _visible(setting: Setting) -> int:
    return setting.sql().number(
        "SELECT count(*) FROM mail_message WHERE model = 'discuss.channel'"
        " AND message_type = 'comment'"
    )


def _work_off(setting: Setting, server: Server, channel: dict) -> float:
    store(setting, server, channel, setting.backlog)
    setting.let_lanes_work(True)
    seconds = setting.wait_until_worked_off()
    setting.let_lanes_work(False)
    return setting.backlog / seconds


def _work_off_in_one_lane(setting: Setting, server: Server, channel: dict) -> float:
    store(setting, server, channel, setting.backlog)
    count = setting.sql().number(
        "SELECT count(*) FROM omnichannel_inbound WHERE state = 'received' AND lane = 0"
    )
    setting.let_one_lane_work()
    seconds = setting.wait_until_worked_off(lanes=1)
    setting.let_lanes_work(True)
    setting.wait_until_worked_off()
    setting.let_lanes_work(False)
    return count / seconds


def _burst(setting: Setting, server: Server, channel: dict) -> Iterator[Figure]:
    """Many requests at once, all of one client, while the lanes work."""
    setting.let_lanes_work(True)
    [client] = events.clients(1)
    texts = [next(_texts) for _ in range(setting.requests)]
    address = server.url + channel["path"]
    requests = [(address, events.message(client, text, channel["secret"])[2]) for text in texts]
    said, before = server.log.stat().st_size, _visible(setting)
    answers = load.run(requests, BURST_CLIENTS)
    setting.wait_until_worked_off()
    seen = _visible(setting) - before
    with server.log.open(errors="replace") as log:
        log.seek(said)
        complaints = sum("could not serialize" in line for line in log)
    what = f"{len(requests)} messages of one client by {BURST_CLIENTS} connections"
    yield at_most("Burst into one chat: not acknowledged", answers.failed, 0, what, unit="")
    yield at_most("… not visible, or twice", abs(seen - len(requests)), 0, "", unit="")
    yield at_most("… serialization errors", complaints, 0, "", unit="")
    longest, usual = max(answers.milliseconds), median(answers.milliseconds)
    yield at_most(
        "… longest ÷ usual acknowledgement",
        longest / usual,
        10,
        f"{number(longest)} ÷ {number(usual)} ms",
    )
