"""One call of a method: who asks for what, and how it is read."""

import json
from dataclasses import dataclass

from werkzeug.wrappers import Request

from ..state import Account, Chat, Message
from .bots import MaxBot
from .errors import ApiError, bad

METHODS = {}
ROUTES = []


def method(verb: str, path: str):
    """Register a function as what answers this verb at this path."""

    def register(function):
        METHODS[function.__name__] = function
        ROUTES.append((path, function.__name__, (verb,)))
        return function

    return register


def read_body(request: Request) -> dict:
    """Return the JSON object that was sent, an empty one where nothing was."""
    text = request.get_data(as_text=True)
    if not text:
        return {}
    try:
        body = json.loads(text)
    except ValueError:
        raise bad("Invalid json")
    if not isinstance(body, dict):
        raise bad("Invalid json")
    return body


@dataclass
class Call:
    """A call whose token is proven."""

    network: object
    account: Account
    query: dict
    body: dict

    @property
    def bot(self) -> MaxBot:
        """Return what MAX knows of the caller."""
        return self.account.own

    def text(self, name: str) -> str:
        """Return a parameter, which has to be there."""
        value = self.query.get(name, "")
        if not value:
            raise bad(f"Missing parameter: {name}")
        return value

    def chat(self) -> Chat:
        """Return the chat that the query names, by its own id or by the person's.

        :raises ApiError: it names none, or one that this bot does not have
        """
        if "user_id" in self.query:
            client = self.network.find_client(self.query["user_id"])
            if client is None:
                raise ApiError(404)
            return self.network.world.chat(self.account, client)
        if "chat_id" in self.query:
            return self.network.chat_of(self.account, self.query["chat_id"])
        raise bad("Unknown recipient")

    def writable_chat(self) -> Chat:
        """Return the chat, proving that the bot may write there."""
        chat = self.chat()
        if not self.bot.moderated:
            raise ApiError(403, "chat.denied", "chat.denied")  # its words are unconfirmed
        if chat.own.get("stopped"):
            raise ApiError(403, "chat.denied", "error.dialog.suspended")
        if not chat.allowed:
            raise ApiError(404, "dialog.not.found", "error.dialog.notfound")
        self.network.slow_down(chat)
        return chat

    def message(self, mid: str) -> tuple[Chat, Message]:
        """Return a message of this bot's chats by its id."""
        found = self.network.find_message(self.account, mid)
        if found is None:
            raise ApiError(404, "message.not.found", f"Message {mid} not found")
        return found
