"""What a network must bring along to be simulated, and how the networks are found.

A network is a module (or package) of this package with a ``NETWORK``: a subclass of
:class:`Network`. Nothing else has to be told about it.
"""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from werkzeug.wrappers import Request, Response

from .delivery import Answer, Parcel, Verdict
from .state import Account, Chat, Client, Message


class Impossible(Exception):
    """Somebody asked the simulator for something that cannot be: answered with 400."""


@dataclass(frozen=True)
class Route:
    """A path of the network's server and the method of the network that answers it."""

    path: str
    handler: str
    methods: tuple[str, ...] = ("POST",)


class Network(ABC):
    """A simulated network; ``self.city`` is everything around it (see ``server.City``)."""

    code = ""
    label = ""
    routes: tuple[Route, ...] = ()
    repeat_after: tuple[float, ...] = ()  # seconds before each repeat of an event
    delivery_timeout = 8.0
    in_order = False  # an event that is not accepted holds back those behind it
    client_actions: dict = {}  # what a client can do: name → function(network, chat, data)
    account_actions: dict = {}  # what the company does in the network's own interface

    def __init__(self, city):
        self.city = city
        self.world = city.world

    # the network's server

    def operation(self, handler: str, arguments: dict) -> str:
        """Return the name under which the call is remembered and can be made to fail."""
        return arguments.get("name") or handler

    @abstractmethod
    def parameters(self, request: Request) -> dict:
        """Return what was asked, without secrets."""

    @abstractmethod
    def refuse(self, request: Request, code: int) -> Response:
        """Return a refusal with this error code, in the network's own words."""

    # events

    @abstractmethod
    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what the network makes of the answer to an event."""

    @abstractmethod
    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of one attempt to deliver an event."""

    # what people need

    def demonstrate(self) -> None:  # noqa: B027 - a network may have nothing to show
        """Create what everybody finds at the start."""

    @abstractmethod
    def create_account(self, data: dict) -> Account:
        """Create the company's side as the control API asks for it."""

    @abstractmethod
    def create_client(self, data: dict) -> Client:
        """Create a person with a phone as the control API asks for it."""

    def account_of(self, chat: Chat) -> Account:
        """Return the company's side of a chat."""
        return self.world.accounts[self.code, chat.account]

    def client_of(self, chat: Chat) -> Client:
        """Return the person of a chat."""
        return self.world.clients[self.code, chat.client]

    def view_account(self, account: Account) -> dict:
        """Return what the control API may tell of an account."""
        return {"id": account.id, "name": account.name}

    @abstractmethod
    def view_message(self, chat: Chat, message: Message) -> dict:
        """Return the message as the client sees it, in the words of the phone page."""

    def view_chat(self, chat: Chat) -> dict:
        """Return what the phone shows around the messages."""
        return {}


def find_networks() -> dict[str, type[Network]]:
    """Return the networks of this package by their code."""
    found = {}
    package = Path(__file__).parent
    for module in sorted(pkgutil.iter_modules([str(package)]), key=lambda module: module.name):
        if module.name.startswith("_") or module.name == "tests":
            continue
        brought = importlib.import_module(f"{__package__}.{module.name}")
        if network := getattr(brought, "NETWORK", None):
            found[network.code] = network
    return found
