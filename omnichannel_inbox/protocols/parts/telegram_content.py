"""What a message holds, as values of ours.

https://core.telegram.org/bots/api#message (read: 10.0, May 2026)

The library would build objects of it, all or nothing: one field that a gift lacks would lose the
words beside it. So the parts are read one by one, and what cannot be read is named.
"""

import re
from collections.abc import Iterator
from typing import Any

from telegram.constants import ChatType, MessageOriginType

from ..core.errors import MalformedPayload
from ..core.events import Person, Quote
from ..core.wire import Reader
from .telegram_entities import formatted
from .telegram_parts import SERVICE, content_values, international, story

#: Where an origin names the chat it comes from.
PLACES = {MessageOriginType.CHAT.value: "sender_chat", MessageOriginType.CHANNEL.value: "chat"}

_START = re.compile(r"/start(?:@\w+)?\s+(\S+)\s*")


def message_values(message: Reader, own_id: str) -> dict[str, Any]:
    """Return the values of a ``MessageReceived``, without its key.

    :raises MalformedPayload: who, where or when is missing
    """
    number = message.sequence("message_id")
    content = content_values(message)
    values: dict[str, Any] = {
        "chat_id": str(message.child("chat").integer("id")),
        "message_id": str(number),
        "sender": sender(message),
        "sent_at": message.timestamp("date"),
        "sequence": number,
        "group_id": message.text("media_group_id", ""),
        "quotes": tuple(_replies(message, own_id)),
    }
    if _answers(message):
        values["reply_to"] = str(message.child("reply_to_message").integer("message_id"))
    if "forward_origin" not in message:
        return {**values, **content, **_start_values(content["text"])}
    forwarded = Quote(**_origin(message.child("forward_origin"), own_id), **content)
    return {**values, "quotes": (*values["quotes"], forwarded)}


def service_kind(message: Reader) -> str:
    """Return which of Telegram's own messages this is, empty for one that somebody wrote."""
    return next((name for name in message.value if name in SERVICE), "")


def _start_values(text: str) -> dict[str, str]:
    """Who comes by a link ``t.me/bot?start=…`` begins with this command."""
    start = _START.fullmatch(text)
    return {"start_parameter": start[1]} if start else {}


# Who


def person(user: Reader) -> Person:
    first, last = user.text("first_name", ""), user.text("last_name", "")
    return Person(
        id=str(user.integer("id")),
        name=f"{first} {last}".strip(),
        first_name=first,
        last_name=last,
        username=user.text("username", ""),
        lang=user.text("language_code", "").partition("-")[0].lower(),
    )


def chat_person(chat: Reader) -> Person:
    """Return a chat that speaks as one: a group for an anonymous administrator, a channel."""
    title = chat.text("title", "") or chat.text("first_name", "")
    return Person(id=str(chat.integer("id")), name=title, username=chat.text("username", ""))


def sender(message: Reader) -> Person:
    """Return who wrote, with his own number if he has just shared it."""
    if "sender_chat" in message:
        return chat_person(message.child("sender_chat"))
    user = message.child("from")
    writer = person(user)
    if "contact" not in message:
        return writer
    contact = message.child("contact")
    # Anybody's card can be shared: only this makes it the number of who shares it.
    if str(contact.value.get("user_id")) != writer.id:
        return writer
    return Person(**{**vars(writer), "phone": international(contact.text("phone_number"))})


def _name_of(who: Person, own_id: str) -> dict[str, str]:
    """Ourselves are called by the channel's name, wherever that is written."""
    if who.id == own_id:
        return {"author_id": who.id}
    return {"author_id": who.id, "author_name": who.name or who.username}


# What is answered to and passed on


def _answers(message: Reader) -> bool:
    """Return whether it answers a message; in a topic everything "answers" the topic's first."""
    if "reply_to_message" not in message:
        return False
    answered = message.child("reply_to_message").integer("message_id")
    in_topic = message.flag("is_topic_message", False)
    return not (in_topic and message.integer("message_thread_id", 0) == answered)


def _replies(message: Reader, own_id: str) -> Iterator[Quote]:
    part = _chosen_part(message)
    if _answers(message):
        answered = message.child("reply_to_message")
        named = _quoted_author(answered, own_id)
        if part:
            yield Quote(**named, **part)
        else:
            yield Quote(**named, **content_values(answered), answered=True)
    elif "external_reply" in message:
        elsewhere = message.child("external_reply")
        content = content_values(elsewhere)
        named = _origin(elsewhere.child("origin"), own_id)
        yield Quote(**named, **{**content, **part})
    if "reply_to_story" in message:
        yield Quote(cards=(story(message.child("reply_to_story")),))


def _chosen_part(message: Reader) -> dict[str, Any]:
    """Return the words that the client has picked out of the message he answers to."""
    if "quote" not in message:
        return {}
    quote = message.child("quote")
    if not quote.flag("is_manual", False) and "external_reply" not in message:
        return {}
    part = formatted(quote, "text", "entities")
    return part if part["text"] else {}


def _quoted_author(answered: Reader, own_id: str) -> dict[str, Any]:
    try:
        named: dict[str, Any] = _name_of(sender(answered), own_id)
        return {**named, "sent_at": answered.timestamp("date")}
    except MalformedPayload:
        # Of a message that is gone only the number is left.
        return {}


def _origin(origin: Reader, own_id: str) -> dict[str, Any]:
    """Return who wrote a message first, and when; nothing where that cannot be read."""
    try:
        return _read_origin(origin, own_id)
    except MalformedPayload:
        return {}


def _read_origin(origin: Reader, own_id: str) -> dict[str, Any]:
    kind = origin.text("type")
    sent_at = origin.timestamp("date")
    if kind == MessageOriginType.USER:
        return {**_name_of(person(origin.child("sender_user")), own_id), "sent_at": sent_at}
    if kind == MessageOriginType.HIDDEN_USER:
        return {"author_name": origin.text("sender_user_name"), "sent_at": sent_at}
    if kind not in PLACES:
        return {"author_name": kind, "sent_at": sent_at}
    where = chat_person(origin.child(PLACES[kind]))
    signed = origin.text("author_signature", "")
    name = f"{where.name} ({signed})" if signed else where.name
    return {"author_id": where.id, "author_name": name, "sent_at": sent_at}


# Where


def is_private(chat: Reader) -> bool:
    return chat.text("type", "") == ChatType.PRIVATE
