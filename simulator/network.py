"""What a network must bring along to be simulated, and how the networks are found.

A network is a module (or package) of this package with a ``NETWORK``: a subclass of
:class:`Network`. Nothing else has to be told about it.
"""

import hmac
import importlib
import json
import pkgutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from werkzeug.wrappers import Request, Response

from . import pictures
from .delivery import Answer, Parcel, Verdict
from .rates import RateLimiter
from .state import Account, Chat, Client, Message


class Impossible(Exception):
    """Somebody asked the simulator for something that cannot be: answered with 400."""


@dataclass(frozen=True)
class Route:
    """A path of the network's server and the method of the network that answers it."""

    path: str
    handler: str
    methods: tuple[str, ...] = ("POST",)


class Events(ABC):
    """Tells the company what happens: every network in its own envelope, with its own proof."""

    def __init__(self, network):
        self.network = network

    @abstractmethod
    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what the network makes of the answer to an event."""

    @abstractmethod
    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of one attempt to deliver an event; ``counter`` came before it."""

    def account_of(self, parcel: Parcel) -> Account | None:
        """Return the account that is told, None if it is gone."""
        return self.network.find_account(parcel.account)


class Network(ABC):
    """A simulated network; ``self.city`` is everything around it (see ``city.City``)."""

    code = ""
    label = ""
    routes: tuple[Route, ...] = ()
    content_type = "application/json"  # of what its server answers
    secret_fields: tuple[str, ...] = ()  # of a call: nobody may read them
    per_second = 1  # calls of one caller, where the network counts them (``too_many``)

    events_class: type[Events]
    repeat_after: tuple[float, ...] = ()  # seconds before each repeat of an event
    delivery_timeout = 8.0
    in_order = False  # an event that is not accepted holds back those behind it

    client_actions: dict = {}  # what a client can do: name → function(network, chat, data)
    account_actions: dict = {}  # what the company does in the network's own interface

    account_word = "bot"  # what the company's side is called
    account_name = "Бот {}"  # of an account nobody gave a name: with its id
    account_shown: tuple[str, ...] = ()  # what the control API tells of it besides
    account_settings: tuple[str, ...] = ()  # what its owner can change besides the name
    person_class: type = object  # what the network knows of a client beyond his names
    person_details: tuple[str, ...] = ()  # and what of that can be said when he is created
    first_client = 1  # the number of the first client

    shop: dict = {}  # the account that everybody finds at the start
    people: tuple[dict, ...] = ()  # and who may write to it

    def __init__(self, city):
        self.city = city
        self.world = city.world
        self.events = self.events_class(self)
        self.rates = RateLimiter(self.per_second)

    # the network's server

    def operation(self, handler: str, arguments: dict) -> str:
        """Return the name under which the call is remembered and can be made to fail."""
        return arguments.get("name") or handler

    def parameters(self, request: Request) -> dict:
        """Return what was asked; secrets are hidden, files only measured."""
        fields = self.read(request)
        hidden = {name: "***" for name in self.secret_fields if name in fields}
        return fields | hidden | measure_files(request)

    @abstractmethod
    def read(self, request: Request) -> dict:
        """Return the fields of a call; of one that cannot be read, none."""

    @abstractmethod
    def refuse(self, request: Request, code: int) -> Response:
        """Return a refusal with this error code, in the network's own words."""

    def too_many(self, caller: str) -> bool:
        """Return whether the caller asks more often than he may, and count the call if not."""
        return self.city.faults.rate_limit and not self.rates.allows(caller)

    def reply(self, data: dict, status: int = 200) -> Response:
        """Return what the network's server answers."""
        text = json.dumps(data, ensure_ascii=False)
        return Response(text, status, content_type=self.content_type)

    # who is there

    def demonstrate(self) -> None:
        """Create what everybody finds at the start."""
        if self.shop:
            self.create_account(self.shop)
        for person in self.people:
            self.create_client(person)

    def create_account(self, data: dict) -> Account:
        """Create the company's side: ``id``, ``name``, and what :meth:`make_account` reads."""
        account_id = self._free_id(
            self.account_word, data, self.world.accounts, self.new_account_id
        )
        own = self.make_account(account_id, data)
        name = data.get("name") or self.account_name.format(account_id)
        picture = self.city.media.add(f"{self.account_word}.png", pictures.initials(name))
        return self.world.add_account(Account(self.code, account_id, name, picture.key, own=own))

    @abstractmethod
    def make_account(self, account_id: str, data: dict) -> object:
        """Return what only this network knows of a new account: its ``own``."""

    def create_client(self, data: dict) -> Client:
        """Create a person with a phone: names, ``id``, ``lang``, ``photo``, ``person_details``."""
        client_id = self._free_id("client", data, self.world.clients, self.new_client_id)
        names = (data.get("first_name") or "Гость", data.get("last_name", ""))
        drawn = pictures.initials(" ".join(names))
        picture = self.city.media.add("face.png", drawn).key if data.get("photo", True) else ""
        own = self.person_class(**{key: data[key] for key in self.person_details if key in data})
        lang = data.get("lang", "ru")
        return self.world.add_client(Client(self.code, client_id, *names, lang, picture, own))

    def _free_id(self, word: str, data: dict, inhabitants: dict, new) -> str:
        """Return the id that was asked for, or one that nobody has."""
        taken = [known_id for code, known_id in inhabitants if code == self.code]
        chosen = self.read_id(data["id"]) if data.get("id") else new(taken)
        if chosen in taken:
            raise Impossible(f"{word} {chosen} exists")
        return chosen

    # Ids are numbers, unless a network says otherwise with these three.

    def read_id(self, given) -> str:
        """Return an id that was asked for as it is kept."""
        return str(int(given))

    def new_account_id(self, taken: list[str]) -> str:
        """Return an id that no account has: the next number."""
        return str(max(map(int, taken), default=self.shop.get("id", 0)) + 1)

    def new_client_id(self, taken: list[str]) -> str:
        """Return an id that no client has: the next number."""
        return str(max([*map(int, taken), self.first_client - 1]) + 1)

    @abstractmethod
    def new_token(self, account_id: str) -> str:
        """Return a token nobody has."""

    def choose_token(self, account_id: str, data: dict) -> str:
        """Return the ``token`` that was asked for, or a new one."""
        return data.get("token") or self.new_token(account_id)

    def find_account(self, account_id: str) -> Account | None:
        """Return the account with this id, None if there is none."""
        return self.world.accounts.get((self.code, account_id))

    def find_client(self, client_id: str) -> Client | None:
        """Return the person with this id, None if there is none."""
        return self.world.clients.get((self.code, client_id))

    def account_with(self, token: str) -> Account | None:
        """Return the account whose ``own.token`` this is, None if it is nobody's."""
        for account in self.world.accounts_of(self.code):
            if hmac.compare_digest(account.own.token.encode(), token.encode()):
                return account
        return None

    def account_of(self, chat: Chat) -> Account:
        """Return the company's side of a chat."""
        return self.world.accounts[self.code, chat.account]

    def client_of(self, chat: Chat) -> Client:
        """Return the person of a chat."""
        return self.world.clients[self.code, chat.client]

    # what is shown of them

    def view_account(self, account: Account) -> dict:
        """Return what the control API may tell of an account."""
        shown = {name: getattr(account.own, name) for name in self.account_shown}
        return {"id": account.id, "name": account.name, **shown}

    @abstractmethod
    def view_message(self, chat: Chat, message: Message) -> dict:
        """Return the message as the client sees it, in the words of the phone page."""

    @abstractmethod
    def view_chat(self, chat: Chat) -> dict:
        """Return what the phone shows around the messages."""


def measure_files(request: Request) -> dict:
    """Return the names and sizes of the files of a request, under the fields they came in."""
    measured = {}
    for name, file in request.files.items():
        file.stream.seek(0, 2)
        measured[f"({name})"] = f"{file.filename}, {file.stream.tell()} bytes"
        file.stream.seek(0)
    return measured


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
