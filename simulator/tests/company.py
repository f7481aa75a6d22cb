"""The company's side as the addon has it: its protocols, its one way out, and a server."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from .listener import Listener

ADDON = Path(__file__).parents[2] / "omnichannel_inbox"


def load(name):
    """Return a module of the addon that needs no Odoo."""
    package = ModuleType(ADDON.name)
    package.__path__ = [str(ADDON)]
    sys.modules.setdefault(ADDON.name, package)
    return importlib.import_module(f"{ADDON.name}.{name}")


protocols = load("protocols")
transport = load("tools.transport")
http_door = transport.http


class Company(Listener):
    """Our server: proves what comes, keeps its events, answers; and has files to fetch."""

    def __init__(self):
        super().__init__()
        self.speaker, self.events, self.refused = None, [], []

    def receive(self, body, headers):
        """Return status and text of the answer, as the controller does."""
        webhook = protocols.Webhook(body, headers)
        try:
            self.speaker.verify(webhook)
        except protocols.WebhookRejected:
            self.refused.append(webhook)
            return 401, b""
        for envelope in self.speaker.split(webhook):
            self.events += self.speaker.parse(envelope)
        return 200, self.speaker.answer(webhook).body.encode()

    def keep(self, name, content):
        """Return the address at which a file can be fetched."""
        self.files[f"/f/{name}"] = content
        return f"{self.origin}/f/{name}"
