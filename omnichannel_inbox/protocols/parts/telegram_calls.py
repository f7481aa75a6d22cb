"""Calling the Bot API, with python-telegram-bot, and what its refusals mean.

https://core.telegram.org/bots/api#making-requests (read: 10.0, May 2026)
"""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    TelegramError,
)
from telegram.request import BaseRequest, RequestData

from ..core.base import Settings
from ..core.errors import (
    CredentialsRefused,
    MalformedPayload,
    NetworkUnavailable,
    OutcomeUnknown,
    RecipientThrottled,
    RecipientUnavailable,
    SendError,
    Throttled,
    UnsupportedContent,
)
from ..core.texts import _lt
from ..core.wire import Call, Http, Reader, Reply, origin_of, seconds

API = "https://api.telegram.org"
MIB = 2**20
#: Seconds that Telegram asks to wait: so few because of one chat, more because of the whole bot.
ONE_CHAT_SECONDS = 60

TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}")
#: What the library raises when it reads an answer that is not what it expects.
_MISREAD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# Words for people

BOT_NOT_FOUND = _lt(
    "Bot not found. In Telegram, open @BotFather, send /mybots, choose the bot, press API Token, "
    "and copy the whole token into the channel."
)
NO_TOKEN = _lt(
    "This is no token of a bot: it looks like 7100000001:AAE… In Telegram, open @BotFather, send "
    "/mybots, choose the bot, press API Token, and copy the whole token into the channel."
)
NOT_TELEGRAM = _lt(
    "What answered is not Telegram: check the API address of the channel, or whatever stands "
    "between this server and Telegram."
)
NOT_STARTED = _lt("The client has to open the bot and press Start before the bot can write to him.")
TOO_LATE = _lt("Telegram allows this only for about two days after sending.")
NO_VOICE = _lt("The client takes no voice messages: write, or send a file.")
TOO_LARGE = _lt("Telegram takes files of up to 50 MB from bots.")
ADDRESS_NEEDED = _lt(
    "Telegram calls only addresses that begin with https, have a valid certificate with its whole "
    "chain and one of the ports 443, 80, 88 and 8443, and are reachable from the internet over "
    "IPv4. Set this server's address in the general settings of Odoo, then press Connect."
)
SECRET_CHARACTERS = _lt(
    "The secret token may hold Latin letters, digits, _ and - only, at most 256 of them."
)


class MediaRefused(UnsupportedContent):
    """Telegram does not show this file as what it is; it may still travel as a document."""


class MarksRefused(UnsupportedContent):
    """Telegram does not show the text as it shall look; its words may still be said."""


class Migrated(RecipientUnavailable):
    """The group has become a supergroup, ``chat_id`` is its id from now on."""

    def __init__(self, chat_id: str) -> None:
        super().__init__("the group has another id now")
        self.chat_id = chat_id


#: What the words of a refusal mean. They are for people and may change: what is not found here
#: is a refusal all the same. https://github.com/tdlib/td and …/telegram-bot-api (read: May 2026)
REFUSALS: tuple[tuple[str, type[SendError], str], ...] = (
    ("parse entities", MarksRefused, ""),
    ("entity", MarksRefused, ""),  # begins or ends elsewhere, has an address that is none
    ("chat not found", RecipientUnavailable, NOT_STARTED),
    ("user not found", RecipientUnavailable, NOT_STARTED),
    ("peer_id_invalid", RecipientUnavailable, NOT_STARTED),
    ("chat_write_forbidden", RecipientUnavailable, ""),
    ("rights to send", RecipientUnavailable, ""),
    ("need administrator rights", RecipientUnavailable, ""),
    ("is deactivated", RecipientUnavailable, ""),
    ("was deactivated", RecipientUnavailable, ""),
    ("chat_restricted", RecipientUnavailable, ""),
    ("voice_messages_forbidden", UnsupportedContent, NO_VOICE),
    ("can't be edited", SendError, TOO_LATE),
    ("can't be deleted", SendError, TOO_LATE),
    ("too long", UnsupportedContent, ""),
    ("is empty", UnsupportedContent, ""),
    ("must be non-empty", UnsupportedContent, ""),
    ("file is too big", UnsupportedContent, TOO_LARGE),
    ("image_process_failed", MediaRefused, ""),
    ("photo_", MediaRefused, ""),
    ("video_", MediaRefused, ""),
    ("media_invalid", MediaRefused, ""),
    ("button_", UnsupportedContent, ""),
    ("inline keyboard button", UnsupportedContent, ""),
    ("in private chats only", UnsupportedContent, ""),
    ("temporarily unavailable", NetworkUnavailable, ""),
    ("bad webhook", SendError, ADDRESS_NEEDED),
    ("secret token", SendError, SECRET_CHARACTERS),
)


class _Silent(logging.Filter):
    """The library writes addresses with the token, and whole messages, into its debugging log."""

    def filter(self, record: logging.LogRecord) -> bool:
        return False


logging.getLogger("telegram.Bot").addFilter(_Silent())


class Door(BaseRequest):
    """python-telegram-bot's way out: the door we were handed, no connection of its own.

    :ivar reply: what came back, None while nothing did
    """

    def __init__(self, http: Http, *, repeatable: bool) -> None:
        self._http = http
        self._repeatable = repeatable
        self.reply: Reply | None = None

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing has to be opened."""

    async def shutdown(self) -> None:
        """Nothing has to be closed."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_timeouts: Any,
        **_named_timeouts: Any,
    ) -> tuple[int, bytes]:
        fields = request_data.json_parameters if request_data else {}
        files: Any = request_data.multipart_data if request_data else {}
        size = sum(len(content) for _name, content, _type in files.values())
        self.reply = self._http(
            Call(
                method,
                url,
                form=fields,
                files=files or None,
                timeout=60 + size / MIB if files else 20,
                repeatable=self._repeatable,
            )
        )
        if self.reply.status == 429:
            # The library's own error for this one warns about itself whenever it is made.
            raise _throttled(self.reply)
        return self.reply.status, self.reply.body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The library's own one writes what it cannot read into the log."""
        try:
            value: dict[str, Any] = Reader.from_json(payload).value
        except MalformedPayload as error:
            raise TelegramError("unreadable") from error
        return value


class Api:
    """Telegram's methods through the door we were handed."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._http = http
        self._token = settings.access_token.strip()
        self.origin = origin_of(settings.api_url or API)
        self.answered_at: datetime | None = None  # by Telegram's own clock

    def file_url(self, path: str) -> str:
        """Return the address of a file; it holds the token."""
        # A server of one's own in local mode tells its own path: what serves it knows the rest.
        path = path.rpartition(f"/{self._token}/")[2]
        return f"{self.origin}/file/bot{self._token}/{path.lstrip('/')}"

    def ask(self, what: Callable[[Bot], Coroutine[Any, Any, Any]]) -> Reader:
        """Return Telegram's answer to what may be said twice, as an object with ``result``.

        :raises SendError: it refuses, or cannot be understood
        """
        try:
            return self._call(what, repeatable=True)
        except OutcomeUnknown as error:
            unavailable = NetworkUnavailable(error.detail, cure=error.cure)
        raise unavailable

    def tell(self, what: Callable[[Bot], Coroutine[Any, Any, Any]]) -> Reader:
        """Return Telegram's answer to what must be said once only.

        :raises SendError: it refuses, or cannot be understood
        """
        return self._call(what, repeatable=False)

    def _call(self, what: Callable[[Bot], Coroutine[Any, Any, Any]], *, repeatable: bool) -> Reader:
        if not TOKEN.fullmatch(self._token):
            raise CredentialsRefused("no token of a bot", cure=NO_TOKEN)
        door = Door(self._http, repeatable=repeatable)
        failure = self._run(what, door)
        # Outside of all handlers: what the library raises shows addresses and bodies.
        if failure is not None:
            raise failure
        if door.reply is None:
            raise OutcomeUnknown("nothing was asked")
        self.answered_at = _date(door.reply)
        return door.reply.json()

    def _run(self, what: Callable[[Bot], Coroutine[Any, Any, Any]], door: Door) -> Exception | None:
        """Make the call, and return what is wrong with its outcome."""
        # Not the door twice means an HTTP client of the library's own.
        bot = Bot(
            self._token,
            base_url=f"{self.origin}/bot",
            base_file_url=f"{self.origin}/file/bot",
            request=door,
            get_updates_request=door,
        )
        # One for each call: a loop belongs to a thread, and Odoo has many.
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(what(bot))
        except TelegramError as error:
            return self._failure(error, door.reply)
        except _MISREAD as error:
            # A success that the library cannot read may still hold what we ask for.
            return _from_elsewhere(door.reply) if door.reply else error
        finally:
            loop.close()
        return None

    def _failure(self, error: TelegramError, reply: Reply | None) -> Exception | None:
        cause = error.__cause__
        if isinstance(cause, Exception) and not isinstance(cause, TelegramError):
            return cause  # what the door raised
        if reply is None or cause is not None or not _is_telegrams(reply):
            return _from_elsewhere(reply)
        if isinstance(error, ChatMigrated):
            return Migrated(str(error.new_chat_id))
        words = str(error.message).replace(self._token, "…")[:300]
        return _refusal(error, reply.status, f"Telegram {reply.status}: {words}")


def _is_telegrams(reply: Reply) -> bool:
    """Return whether Telegram itself refuses: whatever stands in between words it differently."""
    try:
        return not reply.json().flag("ok")
    except MalformedPayload:
        return False


def _refusal(error: TelegramError, status: int, detail: str) -> SendError:
    """Return what a refusal means that Telegram itself has written."""
    if isinstance(error, InvalidToken):
        return CredentialsRefused(detail, cure=BOT_NOT_FOUND)
    if isinstance(error, Forbidden):
        return RecipientUnavailable(detail, cure=NOT_STARTED if "initiate" in detail else "")
    if isinstance(error, BadRequest):
        return _bad_request(detail)
    return _by_status(status, detail) or SendError(detail)


def _bad_request(detail: str) -> SendError:
    words = detail.lower()
    for part, kind, cure in REFUSALS:
        if part in words:
            return kind(detail, cure=cure)
    return SendError(detail)


def _from_elsewhere(reply: Reply | None) -> SendError | None:
    """Return what an answer means that is none of Telegram's: somebody in between has written it.

    A success is read by whoever asked.
    """
    if reply is None:
        return OutcomeUnknown("no answer")
    if reply.ok:
        return None
    detail = f"HTTP {reply.status}"
    return _by_status(reply.status, detail) or NetworkUnavailable(detail, cure=NOT_TELEGRAM)


def _by_status(status: int, detail: str) -> SendError | None:
    """Return what a status means whoever has given it."""
    if status >= 500:
        return OutcomeUnknown(detail)
    if status == 413:
        return UnsupportedContent(detail, cure=TOO_LARGE)
    return None


def _date(reply: Reply) -> datetime | None:
    """Return the time that an answer carries, None where it carries none."""
    try:
        date = parsedate_to_datetime(reply.header("Date"))
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)


def _throttled(reply: Reply) -> Throttled:
    try:
        wait = reply.json().child("parameters").integer("retry_after")
    except MalformedPayload:
        wait = seconds(reply.header("Retry-After"))
    # Nothing else says whose limit it was: https://core.telegram.org/bots/faq
    kind = RecipientThrottled if 0 < wait <= ONE_CHAT_SECONDS else Throttled
    return kind("Telegram 429: too many requests", retry_after=wait)
