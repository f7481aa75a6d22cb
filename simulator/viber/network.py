"""Viber as a network of the simulator: where its server is, and who lives there."""

import base64
import hmac
import json
import secrets

from werkzeug.wrappers import Request, Response

from .. import pictures
from ..delivery import Answer, Parcel, Verdict
from ..network import Impossible, Network, Route
from ..state import Account, Chat, Client, Message
from . import clients, colleagues, phone
from .bots import ViberBot, ViberPerson
from .call import METHODS, TOKEN_HEADER, Call, read_parameters
from .errors import WORDS, ApiError
from .events import Events

from . import sending, webhooks  # noqa: F401, isort:skip - they register methods

DEMONSTRATION = {
    "id": "pa:5312345678901234567",
    "name": "Магазин у дома",
    "uri": "shopnearby",
    "token": "4f5acb4ff627e040-demonstration-SECRET-1",
}
PEOPLE = (
    {"id": "k7Qm2ZxV9LpA4sTdE8nYgA==", "first_name": "Вера", "last_name": "Ветрова"}
    | {"phone": "79003334455"},
    {"id": "b1Nf8YtC3RkW7uHjM5qPzQ==", "first_name": "Марат", "phone": "79006667788"},
    {"id": "e4Gs6DvB2XhL9oKiU7wTrA==", "first_name": "Lucy", "last_name": "Grant", "lang": "en"},
)


class Viber(Network):
    """chatapi.viber.com, and the people in Viber."""

    code = "viber"
    label = "Viber"
    routes = (Route("/pa/<name>", "api", ("POST",)),)
    # Several times during about an hour (unconfirmed).
    repeat_after = (5, 30, 120, 600, 1200, 1800)
    delivery_timeout = 5.0
    client_actions = clients.ACTIONS
    account_actions = colleagues.ACTIONS

    def __init__(self, city):
        super().__init__(city)
        self.events = Events(self)

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
            return _json({"status": error.status, "status_message": error.words})
        return _json({"status": 0, "status_message": WORDS[0], **answer})

    def _owner(self, token: str) -> Account:
        """Return whose token it is."""
        for account in self.world.accounts_of(self.code):
            if token and hmac.compare_digest(account.own.token.encode(), token.encode()):
                if account.own.status:
                    raise ApiError(account.own.status)
                return account
        raise ApiError(2)

    def refuse(self, request: Request, code: int) -> Response:
        """Return the error somebody ordered: a status of Viber's, or one of HTTP."""
        if code >= 400:
            return Response("", code)
        error = ApiError(code)
        return _json({"status": error.status, "status_message": error.words})

    def parameters(self, request: Request) -> dict:
        """Return the fields of a call; the token stands in a header."""
        try:
            return read_parameters(request)
        except ApiError:
            return {}

    # events

    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what Viber makes of the company's answer."""
        return self.events.judge(parcel, answer)

    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of an event."""
        return self.events.headers(parcel)

    # people

    def demonstrate(self) -> None:
        """Create a shop's bot and three people who may write to it."""
        self.create_account(DEMONSTRATION)
        for person in PEOPLE:
            self.create_client(person)

    def create_account(self, data: dict) -> Account:
        """Create a bot: ``name``, ``id``, ``uri``, ``token``, ``local``."""
        account_id = data.get("id") or f"pa:{secrets.randbelow(10**18) + 5 * 10**18}"
        if (self.code, account_id) in self.world.accounts:
            raise Impossible(f"bot {account_id} exists")
        token = data.get("token") or colleagues.new_token()
        bot = ViberBot(data.get("uri") or "bot", token, local=data.get("local", True))
        name = data.get("name") or "Бот"
        picture = self.city.media.add("bot.png", pictures.initials(name))
        return self.world.add_account(Account(self.code, account_id, name, picture.key, own=bot))

    def create_client(self, data: dict) -> Client:
        """Create a person: names, ``id``, ``lang``, ``phone``, ``photo``."""
        client_id = data.get("id") or _new_id()
        if (self.code, client_id) in self.world.clients:
            raise Impossible(f"client {client_id} exists")
        names = (data.get("first_name") or "Гость", data.get("last_name", ""))
        drawn = pictures.initials(" ".join(names))
        picture = self.city.media.add("face.png", drawn) if data.get("photo", True) else None
        person = ViberPerson(data.get("phone", ""))
        client = Client(self.code, client_id, *names, lang=data.get("lang", "ru"), own=person)
        client.picture = picture.key if picture else ""
        return self.world.add_client(client)

    def view_account(self, account: Account) -> dict:
        """Return what there is to know of a bot."""
        return colleagues.view_settings(self, account)

    def view_message(self, chat: Chat, message: Message) -> dict:
        """Return a message as the phone shows it."""
        return phone.view_message(self, message)

    def view_chat(self, chat: Chat) -> dict:
        """Return the keyboard and so on."""
        return phone.view_chat(self, chat)

    def account_of(self, chat: Chat) -> Account:
        """Return the bot of a chat."""
        return self.world.accounts[self.code, chat.account]

    def client_of(self, chat: Chat) -> Client:
        """Return the person of a chat."""
        return self.world.clients[self.code, chat.client]


def _new_id() -> str:
    """Return an id as Viber makes them; a slash would part the paths of the control API."""
    return base64.b64encode(secrets.token_bytes(16)).decode().replace("/", "x").replace("+", "y")


def _json(data: dict) -> Response:
    text = json.dumps(data, ensure_ascii=False)
    return Response(text, 200, content_type="application/json")
