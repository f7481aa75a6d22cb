"""VK as a network of the simulator: where its servers are, and who lives there."""

import hmac

from werkzeug.wrappers import Request, Response

from ..network import Network, Route
from ..state import Account
from . import clients, colleagues, phone
from .call import METHODS, Call, read_version
from .callback import Callback
from .colleagues import check_rights
from .community import RIGHTS, Community, Person
from .errors import ApiError
from .uploads import receive_document, receive_photo

from . import changes, dialogs, groups, sending, users  # noqa: F401, isort:skip - they register methods

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
    content_type = "application/json; charset=utf-8"
    per_second = 20
    secret_fields = ("access_token", "secret_key")
    events_class = Callback
    client_actions = clients.ACTIONS
    account_actions = colleagues.ACTIONS
    account_word = "community"
    account_name = "Сообщество {}"
    account_shown = ("screen_name", "confirmation_code", "bot_capabilities", "start_button")
    account_settings = ("bot_capabilities", "start_button", "repeated_send_returns")
    person_class = Person
    person_details = ("screen_name", "sex", "city", "timezone", "keyboard", "inline_keyboard")
    first_client = 40_112_233
    shop = {
        "id": 210987654,
        "name": "Магазин у дома",
        "screen_name": "shop_nearby",
        "token": "vk1.a.demonstration-SECRET-token",
    }
    people = (
        {"first_name": "Анна", "last_name": "Соколова", "sex": 1},
        {"first_name": "Дмитрий", "last_name": "Кузнецов", "sex": 2},
        {"first_name": "Мария", "last_name": "Лебедева", "sex": 1},
    )
    upload_photo = receive_photo
    upload_doc = receive_document
    view_message = phone.view_message
    view_chat = phone.view_chat

    # the API

    def api(self, request: Request, name: str) -> Response:
        """Answer a call of a method."""
        try:
            with self.world.lock:
                call, method = self._admit(request, name)
                answer = method.function(call)
            if callable(answer):  # what must not happen under the lock
                answer = answer()
            return self.reply({"response": answer})
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
        if self.too_many(token):
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
        return self.reply(
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

    def read(self, request: Request) -> dict:
        """Return the fields of a call, and whether more came beside the form."""
        fields = request.form.to_dict()
        if request.headers.get("Authorization"):
            fields["(Authorization)"] = "***"
        if request.args:
            fields["(query)"] = sorted(request.args)
        return fields

    # who is there

    def make_account(self, account_id: str, data: dict) -> Community:
        """Return a community: ``screen_name``, ``token``, ``rights``, ``tokens``, settings."""
        community = Community(data.get("screen_name") or f"club{account_id}")
        community.new_code()
        community.confirmation_code = data.get("confirmation_code") or community.confirmation_code
        for name in self.account_settings:
            setattr(community, name, data.get(name, getattr(community, name)))
        rights = data.get("rights", list(RIGHTS))
        tokens = data.get("tokens") or {self.choose_token(account_id, data): rights}
        community.tokens = {token: check_rights(given) for token, given in tokens.items()}
        return community

    def new_token(self, account_id: str) -> str:
        """Return a token nobody has."""
        return f"vk1.a.SECRET-{account_id}"

    def view_account(self, account: Account) -> dict:
        """Return what the settings pages of a community show; of tokens only the end."""
        tokens, servers = account.own.tokens, account.own.servers
        return {
            **super().view_account(account),
            "tokens": [{"ends": token[-5:], "rights": rights} for token, rights in tokens.items()],
            "servers": [colleagues.view_server(server) for server in servers],
        }


def _token(request: Request) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return request.form.get("access_token", "")
