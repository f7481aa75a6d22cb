"""What colleagues do in VK itself: write, block, and change the settings of the community."""

import secrets
import time

from ..network import Impossible
from ..people import done, find_message
from ..state import Account, Chat
from .clients import quote
from .community import MAX_SECRET, MAX_SERVERS, MAX_TITLE, RIGHTS
from .errors import ApiError
from .groups import check_url
from .orders import VkOrders
from .sending import Draft, add_message

COLLEAGUE = 1_003_344
BUSINESS_EVENTS = [
    "message_new",
    "message_reply",
    "message_edit",
    "message_allow",
    "message_deny",
    "message_event",
    "message_read",
    "message_typing_state",
    "message_reaction_event",
]


def write_as_colleague(vk, account: Account, data: dict) -> dict:
    """A colleague writes in VK: ``client``, ``text``, ``attachments``, ``author``."""
    chat = _chat(vk, account, data)
    orders = VkOrders(vk.city.media, -int(account.id), account.own.next_media_id)
    made = [orders.make(order) for order in data.get("attachments", [])]
    reply = quote(chat, data["reply_to"]) if data.get("reply_to") else None
    draft = Draft(data.get("text", ""), made)
    if draft.empty:
        raise Impossible("nothing to say")
    author, random_id = int(data.get("author", COLLEAGUE)), secrets.randbelow(2**31)
    said = add_message(vk, chat, draft, author=author, random_id=random_id, reply=reply)
    return done(chat, said)


def edit_as_colleague(vk, account: Account, data: dict) -> dict:
    """A colleague changes a message in VK: ``client``, ``number``, ``text``."""
    chat = _chat(vk, account, data)
    said = find_message(chat, data["number"])
    with vk.world.change(chat):
        said.text, said.edited_at = data["text"], time.time()
        vk.events.message("message_edit", chat, said)
    return done(chat, said)


def read_as_colleague(vk, account: Account, data: dict) -> dict:
    """A colleague reads a dialog in VK: ``client``."""
    chat = _chat(vk, account, data)
    with vk.world.change(chat):
        chat.read_by_company = chat.next_number() - 1
    return {"read": chat.read_by_company}


def block(vk, account: Account, data: dict) -> dict:
    """The community puts a ``client`` on its black list."""
    chat = _chat(vk, account, data)
    event = {"admin_id": COLLEAGUE, "user_id": int(chat.client), "unblock_date": 0}
    with vk.world.change(chat):
        chat.blocked = True
        vk.events.small("user_block", chat, **event, reason=0, comment="")
    return {"blocked": True}


def unblock(vk, account: Account, data: dict) -> dict:
    """The community takes a ``client`` from its black list."""
    chat = _chat(vk, account, data)
    event = {"admin_id": COLLEAGUE, "user_id": int(chat.client), "by_end_date": 0}
    with vk.world.change(chat):
        chat.blocked = False
        vk.events.small("user_unblock", chat, **event)
    return {"blocked": False}


def _chat(vk, account: Account, data: dict) -> Chat:
    client = vk.find_client(str(data["client"]))
    if client is None:
        raise Impossible(f"no client {data['client']}")
    return vk.world.chat(account, client)


def check_rights(rights: list) -> list:
    """Return the rights, if VK has them."""
    if unknown := set(rights) - set(RIGHTS):
        raise Impossible(f"no right {', '.join(sorted(unknown))}")
    return list(rights)


def set_token(vk, account: Account, data: dict) -> dict:
    """Somebody creates a ``token`` with ``rights`` in the settings, or changes its rights."""
    with vk.world.change():
        account.own.tokens[data["token"]] = check_rights(data.get("rights", list(RIGHTS)))
    return vk.view_account(account)


def revoke_token(vk, account: Account, data: dict) -> dict:
    """Somebody revokes a ``token``, or all of them."""
    with vk.world.change():
        for token in [data["token"]] if data.get("token") else list(account.own.tokens):
            account.own.tokens.pop(token, None)
    return vk.view_account(account)


def change_code(vk, account: Account, data: dict) -> dict:
    """VK changes the confirmation string, to ``code`` if that is given."""
    with vk.world.change():
        account.own.new_code()
        account.own.confirmation_code = data.get("code") or account.own.confirmation_code
    return vk.view_account(account)


def change_settings(vk, account: Account, data: dict) -> dict:
    """Somebody changes ``bot_capabilities``, ``start_button``, ``name``; or the simulator's own
    ``repeated_send_returns``."""
    with vk.world.change():
        for key, value in data.items():
            if key not in ("name", *vk.account_settings):
                raise Impossible(f"no setting {key}")
            setattr(account if key == "name" else account.own, key, value)
    return vk.view_account(account)


def add_server(vk, account: Account, data: dict) -> dict:
    """Somebody adds a Callback server by hand: ``url``, ``secret_key``, ``title``, ``events``.
    It is not confirmed yet."""
    title, secret = data.get("title", "server"), data.get("secret_key", "")
    if len(account.own.servers) >= MAX_SERVERS:
        raise Impossible("no more servers")
    if len(title) > MAX_TITLE or len(secret) > MAX_SECRET:
        raise Impossible("title or secret_key is too long")
    try:
        url = check_url(data["url"])
    except ApiError as error:
        raise Impossible(error.text)
    with vk.world.change():
        server = account.own.add_server(title, url, secret)
        server.creator_id = COLLEAGUE
        server.events = dict.fromkeys(data.get("events", BUSINESS_EVENTS), 1)
        server.api_version = data.get("api_version", server.api_version)
    return view_server(server)


def confirm_server(vk, account: Account, data: dict) -> dict:
    """Somebody presses Confirm: ``server_id``."""
    server = _server(account, data)
    vk.events.confirm(account, server, wait=vk.delivery_timeout)
    return view_server(server)


def change_server(vk, account: Account, data: dict) -> dict:
    """Somebody changes ``url``, ``secret_key``, ``events``, ``api_version``, ``status`` of
    ``server_id``. A status of failed is what VK sets when it gives a server up."""
    server = _server(account, data)
    with vk.world.change():
        for key in ("url", "secret_key", "api_version", "status"):
            setattr(server, key, data.get(key, getattr(server, key)))
        if "events" in data:
            server.events = dict.fromkeys(data["events"], 1)
    return view_server(server)


def remove_server(vk, account: Account, data: dict) -> dict:
    """Somebody deletes ``server_id``."""
    with vk.world.change():
        account.own.servers.remove(_server(account, data))
    return vk.view_account(account)


def emit(vk, account: Account, data: dict) -> dict:
    """VK sends any event: ``type``, ``object``; to all confirmed servers, wanted or not."""
    for server in account.own.servers:
        if server.status == "ok":
            vk.events.emit_to(account, server, data["type"], data.get("object", {}))
    return {"ok": True}


def _server(account: Account, data: dict):
    server = account.own.server(int(data["server_id"]))
    if server is None:
        raise Impossible(f"no server {data['server_id']}")
    return server


def view_server(server) -> dict:
    """Return a Callback server as the settings page shows it."""
    return {
        "server_id": server.id,
        "title": server.title,
        "url": server.url,
        "status": server.status,
        "api_version": server.api_version,
        "events": sorted(name for name, on in server.events.items() if on),
    }


ACTIONS = {
    "write": write_as_colleague,
    "edit": edit_as_colleague,
    "read": read_as_colleague,
    "block": block,
    "unblock": unblock,
    "token": set_token,
    "revoke": revoke_token,
    "code": change_code,
    "settings": change_settings,
    "add_server": add_server,
    "confirm_server": confirm_server,
    "change_server": change_server,
    "remove_server": remove_server,
    "emit": emit,
}
