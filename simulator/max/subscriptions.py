"""Who calls, and where events go."""

import time
from urllib.parse import urlsplit

from . import objects
from .bots import SECRET, UPDATES, Subscription
from .call import Call, method
from .errors import ApiError, NotDone, bad


@method("GET", "/me")
def get_me(call: Call) -> dict:
    """Return who calls."""
    picture = call.network.city.media.url(call.account.picture)
    return {
        **objects.bot(call.account),
        "name": call.account.name,
        "description": None,
        "avatar_url": picture,
        "full_avatar_url": picture,
        "commands": [],
    }


@method("POST", "/subscriptions")
def subscribe(call: Call) -> dict:
    """Send events to one more address, or to a known one otherwise than before."""
    url, secret = call.body.get("url"), call.body.get("secret") or ""
    if not isinstance(url, str) or not url:
        raise bad("url is required")
    _check_address(url, local=call.bot.local)
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret must match pattern ^[a-zA-Z0-9-]{5,256}$")
    kinds = call.body.get("update_types") or []
    if unknown := [kind for kind in kinds if kind not in UPDATES]:
        raise bad(f"Unknown update type: {unknown[0]}")
    call.bot.subscriptions[url] = Subscription(url, secret, kinds, int(time.time() * 1000))
    return {"success": True}


def _check_address(url: str, *, local: bool) -> None:
    parts = urlsplit(url)
    if local and parts.scheme == "http" and parts.hostname:
        return
    if parts.scheme != "https" or not parts.hostname or parts.port is not None:
        raise bad("Only https url on port 443 is allowed")


@method("GET", "/subscriptions")
def get_subscriptions(call: Call) -> dict:
    """Return where events go; secrets are not told."""
    return {
        "subscriptions": [
            {"url": one.url, "time": one.time, "update_types": one.update_types or None}
            for one in call.bot.subscriptions.values()
        ]
    }


@method("DELETE", "/subscriptions")
def unsubscribe(call: Call) -> dict:
    """Send no events there any more."""
    if call.bot.subscriptions.pop(call.text("url"), None) is None:
        raise NotDone("Subscription not found")
    return {"success": True}


@method("GET", "/updates")
def get_updates(call: Call) -> dict:
    """Return nothing: events are only told to those who have subscribed."""
    if call.bot.subscriptions:
        raise ApiError(405, "method.not.allowed", "Webhook is active")
    return {"updates": [], "marker": None}
