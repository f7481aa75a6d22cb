"""What a Viber message holds, as values of ours.

https://developers.viber.com/docs/api/rest-bot-api/#receive-message-from-user
(read: 7.3.0, November 2026)
"""

import json
import mimetypes
from collections.abc import Callable
from typing import Any

from ..core.errors import MalformedPayload
from ..core.events import Card, File, Person
from ..core.wire import Reader

#: Of a sticker Viber sends the number only (unconfirmed for new ones).
STICKERS = "https://viber.github.io/docs/img/stickers/{}.png"
MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}"


def token(event: Reader) -> str:
    """Return the number of a message as text: 64 bits, more than a float or a browser holds."""
    if isinstance(event.value.get("message_token"), float):
        raise MalformedPayload("message_token", "a whole number")
    return str(event.integer("message_token"))


def person(user: Reader) -> Person:
    language = user.text("language", "").replace("_", "-").partition("-")[0]
    return Person(id=user.text("id"), name=user.text("name", ""), lang=language.lower()[:2])


def message_values(event: Reader) -> dict[str, Any]:
    """Return the values of a ``MessageReceived``, without its key.

    :raises MalformedPayload: who, what or when is missing
    """
    sender, message, number = person(event.child("sender")), event.child("message"), token(event)
    text, parts = _text(message), _parts(message, number)
    tracked = _tracked(message)
    return {
        "chat_id": sender.id,
        "message_id": number,
        "sender": _with_phone(sender, message, tracked),
        "sent_at": event.milliseconds("timestamp"),
        "text": text,
        "files": tuple(part for part in parts if isinstance(part, File)),
        "cards": tuple(part for part in parts if isinstance(part, Card)),
        "payload": _payload(tracked, text),
    }


def _text(message: Reader) -> str:
    return message.text("text", "")


def _parts(message: Reader, number: str) -> list[File | Card]:
    """Return files and cards; something nobody knows yet becomes a card that says so."""
    kind = message.text("type")
    read = _KINDS.get(kind, _unknown)
    try:
        parts = read(message, number)
    except MalformedPayload:
        # The raw event keeps it; what else the message says has to arrive.
        return [Card("unsupported", title=kind)]
    return parts if parts or _text(message) else [Card("unsupported", title=kind)]


# Files


def _picture(message: Reader, number: str) -> list[File | Card]:
    return [File("image", message.text("media"), f"photo_{number}.jpg")]


def _video(message: Reader, number: str) -> list[File | Card]:
    return [
        File(
            "video",
            message.text("media"),
            f"video_{number}.mp4",
            "video/mp4",
            message.integer("size", 0) or message.integer("file_size", 0),
            message.integer("duration", 0),
        )
    ]


def _file(message: Reader, _number: str) -> list[File | Card]:
    """Return a document; Viber has no kind for what is heard, its name tells."""
    name = message.text("file_name", "")
    heard = (mimetypes.guess_type(name)[0] or "").startswith("audio/")
    size = message.integer("file_size", 0) or message.integer("size", 0)
    return [File("audio" if heard else "file", message.text("media"), name, size=size)]


def _sticker(message: Reader, _number: str) -> list[File | Card]:
    number = message.integer("sticker_id")
    # An address with a sticker is not documented; where there is one, it is the better one.
    address = message.text("media", "") or STICKERS.format(number)
    return [File("sticker", address, f"sticker_{number}.png")]


def _unknown(message: Reader, number: str) -> list[File | Card]:
    """A kind nobody knows yet: its file arrives all the same."""
    return _file(message, number) if "media" in message else []


# What is shown as a line


def _location(message: Reader, _number: str) -> list[File | Card]:
    point = message.child("location")
    latitude, longitude = point.number("lat"), point.number("lon")
    address = point.text("address", "")
    text = "\n".join(filter(None, (address, f"{latitude}, {longitude}")))
    return [Card("location", "", text, MAP.format(latitude, longitude))]


def _contact(message: Reader, _number: str) -> list[File | Card]:
    contact = message.child("contact")
    return [Card("contact", contact.text("name", ""), _international(contact))]


def _link(message: Reader, _number: str) -> list[File | Card]:
    return [Card("link", url=message.text("media"))]


def _words(_message: Reader, _number: str) -> list[File | Card]:
    return []


_KINDS: dict[str, Callable[[Reader, str], list[File | Card]]] = {
    "text": _words,
    "picture": _picture,
    "video": _video,
    "file": _file,
    "sticker": _sticker,
    "location": _location,
    "contact": _contact,
    "url": _link,
}


# What came back with a pressed button


def _tracked(message: Reader) -> dict[str, Any]:
    """Return what we sent along with the buttons: it comes back with what is said next."""
    try:
        tracked = json.loads(message.text("tracking_data", ""))
    except (MalformedPayload, ValueError, RecursionError):
        return {}
    return tracked if isinstance(tracked, dict) else {}


def _payload(tracked: dict[str, Any], text: str) -> str:
    """Return what the pressed button carries: the client is shown to have said its label."""
    answers = tracked.get("answers")
    payload = answers.get(text) if isinstance(answers, dict) else None
    return payload if isinstance(payload, str) else ""


def _with_phone(sender: Person, message: Reader, tracked: dict[str, Any]) -> Person:
    """Return the sender with the number that he shared by our button.

    A contact of somebody else has that one's name.
    """
    if tracked.get("phone") is not True or "contact" not in message:
        return sender
    try:
        contact = message.child("contact")
        name, phone = contact.text("name", ""), _international(contact)
    except MalformedPayload:
        return sender
    if name not in ("", sender.name):
        return sender
    return Person(sender.id, sender.name, phone=phone, lang=sender.lang)


def _international(contact: Reader) -> str:
    """Numbers come in international form, with or without the plus."""
    number = contact.text("phone_number")
    return f"+{number}" if number.isdecimal() else number
