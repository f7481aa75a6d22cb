"""What a VK message holds, as values of ours.

https://dev.vk.com/en/reference/objects/message and …/objects/attachments-message
(read: November 2025)
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

from ..core.errors import MalformedPayload
from ..core.events import Card, File, Person, Quote
from ..core.wire import Envelope, Reader, plain_text
from .vk_keyboard import unwrapped

SITE = "https://vk.com/"
#: Forwarded messages are shown this deep; what lies deeper is named only.
MAX_QUOTES_DEPTH = 10

#: Of ``client_info.lang_id``; other values are not documented.
LANGUAGES = {0: "ru", 1: "uk", 3: "en"}

#: Letters of the sizes of a photo, smallest first; o to r are crops.
SIZE_LETTERS = "opqrsmxyzw"

#: Kind of a document by its ``type``; the others are just files.
DOC_KINDS = {3: "image", 4: "image", 5: "audio", 6: "video"}

#: Attachments shown as a line: our kind, where title, text and address stand, the page on the site.
CARDS = {
    "article": ("article", ("title",), ("subtitle",), ("view_url", "url"), ""),
    "audio": ("audio", ("artist", "title"), (), (), ""),
    "call": ("call", ("state",), (), (), ""),
    "gift": ("gift", (), (), (), ""),
    "link": ("link", ("title",), ("description",), ("url",), ""),
    "market": (
        "product",
        ("title",),
        ("price.text", "description"),
        (),
        "market{0}?w=product{0}_{1}",
    ),
    "podcast": ("audio", ("title",), (), (), "podcast{0}_{1}"),
    "podcasts": ("audio", ("title",), (), (), "podcast{0}_{1}"),
    "poll": ("poll", ("question",), (), (), "poll{0}_{1}"),
    "story": ("story", (), (), (), "story{0}_{1}"),
    "video": ("video", ("title",), ("description",), (), "video{0}_{1}"),
    "video_message": ("video", ("title",), (), (), "video{0}_{1}"),
    "video_playlist": ("video", ("title",), ("description",), (), "video/playlist/{0}_{1}"),
    "wall": ("post", (), ("text",), (), "wall{0}_{1}"),
    "wall_reply": ("comment", (), ("text",), (), "wall{0}_{1}"),
}

_MENTION = re.compile(r"\[(?:id|club|public)\d+[^|\]]*\|([^\]]+)\]")


def message_id(message: Reader) -> str:
    """Return the network's id; in group chats VK numbers messages only within the chat."""
    number = message.integer("id", 0)
    return str(number) if number else f"cmid{message.integer('conversation_message_id')}"


def message_values(message: Reader) -> dict[str, Any]:
    """Return the values of a ``MessageReceived``, without its key.

    :raises MalformedPayload: who, where or when is missing
    """
    values = {
        "chat_id": str(message.integer("peer_id")),
        "message_id": message_id(message),
        "sender": Person(id=str(message.integer("from_id"))),
        "sent_at": message.timestamp("date"),
        "sequence": message.sequence("conversation_message_id", 0),
        "payload": payload_text(message),
        "start_parameter": message.text("ref", ""),
        "start_source": message.text("ref_source", ""),
        "incomplete": message.flag("is_cropped", False),
        "quotes": _quotes(message, 1),
        **_content(message),
    }
    if "reply_message" in message:
        values["reply_to"] = message_id(message.child("reply_message"))
    return values


def missed(chat_id: str, message: Reader) -> tuple[int, Envelope]:
    """Return a message's number in its chat, and the event that should have told of it."""
    number = message.integer("conversation_message_id")
    is_own = message.flag("out", False) or message.integer("from_id") < 0
    event = {
        "type": "message_reply" if is_own else "message_new",
        "object": message.value if is_own else {"message": message.value},
    }
    body = json.dumps(event, ensure_ascii=False).encode("utf-8", "replace")
    return number, Envelope(f"missed:{chat_id}:{number}", body, chat_id)


def was_alive_since(item: Reader, since: datetime) -> bool:
    """Return whether a listed chat's last message is as young as that; some have none."""
    if "last_message" not in item:
        return False
    return item.child("last_message").timestamp("date") >= since.replace(tzinfo=timezone.utc)


def end_of_chat(item: Reader) -> tuple[str, int]:
    """Return the id of a listed chat, and the number of its last message."""
    last = item.child("last_message")
    return str(last.integer("peer_id")), last.sequence("conversation_message_id")


def payload_text(item: Reader) -> str:
    """Return what a button carries: documented as text, sent as any JSON."""
    payload = item.value.get("payload")
    if payload is None:
        return ""
    if isinstance(payload, str):
        return unwrapped(item.text("payload"))
    return unwrapped(plain_text(json.dumps(payload, ensure_ascii=False)))


def _content(message: Reader) -> dict[str, Any]:
    text = _MENTION.sub(r"\1", message.text("text", ""))
    parts = [*_attachments(message), *_place(message), *_action(message)]
    return {
        "text": text,
        "files": tuple(part for part in parts if isinstance(part, File)),
        "cards": tuple(part for part in parts if isinstance(part, Card)),
    }


def _quotes(message: Reader, depth: int) -> tuple[Quote, ...]:
    if depth > MAX_QUOTES_DEPTH:
        return (Quote(cards=(Card("unsupported", title="fwd_messages"),)),)
    quotes = [_quote(forwarded, depth) for forwarded in message.children("fwd_messages")]
    if "reply_message" in message:
        quotes.insert(0, _quote(message.child("reply_message"), depth, answered=True))
    return tuple(quotes)


def _quote(message: Reader, depth: int, *, answered: bool = False) -> Quote:
    author = message.integer("from_id", 0)
    return Quote(
        author_id=str(author) if author else "",
        sent_at=message.timestamp("date") if "date" in message else None,
        quotes=_quotes(message, depth + 1) if "fwd_messages" in message else (),
        answered=answered,
        **_content(message),
    )


def _attachments(message: Reader) -> Iterator[File | Card]:
    for attachment in message.children("attachments"):
        kind = attachment.text("type", "")
        try:
            yield from _attachment(kind, attachment)
        except MalformedPayload:
            # The raw event keeps it; what else the message says has to arrive.
            yield Card("unsupported", title=kind)


def _attachment(kind: str, attachment: Reader) -> list[File | Card]:
    if kind in _FILES:
        return [_FILES[kind](attachment.child(kind)), *_transcript(attachment.child(kind))]
    if kind not in CARDS:
        named = attachment.child(kind).text("url", "") if kind in attachment else ""
        return [Card("unsupported", title=kind, url=named)]
    item = attachment.child(kind)
    parts: list[File | Card] = [_card(kind, item)]
    if kind == "wall":
        parts += _attachments(item)
    preview = _largest(item.children("image")) if kind.startswith("video") else None
    if preview:
        parts.append(File("image", preview.text("url"), f"video_{item.integer('id')}.jpg"))
    return parts


def _card(kind: str, item: Reader) -> Card:
    ours, title, text, address, page = CARDS[kind]
    url = next(filter(None, (item.text(name, "") for name in address)), "")
    owner = item.integer("owner_id", 0) or item.integer("from_id", 0)
    if page and owner:
        number = item.integer("post_id", 0) or item.integer("id")
        url = SITE + page.format(owner, number)
        url += f"?reply={item.integer('id')}" if kind == "wall_reply" else ""
    return Card(ours, _words(item, title, " \u2013 "), _words(item, text, "\n"), url)


def _words(item: Reader, names: tuple[str, ...], glue: str) -> str:
    return glue.join(filter(None, (_optional_text(item, name) for name in names)))


def _optional_text(item: Reader, path: str) -> str:
    first, _, rest = path.partition(".")
    if not rest:
        return item.text(first, "")
    return _optional_text(item.child(first), rest) if first in item else ""


def _photo(item: Reader) -> File:
    sizes = item.children("sizes")
    if "orig_photo" in item:
        sizes.append(item.child("orig_photo"))
    best = _largest(sizes)
    if best is None:
        raise MalformedPayload(f"{item.path}.sizes", "a list of pictures")
    return File("image", best.text("url"), f"photo_{item.integer('id', 0)}.jpg")


def _largest(pictures: list[Reader]) -> Reader | None:
    """Old photos have no width and height: their letters tell."""

    def size(picture: Reader) -> tuple[int, int]:
        area = picture.integer("width", 0) * picture.integer("height", 0)
        return area, SIZE_LETTERS.find(picture.text("type", "")[:1] or "?")

    with_address = [picture for picture in pictures if picture.text("url", "")]
    return max(with_address, key=size, default=None)


def _document(item: Reader) -> File:
    name, extension = item.text("title", ""), item.text("ext", "")
    if extension and not name.lower().endswith(f".{extension.lower()}"):
        name = f"{name or 'document'}.{extension}"
    kind = DOC_KINDS.get(item.integer("type", 8), "file")
    return File(kind, item.text("url"), name, size=item.integer("size", 0))


def _voice(item: Reader) -> File:
    name = f"voice_{item.integer('id', 0)}"
    duration = item.integer("duration", 0)
    if item.text("link_ogg", ""):
        return File("voice", item.text("link_ogg"), f"{name}.ogg", "audio/ogg", 0, duration)
    return File("voice", item.text("link_mp3"), f"{name}.mp3", "audio/mpeg", 0, duration)


def _transcript(item: Reader) -> Iterator[Card]:
    """A voice message is told in words too, as soon as VK has understood it."""
    if words := item.text("transcript", ""):
        yield Card("transcript", title=words)


def _sticker(item: Reader) -> File:
    best = _largest(item.children("images") or item.children("images_with_background"))
    if best is None:
        raise MalformedPayload(f"{item.path}.images", "a list of pictures")
    return File("sticker", best.text("url"), f"sticker_{item.integer('sticker_id', 0)}.png")


def _graffiti(item: Reader) -> File:
    return File("image", item.text("url"), f"graffiti_{item.integer('id', 0)}.png")


_FILES: dict[str, Callable[[Reader], File]] = {
    "audio_message": _voice,
    "doc": _document,
    "graffiti": _graffiti,
    "photo": _photo,
    "sticker": _sticker,
}


def _place(message: Reader) -> Iterator[Card]:
    if "geo" not in message:
        return
    geo = message.child("geo")
    title = _optional_text(geo, "place.title")
    try:
        point = geo.child("coordinates")
        latitude, longitude = point.number("latitude"), point.number("longitude")
    except MalformedPayload:
        yield Card("location", title)
        return
    where = f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}"
    yield Card("location", title, f"{latitude}, {longitude}", where)


def _action(message: Reader) -> Iterator[Card]:
    """Somebody was invited into a group chat, left it, renamed it …"""
    if "action" in message:
        action = message.child("action")
        yield Card("service", action.text("type", ""), action.text("text", ""))


# Who writes


def person(user: Reader) -> Person:
    first, last = user.text("first_name", ""), user.text("last_name", "")
    # Who has no picture of his own, or is no longer there, is shown with one of VK's.
    has_photo = user.flag("has_photo", True) and "deactivated" not in user
    return Person(
        id=str(user.integer("id")),
        name=f"{first} {last}".strip(),
        first_name=first,
        last_name=last,
        username=user.text("screen_name", ""),
        photo_url=user.text("photo_200", "") if has_photo else "",
    )


def community(group: Reader) -> Person:
    return Person(
        id=f"-{group.integer('id')}",
        name=group.text("name", ""),
        username=group.text("screen_name", ""),
        photo_url=group.text("photo_200", ""),
    )
