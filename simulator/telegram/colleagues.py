"""What the owner of a bot does with @BotFather, or with another program."""

from .. import owners
from ..people import by_name
from ..state import Account


def steal_webhook(telegram, account: Account, data: dict) -> dict:
    """Another program sets its ``url``, with ``secret_token`` and ``allowed_updates``."""
    with telegram.world.change():
        account.own.url = data.get("url", "https://other.example.com/bot")
        account.own.secret_token = data.get("secret_token", "")
        account.own.allowed_updates = data.get("allowed_updates", [])
    return telegram.view_account(account)


def emit(telegram, account: Account, data: dict) -> dict:
    """Any update at all: ``type``, ``object``, and whose ``client`` line it waits in."""
    telegram.events.emit_to(account, data["type"], data["object"], str(data.get("client", "")))
    return {"update_id": account.own.last_update_id}


ACTIONS = owners.ACTIONS | by_name(steal_webhook, emit)
