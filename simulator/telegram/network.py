"""Telegram as a network of the simulator: where its server is, and who lives there."""

import hmac
import json

from werkzeug.wrappers import Request, Response

from .. import pictures
from ..delivery import Answer, Parcel, Verdict
from ..network import Impossible, Network, Route
from ..rates import RateLimiter
from ..state import Account, Chat, Client, Message
from . import clients, colleagues, phone
from .bots import TOKEN, TelegramBot, TelegramPerson
from .call import METHODS, Call, read_parameters
from .errors import ApiError
from .updates import Updates

from . import changes, sending, webhooks  # noqa: F401, isort:skip - they register methods

PER_SECOND = 30
FIRST_CLIENT = 5_400_112_233
DEMONSTRATION = {
    "id": 7100000001,
    "name": "Магазин у дома",
    "username": "shop_nearby_bot",
    "token": "7100000001:AA-demonstration-SECRET-token-00001",
}


class Telegram(Network):
    """api.telegram.org, and the people in Telegram."""

    code = "telegram"
    label = "Telegram"
    routes = (
        Route("/bot<token>/<name>", "api", ("GET", "POST")),
        Route("/file/bot<token>/<path:path>", "file", ("GET",)),
    )
    # The server's source: at once, then 2, 4, 8 … s up to one or two minutes, for a day.
    repeat_after = (0.1, 2, 4, 8, 16, 32, 64, *(90,) * 900)
    delivery_timeout = 60.0
    in_order = True
    client_actions = clients.ACTIONS
    account_actions = colleagues.ACTIONS

    def __init__(self, city):
        super().__init__(city)
        self.rates = RateLimiter(PER_SECOND)
        self.updates = Updates(self)

    # the API

    def api(self, request: Request, token: str, name: str) -> Response:
        """Answer a call of a method; its name may be written in any case."""
        try:
            with self.world.lock:
                account = self._owner(token)
                method = METHODS.get(name.lower())
                if method is None:
                    raise ApiError(404)
                if self.city.faults.rate_limit and not self.rates.allows(token):
                    raise ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
                files = {
                    field: (file.filename or "file", file.read())
                    for field, file in request.files.items()
                }
                result = method(Call(self, account, read_parameters(request), files))
            return _json({"ok": True, "result": result})
        except ApiError as error:
            return _refusal(error)

    def file(self, request: Request, token: str, path: str) -> Response:
        """Answer with a file whose path was asked for."""
        try:
            bot = self._owner(token).own
        except ApiError as error:
            return _refusal(error)
        key = bot.files.get(bot.paths.get(path, ""))
        if key is None:
            return _refusal(ApiError(404, "Not Found: file not found"))
        content = self.city.media.content(key)
        return Response(content, content_type="application/octet-stream")

    def _owner(self, token: str) -> Account:
        """Return whose token it is: 404 for what is none, 401 for one that is not known."""
        if not TOKEN.fullmatch(token):
            raise ApiError(404)
        for account in self.world.accounts_of(self.code):
            if hmac.compare_digest(account.own.token.encode(), token.encode()):
                return account
        raise ApiError(401)

    def refuse(self, request: Request, code: int) -> Response:
        """Return the error somebody ordered."""
        return _refusal(ApiError(code))

    def operation(self, handler: str, arguments: dict) -> str:
        """Return sendMessage, or file."""
        return "file" if handler == "file" else arguments["name"]

    def parameters(self, request: Request) -> dict:
        """Return the fields of a call; the secret is hidden, files only measured."""
        try:
            fields = read_parameters(request)
        except ApiError:
            fields = {}
        fields |= {name: "***" for name in ("secret_token",) if name in fields}
        for name, file in request.files.items():
            file.stream.seek(0, 2)
            fields[f"({name})"] = f"{file.filename}, {file.stream.tell()} bytes"
            file.stream.seek(0)
        return fields

    # updates

    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what Telegram makes of the company's answer."""
        return self.updates.judge(parcel, answer)

    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of an update."""
        return self.updates.headers(parcel)

    # people

    def demonstrate(self) -> None:
        """Create a shop's bot and three people who may write to it."""
        self.create_account(DEMONSTRATION)
        self.create_client(
            {"first_name": "Ольга", "last_name": "Крылова", "username": "olga_k"}
            | {"phone": "79001234567"}
        )
        self.create_client({"first_name": "Тимур", "phone": "79007654321"})
        self.create_client({"first_name": "Emma", "last_name": "Brown", "lang": "en"})

    def create_account(self, data: dict) -> Account:
        """Create a bot: ``name``, ``id``, ``username``, ``token``, ``local``."""
        taken = [int(account.id) for account in self.world.accounts_of(self.code)]
        account_id = int(data.get("id") or max(taken, default=DEMONSTRATION["id"]) + 1)
        if account_id in taken:
            raise Impossible(f"bot {account_id} exists")
        token = data.get("token") or colleagues.new_token(account_id)
        if not TOKEN.fullmatch(token):
            raise Impossible("a token is a number, a colon and 35 letters")
        username = data.get("username") or f"number{account_id}_bot"
        bot = TelegramBot(username, token, local=data.get("local", True))
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
        person = TelegramPerson(data.get("username", ""), data.get("phone", ""))
        client = Client(self.code, str(client_id), *names, lang=data.get("lang", "ru"), own=person)
        client.picture = picture.key if picture else ""
        return self.world.add_client(client)

    def view_account(self, account: Account) -> dict:
        """Return what BotFather and getWebhookInfo show of a bot."""
        return colleagues.view_settings(self, account)

    def view_message(self, chat: Chat, message: Message) -> dict:
        """Return a message as the phone shows it."""
        return phone.view_message(self, chat, message)

    def view_chat(self, chat: Chat) -> dict:
        """Return keyboard, typing and so on."""
        return phone.view_chat(self, chat)


def _refusal(error: ApiError) -> Response:
    body = {"ok": False, "error_code": error.code, "description": error.words}
    if error.parameters:
        body["parameters"] = error.parameters
    return _json(body, error.code)


def _json(data: dict, status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False)
    return Response(text, status, content_type="application/json")
