"""How near the answers come to what the network allows."""

import sys
import time
from collections.abc import Iterator

from . import servers
from .figures import Figure, at_least, at_most, number, ratio, rounds
from .session import Control
from .setting import CRON_WORKERS, Setting

TOKEN = "vk1.a.SECRET-of-bench"  # noqa: S105 - of the simulator
#: Calls a second that the network allows to one community.
LIMIT = 20
CHATS = 20
PATIENCE = 120
SENT = "SELECT count(*) FROM omnichannel_message WHERE channel_id = %s AND state = 'sent'"


def measure(setting: Setting) -> Iterator[Figure]:
    """Yield the figures of answers that go out as fast as they may."""
    log = setting.log.with_name("simulator.log")
    with (
        servers.simulator(sys.executable, log) as network,
        setting.odoo(f"--max-cron-threads={CRON_WORKERS}") as server,
    ):
        setting.let_lanes_work(True)
        control = Control(network.url)
        channel = _connect(setting, server, control)
        _let_clients_write(setting, server, control, channel)
        yield from _send(setting, server, control, channel)


def _connect(setting: Setting, server: servers.Server, control: Control) -> dict:
    made = control.post("/control/vk/accounts", name="Sending", token=TOKEN)
    session = setting.session(server)
    # For the addon this may be a restored copy; without this it would send nothing.
    session.call("omnichannel.health", "action_move_in", [])
    session.call("ir.config_parameter", "set_param", "web.base.url", server.url)
    values = {
        "name": "Sending",
        "network": "vk",
        "access_token": TOKEN,
        "api_url": control.origin,
    }
    channel = session.call("omnichannel.bench", "prepare_channel", values)
    session.call("omnichannel.channel", "action_connect", [channel["id"]])
    return channel | {"account": str(made["id"])}


def _let_clients_write(
    setting: Setting, server: servers.Server, control: Control, channel: dict
) -> None:
    """Some clients have written, and an operator has them."""
    for client in range(CHATS):
        person = control.post("/control/vk/clients", first_name=f"Client {client}")["id"]
        control.post(
            f"/control/vk/clients/{person}/write", account=channel["account"], text="Hello"
        )
    deadline = time.monotonic() + PATIENCE
    while control.get("/control/events?network=vk&state=waiting")["events"]:
        setting.expect(time.monotonic() < deadline, "the clients' messages are not taken")
        time.sleep(0.1)
    setting.wait_until_worked_off()
    taken = setting.session(server).call("omnichannel.bench", "take_all", channel["id"])
    setting.expect(taken == CHATS, f"{CHATS} clients, {taken} conversations")


def _send(
    setting: Setting, server: servers.Server, control: Control, channel: dict
) -> Iterator[Figure]:
    rates, refused, session = [], 0, setting.session(server)
    count = setting.requests * 2 // 3 // CHATS * CHATS
    for _round in range(setting.rounds):
        seen = _last_call(control)
        expected = setting.sql().number(SENT, channel["id"]) + count
        session.call("omnichannel.bench", "answer_all", channel["id"], count)
        _wait_until_sent(setting, channel, expected)
        calls = control.get(f"/control/calls?network=vk&since={seen}")["calls"]
        sent = [call["at"] for call in calls if call["method"] == "messages.send"]
        setting.expect(len(sent) >= count, f"{count} answers, {len(sent)} calls")
        rates.append((len(sent) - 1) / (sent[-1] - sent[0]))
        refused += len(sent) - count
    yield at_least(
        "Answers a second ÷ calls the network allows",
        ratio(rates, [LIMIT] * len(rates)),
        0.8,
        f"{rounds(rates)} ÷ {LIMIT}; {count} answers into {number(CHATS)} chats a round",
    )
    yield at_most("… calls refused as too many, or repeated", refused, 0, "", unit="")


def _last_call(control: Control) -> int:
    return max((call["id"] for call in control.get("/control/calls")["calls"]), default=0)


def _wait_until_sent(setting: Setting, channel: dict, expected: int) -> None:
    sql, deadline = setting.sql(), time.monotonic() + PATIENCE
    while sql.number(SENT, channel["id"]) < expected:
        setting.expect(time.monotonic() < deadline, "the answers are not sent")
        time.sleep(0.1)
