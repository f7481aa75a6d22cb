"""The programs that are measured: Odoo and the simulator, started, awaited, ended, killed."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent
PATIENCE = 90
#: The network repeats what was not accepted fifty times as soon as in real life.
PACE = "0.02"


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def end_with_us() -> None:
    """Being told to end is like Ctrl-C: what was started here is ended first."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def with_bench_addons(command: list[str]) -> list[str]:
    """Return Odoo's command line with our addons folder beside those it names."""
    return [
        f"{word},{ROOT / 'addons'}" if word.startswith("--addons-path=") else word
        for word in command
    ]


class Server:
    """A program with its children, that speaks HTTP when it is ready."""

    def __init__(
        self, command: list[str], url: str, health: str, log: Path, environment: dict | None = None
    ):
        self.command, self.url, self.log = command, url, log
        self.bus_url = ""  # of the websocket, where it has an address of its own
        self._environment = environment or {}
        self._health = url + health
        self._process = None

    def start(self) -> None:
        """It runs and answers.

        :raises RuntimeError: it does not; the end of its log says why
        """
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **self._environment},
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self.url} does not answer:\n{self.tail()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """It is told to end, and has ended."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=20)
        self.kill()

    def kill(self) -> None:
        """It and its children are gone at once, in the middle of whatever they did."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def revive(self) -> bool:
        """Start it again if it has ended, as a supervisor does; return whether it had.

        :raises RuntimeError: it does not answer, such as without a database
        """
        if self._process.poll() is None:
            return False
        self.kill()
        self.start()
        return True

    def tail(self, lines: int = 15) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_failure):
        self.stop()

    def children(self) -> list[int]:
        """Return the numbers of the processes it has started."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.getpgid(int(process.name)) == self._process.pid:
                    found.append(int(process.name))
        return sorted(set(found) - {self._process.pid})

    def kill_child(self, number: int) -> None:
        """One of its processes is gone at once, if it was still there."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)

    def memory(self) -> dict[int, int]:
        """Return the bytes that each of its children has for itself, by its number."""
        found = {}
        for number in self.children():
            with contextlib.suppress(OSError):
                rollup = Path(f"/proc/{number}/smaps_rollup").read_text()
                found[number] = int(rollup.split("Pss:")[1].split()[0]) * 1024
        return found

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self._health, timeout=5):  # noqa: S310 - this machine's
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False


def odoo(
    command: list[str],
    database: str,
    log: Path,
    *options: str,
    port: int = 0,
    environment: dict | None = None,
) -> Server:
    """Return Odoo on a database, with these options and in this environment more."""
    port, gevent_port = port or free_port(), free_port()
    server = Server(
        [
            *with_bench_addons(command),
            f"--database={database}",
            "--no-database-list",
            f"--http-port={port}",
            f"--gevent-port={gevent_port}",
            "--log-level=info",
            *options,
        ],
        f"http://127.0.0.1:{port}",
        "/web/health",
        log,
        environment,
    )
    server.bus_url = f"ws://127.0.0.1:{gevent_port}/websocket"
    return server


def change_modules(command: list[str]) -> None:
    """Odoo installs or updates what this command says, and ends.

    :raises RuntimeError: it does not; the end of its log says why
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"Odoo's modules were not changed:\n{done.stderr[-3000:]}")


def simulator(python: str, log: Path, port: int = 0) -> Server:
    """Return the stand-in of the networks."""
    port = port or free_port()
    command = [
        python,
        "-m",
        "simulator",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--pace",
        PACE,
    ]
    return Server(command, f"http://127.0.0.1:{port}", "/control", log)
