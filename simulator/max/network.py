"""MAX as a network of the simulator: where its server is, and who lives there."""

import hmac
import secrets
from functools import partial

from werkzeug.wrappers import Request, Response

from ..network import Impossible, Network, Route
from ..rates import RateLimiter
from ..state import Account, Chat, Message
from . import clients, colleagues, objects, phone
from .bots import TOKEN, MaxBot, MaxPerson
from .call import METHODS, ROUTES, Call, read_body
from .errors import ApiError, NotDone
from .updates import Updates
from .uploads import receive

from . import changes, sending, subscriptions, uploads  # noqa: F401, isort:skip - they register methods

PER_CHAT = 2


class Max(Network):
    """platform-api2.max.ru, the servers that take files, and the people in MAX."""

    code = "max"
    label = "MAX"
    routes = (
        *(Route(*route) for route in ROUTES),
        Route("/upload/max/<kind>/<ticket>", "upload"),
    )
    # Ten times, each time after 2.5 times as long.
    repeat_after = tuple(60 * 2.5**number for number in range(10))
    delivery_timeout = 30.0
    per_second = 30
    secret_fields = ("access_token", "secret")
    events_class = Updates
    client_actions = clients.ACTIONS
    account_actions = colleagues.ACTIONS
    account_shown = account_settings = ("local", "username", "moderated", "processing")
    person_class = MaxPerson
    person_details = ("username", "phone")
    first_client = 88_110_022
    shop = {
        "id": 990011,
        "name": "Магазин у дома",
        "username": "shop_nearby_bot",
        "token": "f9LHodD0cOL5-demonstration-SECRET-token",
    }
    people = (
        {"first_name": "Ирина", "last_name": "Панова", "phone": "79001234567"},
        {"first_name": "Рустам", "username": "rustam", "phone": "79007654321"},
        {"first_name": "Olivia", "last_name": "Smith", "lang": "en"},
    )
    upload = receive
    view_message = phone.view_message
    view_chat = phone.view_chat

    def __init__(self, city):
        super().__init__(city)
        self.chat_rates = RateLimiter(PER_CHAT)

    # the API

    def __getattr__(self, name: str):
        """Return what answers a method of the API."""
        if name not in METHODS:
            raise AttributeError(name)
        return partial(self._answer, METHODS[name])

    def _answer(self, method, request: Request, **path: str) -> Response:
        try:
            with self.world.lock:
                account = self._owner(request)
                if self.too_many(account.id):
                    raise ApiError(429)
                query = request.args.to_dict() | path
                return self.reply(method(Call(self, account, query, read_body(request))))
        except ApiError as error:
            return self._refusal(error)
        except NotDone as reason:
            return self.reply({"success": False, "message": str(reason)})

    def _owner(self, request: Request) -> Account:
        if "access_token" in request.args:
            words = "Passing access_token in query is not supported"
            raise ApiError(403, "deprecated.token", words)
        token = request.headers.get("Authorization", "")
        account = self.account_with(token)
        if account is None:
            raise ApiError(401)
        return account

    def _refusal(self, error: ApiError) -> Response:
        return self.reply({"code": error.code, "message": error.words}, error.status)

    def slow_down(self, chat: Chat) -> None:
        """:raises ApiError: more than two messages a second into one chat"""
        who = f"{chat.account}:{chat.client}"
        if self.city.faults.rate_limit and not self.chat_rates.allows(who):
            raise ApiError(429)

    def refuse(self, request: Request, code: int) -> Response:
        """Return the error somebody ordered."""
        return self._refusal(ApiError(code))

    def operation(self, handler: str, arguments: dict) -> str:
        """Return the method's name, or upload.image and its like."""
        return f"upload.{arguments['kind']}" if handler == "upload" else handler

    def read(self, request: Request) -> dict:
        """Return what stands in the query and in the body."""
        fields = request.args.to_dict()
        try:
            return fields if request.files else fields | read_body(request)
        except ApiError:
            return fields

    # who is there

    def make_account(self, account_id: str, data: dict) -> MaxBot:
        """Return a bot: ``username``, ``token``, ``local``, ``moderated``."""
        token = self.choose_token(account_id, data)
        if not TOKEN.fullmatch(token):
            raise Impossible("a token is made of letters, digits, _ and -")
        username = data.get("username") or f"number{account_id}_bot"
        return MaxBot(username, token, data.get("local", True), data.get("moderated", True))

    def new_token(self, account_id: str) -> str:
        """Return a token nobody has."""
        return f"f9LHodD0cOL5-SECRET-{secrets.token_hex(16)}"

    def view_account(self, account: Account) -> dict:
        """Return what the pages of business.max.ru show of a bot, without its secrets."""
        there = account.own.subscriptions.values()
        told = [{"url": one.url, "update_types": one.update_types} for one in there]
        return {**super().view_account(account), "subscriptions": told}

    def chat_of(self, account: Account, chat_id: str) -> Chat:
        """Return a chat of a bot by its own id, which is not that of the person."""
        for client in self.world.clients_of(self.code):
            if str(objects.chat_id(account.id, client.id)) == chat_id:
                return self.world.chat(account, client)
        raise ApiError(404, "chat.not.found", f"Chat {chat_id} not found")

    def find_message(self, account: Account, mid: str) -> tuple[Chat, Message] | None:
        """Return a message of a bot's chats by its id, with its chat."""
        for chat in self.world.chats.values():
            if (chat.network, chat.account) != (self.code, account.id):
                continue
            for said in chat.visible():
                if hmac.compare_digest(objects.mid(chat, said), mid):
                    return chat, said
        return None

    def new_id(self) -> str:
        """Return an id like those MAX gives."""
        return f"f9LHodD0cOL{secrets.token_urlsafe(18)}"
