"""MAX bot API, https://dev.max.ru/docs-api (read: schema 0.0.33, July 2026)."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from .core.base import Account, Check, FileAddress, Outgoing, Protocol, asks
from .core.errors import MalformedPayload, SendError
from .core.events import (
    ButtonPressed,
    ChatStarted,
    Event,
    Ignored,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    ReachabilityChanged,
)
from .core.marks import Marked, to_html
from .core.pieces import length
from .core.planning import ButtonLimits, Capabilities
from .core.registry import register
from .core.signatures import require_equal
from .core.wire import Answer, Envelope, Http, Reader, Webhook
from .parts import max_account, max_sending
from .parts.max_calls import FILE_HOSTS, TOO_LATE, Api
from .parts.max_content import (
    VIDEO,
    best_film,
    chat_of,
    message_id,
    message_values,
    person,
    with_own_number,
)

PROOF_HEADER = "X-Max-Bot-Api-Secret"
MAX_KEY = 200
KINDS = frozenset({"image", "voice", "audio", "video", "file"})
#: https://dev.max.ru/docs-api/methods/POST/uploads
MAX_FILE_BYTES = 4 * 2**30
#: What an answered press shows for a moment; MAX wants something to be there.
TAKEN = "✓"
RECENT = 50


@register
class Max(Protocol):
    code = "max"
    label = "MAX"
    required_settings = frozenset({"access_token", "signing_secret"})
    capabilities = Capabilities(
        max_text=4000,
        marks=frozenset(max_sending.TAGS),
        files=KINDS,
        max_file_bytes=dict.fromkeys(KINDS, MAX_FILE_BYTES),
        quotes=True,
        edits=True,
        deletes=True,
        typing=True,
        recalls=True,
        buttons=ButtonLimits(
            kinds=frozenset(max_sending.BUTTON_TYPES),
            count=max_sending.ROWS * max_sending.PER_ROW,
            label=128,
        ),
        calls_per_second=30,
        calls_per_file=1,  # the upload's address
    )
    file_hosts = FILE_HOSTS
    diagnoses = max_account.DIAGNOSES

    # In

    def verify(self, webhook: Webhook) -> None:
        received = max_account.wire_secret(webhook.header(PROOF_HEADER))
        require_equal(received, max_account.wire_secret(self.settings.signing_secret))

    def split(self, webhook: Webhook) -> list[Envelope]:
        try:
            update = webhook.json()
            body = json.dumps(update.value, ensure_ascii=False).encode("utf-8", "replace")
            key, chat_id = _key_of(update), _chat_of(update)
        except (MalformedPayload, RecursionError):
            return [Envelope.of_body(webhook.body)]
        if not key or len(key) > MAX_KEY:
            return [Envelope.of_body(body, chat_id)]
        return [Envelope(key, body, chat_id)]

    def answer(self, webhook: Webhook) -> Answer:
        return Answer("")

    def parse(self, envelope: Envelope) -> list[Event]:
        update = envelope.json()
        kind = update.text("update_type")
        parse = _PARSERS.get(kind)
        if parse is None:
            return [Ignored(envelope.key, reason=f"update {kind!r} is not used")]
        try:
            return [parse(self, envelope.key, update)]
        except RecursionError:
            raise MalformedPayload(kind, "reasonably nested") from None

    def _parse_message(self, key: str, update: Reader) -> Event:
        message = update.child("message")
        if reason := self._not_from_a_client(message):
            return Ignored(key, reason=reason)
        values = message_values(message, self.settings.account_ref, update.text("user_locale", ""))
        sender = with_own_number(values["sender"], message, self.settings.access_token.strip())
        return MessageReceived(key, **{**values, "sender": sender})

    def _not_from_a_client(self, message: Reader) -> str:
        """Return why nobody wrote to us, empty where somebody did."""
        if message.child("recipient").text("chat_type", "") == "channel":
            return "a post of a channel"
        own = self.settings.account_ref
        if own and str(message.child("sender").integer("user_id")) == own:
            return "written by the bot itself"
        return ""

    def _parse_edited(self, key: str, update: Reader) -> Event:
        message = update.child("message")
        if reason := self._not_from_a_client(message):
            return Ignored(key, reason=reason)
        values = message_values(message, self.settings.account_ref, update.text("user_locale", ""))
        changed = update.milliseconds("timestamp") if "timestamp" in update else None
        return MessageEdited(key, **values, edited_at=changed)

    def _parse_removed(self, key: str, update: Reader) -> Event:
        chat_id = str(update.integer("chat_id"))
        return MessageDeleted(key, chat_id=chat_id, message_id=update.text("message_id"))

    def _parse_button(self, key: str, update: Reader) -> Event:
        callback = update.child("callback")
        presser = person(callback.child("user"))
        # Of a message that is gone nobody says any more in which chat it was.
        message = update.child("message") if "message" in update else None
        return ButtonPressed(
            key,
            chat_id=chat_of(message) if message else "",
            person_id=presser.id,
            payload=callback.text("payload", ""),
            answer_id=callback.text("callback_id"),
            message_id=message_id(message) if message else "",
        )

    def _parse_started(self, key: str, update: Reader) -> Event:
        return ChatStarted(
            key,
            chat_id=str(update.integer("chat_id")),
            person=person(update.child("user"), update.text("user_locale", "")),
            start_parameter=update.text("payload", ""),
        )

    def _parse_stopped(self, key: str, update: Reader) -> Event:
        return ReachabilityChanged(
            key,
            chat_id=str(update.integer("chat_id")),
            person_id=str(update.child("user").integer("user_id")),
            reachable=False,
        )

    # Out

    def measure(self, text: Marked) -> int:
        # Whether MAX counts before or after it has read the tags is unconfirmed.
        tagged = length(to_html(text, max_sending.TAGS)) if text.marks else 0
        return max(super().measure(text), tagged)

    def send(self, outgoing: Outgoing, http: Http) -> str:
        return max_sending.send(Api(self.settings, http), outgoing)

    @asks
    def edit(self, message_id: str, outgoing: Outgoing, http: Http) -> None:
        with _only_for_a_while():
            max_sending.edit(Api(self.settings, http), message_id, outgoing)

    @asks
    def delete(self, message_id: str, chat_id: str, http: Http) -> None:
        with _only_for_a_while():
            Api(self.settings, http).change("DELETE", "/messages", message_id=message_id)

    @asks
    def show_typing(self, chat_id: str, http: Http) -> None:
        self._act(chat_id, "typing_on", http)

    @asks
    def mark_read(self, chat_id: str, message_id: str, http: Http) -> None:
        self._act(chat_id, "mark_seen", http)

    def _act(self, chat_id: str, action: str, http: Http) -> None:
        """Let the client see something for a moment; in dialogs its effect is unconfirmed."""
        Api(self.settings, http).ask("POST", f"/chats/{chat_id}/actions", {"action": action})

    @asks
    def answer_button(self, chat_id: str, person_id: str, answer_id: str, http: Http) -> None:
        body = {"notification": TAKEN}
        Api(self.settings, http).ask("POST", "/answers", body, callback_id=answer_id)

    @asks
    def fetch_recent(self, chat_id: str, http: Http) -> list[Envelope]:
        answer = Api(self.settings, http).ask("GET", "/messages", chat_id=chat_id, count=RECENT)
        return [
            envelope
            for message in reversed(answer.children("messages"))
            for envelope in self._recent(message)
        ]

    def _recent(self, message: Reader) -> list[Envelope]:
        """Return the event of a message, as it would have come; none for one of our own."""
        try:
            if self._not_from_a_client(message):
                return []
            update = {"update_type": "message_created", "message": message.value}
            update["timestamp"] = message.integer("timestamp")
        except MalformedPayload:
            return []
        return self.split(Webhook(json.dumps(update).encode()))

    @asks
    def locate_file(self, url: str, http: Http) -> FileAddress:
        api = Api(self.settings, http)
        if not url.startswith(VIDEO):
            return FileAddress(url, roots=api.roots_for(url))
        found = api.ask("GET", f"/videos/{url.removeprefix(VIDEO)}")
        film = best_film(found.child("urls")) if "urls" in found else ""
        if not film:
            raise SendError("MAX tells no address of the video")
        return FileAddress(film, roots=api.roots_for(film))

    # The channel itself

    @asks
    def identify(self, http: Http) -> Account:
        return max_account.identify(Api(self.settings, http))

    @asks
    def register(self, webhook_url: str, http: Http) -> None:
        max_account.register(Api(self.settings, http), self.settings, webhook_url)

    @asks
    def unregister(self, webhook_url: str, http: Http) -> None:
        max_account.unregister(Api(self.settings, http), webhook_url)

    def check_settings(self) -> list[Check]:
        return max_account.check_settings(self.settings)

    @asks
    def check(self, webhook_url: str, http: Http) -> list[Check]:
        return max_account.check(Api(self.settings, http), self.settings, webhook_url)


_PARSERS: dict[str, Callable[[Max, str, Reader], Event]] = {
    "message_created": Max._parse_message,
    "message_edited": Max._parse_edited,
    "message_removed": Max._parse_removed,
    "message_callback": Max._parse_button,
    "bot_started": Max._parse_started,
    "bot_stopped": Max._parse_stopped,
    "dialog_removed": Max._parse_stopped,
}


def _key_of(update: Reader) -> str:
    """Return the key of an event, made from what there is: MAX numbers none of them.

    It is empty where there is nothing that would tell one from another.
    """
    kind = update.text("update_type")
    with suppress(MalformedPayload):
        if kind in _NAMED:
            return " ".join((kind, *_NAMED[kind](update)))
    with suppress(MalformedPayload):
        when = str(update.integer("timestamp"))
        return " ".join((kind, _chat_of(update), _person_of(update), when))
    return ""


def _named_press(update: Reader) -> tuple[str, ...]:
    """The id of a press may be that of its keyboard: the time tells two of them apart."""
    callback = update.child("callback")
    return callback.text("callback_id"), str(callback.integer("timestamp"))


def _named_message(update: Reader) -> tuple[str, ...]:
    return (update.child("message").child("body").text("mid"),)


def _named_edit(update: Reader) -> tuple[str, ...]:
    return (*_named_message(update), str(update.integer("timestamp")))


def _named_removal(update: Reader) -> tuple[str, ...]:
    return (update.text("message_id"),)


_NAMED: dict[str, Callable[[Reader], tuple[str, ...]]] = {
    "message_created": _named_message,
    "message_edited": _named_edit,
    "message_removed": _named_removal,
    "message_callback": _named_press,
}


def _chat_of(update: Reader) -> str:
    """Return whose chat an update of any kind belongs to; empty where nothing says so."""
    try:
        if "message" in update:
            return chat_of(update.child("message"))
        return str(update.integer("chat_id"))
    except MalformedPayload:
        return ""


def _person_of(update: Reader) -> str:
    try:
        if "message" in update:
            return str(update.child("message").child("sender").integer("user_id"))
        return str(update.child("user").integer("user_id"))
    except MalformedPayload:
        return ""


@contextmanager
def _only_for_a_while() -> Iterator[None]:
    """A change that MAX does not make says so inside a success, and mostly comes too late."""
    try:
        yield
    except SendError as error:
        if type(error) is SendError and not error.cure:
            raise SendError(error.detail, cure=TOO_LATE) from None
        raise
