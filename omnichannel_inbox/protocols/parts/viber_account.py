"""The bot itself: whose the token is, where its events go, what is wrong with either.

https://developers.viber.com/docs/api/rest-bot-api/#webhooks (read: 7.3.0, November 2026)
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..core.base import Account, Check, Settings
from ..core.errors import CredentialsRefused
from ..core.texts import _lt
from ..core.wire import Reader
from .viber_calls import PRESS_CONNECT, Api

#: Everything that is read and has to be asked for; messages come anyway.
EVENTS = (
    "delivered",
    "seen",
    "failed",
    "subscribed",
    "unsubscribed",
    "conversation_started",
)

OTHER_BOT = _lt("Paste the token of this bot, or make a new channel for the other one.")
USED_ELSEWHERE = _lt(
    "Viber sends the events of a bot to one address. Decide which of the two programs shall have "
    "them: press Connect, or use another bot."
)


def identify(api: Api) -> Account:
    bot = api.ask("get_account_info")
    return Account(bot.text("id"), bot.text("name", "") or bot.text("uri", ""))


def register(api: Api, webhook_url: str) -> None:
    """Viber calls the address, and answers us once it has been answered."""
    api.ask(
        "set_webhook",
        url=webhook_url,
        event_types=list(EVENTS),
        send_name=True,
        send_photo=True,
    )


def unregister(api: Api, webhook_url: str) -> None:
    """Another program's webhook is left alone."""
    known = api.ask("get_account_info").text("webhook", "")
    # The path is this channel's alone, also after the site has moved to another host.
    if urlsplit(known).path == urlsplit(webhook_url).path:
        api.ask("set_webhook", url="")


def check(api: Api, settings: Settings, webhook_url: str) -> list[Check]:
    try:
        bot = api.ask("get_account_info")
    except CredentialsRefused as error:
        cause = _lt("Viber refuses the token of the bot.")
        return [Check("token", "error", cause, error.cure, button="token")]
    return [_check_token(bot, settings), *_check_webhook(bot, webhook_url)]


def _check_token(bot: Reader, settings: Settings) -> Check:
    names = {"name": bot.text("name", ""), "id": bot.text("id")}
    if settings.account_ref not in ("", names["id"]):
        cause = _lt("The token belongs to another bot: %(name)s (%(id)s).")
        return Check("token", "error", cause, OTHER_BOT, names, "token")
    return Check("token", "ok", _lt("The token is that of %(name)s (%(id)s)."), "", names)


def _check_webhook(bot: Reader, webhook_url: str) -> Iterator[Check]:
    address = bot.text("webhook", "")
    host = {"host": urlsplit(address).netloc}
    if address == webhook_url:
        yield Check("webhook", "ok", _lt("Viber sends its events to our address."))
        yield _check_events(bot)
    elif not address:
        cause = _lt("Viber sends its events nowhere: it does not know our address.")
        # Viber takes no answers of such a bot.
        yield Check("webhook", "error", cause, PRESS_CONNECT, button="connect", holds=True)
    elif urlsplit(address).path == urlsplit(webhook_url).path:
        cause = _lt("Viber sends its events to an old address of this server: %(host)s.")
        yield Check("webhook", "error", cause, PRESS_CONNECT, host, "connect")
    else:
        # Of a foreign address the path may be a secret.
        cause = _lt("Viber sends its events to another program: %(host)s.")
        yield Check("webhook", "error", cause, USED_ELSEWHERE, host, "connect", holds=True)


def _check_events(bot: Reader) -> Check:
    named = bot.value.get("event_types")
    missing = [kind for kind in EVENTS if not isinstance(named, list) or kind not in named]
    if missing:
        cause = _lt("Viber is not told to send these events: %(events)s.")
        values = {"events": ", ".join(missing)}
        return Check("events", "warning", cause, PRESS_CONNECT, values, "connect")
    return Check("events", "ok", _lt("Viber sends all the events that are used."))
