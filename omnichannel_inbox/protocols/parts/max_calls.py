"""Calling MAX's methods, and what its refusals mean.

https://dev.max.ru/docs-api (read: July 2026)
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..core.base import Settings
from ..core.errors import (
    CredentialsRefused,
    MalformedPayload,
    NetworkUnavailable,
    NotReady,
    OutcomeUnknown,
    RecipientThrottled,
    RecipientUnavailable,
    RightMissing,
    SendError,
    Throttled,
    UnsupportedContent,
)
from ..core.texts import _lt
from ..core.wire import Call, Http, Reader, Reply, origin_of, seconds

API = "https://platform-api2.max.ru"
#: The chain of MAX's own hosts ends in the Russian Trusted Root CA, which no usual store has.
#: SHA-256 D26D2D0231B7C39F92CC738512BA54103519E4405D68B5BD703E9788CA8ECF31, until 27 Feb 2032.
ROOTS = Path(__file__).with_name("max_root.pem").read_text(encoding="ascii")
#: Where files are kept and taken; seen, there is no official list.
FILE_HOSTS = frozenset({"oneme.ru", "okcdn.ru"})
HOSTS = FILE_HOSTS | {"max.ru"}
MIB = 2**20
#: Seconds that MAX asks to wait: so few because of one chat, more because of the whole bot.
ONE_CHAT_SECONDS = 60

#: What tokens consist of; that they are no longer or shorter is unconfirmed.
TOKEN = re.compile(r"[A-Za-z0-9_.~+/=:-]{6,512}")

# Words for people

NO_TOKEN = _lt(
    "Create the chat-bot and wait until it has passed moderation; once it is approved, the "
    "platform issues a token, which has to be copied again."
)
TOKEN_INVALID = _lt(
    "Invalid token. Copy the token from the MAX interface and paste it into the field “MAX token” "
    "again; generate a new token on the side of MAX if necessary."
)
MODERATED = _lt(
    "The bot is under moderation. Wait for the status “Ready for publication”; after the approval "
    "the token becomes available."
)
NO_LEGAL_ENTITY = _lt(
    "No access of the legal entity. Register and verify the partner's profile (legal entity) on "
    "the MAX platform; if rights are missing, appoint a representative with the right of first or "
    "sole signature."
)
NOT_MAX = _lt(
    "What answered is not MAX: check the API address of the channel, or whatever stands between "
    "this server and MAX."
)
DENIED = _lt(
    "The client has stopped the bot: wait until he writes or presses Start. If no message at all "
    "goes out, the bot is still under moderation at MAX, which takes up to 48 hours on working "
    "days."
)
NOT_STARTED = _lt("The client has to open the bot and press Start before the bot can write to him.")
TOO_LATE = _lt("MAX allows this only for seven days after sending.")
TOO_LARGE = _lt("MAX takes files of up to 4 GB from bots.")
STILL_PROCESSED = _lt(
    "MAX has not finished with the file in time: send it again, or a smaller one."
)


class MediaRefused(UnsupportedContent):
    """MAX does not take this file as what it is; it may still travel as a plain file."""


class Moderated(RecipientUnavailable):
    """The bot has not been approved yet: it reaches nobody."""


class NoLegalEntity(RightMissing):
    """Nobody stands behind the bot whom MAX has verified."""


#: What a code, or words beside it, mean. What is not found here is a refusal all the same.
REFUSALS: tuple[tuple[str, type[SendError], str], ...] = (
    ("attachment.not.ready", NotReady, ""),
    ("file.not.processed", NotReady, ""),
    ("movie.not.owner", MediaRefused, ""),
    ("verify.token", CredentialsRefused, TOKEN_INVALID),
    ("dialog.suspended", RecipientUnavailable, DENIED),
    ("moderat", Moderated, MODERATED),  # its words are unconfirmed
    ("legal", NoLegalEntity, NO_LEGAL_ENTITY),  # unconfirmed
    ("organization", NoLegalEntity, NO_LEGAL_ENTITY),  # unconfirmed
    ("chat.denied", RecipientUnavailable, DENIED),
    ("dialog.not", RecipientUnavailable, NOT_STARTED),
    ("chat.not.found", RecipientUnavailable, NOT_STARTED),
    ("user.not.found", RecipientUnavailable, NOT_STARTED),
    ("too long", UnsupportedContent, ""),
    ("too.long", UnsupportedContent, ""),
    ("is empty", UnsupportedContent, ""),
)


class Api:
    """MAX's methods through the door we were handed."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._http = http
        self._token = settings.access_token.strip()
        self.origin = origin_of(settings.api_url or API)
        self._own_address = bool(settings.api_url)

    def ask(self, method: str, path: str, /, body: Any = None, **query: Any) -> Reader:
        """Return MAX's answer to what may be said twice.

        :raises SendError: it refuses, or cannot be understood
        """
        try:
            return self._call(method, path, query, body, repeatable=True)
        except OutcomeUnknown as error:
            unavailable = NetworkUnavailable(error.detail, cure=error.cure)
        raise unavailable

    def change(self, method: str, path: str, /, body: Any = None, **query: Any) -> None:
        """What was asked for is so from now on; a refusal may come inside a success.

        :raises SendError: it refuses, or cannot be understood
        """
        self.ask(method, path, body, **query).flag("success")

    def tell(self, path: str, body: Any, **query: Any) -> Reader:
        """Return MAX's answer to what must be said once only.

        :raises SendError: it refuses, or cannot be understood
        """
        return self._call("POST", path, query, body, repeatable=False)

    def roots_for(self, url: str) -> str:
        """Return whom else to trust at an address: at MAX's own hosts, and nowhere else."""
        host = (urlsplit(url).hostname or "").rstrip(".")
        ours = any(host == suffix or host.endswith(f".{suffix}") for suffix in HOSTS)
        return ROOTS if ours else ""

    def upload(self, url: str, name: str, content: bytes, mimetype: str) -> Reply:
        """Return what the server that takes files says; it is another one, and proves nothing.

        :raises SendError: it does not take the file
        """
        ours = bool(origin_of(url)) and origin_of(url) == self.origin
        call = Call(
            "POST",
            url,
            files={"data": (name, content, mimetype)},
            timeout=60 + len(content) / MIB,
            repeatable=True,  # a file that no message holds is seen by nobody
            foreign=not (self._own_address and ours),
            roots=self.roots_for(url),
        )
        reply = self._http(call)
        if reply.ok:
            return reply
        failure = self._failure(reply)
        if isinstance(failure, OutcomeUnknown):
            failure = NetworkUnavailable(failure.detail)
        raise failure

    def _call(
        self, method: str, path: str, query: Mapping[str, Any], body: Any, *, repeatable: bool
    ) -> Reader:
        if not self._token:
            raise CredentialsRefused("no token", cure=NO_TOKEN)
        if not TOKEN.fullmatch(self._token):
            raise CredentialsRefused("no token of a bot", cure=TOKEN_INVALID)
        address = f"{self.origin}{path}" + (f"?{urlencode(query)}" if query else "")
        reply = self._http(
            Call(
                method,
                address,
                headers={"Authorization": self._token},
                json=body,
                repeatable=repeatable,
                roots=self.roots_for(address),
            )
        )
        if not reply.ok:
            raise self._failure(reply)
        answer = reply.json()
        if not answer.flag("success", True):
            raise self._refusal(reply.status, answer)
        return answer

    def _failure(self, reply: Reply) -> SendError:
        try:
            said = reply.json()
        except MalformedPayload:
            return _from_elsewhere(reply)
        if not {"code", "message", "error"} & said.value.keys():
            return _from_elsewhere(reply)
        return _by_status(reply, self._refusal(reply.status, said))

    def _refusal(self, status: int, said: Reader) -> SendError:
        """Return what a refusal means that MAX itself has written."""
        told = (said.value.get(name) for name in ("code", "error", "message"))
        words = ": ".join(each for each in told if isinstance(each, str) and each)
        detail = f"MAX {status} {words.replace(self._token, '…')}"[:300].rstrip()
        for part, kind, cure in REFUSALS:
            if part in words.lower():
                return kind(detail, cure=cure)
        return SendError(detail)


def _by_status(reply: Reply, refusal: SendError) -> SendError:
    """Return what a refusal means where its status says more than its words."""
    status, detail = reply.status, refusal.detail
    if status == 401:
        return CredentialsRefused(detail, cure=TOKEN_INVALID)
    if type(refusal) is SendError and status == 404:
        return RecipientUnavailable(detail, cure=NOT_STARTED)
    return _whoever_says_it(reply, detail) or refusal


def _from_elsewhere(reply: Reply) -> SendError:
    """Return what an answer means that is none of MAX's: somebody in between has written it."""
    detail = f"HTTP {reply.status}"
    return _whoever_says_it(reply, detail) or NetworkUnavailable(detail, cure=NOT_MAX)


def _whoever_says_it(reply: Reply, detail: str) -> SendError | None:
    """Return what a status means whoever has given it."""
    if reply.status == 429:
        return _throttled(reply, detail)
    if reply.status >= 500:
        return OutcomeUnknown(detail)
    if reply.status == 413:
        return UnsupportedContent(detail, cure=TOO_LARGE)
    return None


def _throttled(reply: Reply, detail: str) -> Throttled:
    """Nothing says whose limit it was; that of one chat, two a second, is met the soonest."""
    wait = seconds(reply.header("Retry-After"))
    kind = RecipientThrottled if wait <= ONE_CHAT_SECONDS else Throttled
    return kind(detail, retry_after=wait)
