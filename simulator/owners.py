"""What the owner of an account does in every network's own interface alike."""

from .network import Impossible, Network
from .people import by_name
from .state import Account


def revoke(network: Network, account: Account, data: dict) -> dict:
    """The token is replaced (by ``token``); the old one stops at once."""
    token = network.choose_token(account.id, data)
    with network.world.change():
        account.own.token = token
    return {"token": token}


def settings(network: Network, account: Account, data: dict) -> dict:
    """The owner changes ``name``, or one of the network's ``account_settings``."""
    with network.world.change():
        account.name = data.pop("name", account.name)
        for key, value in data.items():
            if key not in network.account_settings:
                raise Impossible(f"a bot has no {key}")
            setattr(account.own, key, value)
    return network.view_account(account)


ACTIONS = by_name(revoke, settings)
