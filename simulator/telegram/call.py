"""One call of a method: who asks for what, and how its parameters are read."""

import json
from dataclasses import dataclass

from werkzeug.wrappers import Request

from ..state import Account, Chat
from .bots import TelegramBot
from .errors import bad, forbidden

METHODS = {}


def method(function):
    """Register a function as the method of the API that has its name in camel case."""
    first, *others = function.__name__.split("_")
    METHODS[(first + "".join(word.title() for word in others)).lower()] = function
    return function


def read_parameters(request: Request) -> dict:
    """Return what was asked: of the query, a form or a JSON object, all as text or JSON."""
    parameters = request.args.to_dict()
    if request.mimetype == "application/json":
        try:
            sent = json.loads(request.get_data(as_text=True))
        except ValueError:
            raise bad("can't parse request: not a JSON object")
        return parameters | {k: v if isinstance(v, str) else json.dumps(v) for k, v in sent.items()}
    return parameters | request.form.to_dict()


@dataclass
class Call:
    """A call whose token is proven."""

    telegram: object
    account: Account
    parameters: dict
    files: dict  # field → (name, bytes)

    @property
    def bot(self) -> TelegramBot:
        """Return what Telegram knows of the caller."""
        return self.account.own

    def text(self, name: str) -> str:
        """Return a text, empty where there is none."""
        return self.parameters.get(name, "")

    def flag(self, name: str) -> bool:
        """Return a truth value, false where there is none."""
        return self.text(name).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        """Return a number."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise bad(f"{name} is not a number")

    def json(self, name: str, kind: type):
        """Return what a parameter says in JSON, None where it is not there."""
        text = self.text(name)
        if not text:
            return None
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, kind):
            raise bad(f"can't parse {name} JSON object")
        return value

    def chat(self) -> Chat:
        """Return the chat that ``chat_id`` names; the bot must have met the person.

        :raises ApiError: it has not, or may not write to him
        """
        text = self.text("chat_id")
        if not text:
            raise bad("chat_id is empty")
        client = self.telegram.find_client(text)
        if client is None:
            raise bad("chat not found")
        return self.telegram.world.chat(self.account, client)

    def writable_chat(self) -> Chat:
        """Return the chat, proving that the person takes messages of the bot."""
        chat = self.chat()
        if self.telegram.client_of(chat).own.deactivated:
            raise forbidden("user is deactivated")
        if chat.own.get("stopped"):
            raise forbidden("bot was blocked by the user")
        if not chat.allowed:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def message(self, chat: Chat, missing: str):
        """Return the message that ``message_id`` names."""
        said = chat.find(id=self.number("message_id", 0))
        if said is None:
            raise bad(missing)
        return said
