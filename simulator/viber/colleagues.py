"""What the owner of a bot does in Viber's own interface, or with another program."""

import secrets

from ..network import Impossible
from ..state import Account

SETTINGS = ("local", "uri", "status")


def new_token() -> str:
    """Return a token nobody has."""
    return f"{secrets.token_hex(8)}-SECRET-{secrets.token_hex(8)}"


def revoke(viber, account: Account, data: dict) -> dict:
    """The token is replaced (by ``token``); the old one stops at once."""
    with viber.world.change():
        account.own.token = data.get("token") or new_token()
    return {"token": account.own.token}


def settings(viber, account: Account, data: dict) -> dict:
    """The owner changes ``name``, ``uri``, ``local`` (http allowed), or Viber its ``status``."""
    with viber.world.change():
        account.name = data.pop("name", account.name)
        for key, value in data.items():
            if key not in SETTINGS:
                raise Impossible(f"a bot has no {key}")
            setattr(account.own, key, value)
    return view_settings(viber, account)


def steal_webhook(viber, account: Account, data: dict) -> dict:
    """Another program sets its ``url``; empty: the webhook is removed."""
    with viber.world.change():
        account.own.url = data.get("url", "https://other.example.com/bot")
    return view_settings(viber, account)


def emit(viber, account: Account, data: dict) -> dict:
    """Any event at all: ``type``, ``object``, ``number``, and whose ``client`` line it waits in."""
    viber.events.emit_to(
        account,
        data["type"],
        int(data.get("number", 0)),
        str(data.get("client", "")),
        **data.get("object", {}),
    )
    return {"message_token": str(account.own.last_token)}


def view_settings(_viber, account: Account) -> dict:
    """Return what there is to know of a bot, without its secrets."""
    bot = account.own
    return {
        "id": account.id,
        "name": account.name,
        "uri": bot.uri,
        "local": bot.local,
        "status": bot.status,
        "url": bot.url,
        "event_types": bot.event_types,
        "send_name": bot.send_name,
        "send_photo": bot.send_photo,
    }


ACTIONS = {function.__name__: function for function in (revoke, settings, steal_webhook, emit)}
