"""VK as a network of the simulator: where its servers are, and who lives there."""

import hmac
import json

from werkzeug.wrappers import Request, Response

from .. import pictures
from ..delivery import Answer, Parcel, Verdict
from ..network import Impossible, Network, Route
from ..rates import RateLimiter
from ..state import Account, Chat, Client, Message
from . import callback, clients, colleagues, phone
from .call import METHODS, Call, read_version
from .community import RIGHTS, Community, Person
from .errors import ApiError
from .uploads import receive_document, receive_photo

from . import changes, dialogs, groups, sending, users  # noqa: F401, isort:skip - they register methods

PER_SECOND = 20
FIRST_CLIENT = 40_112_233
DEMONSTRATION = {
    "id": 210987654,
    "name": "Магазин у дома",
    "screen_name": "shop_nearby",
    "token": "vk1.a.demonstration-SECRET-token",
}
# Methods that exist, but not for a community token.
USERS_ONLY = {"docs.getUploadServer", "video.save", "photos.getUploadServer", "audio.save"}


class Vk(Network):
    """api.vk.ru, its upload servers, and the people in VK."""

    code = "vk"
    label = "VK"
    routes = (
        Route("/method/<name>", "api"),
        Route("/upload/vk/photo/<ticket>", "upload_photo"),
        Route("/upload/vk/doc/<ticket>", "upload_doc"),
    )
    # Seen: a first repeat after about 18 s. VK does not publish the rest: it is ours.
    repeat_after = (18, 60, 180, 600, 1800, 3600, 7200, 7200)
    client_actions = clients.ACTIONS
    account_actions = colleagues.ACTIONS

    def __init__(self, city):
        super().__init__(city)
        self.rates = RateLimiter(PER_SECOND)
        self.callback = callback.Callback(self)

    # the API

    def api(self, request: Request, name: str) -> Response:
        """Answer a call of a method."""
        try:
            with self.world.lock:
                call, method = self._admit(request, name)
                answer = method.function(call)
            if callable(answer):  # what must not happen under the lock
                answer = answer()
            return _json({"response": answer})
        except ApiError as error:
            return self._refusal(request, name, error)

    def _admit(self, request: Request, name: str):
        """Return the call, if its method, version, token and rights are in order.

        In which order VK looks at them is unconfirmed.
        """
        parameters = request.form.to_dict()
        if name not in METHODS and name not in USERS_ONLY:
            raise ApiError(3)
        version = read_version(parameters.get("v", ""))
        token = _token(request)
        if not token:
            raise ApiError(5, "no access_token passed")
        account, rights = self._owner(token)
        if self.city.faults.rate_limit and not self.rates.allows(token):
            raise ApiError(6)
        if name in USERS_ONLY:
            raise ApiError(27, "method is unavailable with group auth")
        method = METHODS[name]
        if method.right and method.right not in rights:
            # Which of the two codes comes for which right is unconfirmed.
            raise ApiError(15 if method.right == "manage" else 7, "no access to call this method")
        return Call(self, account, version, parameters, rights), method

    def _owner(self, token: str) -> tuple[Account, list]:
        for account in self.world.accounts_of(self.code):
            for known, rights in account.own.tokens.items():
                if hmac.compare_digest(known.encode(), token.encode()):
                    return account, rights
        raise ApiError(5, "invalid access_token (4)")

    def _refusal(self, request: Request, name: str, error: ApiError) -> Response:
        parameters = {"method": name, "oauth": "1"} | request.form.to_dict()
        return _json(
            {
                "error": {
                    "error_code": error.code,
                    "error_msg": error.text,
                    "request_params": [
                        {"key": key, "value": value} for key, value in parameters.items()
                    ],
                }
            }
        )

    def refuse(self, request: Request, code: int) -> Response:
        """Return the error somebody ordered."""
        return self._refusal(request, request.path.rpartition("/")[2], ApiError(code))

    def operation(self, handler: str, arguments: dict) -> str:
        """Return messages.send, or upload.photo."""
        return arguments.get("name") or handler.replace("_", ".")

    def parameters(self, request: Request) -> dict:
        """Return the fields of a call; tokens are hidden, files only measured."""
        fields = request.form.to_dict()
        fields |= {name: "***" for name in ("access_token", "secret_key") if name in fields}
        if request.headers.get("Authorization"):
            fields["(Authorization)"] = "***"
        if request.args:
            fields["(query)"] = sorted(request.args)
        for name, file in request.files.items():
            file.stream.seek(0, 2)
            fields[f"({name})"] = f"{file.filename}, {file.stream.tell()} bytes"
            file.stream.seek(0)
        return fields

    def upload_photo(self, request: Request, ticket: str) -> Response:
        """Take a picture on the upload server."""
        return receive_photo(self, request, ticket)

    def upload_doc(self, request: Request, ticket: str) -> Response:
        """Take a document or voice message on the upload server."""
        return receive_document(self, request, ticket)

    # events

    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what VK makes of the company's answer."""
        return self.callback.judge(parcel, answer)

    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of an event."""
        return callback.headers(counter)

    # people

    def demonstrate(self) -> None:
        """Create a shop and three people who may write to it."""
        self.create_account(DEMONSTRATION)
        self.create_client({"first_name": "Анна", "last_name": "Соколова", "sex": 1})
        self.create_client({"first_name": "Дмитрий", "last_name": "Кузнецов", "sex": 2})
        self.create_client({"first_name": "Мария", "last_name": "Лебедева", "sex": 1})

    def create_account(self, data: dict) -> Account:
        """Create a community: ``name``, ``id``, ``token``, ``rights``, ``tokens``, settings."""
        taken = [int(account.id) for account in self.world.accounts_of(self.code)]
        account_id = int(data.get("id") or max(taken, default=DEMONSTRATION["id"]) + 1)
        if account_id in taken:
            raise Impossible(f"community {account_id} exists")
        community = Community(data.get("screen_name") or f"club{account_id}")
        community.new_code()
        community.confirmation_code = data.get("confirmation_code") or community.confirmation_code
        for name in ("bot_capabilities", "start_button", "repeated_send_returns"):
            setattr(community, name, data.get(name, getattr(community, name)))
        token = data.get("token") or f"vk1.a.SECRET-{account_id}"
        tokens = data.get("tokens") or {token: data.get("rights", list(RIGHTS))}
        community.tokens = {one: colleagues.check_rights(rights) for one, rights in tokens.items()}
        name = data.get("name") or f"Сообщество {account_id}"
        picture = self.city.media.add("community.png", pictures.initials(name))
        account = Account(self.code, str(account_id), name, picture.key, own=community)
        return self.world.add_account(account)

    def create_client(self, data: dict) -> Client:
        """Create a person: ``first_name``, ``last_name``, ``id``, ``lang``, and what VK knows."""
        taken = [int(client.id) for client in self.world.clients_of(self.code)]
        client_id = int(data.get("id") or max([*taken, FIRST_CLIENT - 1]) + 1)
        if client_id in taken:
            raise Impossible(f"client {client_id} exists")
        names = (data.get("first_name") or "Гость", data.get("last_name", ""))
        drawn = pictures.initials(" ".join(names))
        picture = self.city.media.add("face.png", drawn) if data.get("photo", True) else None
        person = Person()
        for name in ("screen_name", "sex", "city", "timezone", "keyboard", "inline_keyboard"):
            setattr(person, name, data.get(name, getattr(person, name)))
        client = Client(self.code, str(client_id), *names, lang=data.get("lang", "ru"), own=person)
        client.picture = picture.key if picture else ""
        return self.world.add_client(client)

    def view_account(self, account: Account) -> dict:
        """Return what the settings pages of the community show."""
        return colleagues.view_settings(account)

    def view_message(self, chat: Chat, message: Message) -> dict:
        """Return a message as the phone shows it."""
        return phone.view_message(self, chat, message)

    def view_chat(self, chat: Chat) -> dict:
        """Return keyboard, typing and so on."""
        return phone.view_chat(self, chat)


def _token(request: Request) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return request.form.get("access_token", "")


def _json(data: dict) -> Response:
    text = json.dumps(data, ensure_ascii=False)
    return Response(text, content_type="application/json; charset=utf-8")
