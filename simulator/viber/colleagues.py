"""What the owner of a bot does in Viber's own interface, or with another program."""

from .. import owners
from ..people import by_name
from ..state import Account


def steal_webhook(viber, account: Account, data: dict) -> dict:
    """Another program sets its ``url``; empty: the webhook is removed."""
    with viber.world.change():
        account.own.url = data.get("url", "https://other.example.com/bot")
    return viber.view_account(account)


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


ACTIONS = owners.ACTIONS | by_name(steal_webhook, emit)
