"""set_webhook, and what there is to ask about the bot and its clients."""

import time
from urllib.parse import urlsplit

from . import objects
from .bots import EVENTS
from .call import Call, method
from .errors import ApiError, bad

DETAILS, DETAILS_WITHIN = 2, 12 * 3600
MAX_ONLINE = 100


@method
def set_webhook(call: Call) -> dict:
    """Send events to an address from now on, if it answers when it is called at once."""
    url = call.parameters.get("url", "")
    kinds = call.parameters.get("event_types")
    if not isinstance(url, str) or (kinds is not None and not isinstance(kinds, list)):
        raise bad("url is a string, event_types a list")
    if unknown := set(kinds or []) - {*EVENTS, "message", "webhook"}:
        raise bad(f"unknown event types: {', '.join(sorted(map(str, unknown)))}")
    # Without a list everything is sent.
    kinds = list(EVENTS) if kinds is None else [kind for kind in kinds if kind in EVENTS]
    if url:
        _check_address(url, local=call.bot.local)
        if not call.viber.events.knock(call.account, url):
            raise ApiError(1, "Result: 0 (webhook) did not answer 200")
    with call.viber.world.change():
        call.bot.url = url
        call.bot.event_types = kinds if url else []
        call.bot.send_name = bool(call.parameters.get("send_name"))
        call.bot.send_photo = bool(call.parameters.get("send_photo"))
    return {"chat_hostname": objects.HOST, "event_types": ["webhook", *kinds, "message"]}


def _check_address(url: str, *, local: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise ApiError(1, "webhook url is not https")
    if not parts.hostname:
        raise ApiError(1)


@method
def get_account_info(call: Call) -> dict:
    """Return who calls, and where his events go."""
    bot = call.bot
    told = objects.account(call.viber, call.account)
    if bot.url:
        told |= {"webhook": bot.url, "event_types": ["webhook", *bot.event_types, "message"]}
    return told


@method
def get_user_details(call: Call) -> dict:
    """Return what is known of somebody; twice in twelve hours for each."""
    client = call.viber.find_client(call.text("id"))
    if client is None:
        raise ApiError(5)
    if not call.viber.world.chat(call.account, client).allowed:
        raise ApiError(6)
    now = time.time()
    asked = [at for at in call.bot.asked.get(client.id, []) if at > now - DETAILS_WITHIN]
    if len(asked) >= DETAILS:
        raise ApiError(12)
    with call.viber.world.lock:
        call.bot.asked[client.id] = [*asked, now]
        number = call.bot.next_token()
    about = {"primary_device_os": "Android 14", "device_type": "Pixel 8", "viber_version": "24.1"}
    user = objects.user(call.viber, client, named=True, pictured=True)
    return {"message_token": number, "user": {**user, **about, "mcc": 250, "mnc": 1}}


@method
def get_online(call: Call) -> dict:
    """Return that everybody is there."""
    ids = call.parameters.get("ids")
    if not isinstance(ids, list) or not 0 < len(ids) <= MAX_ONLINE:
        raise bad("ids is a list of 1 to 100")
    return {
        "users": [{"id": one, "online_status": 0, "online_status_message": "online"} for one in ids]
    }
