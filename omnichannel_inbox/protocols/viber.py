"""Viber bots, https://developers.viber.com/docs/api/rest-bot-api (read: 7.3.0, November 2026)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from .core.base import Account, Check, Outgoing, Protocol, asks
from .core.errors import MalformedPayload, SendError
from .core.events import (
    AccountConfirmed,
    ChatStarted,
    Event,
    Ignored,
    MessageReceived,
    Person,
    ReachabilityChanged,
    ReceiptReported,
)
from .core.planning import ButtonLimits, Capabilities
from .core.registry import register
from .core.signatures import require_hmac
from .core.wire import Answer, Envelope, Http, Reader, Webhook
from .parts import viber_account, viber_sending
from .parts.viber_calls import BOT_NOT_FOUND, TOKEN, Api
from .parts.viber_content import message_values, person, token

SIGNATURE_HEADER = "X-Viber-Content-Signature"
STARTED = "conversation_started"
RECEIPTS = {"delivered": "delivered", "seen": "read", "failed": "failed"}
MAX_KEY = 100
KINDS = frozenset({"image", "voice", "audio", "video", "file"})


@register
class Viber(Protocol):
    code = "viber"
    label = "Viber"
    required_settings = frozenset({"access_token"})
    proven_by = "access_token"
    capabilities = Capabilities(
        max_text=7000,
        max_caption=512,  # 768 is told elsewhere
        captioned=frozenset({"image"}),
        files=KINDS,
        # What is too large for a picture or a film travels as a file.
        max_file_bytes=dict.fromkeys(KINDS, 50 << 20),
        fetches_files=True,
        shows_sender=True,
        shown_bytes={"image": viber_sending.MAX_PICTURE},
        receipts=frozenset({"delivered", "read"}),
        buttons=ButtonLimits(frozenset({"answer", "link", "phone"}), count=12, label=60),
        unanswered_per_hour=99,  # the hundredth is refused
    )
    token_form = TOKEN
    token_help = BOT_NOT_FOUND
    #: Seen in practice; Viber publishes no list. The second one keeps stickers.
    file_hosts = frozenset({"viber.com", "viber.github.io"})

    # In

    def verify(self, webhook: Webhook) -> None:
        proof = webhook.header(SIGNATURE_HEADER)
        require_hmac(proof, webhook.body, self.settings.access_token.strip())

    def split(self, webhook: Webhook) -> list[Envelope]:
        try:
            event = webhook.json()
            body = json.dumps(event.value, ensure_ascii=False).encode("utf-8", "replace")
        except (MalformedPayload, RecursionError):
            return [Envelope.of_body(webhook.body)]
        key, chat_id = _key_of(event), _chat_of(event)
        return [Envelope(key, body, chat_id) if key else Envelope.of_body(body, chat_id)]

    def answer(self, webhook: Webhook) -> Answer:
        # Anything else could be taken for a message to whoever opened the chat.
        words = viber_sending.greeting(self.settings) if _may_be_greeted(webhook) else ""
        return Answer(words, "application/json; charset=utf-8") if words else Answer("")

    def parse(self, envelope: Envelope) -> list[Event]:
        event = envelope.json()
        kind = event.text("event")
        parse = _PARSERS.get(kind)
        if parse is None:
            return [Ignored(envelope.key, reason=f"event {kind!r} is not used")]
        return [parse(self, envelope.key, event)]

    def _parse_webhook(self, key: str, event: Reader) -> Event:
        return AccountConfirmed(key, account_id=self.settings.account_ref)

    def _parse_started(self, key: str, event: Reader) -> Event:
        who = person(event.child("user"))
        return ChatStarted(
            key,
            chat_id=who.id,
            person=who,
            start_parameter=event.text("context", ""),
            reachable=event.flag("subscribed", True),
        )

    def _parse_message(self, key: str, event: Reader) -> Event:
        return MessageReceived(key, **message_values(event))

    def _parse_subscribed(self, key: str, event: Reader) -> Event:
        who = event.child("user").text("id")
        return ReachabilityChanged(key, chat_id=who, person_id=who, reachable=True)

    def _parse_unsubscribed(self, key: str, event: Reader) -> Event:
        who = event.text("user_id")
        return ReachabilityChanged(key, chat_id=who, person_id=who, reachable=False)

    def _parse_receipt(self, key: str, event: Reader) -> Event:
        return ReceiptReported(
            key,
            chat_id=event.text("user_id"),
            message_id=token(event),
            receipt=RECEIPTS[event.text("event")],
            detail=event.text("desc", ""),
        )

    # Out

    def send(self, outgoing: Outgoing, http: Http) -> str:
        return viber_sending.send(Api(self.settings, http), self.settings, outgoing)

    @asks
    def fetch_people(self, person_ids: Sequence[str], http: Http) -> list[Person]:
        """One question for each of them; Viber answers two in twelve hours about the same one."""
        api = Api(self.settings, http)
        people: list[Person] = []
        for person_id in person_ids:
            try:
                people.append(_fetch_person(api, person_id))
            except SendError as error:
                if error.blames != "channel":
                    continue
                if not people:
                    raise
                break
        return people

    # The channel itself

    @asks
    def identify(self, http: Http) -> Account:
        return viber_account.identify(Api(self.settings, http))

    @asks
    def register(self, webhook_url: str, http: Http) -> None:
        viber_account.register(Api(self.settings, http), webhook_url)

    @asks
    def unregister(self, webhook_url: str, http: Http) -> None:
        viber_account.unregister(Api(self.settings, http), webhook_url)

    @asks
    def check(self, webhook_url: str, http: Http) -> list[Check]:
        return viber_account.check(Api(self.settings, http), self.settings, webhook_url)


_PARSERS: dict[str, Callable[[Viber, str, Reader], Event]] = {
    "webhook": Viber._parse_webhook,
    STARTED: Viber._parse_started,
    "message": Viber._parse_message,
    "subscribed": Viber._parse_subscribed,
    "unsubscribed": Viber._parse_unsubscribed,
    **dict.fromkeys(RECEIPTS, Viber._parse_receipt),
}


def _key_of(event: Reader) -> str:
    """Return what tells an event from all others; a message and its receipts share the number."""
    try:
        key = f"{event.text('event')}-{token(event)}"
    except (MalformedPayload, ValueError):
        return ""
    return key if len(key) <= MAX_KEY else ""


def _chat_of(event: Reader) -> str:
    """Return whose chat an event belongs to; empty where nothing says so."""
    for name in ("sender", "user"):
        if isinstance(event.value.get(name), dict):
            return _text_of(event.child(name), "id")
    return _text_of(event, "user_id")


def _text_of(item: Reader, name: str) -> str:
    try:
        return item.text(name, "")
    except MalformedPayload:
        return ""


def _may_be_greeted(webhook: Webhook) -> bool:
    """Who has written already is no stranger: he opened the chat by another link."""
    try:
        event = webhook.json()
        return event.text("event", "") == STARTED and not event.flag("subscribed", False)
    except MalformedPayload:
        return False


def _fetch_person(api: Api, person_id: str) -> Person:
    user = api.ask("get_user_details", id=person_id).child("user")
    return replace(person(user), id=person_id, photo_url=user.text("avatar", ""))
