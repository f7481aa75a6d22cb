"""The bot itself: whose the token is, where its updates go, what is wrong with either.

https://dev.max.ru/docs-api/methods/POST/subscriptions (read: July 2026)
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..core.base import Account, Check, Settings
from ..core.errors import CertificateRefused, CredentialsRefused, MalformedPayload, SendError
from ..core.texts import _lt
from ..core.wire import Reader
from .max_calls import NO_TOKEN, TOKEN, Api, Moderated, NoLegalEntity

#: Everything that is read.
UPDATES = (
    "message_created",
    "message_edited",
    "message_removed",
    "message_callback",
    "bot_started",
    "bot_stopped",
    "dialog_removed",
)
_SECRET = re.compile(r"[A-Za-z0-9-]{5,256}")

PRESS_CONNECT = _lt("Press Connect.")
OTHER_BOT = _lt("Paste the token of this bot, or make a new channel for the other one.")
SECRET_CHARACTERS = _lt(
    "The secret token may hold Latin letters, digits and hyphens only, 5 to 256 of them."
)
ADDRESS_NEEDED = _lt(
    "MAX calls only addresses that begin with https, name no port (it is 443), and have a valid "
    "certificate with its whole chain. Set this server's address in the general settings of Odoo, "
    "then press Connect."
)
USED_ELSEWHERE = _lt(
    "Each of the programs receives everything. If you do not know the other one, generate a new "
    "token on the side of MAX and paste it here."
)
TRUST_ROOT = _lt(
    "MAX proves itself with a certificate of the Russian Trusted Root CA, which comes with this "
    "addon and is trusted for MAX alone. Look whether something between this server and MAX puts "
    "its own certificate in between, whether the clock of this server is right, and whether the "
    "addon is up to date: the certificate in it is valid until February 27, 2032."
)

# The words of MAX's resellers for what goes wrong when it is connected: they are looked up.

NOT_FOUND = _lt(
    "Token not found: the token was not issued by the MAX platform, or the user has not copied it "
    "from the MAX interface."
)
INVALID = _lt(
    "Invalid token: the token was copied incorrectly (incomplete, with extra characters), or is "
    "expired or revoked."
)
INVALID_CURE = _lt(
    "Copy the token from the MAX interface and paste it into the field “MAX token” again; generate "
    "a new token on the side of MAX if necessary."
)
MODERATED = _lt(
    "The bot is under moderation: the chat-bot has not passed the check by the MAX platform yet; "
    "moderation can take up to 48 hours on working days."
)
MODERATED_CURE = _lt(
    "Wait for the status “Ready for publication”; after the approval the token becomes available."
)
NO_LEGAL_ENTITY = _lt(
    "No access of the legal entity: the partner's profile (legal entity) in MAX was not created or "
    "not verified, or the company has no rights to create a chat-bot."
)
NO_LEGAL_ENTITY_CURE = _lt(
    "Register and verify the partner's profile (legal entity) on the MAX platform; if rights are "
    "missing, appoint a representative with the right of first or sole signature."
)
FAILS = _lt(
    "The connection fails / the token is not authorised: the token was pasted but did not pass the "
    "check; there may be problems with access, moderation, the bot's status or the token itself "
    "(%(error)s)."
)
FAILS_CURE = _lt(
    "Check the bot's status in MAX, make sure that the token has been issued, paste the token into "
    "the field “MAX token” again and press Save; successful authorisation is shown in the "
    "channel's card."
)
#: Of our own side, by the code of the check that finds it.
DIAGNOSES = {
    "operators": (
        _lt(
            "Appeals cannot be received: after the token was authorised, no operator, group or "
            "chat-bot was chosen to handle appeals."
        ),
        _lt("In the block “Who will receive appeals” choose the option that fits, and save."),
    ),
    "auto_answers": (
        _lt(
            "Automatic answers are not shown: they are not set up, or the chat-bot of the "
            "off-hours is switched on (both at once are forbidden)."
        ),
        _lt(
            "Choose one of the two: chat-bot or automatic answers; if necessary, add automatic "
            "answers and set their times."
        ),
    ),
}


def wire_secret(secret: str) -> str:
    """Return a secret as it travels: MAX's words allow no underscore, though its pattern does."""
    return secret.replace("_", "-")


def identify(api: Api) -> Account:
    bot = _own_bot(api)
    return Account(str(bot.integer("user_id")), _name(bot))


def register(api: Api, settings: Settings, webhook_url: str) -> None:
    """Of our own addresses only this one is left: MAX tells each of them everything."""
    secret = wire_secret(settings.signing_secret)
    if not _SECRET.fullmatch(secret):
        raise SendError("not a secret token", cure=SECRET_CHARACTERS)
    for address in _subscribed(api):
        if _is_ours(address, webhook_url) and address != webhook_url:
            api.change("DELETE", "/subscriptions", url=address)
    wanted = {"url": webhook_url, "update_types": list(UPDATES), "secret": secret}
    try:
        api.change("POST", "/subscriptions", wanted)
    except SendError as error:
        if type(error) is SendError and not _is_callable(webhook_url):
            raise SendError(error.detail, cure=ADDRESS_NEEDED) from None
        raise


def unregister(api: Api, webhook_url: str) -> None:
    """Another program's address is left alone."""
    for address in _subscribed(api):
        if _is_ours(address, webhook_url):
            api.change("DELETE", "/subscriptions", url=address)


def _own_bot(api: Api) -> Reader:
    return api.ask("GET", "/me")


def _subscriptions(api: Api) -> list[Reader]:
    answer = api.ask("GET", "/subscriptions")
    if "subscriptions" not in answer:
        raise MalformedPayload("subscriptions", "a list of addresses")
    return answer.children("subscriptions")


def _subscribed(api: Api) -> list[str]:
    return [subscription.text("url") for subscription in _subscriptions(api)]


def _is_ours(address: str, webhook_url: str) -> bool:
    """The path is this channel's alone, also after the site has moved to another host."""
    return urlsplit(address).path == urlsplit(webhook_url).path


def _is_callable(webhook_url: str) -> bool:
    parts = urlsplit(webhook_url)
    return parts.scheme == "https" and parts.port is None


def _name(bot: Reader) -> str:
    name = bot.text("first_name", "") or bot.text("name", "")
    username = bot.text("username", "")
    return f"{name} @{username}".strip() if username else name


# Checks


def check_settings(settings: Settings) -> list[Check]:
    token = settings.access_token.strip()
    if not token:
        return [Check("token", "error", NOT_FOUND, NO_TOKEN, button="token")]
    if not TOKEN.fullmatch(token):
        return [Check("token", "error", INVALID, INVALID_CURE, button="token")]
    return []


def check(api: Api, settings: Settings, webhook_url: str) -> list[Check]:
    if wrong := check_settings(settings):
        return wrong
    try:
        bot = _own_bot(api)
        checks = [_check_token(bot, settings), *_check_address(settings, webhook_url)]
        return [*checks, *_check_subscriptions(_subscriptions(api), webhook_url)]
    except CertificateRefused:
        cause = _lt("MAX cannot prove itself: its certificate is not accepted.")
        return [Check("certificate", "error", cause, TRUST_ROOT)]
    except SendError as error:
        if error.retry:
            raise
        return [_diagnose(error)]


def _diagnose(error: SendError) -> Check:
    """Return which of the known troubles a refusal is."""
    if isinstance(error, Moderated):
        return Check("moderation", "error", MODERATED, MODERATED_CURE, holds=True)
    if isinstance(error, NoLegalEntity):
        return Check("legal_entity", "error", NO_LEGAL_ENTITY, NO_LEGAL_ENTITY_CURE, holds=True)
    if isinstance(error, CredentialsRefused):
        return Check("token", "error", INVALID, INVALID_CURE, button="token")
    values = {"error": error.detail}
    return Check("connection", "error", FAILS, FAILS_CURE, values, "token")


def _check_token(bot: Reader, settings: Settings) -> Check:
    names = {"name": _name(bot), "id": str(bot.integer("user_id"))}
    if settings.account_ref not in ("", names["id"]):
        cause = _lt("The token belongs to another bot: %(name)s (%(id)s).")
        return Check("token", "error", cause, OTHER_BOT, names, "token")
    return Check("token", "ok", _lt("The token is that of %(name)s (%(id)s)."), "", names)


def _check_address(settings: Settings, webhook_url: str) -> Iterator[Check]:
    """A stand-in or a proxy under another address may have laxer rules than MAX."""
    if not settings.api_url and not _is_callable(webhook_url):
        cause = _lt("MAX does not call an address like that of this server: %(address)s.")
        parts = urlsplit(webhook_url)
        values = {"address": f"{parts.scheme}://{parts.netloc}"}
        yield Check("callable", "error", cause, ADDRESS_NEEDED, values, "connect")


def _check_subscriptions(known: list[Reader], webhook_url: str) -> Iterator[Check]:
    addresses = {subscription.text("url"): subscription for subscription in known}
    old = [url for url in addresses if _is_ours(url, webhook_url) and url != webhook_url]
    if webhook_url in addresses:
        yield Check("webhook", "ok", _lt("MAX sends its updates to our address."))
        yield _check_updates(addresses[webhook_url])
    elif not old:
        cause = _lt(
            "MAX sends its updates nowhere of ours: it drops an address that has not taken any for "
            "eight hours."
        )
        yield Check("webhook", "error", cause, PRESS_CONNECT, button="connect", renews=True)
    yield from _check_old(old, doubled=webhook_url in addresses)
    foreign = [url for url in addresses if url != webhook_url and url not in old]
    if foreign:
        # Of a foreign address the path may be a secret.
        hosts = ", ".join(sorted({urlsplit(url).netloc.rpartition("@")[2] for url in foreign}))
        cause = _lt("MAX sends its updates to another program as well: %(host)s.")
        yield Check("others", "warning", cause, USED_ELSEWHERE, {"host": hosts})


def _check_old(old: list[str], *, doubled: bool) -> Iterator[Check]:
    values = {"host": ", ".join(sorted(urlsplit(url).netloc for url in old))}
    if old and doubled:
        cause = _lt("MAX sends its updates to an old address of this server too: %(host)s.")
        yield Check(
            "doubled", "warning", cause, PRESS_CONNECT, values, button="connect", renews=True
        )
    elif old:
        cause = _lt("MAX sends its updates to an old address of this server: %(host)s.")
        yield Check("webhook", "error", cause, PRESS_CONNECT, values, "connect")


def _check_updates(subscription: Reader) -> Check:
    """A subscription that names no updates is sent all of them."""
    named = subscription.value.get("update_types")
    missing = [kind for kind in UPDATES if named and kind not in named]
    if missing:
        cause = _lt("MAX is not told to send these updates: %(updates)s.")
        values = {"updates": ", ".join(missing)}
        state = "error" if "message_created" in missing else "warning"
        return Check("updates", state, cause, PRESS_CONNECT, values, "connect")
    return Check("updates", "ok", _lt("MAX sends all the updates that are used."))
