"""Calling Viber's methods, and what its refusals mean.

https://developers.viber.com/docs/api/rest-bot-api (read: 7.3.0, November 2026)
"""

import json
import re
from typing import Any

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
    WindowClosed,
)
from ..core.texts import _lt
from ..core.wire import Call, Http, Reader, Reply, origin_of, seconds

API = "https://chatapi.viber.com"
TOKEN_HEADER = "X-Viber-Auth-Token"  # noqa: S105 - where the token stands
#: Seconds; while a webhook is being set, Viber calls our address before it answers.
PATIENCE = 30

TOKEN = re.compile(r"[\x21-\x7e]{1,200}")

# Words for people

BOT_NOT_FOUND = _lt(
    "Bot not found. In Viber, open More, Settings, Bots, the bot, Edit info, and copy the whole "
    "token (Your app key) into the channel."
)
NOT_VIBER = _lt(
    "What answered is not Viber: check the API address of the channel, or whatever stands between "
    "this server and Viber."
)
ADDRESS_NEEDED = _lt(
    "Viber calls only addresses that begin with https, have a valid certificate of a well-known "
    "authority with its whole chain, are reachable from the internet and answer within seconds. "
    "Set this server's address in the general settings of Odoo, then press Connect."
)
BOT_BLOCKED = _lt("Viber has closed this bot: ask Viber, or the partner who made the bot.")
PRESS_CONNECT = _lt("Press Connect.")
NOT_SUBSCRIBED = _lt("The client has to write to the bot before the bot can write to him.")
NO_DEVICE = _lt("The client's Viber cannot show this: write it as plain text.")
UNANSWERED = _lt("It goes out when the client answers, or after an hour.")
NO_MONEY = _lt("The bot's balance at Viber is used up: top it up, then send again.")
NO_FREE_MESSAGES = _lt(
    "The bot's free messages of this month are used up. Within 24 hours after the client has "
    "written, answers do not count."
)

#: What a status means; one that is not found here is a trouble of Viber's own.
REFUSALS: dict[int, tuple[type[SendError], str]] = {
    1: (SendError, ADDRESS_NEEDED),
    2: (CredentialsRefused, BOT_NOT_FOUND),
    3: (SendError, ""),
    4: (SendError, ""),
    5: (RecipientUnavailable, NOT_SUBSCRIBED),
    6: (RecipientUnavailable, NOT_SUBSCRIBED),
    7: (CredentialsRefused, BOT_BLOCKED),
    8: (CredentialsRefused, BOT_NOT_FOUND),
    9: (CredentialsRefused, BOT_BLOCKED),
    10: (CredentialsRefused, PRESS_CONNECT),
    11: (UnsupportedContent, NO_DEVICE),
    12: (RecipientThrottled, UNANSWERED),
    13: (UnsupportedContent, NO_DEVICE),
    14: (UnsupportedContent, NO_DEVICE),
    15: (CredentialsRefused, BOT_BLOCKED),
    **dict.fromkeys((16, 17, 18, 19, 20, 21, 22), (SendError, "")),
    23: (WindowClosed, NO_FREE_MESSAGES),
    24: (CredentialsRefused, NO_MONEY),
}


class Api:
    """Viber's methods through the door we were handed."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._http = http
        self._token = settings.access_token.strip()
        self._origin = origin_of(settings.api_url or API)

    def ask(self, method: str, **values: Any) -> Reader:
        """Return Viber's answer to what may be said twice.

        :raises SendError: it refuses
        :raises MalformedPayload: it cannot be understood
        """
        try:
            return self._call(method, values, repeatable=True)
        except OutcomeUnknown as error:
            unavailable = NetworkUnavailable(error.detail)
        raise unavailable

    def tell(self, method: str, **values: Any) -> Reader:
        """Return Viber's answer to what must be said once only.

        :raises SendError: it refuses
        :raises MalformedPayload: it cannot be understood
        """
        return self._call(method, values, repeatable=False)

    def _call(self, method: str, values: dict[str, Any], *, repeatable: bool) -> Reader:
        if not TOKEN.fullmatch(self._token):
            raise CredentialsRefused("no token of a bot", cure=BOT_NOT_FOUND)
        reply = self._http(
            Call(
                "POST",
                f"{self._origin}/pa/{method}",
                headers={TOKEN_HEADER: self._token, "Content-Type": "application/json"},
                # Not escaped: 30 kB are all that Viber takes, and 7000 letters are 42 kB then.
                body=json.dumps(values, ensure_ascii=False).encode("utf-8", "replace"),
                timeout=PATIENCE,
                repeatable=repeatable,
            )
        )
        return self._answer(reply)

    def _answer(self, reply: Reply) -> Reader:
        """Return the answer of a call that succeeded: of one that failed HTTP says 200 as well."""
        if not reply.ok:
            raise _from_elsewhere(reply)
        answer = reply.json()
        status = answer.integer("status")
        if status:
            raise self._refusal(status, answer)
        return answer

    def _refusal(self, status: int, answer: Reader) -> SendError:
        try:
            words = answer.text("status_message", "")
        except MalformedPayload:
            words = ""
        detail = f"Viber {status}: {words.replace(self._token, '…')[:300]}".rstrip(": ")
        kind, cure = REFUSALS.get(status, (NetworkUnavailable, ""))
        return kind(detail, cure=cure)


def _from_elsewhere(reply: Reply) -> SendError:
    """Return what another status than 200 means: Viber's own refusals have none."""
    detail = f"HTTP {reply.status}"
    if reply.status == 429:
        return Throttled(detail, retry_after=seconds(reply.header("Retry-After")))
    if reply.status >= 500:
        return OutcomeUnknown(detail)
    return NetworkUnavailable(detail, cure=NOT_VIBER)
