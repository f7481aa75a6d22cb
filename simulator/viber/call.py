"""One call of a method: who asks for what, and how its parameters are read."""

import json
from dataclasses import dataclass

from werkzeug.wrappers import Request

from ..state import Account, Chat
from .bots import ViberBot
from .errors import ApiError, bad, missing

METHODS = {}
TOKEN_HEADER = "X-Viber-Auth-Token"  # noqa: S105 - where the token stands


def method(function):
    """Register a function as the method of the API that has its name.

    The world is not locked: some methods call the company, and wait for it.
    """
    METHODS[function.__name__] = function
    return function


def read_parameters(request: Request) -> dict:
    """Return what was asked: a JSON object."""
    try:
        sent = json.loads(request.get_data(as_text=True))
    except ValueError:
        raise bad("not JSON")
    if not isinstance(sent, dict):
        raise bad("not a JSON object")
    return sent


@dataclass
class Call:
    """A call whose token is proven."""

    viber: object
    account: Account
    parameters: dict
    size: int  # bytes of the request

    @property
    def bot(self) -> ViberBot:
        """Return what Viber knows of the caller."""
        return self.account.own

    def text(self, name: str, *, limit: int = 0, empty: bool = False) -> str:
        """Return a text that has to be there."""
        return read_text(self.parameters, name, limit=limit, empty=empty)

    def chat(self) -> Chat:
        """Return the chat with the receiver; he has to take messages of the bot.

        :raises ApiError: there is nobody, or he does not
        """
        receiver = self.text("receiver")
        client = self.viber.find_client(receiver)
        if client is None or client.own.unregistered:
            raise ApiError(5)
        chat = self.viber.world.chat(self.account, client)
        if not chat.allowed:
            raise ApiError(6)
        return chat


def read_text(parameters: dict, name: str, *, limit: int = 0, empty: bool = False) -> str:
    """Return a text of an object, no longer than it may be."""
    value = parameters.get(name)
    if value is None or (value == "" and not empty):
        raise missing(name)
    if not isinstance(value, str):
        raise bad(f"{name} is not a string")
    if limit and len(value) > limit:
        raise bad(f"{name} is longer than {limit}")
    return value


def read_size(parameters: dict, name: str, limit: int) -> int:
    """Return a number of bytes of an object, no larger than it may be."""
    value = parameters.get(name)
    if value is None:
        raise missing(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= limit:
        raise bad(f"{name} is not a number from 1 to {limit}")
    return value
