"""A PostgreSQL of our own, which may be killed without anybody else noticing."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

#: As in production: what was committed is on the disk.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "fsync": "on",
    "shared_buffers": "256MB",
}
PATIENCE = 60


class Cluster:
    """A server that listens on a socket only; it belongs to an ordinary user even for root.

    :param folder: everything it has; gone with it
    :param user: who may do everything in it
    """

    def __init__(self, folder: Path, user: str):
        self.socket, self._data, self._log = folder / "socket", folder / "data", folder / "log"
        self._user, self._process = user, None
        owner = _ordinary_user()
        self._as_owner = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid}
        if owner is not None:
            self._as_owner["extra_groups"] = []
        for made in (folder, self.socket, self._data):
            made.mkdir(parents=True, exist_ok=True)
            if owner is not None:
                os.chown(made, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            f"--username={user}",
            f"--pgdata={self._data}",
        )

    def start(self) -> None:
        """It runs, and has done again what was committed when it died."""
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [
                    _program("postgres"),
                    "-D",
                    self._data,
                    f"--unix_socket_directories={self.socket}",
                    *options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self._as_owner,
            )
        deadline = time.monotonic() + PATIENCE
        while self._call("pg_isready", "--quiet", check=False).returncode:
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start:\n{self._log.read_text()[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """It has ended in order; whoever was connected is not any more."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """It and its children are gone at once, in the middle of whatever they wrote."""
        self._end(signal.SIGKILL)

    def copy(self, origin: dict[str, str], name: str, new_name: str = "") -> None:
        """A database of another server, or of this one, is in this one as well.

        :param origin: the environment in which clients find the other server
        """
        new_name = new_name or name
        self._call("createdb", new_name)
        dumped = subprocess.run(  # noqa: S603 - our own command
            [_program("pg_dump"), "--format=custom", name],
            env={**os.environ, **origin},
            capture_output=True,
            check=True,
        )
        self._call("pg_restore", "--no-owner", f"--dbname={new_name}", input=dumped.stdout)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_failure):
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """Return what leads every client to this server."""
        return {"PGHOST": str(self.socket), "PGUSER": self._user}

    def _end(self, number: int) -> None:
        if self._process.poll() is None:
            target = self._process.send_signal if number == signal.SIGINT else self._kill_all
            target(number)
        self._process.wait()

    def _kill_all(self, number: int) -> None:
        os.killpg(self._process.pid, number)

    def _call(self, program: str, *arguments: str, check: bool = True, **options):
        return subprocess.run(  # noqa: S603 - our own command
            [_program(program), *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            check=check,
            **options,
        )

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - our own command
            [_program(program), *arguments],
            cwd="/",
            capture_output=True,
            check=True,
            **self._as_owner,
        )


def _program(name: str) -> str:
    """Return where a program of PostgreSQL is; ./dev puts the right ones first."""
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not in PATH: start this with ./dev")
    return found


def _ordinary_user():
    """Return who the server runs as, nobody else's where we are not root."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is nobody else here")
