"""setWebhook and its kin, getMe, getUpdates."""

from urllib.parse import urlsplit

from . import objects
from .bots import SECRET
from .call import Call, method
from .errors import ApiError, bad

PORTS = (443, 80, 88, 8443)


@method
def get_me(call: Call) -> dict:
    """Return who calls."""
    return {
        **objects.bot(call.account),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method
def set_webhook(call: Call) -> bool:
    """Send updates to an address from now on; what is not named stays as it was."""
    url = call.text("url")
    if not url:
        return delete_webhook(call)
    _check_address(url, local=call.bot.local)
    secret = call.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    connections = call.number("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad("max_connections must be between 1 and 100")
    kinds = call.json("allowed_updates", list)
    events, bot = call.telegram.events, call.bot
    events.take_back(call.account, drop=call.flag("drop_pending_updates"))
    bot.url, bot.secret_token, bot.max_connections = url, secret, connections
    bot.allowed_updates = bot.allowed_updates if kinds is None else kinds
    bot.last_error_date, bot.last_error_message = 0, ""
    events.flush(call.account)
    return True


def _check_address(url: str, *, local: bool) -> None:
    parts = urlsplit(url)
    if local and parts.scheme == "http" and parts.hostname:
        return
    if parts.scheme != "https" or not parts.hostname:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not local and (parts.port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


@method
def delete_webhook(call: Call) -> bool:
    """Keep updates from now on."""
    call.telegram.events.take_back(call.account, drop=call.flag("drop_pending_updates"))
    call.bot.url = call.bot.secret_token = ""
    return True


@method
def get_webhook_info(call: Call) -> dict:
    """Return where updates go and how that went lately."""
    bot = call.bot
    info = {
        "url": bot.url,
        "has_custom_certificate": False,
        "pending_update_count": call.telegram.events.count_pending(call.account),
    }
    if bot.url:
        info |= {"max_connections": bot.max_connections, "ip_address": "127.0.0.1"}
    if bot.allowed_updates:
        info["allowed_updates"] = bot.allowed_updates
    if bot.last_error_date:
        info["last_error_date"] = bot.last_error_date
        info["last_error_message"] = bot.last_error_message
    return info


@method
def get_updates(call: Call) -> list:
    """Return what is kept; while there is a webhook nobody else may ask."""
    if call.bot.url:
        words = "Conflict: can't use getUpdates method while webhook is active; "
        raise ApiError(409, words + "use deleteWebhook to delete the webhook first")
    offset, limit = call.number("offset", 0), call.number("limit", 100)
    bot = call.bot
    bot.pending = [kept for kept in bot.pending if kept["update"]["update_id"] >= offset]
    return [kept["update"] for kept in bot.pending[:limit]]
