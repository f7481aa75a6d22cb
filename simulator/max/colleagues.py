"""What the owner of a bot does at business.max.ru, or with another program."""

import time

from .. import owners
from ..people import by_name
from ..state import Account
from .bots import Subscription


def subscribe(network, account: Account, data: dict) -> dict:
    """Another program subscribes with its ``url``, ``secret`` and ``update_types``."""
    url = data.get("url", "https://other.example.com/bot")
    kinds = data.get("update_types", [])
    with network.world.change():
        account.own.subscriptions[url] = Subscription(
            url, data.get("secret", ""), kinds, int(time.time() * 1000)
        )
    return network.view_account(account)


def lose_subscriptions(network, account: Account, _data: dict) -> dict:
    """MAX removes the subscriptions without a word, as after eight hours without success."""
    with network.world.change():
        account.own.subscriptions.clear()
    return network.view_account(account)


def emit(network, account: Account, data: dict) -> dict:
    """Any event at all: ``update``, and whose ``client`` line it waits in."""
    network.events.emit_to(account, data["update"], str(data.get("client", "")))
    return {"timestamp": account.own.last_update}


ACTIONS = owners.ACTIONS | by_name(subscribe, lose_subscriptions, emit)
