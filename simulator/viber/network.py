"""Viber as a network of the simulator: where its server is, and who lives there."""

import base64
import secrets

from werkzeug.wrappers import Request, Response

from ..network import Network, Route
from ..state import Account
from . import clients, colleagues, phone
from .bots import ViberBot, ViberPerson
from .call import METHODS, TOKEN_HEADER, Call, read_parameters
from .errors import WORDS, ApiError
from .events import BotEvents

from . import sending, webhooks  # noqa: F401, isort:skip - they register methods


class Viber(Network):
    """chatapi.viber.com, and the people in Viber."""

    code = "viber"
    label = "Viber"
    routes = (Route("/pa/<name>", "api", ("POST",)),)
    # Several times during about an hour (unconfirmed).
    repeat_after = (5, 30, 120, 600, 1200, 1800)
    delivery_timeout = 5.0
    events_class = BotEvents
    client_actions = clients.ACTIONS
    account_actions = colleagues.ACTIONS
    account_name = "Бот"
    account_settings = ("local", "uri", "status")
    account_shown = (*account_settings, "url", "event_types", "send_name", "send_photo")
    person_class = ViberPerson
    person_details = ("phone",)
    shop = {
        "id": "pa:5312345678901234567",
        "name": "Магазин у дома",
        "uri": "shopnearby",
        "token": "4f5acb4ff627e040-demonstration-SECRET-1",
    }
    people = (
        {"id": "k7Qm2ZxV9LpA4sTdE8nYgA==", "first_name": "Вера", "last_name": "Ветрова"}
        | {"phone": "79003334455"},
        {"id": "b1Nf8YtC3RkW7uHjM5qPzQ==", "first_name": "Марат", "phone": "79006667788"},
        {"id": "e4Gs6DvB2XhL9oKiU7wTrA==", "first_name": "Lucy", "last_name": "Grant"}
        | {"lang": "en"},
    )
    view_message = phone.view_message
    view_chat = phone.view_chat

    # the API

    def api(self, request: Request, name: str) -> Response:
        """Answer a call of a method: with HTTP 200, whatever came of it."""
        method = METHODS.get(name)
        if method is None:
            return Response("Not Found", 404)
        try:
            account = self._owner(request.headers.get(TOKEN_HEADER, ""))
            size = len(request.get_data())
            answer = method(Call(self, account, read_parameters(request), size))
        except ApiError as error:
            return self._refusal(error)
        return self.reply({"status": 0, "status_message": WORDS[0], **answer})

    def _owner(self, token: str) -> Account:
        """Return whose token it is."""
        account = self.account_with(token)
        if account is None:
            raise ApiError(2)
        if account.own.status:
            raise ApiError(account.own.status)
        return account

    def _refusal(self, error: ApiError) -> Response:
        return self.reply({"status": error.status, "status_message": error.words})

    def refuse(self, request: Request, code: int) -> Response:
        """Return the error somebody ordered: a status of Viber's, or one of HTTP."""
        return Response("", code) if code >= 400 else self._refusal(ApiError(code))

    def read(self, request: Request) -> dict:
        """Return the fields of a call; the token stands in a header."""
        try:
            return read_parameters(request)
        except ApiError:
            return {}

    # who is there

    def make_account(self, account_id: str, data: dict) -> ViberBot:
        """Return a bot: ``uri``, ``token``, ``local``."""
        token = self.choose_token(account_id, data)
        return ViberBot(data.get("uri") or "bot", token, local=data.get("local", True))

    def new_token(self, account_id: str) -> str:
        """Return a token nobody has."""
        return f"{secrets.token_hex(8)}-SECRET-{secrets.token_hex(8)}"

    # Ids are words.

    def read_id(self, given) -> str:
        """Return an id that was asked for as it is."""
        return given

    def new_account_id(self, taken: list[str]) -> str:
        """Return an id that no bot has."""
        return f"pa:{secrets.randbelow(10**18) + 5 * 10**18}"

    def new_client_id(self, taken: list[str]) -> str:
        """Return an id as Viber makes them; a slash would part the paths of the control API."""
        drawn = base64.b64encode(secrets.token_bytes(16)).decode()
        return drawn.replace("/", "x").replace("+", "y")
