"""What exists in the simulated world: accounts, clients, and the chats between them.

The same for all networks. What only one network knows hangs in ``own``, a class of that network.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field

from .keep import kept


@kept
class Account:
    """The company's side on a network: a community, bot, page or number."""

    network: str
    id: str
    name: str
    picture: str = ""  # key of a medium
    last_message_id: int = 0
    own: object = None

    def next_message_id(self) -> int:
        """Return a number that no message of this account has."""
        self.last_message_id += 1
        return self.last_message_id


@kept
class Client:
    """A person with a phone."""

    network: str
    id: str
    first_name: str
    last_name: str = ""
    lang: str = "ru"
    picture: str = ""  # key of a medium
    own: object = None

    @property
    def name(self) -> str:
        """Return the name as the phone shows it."""
        return f"{self.first_name} {self.last_name}".strip()


@kept
class Message:
    """One message; ``attachments``, ``keyboard`` and ``own`` are as the network words them."""

    id: int
    number: int  # counts per chat
    at: float
    outgoing: bool  # said by the company
    text: str = ""
    attachments: list = field(default_factory=list)
    reply: dict | None = None
    forwarded: list = field(default_factory=list)
    keyboard: dict | None = None
    payload: str = ""
    geo: dict | None = None
    random_id: int = 0
    author: int = 0  # a colleague who wrote it in the network's own interface
    edited_at: float = 0
    deleted: bool = False  # gone for both sides
    hidden: bool = False  # gone for the company only
    reactions: dict = field(default_factory=dict)
    own: dict = field(default_factory=dict)


@kept
class Chat:
    """All that one client and one account said to each other."""

    network: str
    account: str
    client: str
    messages: list = field(default_factory=list)
    allowed: bool = False  # the company may write
    blocked: bool = False  # the company put the client on its black list
    read_by_client: int = 0  # number of the message
    read_by_company: int = 0
    typing: dict = field(default_factory=dict)  # by the company: kind and until when
    version: int = 0
    own: dict = field(default_factory=dict)

    def next_number(self) -> int:
        """Return the number of the message that will be added next."""
        return self.messages[-1].number + 1 if self.messages else 1

    def add(self, message_id: int, *, outgoing: bool, at: float = 0, **values) -> Message:
        """Return a new message, which is the last one of the chat."""
        about = {"number": self.next_number(), "at": at or time.time(), "outgoing": outgoing}
        said = Message(id=message_id, **about, **values)
        self.messages.append(said)
        return said

    def find(self, *, number: int = 0, id: int = 0) -> Message | None:  # noqa: A002 - a message's id
        """Return the message with that number or id, unless it is gone."""
        for message in reversed(self.messages):
            if (message.number == number or message.id == id) and not message.deleted:
                return message
        return None

    def visible(self) -> list[Message]:
        """Return what the client sees."""
        return [message for message in self.messages if not message.deleted]


@kept
class Contents:
    """What is written to the file."""

    accounts: list
    clients: list
    chats: list
    media: dict
    parcels: list
    version: int


class World:
    """Everything that is true at the moment; changed only under its lock."""

    def __init__(self, origin: str = "http://127.0.0.1:8070"):
        self.origin = origin
        self.clock = time.time
        self.lock = threading.RLock()
        self._news = threading.Condition(self.lock)
        self.clear()

    def clear(self) -> None:
        """Forget everything, but never count backwards: phones ask for what is newer."""
        with self.lock:
            self.accounts: dict[tuple[str, str], Account] = {}
            self.clients: dict[tuple[str, str], Client] = {}
            self.chats: dict[tuple[str, str, str], Chat] = {}
            self.version = getattr(self, "version", 0) + 1
            self.structure_version = self.version

    @contextmanager
    def change(self, chat: Chat | None = None) -> Iterator[None]:
        """Hold the lock; afterwards everyone who looks at the chat is told."""
        with self.lock:
            yield
            self.version += 1
            if chat is None:
                self.structure_version = self.version
            else:
                chat.version = self.version
            self._news.notify_all()

    def wait_for_news(self, since: int, timeout: float) -> int:
        """Return the version of the world, as soon as it is another than ``since``."""
        with self.lock:
            self._news.wait_for(lambda: self.version != since, timeout)
            return self.version

    def chat(self, account: Account, client: Client) -> Chat:
        """Return the chat of these two, a new one if they never met."""
        key = (account.network, account.id, client.id)
        with self.lock:
            if key not in self.chats:
                self.chats[key] = Chat(*key)
            return self.chats[key]

    def accounts_of(self, network: str) -> list[Account]:
        """Return the accounts of a network, in the order they were made."""
        return [account for (code, _id), account in self.accounts.items() if code == network]

    def clients_of(self, network: str) -> list[Client]:
        """Return the clients of a network, in the order they were made."""
        return [client for (code, _id), client in self.clients.items() if code == network]

    def add_account(self, account: Account) -> Account:
        """Let the account exist."""
        with self.change():
            self.accounts[account.network, account.id] = account
        return account

    def add_client(self, client: Client) -> Client:
        """Let the client exist."""
        with self.change():
            self.clients[client.network, client.id] = client
        return client
