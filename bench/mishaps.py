"""What happens to the servers while people work: one of these at a time."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .postgres import Cluster
from .servers import Server, change_modules
from .session import Control

#: Seconds after which nobody waits for an answer any more.
NEVER = 30
#: What goes wrong on the network's side meanwhile.
TROUBLES = (
    {"call": {"method": "messages.send", "drop": "after", "times": 3}},
    {"call": {"method": "messages.send", "drop": "before", "times": 3}},
    {"call": {"method": "messages.send", "slow": 1.5, "times": 3}},
    {"call": {"method": "messages.send", "slow": NEVER, "times": 2}},
    {"call": {"method": "messages.send", "error": 10, "times": 2}},
    {"call": {"method": "messages.send", "error": 6, "times": 3}},
    {"call": {"method": "messages.send", "status": 502, "body": "Bad gateway", "times": 2}},
    {"call": {"method": "messages.send", "status": 429, "body": "Slow down", "times": 2}},
    {"call": {"method": "messages.send", "garbage": True, "times": 3}},
    {"call": {"method": "media", "status": 503, "body": "", "times": 2}},
    {"events": {"copies": 5}},
    {"events": {"shuffle": 2}},
    {"events": {"copies": 1}},
)


@dataclass
class Scene:
    """Everybody to whom something can happen."""

    control: Control
    odoos: list[Server]
    cluster: Cluster
    filestore: Path
    clock: "Clock"
    disk: "Disk"
    update: list[str]  # the command that updates the addon
    dice: random.Random

    def pause(self, longest: float) -> None:
        """Some time passes."""
        time.sleep(self.dice.uniform(0, longest))


class Clock:
    """The time that Odoo believes; what is measured has an addon that reads it from here."""

    def __init__(self, folder: Path):
        self._file = folder / "clock"
        self.environment = {"OMNICHANNEL_BENCH_CLOCK": str(self._file)}
        self.set(0)

    def set(self, seconds: int) -> None:
        """It is so many seconds later than it is."""
        self._file.write_text(str(seconds))


class Disk:
    """The disk of the filestore, which is full while a file says so."""

    def __init__(self, folder: Path):
        self._file = folder / "disk is full"
        self.environment = {"OMNICHANNEL_BENCH_FULL": str(self._file)}

    def fill(self) -> None:
        """What is written from now on is cut off in the middle."""
        self._file.touch()

    def clear(self) -> None:
        """There is room again."""
        self._file.unlink()


def kill_process(scene: Scene) -> None:
    """One process is killed, whichever: a worker, a scheduled action, the one for websockets."""
    server = scene.dice.choice(scene.odoos)
    if processes := server.children():
        server.kill_child(scene.dice.choice(processes))
    scene.pause(2)


def kill_odoo(scene: Scene) -> None:
    """One of the servers is killed in the middle of whatever it does."""
    scene.dice.choice(scene.odoos).kill()
    scene.pause(2)


def kill_database(scene: Scene) -> None:
    """PostgreSQL is killed with all its connections, and recovers."""
    scene.cluster.kill()
    scene.pause(2)
    scene.cluster.start()


def restart_database(scene: Scene) -> None:
    """PostgreSQL is restarted in order, under the hands of everybody."""
    scene.cluster.stop()
    scene.cluster.start()


def lose_filestore(scene: Scene) -> None:
    """Nothing can be written into the filestore, nor read from it, for a while."""
    away = scene.filestore.with_name(f"{scene.filestore.name}.away")
    scene.filestore.rename(away)
    scene.filestore.write_text("")
    try:
        scene.pause(10)
    finally:
        scene.filestore.unlink()
        away.rename(scene.filestore)


def fill_disk(scene: Scene) -> None:
    """The disk is full for a while; what is being written is left there, half of it."""
    scene.disk.fill()
    try:
        scene.pause(10)
    finally:
        scene.disk.clear()


def jump_clock(scene: Scene) -> None:
    """Odoo's clock is most of an hour wrong for a while, and then right again."""
    scene.clock.set(scene.dice.choice((-2, -1, 1, 2)) * 1500)
    scene.pause(10)
    scene.clock.set(0)


def update_addon(scene: Scene) -> None:
    """The addon is updated while others work with it."""
    change_modules(scene.update)


#: How often each happens, against the others.
MISHAPS: dict[Callable[[Scene], None], int] = {
    kill_process: 12,
    kill_odoo: 6,
    kill_database: 3,
    restart_database: 2,
    lose_filestore: 2,
    fill_disk: 3,
    jump_clock: 3,
    update_addon: 1,
}
