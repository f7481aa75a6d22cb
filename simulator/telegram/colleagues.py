"""What the owner of a bot does with @BotFather, or with another program."""

import secrets

from ..network import Impossible
from ..state import Account
from .bots import TOKEN

SETTINGS = ("local", "username")


def new_token(account_id) -> str:
    """Return a token nobody has."""
    return f"{account_id}:AA-SECRET-{secrets.token_hex(16)[:25]}"


def revoke(telegram, account: Account, data: dict) -> dict:
    """The token is replaced (by ``token``); the old one stops at once."""
    token = data.get("token") or new_token(account.id)
    if not TOKEN.fullmatch(token):
        raise Impossible("a token is a number, a colon and 35 letters")
    with telegram.world.change():
        account.own.token = token
    return {"token": token}


def settings(telegram, account: Account, data: dict) -> dict:
    """The owner changes ``name``, ``username``, or whether the API server is a ``local`` one."""
    with telegram.world.change():
        account.name = data.pop("name", account.name)
        for key, value in data.items():
            if key not in SETTINGS:
                raise Impossible(f"a bot has no {key}")
            setattr(account.own, key, value)
    return view_settings(telegram, account)


def steal_webhook(telegram, account: Account, data: dict) -> dict:
    """Another program sets its ``url``, with ``secret_token`` and ``allowed_updates``."""
    with telegram.world.change():
        account.own.url = data.get("url", "https://other.example.com/bot")
        account.own.secret_token = data.get("secret_token", "")
        account.own.allowed_updates = data.get("allowed_updates", [])
    return view_settings(telegram, account)


def emit(telegram, account: Account, data: dict) -> dict:
    """Any update at all: ``type``, ``object``, and whose ``client`` line it waits in."""
    telegram.updates.emit_to(account, data["type"], data["object"], str(data.get("client", "")))
    return {"update_id": account.own.last_update_id}


def view_settings(telegram, account: Account) -> dict:
    """Return what there is to know of a bot, without its secrets."""
    bot = account.own
    return {
        "id": account.id,
        "name": account.name,
        "username": bot.username,
        "local": bot.local,
        "url": bot.url,
        "allowed_updates": bot.allowed_updates,
        "max_connections": bot.max_connections,
        "pending": telegram.updates.count_pending(account),
        "last_error": bot.last_error_message,
    }


ACTIONS = {function.__name__: function for function in (revoke, settings, steal_webhook, emit)}
