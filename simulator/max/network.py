"""MAX as a network of the simulator: where its server is, and who lives there."""

import hmac
import json
import secrets
from functools import partial

from werkzeug.wrappers import Request, Response

from .. import pictures
from ..delivery import Answer, Parcel, Verdict
from ..network import Impossible, Network, Route
from ..rates import RateLimiter
from ..state import Account, Chat, Client, Message
from . import clients, colleagues, objects, phone
from .bots import TOKEN, MaxBot, MaxPerson
from .call import METHODS, ROUTES, Call, read_body
from .errors import ApiError, NotDone
from .updates import Updates
from .uploads import receive

from . import changes, sending, subscriptions, uploads  # noqa: F401, isort:skip - they register methods

PER_SECOND = 30
PER_CHAT = 2
FIRST_CLIENT = 88_110_022
DEMONSTRATION = {
    "id": 990011,
    "name": "Магазин у дома",
    "username": "shop_nearby_bot",
    "token": "f9LHodD0cOL5-demonstration-SECRET-token",
}


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
    client_actions = clients.ACTIONS
    account_actions = colleagues.ACTIONS

    def __init__(self, city):
        super().__init__(city)
        self.rates = RateLimiter(PER_SECOND)
        self.chat_rates = RateLimiter(PER_CHAT)
        self.updates = Updates(self)

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
                if self.city.faults.rate_limit and not self.rates.allows(account.id):
                    raise ApiError(429)
                query = request.args.to_dict() | path
                return _json(method(Call(self, account, query, read_body(request))))
        except ApiError as error:
            return _refusal(error)
        except NotDone as reason:
            return _json({"success": False, "message": str(reason)})

    def _owner(self, request: Request) -> Account:
        if "access_token" in request.args:
            words = "Passing access_token in query is not supported"
            raise ApiError(403, "deprecated.token", words)
        token = request.headers.get("Authorization", "")
        for bot in self.world.accounts_of(self.code):
            if hmac.compare_digest(bot.own.token.encode(), token.encode()):
                return bot
        raise ApiError(401)

    def slow_down(self, chat: Chat) -> None:
        """:raises ApiError: more than two messages a second into one chat"""
        who = f"{chat.account}:{chat.client}"
        if self.city.faults.rate_limit and not self.chat_rates.allows(who):
            raise ApiError(429)

    def upload(self, request: Request, kind: str, ticket: str) -> Response:
        """Take a file; this server asks nobody who he is."""
        return receive(self, request, kind, ticket)

    def refuse(self, request: Request, code: int) -> Response:
        """Return the error somebody ordered."""
        return _refusal(ApiError(code))

    def operation(self, handler: str, arguments: dict) -> str:
        """Return the method's name, or upload.image and its like."""
        return f"upload.{arguments['kind']}" if handler == "upload" else handler

    def parameters(self, request: Request) -> dict:
        """Return what was asked; the secret is hidden, files only measured."""
        fields = request.args.to_dict()
        if request.files:
            for name, file in request.files.items():
                file.stream.seek(0, 2)
                fields[f"({name})"] = f"{file.filename}, {file.stream.tell()} bytes"
                file.stream.seek(0)
            return fields
        try:
            body = read_body(request)
        except ApiError:
            body = {}
        shown = {name: "***" if name == "secret" else value for name, value in body.items()}
        return (
            fields | {"access_token": "***"} | shown
            if "access_token" in fields
            else {
                **fields,
                **shown,
            }
        )

    # events

    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what MAX makes of the company's answer."""
        return self.updates.judge(parcel, answer)

    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of an event."""
        return self.updates.headers(parcel)

    # people

    def demonstrate(self) -> None:
        """Create a shop's bot and three people who may write to it."""
        self.create_account(DEMONSTRATION)
        self.create_client({"first_name": "Ирина", "last_name": "Панова", "phone": "79001234567"})
        self.create_client({"first_name": "Рустам", "username": "rustam", "phone": "79007654321"})
        self.create_client({"first_name": "Olivia", "last_name": "Smith", "lang": "en"})

    def create_account(self, data: dict) -> Account:
        """Create a bot: ``name``, ``id``, ``username``, ``token``, ``local``, ``moderated``."""
        taken = [int(one.id) for one in self.world.accounts_of(self.code)]
        account_id = int(data.get("id") or max(taken, default=DEMONSTRATION["id"]) + 1)
        if account_id in taken:
            raise Impossible(f"bot {account_id} exists")
        token = data.get("token") or colleagues.new_token()
        if not TOKEN.fullmatch(token):
            raise Impossible("a token is made of letters, digits, _ and -")
        username = data.get("username") or f"number{account_id}_bot"
        bot = MaxBot(username, token, data.get("local", True), data.get("moderated", True))
        name = data.get("name") or f"Бот {account_id}"
        picture = self.city.media.add("bot.png", pictures.initials(name))
        return self.world.add_account(
            Account(self.code, str(account_id), name, picture.key, own=bot)
        )

    def create_client(self, data: dict) -> Client:
        """Create a person: names, ``id``, ``lang``, ``username``, ``phone``, ``photo``."""
        taken = [int(client.id) for client in self.world.clients_of(self.code)]
        client_id = int(data.get("id") or max([*taken, FIRST_CLIENT - 1]) + 1)
        if client_id in taken:
            raise Impossible(f"client {client_id} exists")
        names = (data.get("first_name") or "Гость", data.get("last_name", ""))
        drawn = pictures.initials(" ".join(names))
        picture = self.city.media.add("face.png", drawn) if data.get("photo", True) else None
        person = MaxPerson(data.get("username", ""), data.get("phone", ""))
        client = Client(self.code, str(client_id), *names, lang=data.get("lang", "ru"), own=person)
        client.picture = picture.key if picture else ""
        return self.world.add_client(client)

    def view_account(self, account: Account) -> dict:
        """Return what the pages of business.max.ru show of a bot."""
        return colleagues.view_settings(account)

    def view_message(self, chat: Chat, message: Message) -> dict:
        """Return a message as the phone shows it."""
        return phone.view_message(self, chat, message)

    def view_chat(self, chat: Chat) -> dict:
        """Return typing and so on."""
        return phone.view_chat(chat)

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


def _refusal(error: ApiError) -> Response:
    return _json({"code": error.code, "message": error.words}, error.status)


def _json(data: dict, status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False)
    return Response(text, status, content_type="application/json")
