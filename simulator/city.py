"""Everything around the networks: the world, its files, what it was asked and told."""

import atexit
import logging
import threading
import time
from pathlib import Path

from . import keep
from .delivery import Courier
from .faults import Faults
from .journal import Journal
from .media import MediaStore
from .network import Network, find_networks
from .state import Contents, World

_logger = logging.getLogger(__name__)
SAVE_EVERY = 0.5


class City:
    """The simulated networks with all they share."""

    def __init__(self, origin: str, state_file: Path | None = None):
        self.state_file = state_file
        folder = state_file.with_name(state_file.name + ".media") if state_file else None
        self.world = World(origin)
        self.media = MediaStore(origin, folder)
        self.journal = Journal()
        self.faults = Faults()
        self.networks: dict[str, Network] = {}
        self.courier = Courier(self.faults, self.networks)
        self.networks |= {code: network(self) for code, network in find_networks().items()}

    def begin(self) -> None:
        """Continue where the file ends, or with the demonstration."""
        contents = keep.read(self.state_file) if self.state_file else None
        if contents is None:
            self.demonstrate()
        else:
            self._restore(contents)
        self.courier.start()
        if self.state_file:
            atexit.register(self.save)
            threading.Thread(target=self._keep_saving, daemon=True).start()

    def demonstrate(self) -> None:
        """Create what every network shows at the start."""
        for network in self.networks.values():
            network.demonstrate()

    def reset(self, *, empty: bool = False) -> None:
        """Forget everything; begin again with the demonstration, unless it shall stay empty."""
        self.courier.clear()
        self.world.clear()
        self.media.clear()
        self.journal.clear()
        self.faults.clear()
        for code, network in find_networks().items():
            self.networks[code] = network(self)
        if not empty:
            self.demonstrate()

    def save(self) -> None:
        """Write the world to its file."""
        with self.world.lock:
            contents = Contents(
                accounts=list(self.world.accounts.values()),
                clients=list(self.world.clients.values()),
                chats=list(self.world.chats.values()),
                media=self.media.media,
                parcels=[p for p in list(self.courier.parcels) if p.state == "waiting"],
                version=self.world.version,
            )
            keep.write(self.state_file, contents)

    def _restore(self, contents: Contents) -> None:
        world = self.world
        world.accounts = {(one.network, one.id): one for one in contents.accounts}
        world.clients = {(one.network, one.id): one for one in contents.clients}
        world.chats = {(one.network, one.account, one.client): one for one in contents.chats}
        world.version = world.structure_version = contents.version + 1
        self.media.media = contents.media
        self.courier.restore(contents.parcels)

    def _keep_saving(self) -> None:
        saved = None
        while True:
            time.sleep(SAVE_EVERY)
            now = (
                self.world.version,
                sum(p.state == "waiting" for p in list(self.courier.parcels)),
            )
            if now == saved:
                continue
            try:
                self.save()
                saved = now
            except OSError:
                _logger.exception("The state could not be written")
