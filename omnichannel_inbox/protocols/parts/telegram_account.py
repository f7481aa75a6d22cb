"""The bot itself: whose the token is, where its updates go, what is wrong with either.

https://core.telegram.org/bots/api#getting-updates and …/bots/webhooks (read: 10.0, May 2026)
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from telegram.constants import UpdateType

from ..core.base import Account, Check, Settings
from ..core.errors import CredentialsRefused
from ..core.texts import _lt
from ..core.wire import Reader
from .telegram_calls import ADDRESS_NEEDED, Api

#: Everything that is read. Not to name any keeps what was named before, whoever did it; reactions
#: have to be named.
UPDATES = (
    UpdateType.MESSAGE,
    UpdateType.EDITED_MESSAGE,
    UpdateType.CALLBACK_QUERY,
    UpdateType.MY_CHAT_MEMBER,
    UpdateType.MESSAGE_REACTION,
)
#: Requests that Telegram makes at the same time; each is stored within a few milliseconds.
CONNECTIONS = 20
#: Telegram repeats at least this often: an error that is older is over.
REPEATED_WITHIN = timedelta(minutes=5)

PRESS_CONNECT = _lt("Press Connect.")
OTHER_BOT = _lt("Paste the token of this bot, or make a new channel for the other one.")
USED_ELSEWHERE = _lt(
    "The token is used by another program as well. Decide which of the two shall have it: press "
    "Connect, or create another bot with @BotFather. If you do not know the other one, send "
    "/revoke to @BotFather and paste the new token."
)
WAIT_OR_LOOK = _lt("Look into the log of this server, then press Connect.")

SECRET_CHANGED = _lt("The secret token of the channel has changed: press Connect.")
ARCHIVED = _lt("The channel is archived, or the address leads to another database.")

#: What the words of the last error mean for whoever has to mend it.
ERRORS = {
    "401": SECRET_CHANGED,
    **dict.fromkeys(("404", "410"), ARCHIVED),
    **dict.fromkeys(
        ("certificate", "ssl", "resolve", "refused", "unreachable", "timed out", "timeout"),
        ADDRESS_NEEDED,
    ),
}


def identify(api: Api) -> Account:
    bot = _own_bot(api)
    return Account(str(bot.integer("id")), _name(bot))


def register(api: Api, settings: Settings, webhook_url: str) -> None:
    api.ask(
        lambda bot: bot.set_webhook(
            webhook_url,
            secret_token=settings.signing_secret,
            allowed_updates=[kind.value for kind in UPDATES],
            max_connections=CONNECTIONS,
        )
    ).flag("result")


def unregister(api: Api, webhook_url: str) -> None:
    """Another program's webhook is left alone."""
    known = _webhook(api).child("result").text("url", "")
    # The path is this channel's alone, also after the site has moved to another host.
    if urlsplit(known).path == urlsplit(webhook_url).path:
        api.ask(lambda bot: bot.delete_webhook()).flag("result")


def check(api: Api, settings: Settings, webhook_url: str) -> list[Check]:
    try:
        bot = _own_bot(api)
    except CredentialsRefused as error:
        cause = _lt("Telegram refuses the token of the bot.")
        return [Check("token", "error", cause, error.cure, button="token")]
    return [_check_token(bot, settings), *_check_webhook(api, webhook_url)]


def _own_bot(api: Api) -> Reader:
    return api.ask(lambda bot: bot.get_me()).child("result")


def _webhook(api: Api) -> Reader:
    return api.ask(lambda bot: bot.get_webhook_info())


def _name(bot: Reader) -> str:
    name, username = bot.text("first_name", ""), bot.text("username", "")
    return f"{name} @{username}".strip() if username else name


# Checks


def _check_token(bot: Reader, settings: Settings) -> Check:
    names = {"name": _name(bot), "id": str(bot.integer("id"))}
    if settings.account_ref not in ("", names["id"]):
        cause = _lt("The token belongs to another bot: %(name)s (%(id)s).")
        return Check("token", "error", cause, OTHER_BOT, names, "token")
    return Check("token", "ok", _lt("The token is that of %(name)s (%(id)s)."), "", names)


def _check_webhook(api: Api, webhook_url: str) -> Iterator[Check]:
    answer = _webhook(api)
    webhook = answer.child("result")
    address = webhook.text("url", "")
    if address == webhook_url:
        yield Check("webhook", "ok", _lt("Telegram sends its updates to our address."))
        yield _check_delivery(webhook, api.answered_at)
        yield _check_updates(webhook)
    elif not address:
        cause = _lt("Telegram sends its updates nowhere: it does not know our address.")
        yield Check("webhook", "error", cause, PRESS_CONNECT, button="connect")
    elif urlsplit(address).path == urlsplit(webhook_url).path:
        cause = _lt("Telegram sends its updates to an old address of this server: %(host)s.")
        values = {"host": urlsplit(address).netloc}
        yield Check("webhook", "error", cause, PRESS_CONNECT, values, "connect")
    else:
        # Of a foreign address the path may be a secret.
        cause = _lt("Telegram sends its updates to another program: %(host)s.")
        values = {"host": urlsplit(address).netloc}
        yield Check("webhook", "error", cause, USED_ELSEWHERE, values, "connect", holds=True)


def _check_delivery(webhook: Reader, now: datetime | None) -> Check:
    """Whether our address works is seen from there: what waits, and why."""
    waiting = webhook.integer("pending_update_count", 0)
    words = webhook.text("last_error_message", "")
    values = {"count": str(waiting), "error": words}
    if not (waiting and words and _is_recent(webhook, now)):
        return Check("delivery", "ok", _lt("Our address takes what Telegram sends."))
    cure = next((cure for part, cure in ERRORS.items() if part in words.lower()), WAIT_OR_LOOK)
    cause = _lt("Telegram cannot deliver, %(count)s updates wait: %(error)s.")
    return Check("delivery", "error", cause, cure, values, "connect")


def _is_recent(webhook: Reader, now: datetime | None) -> bool:
    """The last error stays there for ever; Telegram's own clock tells how old it is."""
    if now is None or "last_error_date" not in webhook:
        return True
    return now - webhook.timestamp("last_error_date") < REPEATED_WITHIN


def _check_updates(webhook: Reader) -> Check:
    named = webhook.value.get("allowed_updates")
    missing = [kind.value for kind in UPDATES if kind not in (named or [])]
    if missing:
        cause = _lt("Telegram is not told to send these updates: %(updates)s.")
        values = {"updates": ", ".join(missing)}
        state = "error" if UpdateType.MESSAGE in missing else "warning"
        return Check("updates", state, cause, PRESS_CONNECT, values, "connect")
    return Check("updates", "ok", _lt("Telegram sends all the updates that are used."))
