"""What the owner of a bot does at business.max.ru, or with another program."""

import secrets
import time

from ..network import Impossible
from ..state import Account
from .bots import Subscription

SETTINGS = ("local", "username", "moderated", "processing")


def new_token() -> str:
    """Return a token nobody has."""
    return f"f9LHodD0cOL5-SECRET-{secrets.token_hex(16)}"


def revoke(network, account: Account, data: dict) -> dict:
    """The token is replaced (by ``token``); the old one stops at once."""
    with network.world.change():
        account.own.token = data.get("token") or new_token()
    return {"token": account.own.token}


def settings(network, account: Account, data: dict) -> dict:
    """The owner changes ``name`` or ``username``; MAX approves the bot or not (``moderated``).

    ``processing`` is how many seconds MAX works on an uploaded file.
    """
    with network.world.change():
        account.name = data.pop("name", account.name)
        for key, value in data.items():
            if key not in SETTINGS:
                raise Impossible(f"a bot has no {key}")
            setattr(account.own, key, value)
    return view_settings(account)


def subscribe(network, account: Account, data: dict) -> dict:
    """Another program subscribes with its ``url``, ``secret`` and ``update_types``."""
    url = data.get("url", "https://other.example.com/bot")
    kinds = data.get("update_types", [])
    with network.world.change():
        account.own.subscriptions[url] = Subscription(
            url, data.get("secret", ""), kinds, int(time.time() * 1000)
        )
    return view_settings(account)


def lose_subscriptions(network, account: Account, _data: dict) -> dict:
    """MAX removes the subscriptions without a word, as after eight hours without success."""
    with network.world.change():
        account.own.subscriptions.clear()
    return view_settings(account)


def emit(network, account: Account, data: dict) -> dict:
    """Any event at all: ``update``, and whose ``client`` line it waits in."""
    network.updates.emit_to(account, data["update"], str(data.get("client", "")))
    return {"timestamp": account.own.last_update}


def view_settings(account: Account) -> dict:
    """Return what there is to know of a bot, without its secrets."""
    bot = account.own
    return {
        "id": account.id,
        "name": account.name,
        **{name: getattr(bot, name) for name in SETTINGS},
        "subscriptions": [
            {"url": one.url, "update_types": one.update_types} for one in bot.subscriptions.values()
        ],
    }


ACTIONS = {
    function.__name__: function
    for function in (revoke, settings, subscribe, lose_subscriptions, emit)
}
