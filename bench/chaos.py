"""Everything breaks, again and again, under load: python -m bench.chaos --database NAME -- <Odoo>

Two Odoo servers, in processes as in production, work on a PostgreSQL of their own. Clients write on
the simulator, operators take their conversations and answer; calls and their answers get lost,
events arrive five times at once or in disorder, and meanwhile servers and single processes are
killed, the database is killed, the filestore vanishes, the disk is full, the clock jumps, the addon
is updated. When nothing is under way any more, every event that was accepted must be visible
exactly once and in its place, and every answer must have reached its client at most once: what did
not arrive, or may not have, is marked so that a person decides. At last a backup is restored beside
the original, and must send nothing.

Prints `events, lost, doubled, stuck`; the exit code is 1 unless the last three are 0.
"""

import argparse
import contextlib
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from . import mishaps, servers
from .cast import Clients, Operator
from .ledger import Ledger
from .postgres import Cluster
from .session import CallFailed, Control, Database, Session
from .setting import CRON_WORKERS, WORKERS, split_command

TOKEN = "vk1.a.SECRET-of-chaos"  # noqa: S105 - of the simulator
#: Seconds in which a restored backup would have sent what waits in it.
TEMPTATION = 20


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """Return what was asked for, and how Odoo is started."""
    parser = argparse.ArgumentParser(prog="./dev chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=3, help="of trouble, default %(default)s")
    parser.add_argument("--clients", type=int, default=12, help="default %(default)s")
    parser.add_argument("--rate", type=float, default=8, help="messages/s, default %(default)s")
    parser.add_argument("--every", type=float, default=12, help="seconds between two mishaps")
    parser.add_argument("--seed", type=int, default=None, help="of the random choices")
    parser.add_argument("--only", help="one mishap, such as kill_odoo")
    parser.add_argument("--logs", type=Path, help="folder in which the logs stay")
    own, command = split_command(sys.argv[1:])
    return parser.parse_args(own), command


class Chaos:
    """One run: who takes part, what is done to them, and what is found afterwards."""

    def __init__(self, options: argparse.Namespace, command: list[str], folder: Path):
        self.options, self.folder = options, folder
        self.logs = options.logs or folder
        self.dice = random.Random(options.seed)  # noqa: S311 - not for secrets
        self.network = servers.simulator(sys.executable, self.logs / "simulator.log")
        self.control = Control(self.network.url)
        self.data = folder / "data"
        self.happened = Counter()
        self._prepare_database(command)
        self._prepare_servers(command)

    def _prepare_database(self, command: list[str]) -> None:
        """What ./dev made is in a server of our own, with its files."""
        origin = {name: os.environ.get(name, "") for name in ("PGHOST", "PGUSER")}
        self.cluster = Cluster(self.folder / "postgres", origin["PGUSER"] or "odoo")
        self.cluster.start()
        self.cluster.copy(origin, self.options.database)
        [made_in] = [Path(w.partition("=")[2]) for w in command if w.startswith("--data-dir=")]
        shutil.copytree(
            made_in / "filestore" / self.options.database, self._filestore(self.options.database)
        )
        os.environ.update(self.cluster.environment)

    def _filestore(self, database: str) -> Path:
        return self.data / "filestore" / database

    def _prepare_servers(self, command: list[str]) -> None:
        self.clock, self.disk = mishaps.Clock(self.folder), mishaps.Disk(self.folder)
        self.command = [
            *servers.with_bench_addons(command),
            f"--db_host={self.cluster.socket}",
            f"--data-dir={self.data}",
        ]
        self.odoos = [self._odoo(number) for number in (1, 2)]
        once = [
            *self.command,
            f"--database={self.options.database}",
            "--stop-after-init",
            "--no-http",
            "--max-cron-threads=0",
        ]
        # Not by a server: whenever that is started again, it would do it again.
        servers.change_modules([*once, "--init=omnichannel_bench"])
        self.scene = mishaps.Scene(
            control=self.control,
            odoos=self.odoos,
            cluster=self.cluster,
            filestore=self._filestore(self.options.database),
            clock=self.clock,
            disk=self.disk,
            update=[*once, "--update=omnichannel_inbox"],
            dice=self.dice,
        )

    def _odoo(self, number: int, database: str = "") -> servers.Server:
        return servers.odoo(
            self.command,
            database or self.options.database,
            self.logs / f"odoo{number}.log",
            f"--workers={WORKERS}",
            f"--max-cron-threads={CRON_WORKERS}",
            "--limit-time-real=600",
            "--limit-time-cpu=600",
            environment=self.clock.environment | self.disk.environment,
        )

    def run(self) -> list[Ledger]:
        """Return what is in the books when everything is quiet again."""
        try:
            with self.network, self.odoos[0], self.odoos[1]:
                ledgers = self._live()
        finally:
            self.cluster.stop()
        return ledgers

    def _live(self) -> list[Ledger]:
        # For the addon this is a restored copy; without this it would send nothing.
        Session(self.odoos[0].url, self.options.database).call(
            "omnichannel.health", "action_move_in", []
        )
        accounts = [self._connect(server, n) for n, server in enumerate(self.odoos, start=1)]
        sql = Database(self.options.database)
        ledgers = [Ledger(self.control, sql, account) for account in accounts]
        ledgers[0].check_five_at_once()
        sql.close()
        with self._supervised():
            self._rage(accounts)
            for ledger in ledgers:
                ledger.sql = Database(self.options.database)
            ledgers[0].wait_until_quiet()
        self._tempt_a_copy(ledgers[0])
        for ledger in ledgers:
            ledger.balance()
        return ledgers

    @contextlib.contextmanager
    def _supervised(self):
        """Meanwhile whatever server ends is started again, as in production."""
        over = threading.Event()
        supervisor = threading.Thread(target=self._revive_until, args=(over,))
        supervisor.start()
        try:
            yield
        finally:
            over.set()
            supervisor.join()

    def _revive_until(self, over: threading.Event) -> None:
        while not over.wait(1):
            for server in self.odoos:
                # Without a database it ends at once, and is started again in a moment.
                with contextlib.suppress(RuntimeError):
                    self.happened["servers started again"] += server.revive()

    def _connect(self, server: servers.Server, number: int) -> str:
        """A community of our own is connected as an administrator does it; return its id."""
        token = f"{TOKEN}-{number}"
        made = self.control.post("/control/vk/accounts", name=f"Chaos {number}", token=token)
        session = Session(server.url, self.options.database)
        session.call("ir.config_parameter", "set_param", "web.base.url", server.url)
        values = {
            "name": f"Chaos {number}",
            "network": "vk",
            "access_token": token,
            "api_url": self.network.url,
        }
        channel = session.call("omnichannel.bench", "prepare_channel", values)
        session.call("omnichannel.channel", "action_connect", [channel["id"]])
        return str(made["id"])

    def _rage(self, accounts: list[str]) -> None:
        """Clients and operators work, and everything breaks under their hands."""
        over, options = threading.Event(), self.options
        clients = [
            Clients(self.control, account, options.clients, options.rate / 2, self.dice)
            for account in accounts
        ]
        operators = [
            Operator(f"operator {n}", server.url, options.database, options.rate / 4, self.dice)
            for n, server in enumerate(self.odoos, start=1)
        ]
        threads = [
            threading.Thread(target=one.work, args=(over,)) for one in (*clients, *operators)
        ]
        for thread in threads:
            thread.start()
        try:
            self._break_until(time.monotonic() + options.minutes * 60)
        finally:
            over.set()
            for thread in threads:
                thread.join()
        self._calm()
        for people in clients:
            people.say_a_last_word()

    def _break_until(self, end: float) -> None:
        possible = mishaps.MISHAPS
        if self.options.only:
            possible = {what: 1 for what in possible if what.__name__ == self.options.only}
        while time.monotonic() < end:
            self._calm()
            self.control.post("/control/faults", **self.dice.choice(mishaps.TROUBLES))
            time.sleep(self.dice.uniform(0.1, 2 * self.options.every))
            [mishap] = self.dice.choices(list(possible), possible.values())
            mishap(self.scene)
            self.happened[mishap.__name__] += 1

    def _calm(self) -> None:
        """Nothing goes wrong on the network's side any more."""
        self.control.delete("/control/faults")

    def _tempt_a_copy(self, ledger: Ledger) -> None:
        """A backup with answers in it that wait is restored beside the original: it is silent."""
        self.control.post(
            "/control/faults", call={"method": "messages.send", "error": 10, "times": -1}
        )
        last = Operator("the last", self.odoos[0].url, self.options.database, 1, self.dice)
        last.answer_all()
        copy = f"{self.options.database}_restored"
        self.cluster.copy(self.cluster.environment, self.options.database, copy)
        shutil.copytree(self._filestore(self.options.database), self._filestore(copy))
        self._calm()
        ledger.wait_until_quiet()
        sent = self._count_sent()
        with self._odoo(3, copy):
            time.sleep(TEMPTATION)
        if waiting := Database(copy).number(
            "SELECT count(*) FROM omnichannel_message WHERE state = 'waiting'"
        ):
            self.happened["answers a copy kept back"] = waiting
        else:
            ledger.findings.append("the restored backup had nothing to send, or has sent it")
        if self._count_sent() != sent:
            ledger.findings.append("the restored backup has sent something")

    def _count_sent(self) -> int:
        return len(self.control.get("/control/calls?network=vk&method=messages.send")["calls"])

    def report(self) -> str:
        """Return in words what happened."""
        happened = ", ".join(f"{name} {often}" for name, often in sorted(self.happened.items()))
        return f"What happened: {happened}."


def main() -> None:
    """Run, and print what is in the books."""
    servers.end_with_us()
    options, command = arguments()
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's own user has to come past
        if options.logs:
            options.logs.mkdir(parents=True, exist_ok=True)
        chaos = Chaos(options, command, folder)
        try:
            ledgers = chaos.run()
        except (CallFailed, RuntimeError) as error:
            sys.exit(f"{error}\n" + "\n".join(server.tail(20) for server in chaos.odoos))
    total = Ledger.total(ledgers)
    sys.stdout.write(f"{chaos.report()}\n{total.report()}\n")
    sys.exit(not total.is_clean)


if __name__ == "__main__":
    main()
