"""What a message holds, as values of ours.

https://dev.max.ru/docs-api/objects/Message (read: July 2026)
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..core import looks
from ..core.errors import MalformedPayload
from ..core.events import Card, File, Person, Quote
from ..core.marks import Mark
from ..core.wire import Reader

MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}"
#: In front of the names of videos; where they are is asked when they are fetched.
VIDEO = "video:"
#: In front of the ids that we give to what MAX gives none.
UNNAMED = "unnamed:"
#: Attachments that say nothing.
SILENT = frozenset({"inline_keyboard", "reply_keyboard"})
#: Formatting that has a mark of ours; mentions read as they are.
MARKS = {
    "strong": "bold",
    "emphasized": "italic",
    "underline": "underline",
    "strikethrough": "strike",
    "monospaced": "code",
    "link": "link",
    "heading": "bold",
    "highlighted": "bold",
    "quote": "quote",
}


def message_values(message: Reader, own_id: str, lang: str) -> dict[str, Any]:
    """Return the values of a ``MessageReceived``, without its key.

    :raises MalformedPayload: who, where or when is missing
    """
    content = content_values(message.child("body") if "body" in message else Reader({}))
    linked = _link_values(message, own_id)
    if not (content["text"] or content["files"] or content["cards"] or linked):
        content["cards"] = (Card("unsupported"),)
    return {
        "chat_id": chat_of(message),
        "message_id": message_id(message),
        "sender": person(message.child("sender"), lang),
        "sent_at": message.milliseconds("timestamp"),
        **content,
        **linked,
    }


def chat_of(message: Reader) -> str:
    return str(message.child("recipient").integer("chat_id"))


def message_id(message: Reader) -> str:
    """Return the id; what is only passed on may come without a body, and has none."""
    if "body" in message:
        return message.child("body").text("mid")
    return f"{UNNAMED}{message.integer('timestamp')}"


# Who


def person(user: Reader, lang: str = "") -> Person:
    first = user.text("first_name", "") or user.text("name", "")
    last = user.text("last_name", "")
    return Person(
        id=str(user.integer("user_id")),
        name=f"{first} {last}".strip(),
        first_name=first,
        last_name=last,
        username=user.text("username", ""),
        lang=lang.partition("-")[0].lower(),
        photo_url=user.text("full_avatar_url", "") or user.text("avatar_url", ""),
    )


def with_own_number(sender: Person, message: Reader, token: str) -> Person:
    """Return who wrote, with his own number if he has just shared it.

    Anybody's card can be sent, and one that was passed on is still signed for its owner.
    """
    if "body" not in message:
        return sender
    for attachment in _attachments(message.child("body")):
        try:
            if attachment.text("type") == "contact":
                number = _proven_number(attachment.child("payload"), sender.id, token)
                if number:
                    return replace(sender, phone=number)
        except MalformedPayload:
            continue  # without a proof it is a card like any other
    return sender


def _proven_number(contact: Reader, person_id: str, token: str) -> str:
    """Return the number of a card that MAX has signed as this person's, else nothing."""
    if str(contact.child("max_info").integer("user_id")) != person_id or not token:
        return ""
    vcard, proof = _unescaped(contact.text("vcf_info")), contact.text("hash")
    digest = hmac.new(token.encode(), vcard.encode("utf-8", "surrogatepass"), hashlib.sha256)
    received = proof.encode("utf-8", "surrogatepass")
    # Hexadecimal as seen; how the official description words it is unconfirmed.
    forms = (digest.hexdigest().encode(), b64encode(digest.digest()))
    known = [hmac.compare_digest(received, form) for form in forms]
    return _vcard_value(vcard, "TEL") if any(known) else ""


def _unescaped(vcard: str) -> str:
    """Line ends are signed as CR LF, and sometimes come as the letters of their escapes."""
    return vcard.replace("\\r\\n", "\r\n") if "\r\n" not in vcard else vcard


def _vcard_value(vcard: str, name: str) -> str:
    for line in vcard.splitlines():
        head, _colon, value = line.partition(":")
        if head.partition(";")[0].upper() == name and value.strip():
            return international(value.strip()) if name == "TEL" else value.strip()
    return ""


def international(number: str) -> str:
    """Numbers come in international form, with or without the plus."""
    return f"+{number}" if number.isdecimal() else number


# What is answered to and passed on


def _link_values(message: Reader, own_id: str) -> dict[str, Any]:
    if "link" not in message:
        return {}
    link = message.child("link")
    said = link.child("message")
    answered = link.text("type") == "reply"
    quote = Quote(**_author(link, own_id), **content_values(said), answered=answered)
    return {"quotes": (quote,), **({"reply_to": said.text("mid", "")} if answered else {})}


def _author(link: Reader, own_id: str) -> dict[str, Any]:
    """Ourselves are called by the channel's name, wherever that is written."""
    try:
        who = person(link.child("sender"))
    except MalformedPayload:
        return {}
    if who.id == own_id:
        return {"author_id": who.id}
    return {"author_id": who.id, "author_name": who.name or who.username}


# What is inside


def content_values(body: Reader) -> dict[str, Any]:
    """Return text, files and cards; what nobody knows yet becomes a card that says so."""
    parts = [part for attachment in _attachments(body) for part in _parts(attachment)]
    return {
        **_said(body),
        "files": tuple(part for part in parts if isinstance(part, File)),
        "cards": tuple(part for part in parts if isinstance(part, Card)),
    }


def _attachments(body: Reader) -> list[Reader]:
    try:
        return body.children("attachments")
    except MalformedPayload:
        return []


def _parts(attachment: Reader) -> Iterator[File | Card]:
    kind = ""
    try:
        kind = attachment.text("type")
        if kind not in SILENT:
            yield from _KINDS.get(kind, _unknown)(attachment)
    except MalformedPayload:
        # The raw event keeps it; what else the message says has to arrive.
        yield Card("unsupported", title=kind)


def _said(body: Reader) -> dict[str, Any]:
    """Return the text, and how it looks."""
    text = body.text("text", "")
    try:
        named = body.children("markup")
    except MalformedPayload:
        return {"text": text}
    places = looks.Places(text)
    return looks.said(text, [mark for each in named for mark in _mark(each, places)])


def _mark(markup: Reader, places: looks.Places) -> list[Mark]:
    """Return the mark; that MAX counts UTF-16 units is unconfirmed."""
    try:
        kind = MARKS[markup.text("type")]
        url = markup.text("url") if kind == "link" else ""
        return places.mark(kind, markup.integer("from"), markup.integer("length"), url)
    except (KeyError, MalformedPayload):
        return []  # formatting that cannot be read is none


# Files


def _reads(kind: str) -> Callable[[Reader], list[Any]]:
    """Return how a file of this kind is read that has an address."""

    def read(attachment: Reader) -> list[File]:
        payload = attachment.child("payload")
        return [
            File(
                kind,
                payload.text("url"),
                attachment.text("filename", ""),
                size=attachment.integer("size", 0),
                duration=attachment.integer("duration", 0),
            )
        ]

    return read


def _video(attachment: Reader) -> list[File]:
    """The address beside it may be that of a page; asked by its token, MAX tells the film's."""
    payload = attachment.child("payload")
    token = payload.text("token", "")
    address = f"{VIDEO}{token}" if token else payload.text("url")
    return [File("video", address, duration=attachment.integer("duration", 0))]


def _audio(attachment: Reader) -> list[File | Card]:
    said = attachment.text("transcription", "")
    words = [Card("audio", text=said)] if said else []
    return [*_reads("voice")(attachment), *words]


def best_film(urls: Reader) -> str:
    """Return the address of the largest MP4, empty where there is none."""
    heights = {
        int(name.removeprefix("mp4_")): name
        for name in urls.value
        if name.removeprefix("mp4_").isdecimal() and name.startswith("mp4_")
    }
    for _height, name in sorted(heights.items(), reverse=True):
        if address := urls.text(name, ""):
            return address
    return ""


# What is shown as a line


def _contact(attachment: Reader) -> list[Card]:
    contact = attachment.child("payload")
    vcard = _unescaped(contact.text("vcf_info", ""))
    name = _vcard_value(vcard, "FN")
    if not name and "max_info" in contact:
        name = person(contact.child("max_info")).name
    return [Card("contact", name, _vcard_value(vcard, "TEL"))]


def _location(attachment: Reader) -> list[Card]:
    latitude, longitude = attachment.number("latitude"), attachment.number("longitude")
    place = f"{latitude}, {longitude}"
    return [Card("location", "", place, MAP.format(latitude, longitude))]


def _share(attachment: Reader) -> list[Card]:
    address = attachment.child("payload").text("url", "") if "payload" in attachment else ""
    title, text = attachment.text("title", ""), attachment.text("description", "")
    return [Card("link", title, text, address)]


def _unknown(attachment: Reader) -> list[Card]:
    return [Card("unsupported", title=attachment.text("type"))]


_KINDS: dict[str, Callable[[Reader], list[Any]]] = {
    "image": _reads("image"),
    "video": _video,
    "audio": _audio,
    "file": _reads("file"),
    "sticker": _reads("sticker"),
    "contact": _contact,
    "location": _location,
    "share": _share,
}
