"""One call of a method: who asks for what, and how its parameters are read."""

import json
from dataclasses import dataclass

from ..state import Account, Chat
from .community import Community
from .errors import ApiError, invalid

METHODS = {}
OLDEST = (5, 81)
NEWEST = (5, 199)
FIRST_CHAT = 2_000_000_000


@dataclass(frozen=True)
class Method:
    """A method of the API and the right a token needs for it."""

    function: object
    right: str


def method(name: str, right: str = ""):
    """Register a function as a method of the API."""

    def register(function):
        METHODS[name] = Method(function, right)
        return function

    return register


def read_version(text: str) -> tuple[int, int]:
    """Return the version a call speaks.

    :raises ApiError: there is none, or one that VK does not know. What VK says to a version of
        the future is unconfirmed; here it is an error.
    """
    if not text:
        raise ApiError(8, "v (version) is required")
    parts = text.split(".")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise ApiError(8, "v (version) is invalid")
    version = (int(parts[0]), int(parts[1]))
    if version < OLDEST:
        raise ApiError(8, "versions below 5.81 are deprecated. Version param should be passed")
    if version > NEWEST:
        raise ApiError(8, "v (version) is unknown")
    return version


@dataclass
class Call:
    """A call whose token and version are proven."""

    vk: object
    account: Account
    version: tuple[int, int]
    parameters: dict
    rights: list

    @property
    def community(self) -> Community:
        """Return what VK knows of the caller."""
        return self.account.own

    @property
    def group_id(self) -> int:
        """Return the id of the community that calls, positive."""
        return int(self.account.id)

    def has(self, name: str) -> bool:
        """Return whether the parameter was given and is not empty."""
        return self.parameters.get(name, "") != ""

    def text(self, name: str, *, longest: int = 0, required: bool = False) -> str:
        """Return a text, empty if it may be missing."""
        value = self.parameters.get(name, "")
        if required and not value:
            raise invalid(name)
        if longest and len(value) > longest:
            raise invalid(name, f"is longer than {longest}")
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        """Return a number; without a default it is required."""
        value = self.parameters.get(name, "")
        if value == "" and default is not None:
            return default
        return as_integer(name, value)

    def flag(self, name: str) -> bool:
        """Return a yes or no: 1 or 0."""
        value = self.parameters.get(name, "") or "0"
        if value not in {"0", "1"}:
            raise invalid(name, "should be 0 or 1")
        return value == "1"

    def integers(self, name: str, most: int) -> list[int]:
        """Return the numbers of a comma list, at least one."""
        values = [part.strip() for part in self.text(name, required=True).split(",")]
        if len(values) > most:
            raise invalid(name, f"should contain at most {most} items")
        return [as_integer(name, value) for value in values]

    def json(self, name: str, longest: int = 0):
        """Return what a parameter says in JSON, None if it is not there."""
        text = self.text(name, longest=longest)
        if not text:
            return None
        try:
            return json.loads(text)
        except ValueError:
            raise invalid(name, "is not valid JSON")

    def check_group(self) -> None:
        """Prove that the call is about the caller's own community."""
        if self.integer("group_id") != self.group_id:
            raise ApiError(15, "group_id is not the group of this token")

    def chat(self, peer_id: int) -> Chat | None:
        """Return the dialog with a peer, None if there is no such person.

        :raises ApiError: the peer is none a community talks to.
        """
        if peer_id >= FIRST_CHAT:
            raise ApiError(917)  # group chats are not simulated
        if peer_id <= 0:
            raise ApiError(932)
        client = self.vk.find_client(str(peer_id))
        return self.vk.world.chat(self.account, client) if client else None

    def dialog(self, name: str = "peer_id") -> Chat:
        """Return the dialog a parameter names; it must have been begun."""
        chat = self.chat(self.integer(name))
        if chat is None or not (chat.messages or chat.allowed):
            raise ApiError(936)  # the code for a peer without a dialog is unconfirmed
        return chat


def as_integer(name: str, value: str) -> int:
    """Return the text as a number."""
    if value == "":
        raise invalid(name)
    try:
        return int(value)
    except ValueError:
        raise invalid(name, "not integer")
