"""Telegram as a network of the simulator: where its server is, and who lives there."""

import secrets

from werkzeug.wrappers import Request, Response

from ..network import Impossible, Network, Route
from ..state import Account
from . import clients, colleagues, phone
from .bots import TOKEN, TelegramBot, TelegramPerson
from .call import METHODS, Call, read_parameters
from .errors import ApiError
from .updates import Updates

from . import changes, sending, webhooks  # noqa: F401, isort:skip - they register methods


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
    per_second = 30
    secret_fields = ("secret_token",)
    events_class = Updates
    client_actions = clients.ACTIONS
    account_actions = colleagues.ACTIONS
    account_shown = ("username", "local", "url", "allowed_updates", "max_connections")
    account_settings = ("local", "username")
    person_class = TelegramPerson
    person_details = ("username", "phone")
    first_client = 5_400_112_233
    shop = {
        "id": 7100000001,
        "name": "Магазин у дома",
        "username": "shop_nearby_bot",
        "token": "7100000001:AA-demonstration-SECRET-token-00001",
    }
    people = (
        {"first_name": "Ольга", "last_name": "Крылова", "username": "olga_k"}
        | {"phone": "79001234567"},
        {"first_name": "Тимур", "phone": "79007654321"},
        {"first_name": "Emma", "last_name": "Brown", "lang": "en"},
    )
    view_message = phone.view_message
    view_chat = phone.view_chat

    # the API

    def api(self, request: Request, token: str, name: str) -> Response:
        """Answer a call of a method; its name may be written in any case."""
        try:
            with self.world.lock:
                account = self._owner(token)
                method = METHODS.get(name.lower())
                if method is None:
                    raise ApiError(404)
                if self.too_many(token):
                    raise ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
                files = {
                    field: (file.filename or "file", file.read())
                    for field, file in request.files.items()
                }
                result = method(Call(self, account, read_parameters(request), files))
            return self.reply({"ok": True, "result": result})
        except ApiError as error:
            return self._refusal(error)

    def file(self, request: Request, token: str, path: str) -> Response:
        """Answer with a file whose path was asked for."""
        try:
            bot = self._owner(token).own
        except ApiError as error:
            return self._refusal(error)
        key = bot.files.get(bot.paths.get(path, ""))
        if key is None:
            return self._refusal(ApiError(404, "Not Found: file not found"))
        content = self.city.media.content(key)
        return Response(content, content_type="application/octet-stream")

    def _owner(self, token: str) -> Account:
        """Return whose token it is: 404 for what is none, 401 for one that is not known."""
        if not TOKEN.fullmatch(token):
            raise ApiError(404)
        account = self.account_with(token)
        if account is None:
            raise ApiError(401)
        return account

    def _refusal(self, error: ApiError) -> Response:
        body = {"ok": False, "error_code": error.code, "description": error.words}
        if error.parameters:
            body["parameters"] = error.parameters
        return self.reply(body, error.code)

    def refuse(self, request: Request, code: int) -> Response:
        """Return the error somebody ordered."""
        return self._refusal(ApiError(code))

    def operation(self, handler: str, arguments: dict) -> str:
        """Return sendMessage, or file."""
        return "file" if handler == "file" else arguments["name"]

    def read(self, request: Request) -> dict:
        """Return the fields of a call."""
        try:
            return read_parameters(request)
        except ApiError:
            return {}

    # who is there

    def make_account(self, account_id: str, data: dict) -> TelegramBot:
        """Return a bot: ``username``, ``token``, ``local``."""
        token = self.choose_token(account_id, data)
        username = data.get("username") or f"number{account_id}_bot"
        return TelegramBot(username, token, local=data.get("local", True))

    def new_token(self, account_id: str) -> str:
        """Return a token nobody has."""
        return f"{account_id}:AA-SECRET-{secrets.token_hex(16)[:25]}"

    def choose_token(self, account_id: str, data: dict) -> str:
        """Return the ``token`` that was asked for, if it looks like one, or a new one."""
        token = super().choose_token(account_id, data)
        if not TOKEN.fullmatch(token):
            raise Impossible("a token is a number, a colon and 35 letters")
        return token

    def view_account(self, account: Account) -> dict:
        """Return what BotFather and getWebhookInfo show of a bot, without its secrets."""
        pending, error = self.events.count_pending(account), account.own.last_error_message
        return {**super().view_account(account), "pending": pending, "last_error": error}
