"""Kill Odoo again and again under load: python -m bench.chaos --database NAME -- <Odoo's command>

Clients write on the simulator, an operator takes their conversations and answers, calls and their
answers get lost, events arrive five times at once, and Odoo is killed in the middle of whatever it
does and started again. When nothing is under way any more, every event that was accepted must be
visible exactly once and in its place, and every answer must have reached its client exactly once.
Prints `events, lost, doubled, stuck`; the exit code is 1 unless the last three are 0.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from . import servers
from .cast import Clients, Operator
from .ledger import Ledger
from .session import CallFailed, Control, Database, Session
from .setting import CRON_WORKERS, split_command

TOKEN = "vk1.a.SECRET-of-chaos"  # noqa: S105 - of the simulator
#: What goes wrong on the network's side, one of them before each time Odoo is killed.
TROUBLES = (
    {"call": {"method": "messages.send", "drop": "after", "times": 3}},
    {"call": {"method": "messages.send", "drop": "before", "times": 3}},
    {"call": {"method": "messages.send", "slow": 1.5, "times": 3}},
    {"call": {"method": "messages.send", "error": 10, "times": 2}},
    {"call": {"method": "messages.send", "status": 502, "body": "Bad gateway", "times": 2}},
    {"events": {"copies": 5}},
    {"events": {"copies": 1}},
)


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """Return what was asked for, and how Odoo is started."""
    parser = argparse.ArgumentParser(prog="./dev chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=3, help="of trouble, default %(default)s")
    parser.add_argument("--clients", type=int, default=12, help="default %(default)s")
    parser.add_argument("--rate", type=float, default=8, help="messages/s, default %(default)s")
    parser.add_argument("--every", type=float, default=12, help="seconds Odoo lives on average")
    parser.add_argument("--seed", type=int, default=None, help="of the random choices")
    parser.add_argument("--port", type=int, default=0, help="of Odoo, default: a free one")
    parser.add_argument("--simulator-port", type=int, default=0, help="default: a free one")
    parser.add_argument("--logs", type=Path, help="folder in which the logs stay")
    own, command = split_command(sys.argv[1:])
    return parser.parse_args(own), command


class Chaos:
    """One run: who takes part, what is done to them, and what is found afterwards."""

    def __init__(self, options: argparse.Namespace, command: list[str], logs: Path):
        self.options = options
        self.dice = random.Random(options.seed)  # noqa: S311 - not for secrets
        self.network = servers.simulator(
            sys.executable, logs / "simulator.log", options.simulator_port
        )
        self.server = servers.odoo(
            command,
            options.database,
            logs / "odoo.log",
            "--init=omnichannel_bench",
            "--workers=0",
            f"--max-cron-threads={CRON_WORKERS}",
            port=options.port,
        )
        self.control = Control(self.network.url)
        self.killed = 0

    def run(self) -> Ledger:
        """Return what is in the books when everything is quiet again."""
        with self.network, self.server:
            account = self._connect()
            ledger = Ledger(self.control, Database(self.options.database), account)
            ledger.check_five_at_once()
            self._rage(account)
            self._calm()
            ledger.wait_until_quiet()
            ledger.balance()
            return ledger

    def _connect(self) -> str:
        """A community of our own is connected as an administrator does it; return its id."""
        account = str(self.control.post("/control/vk/accounts", name="Chaos", token=TOKEN)["id"])
        session = Session(self.server.url, self.options.database)
        session.call("ir.config_parameter", "set_param", "web.base.url", self.server.url)
        values = {
            "name": "Chaos",
            "network": "vk",
            "access_token": TOKEN,
            "api_url": self.network.url,
        }
        channel = session.call("omnichannel.bench", "prepare_channel", values)
        session.call("omnichannel.channel", "action_connect", [channel["id"]])
        return account

    def _rage(self, account: str) -> None:
        """Clients and the operator work, and Odoo is killed under their hands."""
        over = threading.Event()
        people = [
            Clients(self.control, account, self.options.clients, self.options.rate, self.dice),
            Operator(self.server.url, self.options.database, self.options.rate / 2, self.dice),
        ]
        threads = [threading.Thread(target=person.work, args=(over,)) for person in people]
        for thread in threads:
            thread.start()
        try:
            self._kill_until(time.monotonic() + self.options.minutes * 60)
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _kill_until(self, end: float) -> None:
        while time.monotonic() < end:
            self._calm()
            self.control.post("/control/faults", **self.dice.choice(TROUBLES))
            time.sleep(self.dice.uniform(0.1, 2 * self.options.every))
            self.server.kill()
            self.killed += 1
            time.sleep(self.dice.uniform(0, 2))
            self.server.start()

    def _calm(self) -> None:
        """Nothing goes wrong on the network's side any more."""
        self.control.delete("/control/faults")


def main() -> None:
    """Run, and print what is in the books."""
    servers.end_with_us()
    options, command = arguments()
    with tempfile.TemporaryDirectory() as folder:
        logs = options.logs or Path(folder)
        logs.mkdir(parents=True, exist_ok=True)
        chaos = Chaos(options, command, logs)
        try:
            ledger = chaos.run()
        except (CallFailed, RuntimeError) as error:
            sys.exit(f"{error}\n{chaos.server.tail(30)}")
    sys.stdout.write(f"Odoo was killed {chaos.killed} times.\n{ledger.report()}\n")
    sys.exit(not ledger.is_clean)


if __name__ == "__main__":
    main()
