"""VK community messages, https://dev.vk.com/en/api/community-messages (read: November 2025)."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from .core.base import Account, Check, Outgoing, Protocol, asks
from .core.errors import MalformedPayload, SendError, WebhookRejected
from .core.events import (
    AccountConfirmed,
    ButtonPressed,
    Event,
    Ignored,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    Person,
    ReachabilityChanged,
    ReactionChanged,
    ReceiptReported,
    TypingReported,
)
from .core.planning import ButtonLimits, Capabilities
from .core.registry import register
from .core.signatures import require_equal
from .core.wire import Answer, Envelope, Http, Reader, Webhook
from .parts import vk_account, vk_sending
from .parts.vk_calls import MAX_DOC_BYTES, NEW_KEY, TOO_LATE, Api
from .parts.vk_content import (
    LANGUAGES,
    community,
    end_of_chat,
    message_values,
    missed,
    payload_text,
    person,
    was_alive_since,
)
from .parts.vk_keyboard import MAX_BUTTONS, MAX_LABEL, keyboard

#: Which field of an event says whose chat it belongs to.
CHAT_FIELDS = {
    "message_new": "peer_id",
    "message_reply": "peer_id",
    "message_edit": "peer_id",
    "message_event": "peer_id",
    "message_read": "peer_id",
    "message_reaction_event": "peer_id",
    "message_typing_state": "from_id",
    "message_allow": "user_id",
    "message_deny": "user_id",
    "user_block": "user_id",
    "user_unblock": "user_id",
}

#: Reactions as VK's own clients show them; the numbers are not documented.
REACTIONS = dict(enumerate("❤🔥😂👍💩❓😭😡👎👌😃🤔🙏😘😍🎉", start=1))
UNKNOWN_REACTION = "❔"

MAX_EVENT_ID = 100
#: Chats that are listed, latest first, to find what was missed in them.
MAX_CHATS, CHATS_AT_ONCE = 1000, 200
MAX_PEOPLE = {"users.get": 1000, "groups.getById": 500}


@register
class Vk(Protocol):
    code = "vk"
    label = "VK"
    required_settings = frozenset({"access_token", "signing_secret"})
    capabilities = Capabilities(
        max_text=vk_sending.MAX_TEXT,
        files=frozenset({"image", "voice", "audio", "video", "file"}),
        # https://dev.vk.com/en/api/upload: what is too large for a photo travels as a file
        max_file_bytes=dict.fromkeys(("image", "voice", "audio", "video", "file"), MAX_DOC_BYTES),
        files_per_message=10,
        receipts=frozenset({"read"}),
        quotes=True,
        edits=True,
        deletes=True,
        typing=True,
        buttons=ButtonLimits(frozenset({"answer", "link"}), MAX_BUTTONS, MAX_LABEL),
        numbered=True,  # conversation_message_id
        idempotent=True,  # random_id
        calls_per_second=20,  # of one community, whatever the method
        calls_per_file=2,  # the upload's address, and keeping what was uploaded
    )
    own_id_forms = ("-{}",)
    token_help = NEW_KEY
    #: Seen in practice; VK publishes no list.
    file_hosts = frozenset(
        {"userapi.com", "vkuserphoto.ru", "vkuser.net", "vkuseraudio.net", "vk.com", "vk.ru"}
    )

    # In

    def verify(self, webhook: Webhook) -> None:
        try:
            body = webhook.json()
            secret, group_id = body.text("secret"), body.integer("group_id")
        except MalformedPayload:
            raise WebhookRejected from None
        require_equal(secret, self.settings.signing_secret)
        if self.settings.account_ref not in ("", str(group_id)):
            raise WebhookRejected

    def split(self, webhook: Webhook) -> list[Envelope]:
        try:
            event = webhook.json()
            kept = {name: value for name, value in event.value.items() if name != "secret"}
            body = json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")
        except (MalformedPayload, RecursionError):
            return []
        chat_id = _chat_of(event)
        key = event.value.get("event_id")
        if isinstance(key, str) and 0 < len(key) <= MAX_EVENT_ID:
            return [Envelope(key, body, chat_id)]
        return [Envelope.of_body(body, chat_id)]

    def answer(self, webhook: Webhook) -> Answer:
        if webhook.json().value.get("type") == "confirmation":
            return Answer(self.settings.confirmation_code.strip())
        return Answer("ok")

    def parse(self, envelope: Envelope) -> list[Event]:
        body = envelope.json()
        kind = body.text("type")
        if kind == "confirmation":
            return [AccountConfirmed(envelope.key, account_id=str(body.integer("group_id")))]
        parse = _PARSERS.get(kind)
        if parse is None:
            return [Ignored(envelope.key, reason=f"event {kind!r} is not used")]
        try:
            return [parse(self, envelope.key, body.child("object"))]
        except RecursionError:
            raise MalformedPayload("object", "reasonably nested") from None

    def _parse_new(self, key: str, item: Reader) -> Event:
        message = _message_of(item)
        values = message_values(message)
        if "client_info" in item:
            language = LANGUAGES.get(item.child("client_info").integer("lang_id", -1), "")
            values["sender"] = Person(values["sender"].id, lang=language)
        return MessageReceived(key, **values)

    def _parse_reply(self, key: str, item: Reader) -> Event:
        return self._parse_echo(key, item, edited=False)

    def _parse_edit(self, key: str, item: Reader) -> Event:
        if item.flag("out", False) or item.integer("from_id") < 0:
            return self._parse_echo(key, item, edited=True)
        changed = item.timestamp("update_time") if "update_time" in item else None
        return MessageEdited(key, **message_values(item), edited_at=changed)

    def _parse_echo(self, key: str, item: Reader, *, edited: bool) -> Event:
        return MessageEchoed(
            key,
            **message_values(item),
            send_key=_text_or_nothing(item.integer("random_id", 0)),
            author_id=_text_or_nothing(item.integer("admin_author_id", 0)),
            edited=edited,
        )

    def _parse_allow(self, key: str, item: Reader) -> Event:
        person = str(item.integer("user_id"))
        return ReachabilityChanged(key, chat_id=person, person_id=person, reachable=True)

    def _parse_deny(self, key: str, item: Reader) -> Event:
        person = str(item.integer("user_id"))
        return ReachabilityChanged(key, chat_id=person, person_id=person, reachable=False)

    def _parse_read(self, key: str, item: Reader) -> Event:
        if item.integer("from_id") < 0:
            return Ignored(key, reason="our own side read")
        sequence = item.sequence("conversation_message_id", 0)
        number = item.integer("read_message_id", 0)
        return ReceiptReported(
            key,
            chat_id=str(item.integer("peer_id")),
            message_id=str(number) if number else f"cmid{sequence}",
            receipt="read",
            up_to=True,
            sequence=sequence,
        )

    def _parse_typing(self, key: str, item: Reader) -> Event:
        person = item.integer("from_id")
        if person < 0:
            return Ignored(key, reason="our own side types")
        return TypingReported(key, chat_id=str(person), person_id=str(person))

    def _parse_reaction(self, key: str, item: Reader) -> Event:
        if item.integer("reacted_id") < 0:
            return Ignored(key, reason="our own side reacts")
        reaction = item.integer("reaction_id", 0)
        return ReactionChanged(
            key,
            chat_id=str(item.integer("peer_id")),
            person_id=str(item.integer("reacted_id")),
            message_id="",
            emoji=REACTIONS.get(reaction, UNKNOWN_REACTION) if reaction else "",
            sequence=item.sequence("cmid"),
        )

    def _parse_button(self, key: str, item: Reader) -> Event:
        return ButtonPressed(
            key,
            chat_id=str(item.integer("peer_id")),
            person_id=str(item.integer("user_id")),
            payload=payload_text(item),
            answer_id=item.text("event_id", ""),
            sequence=item.sequence("conversation_message_id", 0),
        )

    # Out

    def send(self, outgoing: Outgoing, http: Http) -> str:
        api = Api(self.settings, http)
        values = {
            **self._values(api, outgoing),
            "random_id": self.echo_key(outgoing.send_key),
        }
        return vk_sending.sent_id(api, vk_sending.say(api, "messages.send", values, outgoing))

    def echo_key(self, send_key: str) -> str:
        """VK's ``random_id``: a positive number of 31 bits, remembered for each recipient."""
        digest = hashlib.sha256(send_key.encode()).digest()
        return str(int.from_bytes(digest[:4], "big") % (2**31 - 1) + 1)

    def _values(self, api: Api, outgoing: Outgoing) -> dict[str, Any]:
        attachments = [api.upload(outgoing.chat_id, file) for file in outgoing.files]
        values = {"peer_id": outgoing.chat_id, "message": outgoing.text}
        if attachments:
            values["attachment"] = ",".join(attachments)
        if outgoing.buttons:
            values["keyboard"] = keyboard(outgoing.buttons)
        return values

    @asks
    def edit(self, message_id: str, outgoing: Outgoing, http: Http) -> None:
        api = Api(self.settings, http)
        values = {
            **self._values(api, outgoing),
            **vk_sending.named(message_id, "message_id", "cmid"),
            "keep_forward_messages": 1,
            "keep_snippets": 1,
        }
        vk_sending.say(api, "messages.edit", values, outgoing).integer("response")

    @asks
    def delete(self, message_id: str, chat_id: str, http: Http) -> None:
        api = Api(self.settings, http)
        answer = api.call(
            "messages.delete",
            peer_id=chat_id,
            **vk_sending.named(message_id, "message_ids", "cmids"),
            delete_for_all=1,
        )
        if 0 in vk_sending.results(api, "messages.delete", answer):
            raise SendError("VK: not deleted", cure=TOO_LATE)

    @asks
    def show_typing(self, chat_id: str, http: Http) -> None:
        Api(self.settings, http).call("messages.setActivity", peer_id=chat_id, type="typing")

    @asks
    def mark_read(self, chat_id: str, message_id: str, http: Http) -> None:
        Api(self.settings, http).call(
            "messages.markAsRead",
            peer_id=chat_id,
            **vk_sending.named(message_id, "start_message_id", "up_to_cmid"),
        )

    @asks
    def answer_button(self, chat_id: str, person_id: str, answer_id: str, http: Http) -> None:
        Api(self.settings, http).call(
            "messages.sendMessageEventAnswer",
            event_id=answer_id,
            user_id=person_id,
            peer_id=chat_id,
        )

    @asks
    def fetch_people(self, person_ids: Sequence[str], http: Http) -> list[Person]:
        api = Api(self.settings, http)
        users = [number for number in person_ids if not number.startswith("-")]
        groups = [number.removeprefix("-") for number in person_ids if number.startswith("-")]
        people = []
        for chunk in _chunks(users, MAX_PEOPLE["users.get"]):
            answer = api.call("users.get", user_ids=chunk, fields="photo_200,screen_name,has_photo")
            people += [person(user) for user in answer.children("response")]
        for chunk in _chunks(groups, MAX_PEOPLE["groups.getById"]):
            answer = api.call("groups.getById", group_ids=chunk, fields="photo_200,screen_name")
            people += [community(group) for group in vk_account.groups_of(answer)]
        return people

    @asks
    def fetch_message(self, chat_id: str, message_id: str, http: Http) -> MessageReceived | None:
        answer = Api(self.settings, http).call(
            "messages.getById",
            peer_id=chat_id,
            **vk_sending.named(message_id, "message_ids", "cmids"),
        )
        for message in answer.child("response").children("items"):
            return MessageReceived("", **message_values(message))
        return None

    @asks
    def fetch_missed(
        self, chat_id: str, sequences: Sequence[int], http: Http
    ) -> dict[int, Envelope]:
        answer = Api(self.settings, http).call(
            "messages.getByConversationMessageId",
            peer_id=chat_id,
            conversation_message_ids=",".join(map(str, sequences)),
        )
        items = answer.child("response").children("items")
        return dict(missed(chat_id, item) for item in items)

    @asks
    def fetch_ends(self, since: datetime, http: Http) -> dict[str, int]:
        api = Api(self.settings, http)
        ends: dict[str, int] = {}
        for offset in range(0, MAX_CHATS, CHATS_AT_ONCE):
            answer = api.call("messages.getConversations", count=CHATS_AT_ONCE, offset=offset)
            page = answer.child("response").children("items")
            lately = [item for item in page if was_alive_since(item, since)]
            ends |= dict(map(end_of_chat, lately))
            if not lately or len(page) < CHATS_AT_ONCE:
                break
        return ends

    # The channel itself

    @asks
    def identify(self, http: Http) -> Account:
        return vk_account.identify(Api(self.settings, http))

    @asks
    def register(self, webhook_url: str, http: Http) -> None:
        vk_account.register(Api(self.settings, http), self.settings, webhook_url)

    @asks
    def unregister(self, webhook_url: str, http: Http) -> None:
        vk_account.unregister(Api(self.settings, http), webhook_url)

    @asks
    def check(self, webhook_url: str, http: Http) -> list[Check]:
        return vk_account.check(Api(self.settings, http), self.settings, webhook_url)


_PARSERS: dict[str, Callable[[Vk, str, Reader], Event]] = {
    "message_new": Vk._parse_new,
    "message_reply": Vk._parse_reply,
    "message_edit": Vk._parse_edit,
    "message_allow": Vk._parse_allow,
    "message_deny": Vk._parse_deny,
    "user_block": Vk._parse_deny,
    "user_unblock": Vk._parse_allow,
    "message_read": Vk._parse_read,
    "message_typing_state": Vk._parse_typing,
    "message_reaction_event": Vk._parse_reaction,
    "message_event": Vk._parse_button,
}


# What is read of a webhook


def _chat_of(event: Reader) -> str:
    """Return whose chat an event belongs to; empty where nothing says so."""
    try:
        field = CHAT_FIELDS.get(event.text("type"))
        if field is None:
            return ""
        item = event.child("object")
        owner = _message_of(item) if event.text("type") == "message_new" else item
        return str(owner.integer(field))
    except MalformedPayload:
        return ""


def _message_of(item: Reader) -> Reader:
    """Servers set to an API before 5.103 send the message without its wrapper."""
    return item.child("message") if "message" in item or "client_info" in item else item


def _text_or_nothing(number: int) -> str:
    return str(number) if number else ""


def _chunks(numbers: list[str], size: int) -> Iterator[str]:
    for start in range(0, len(numbers), size):
        yield ",".join(numbers[start : start + size])
