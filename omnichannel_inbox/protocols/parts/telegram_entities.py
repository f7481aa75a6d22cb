"""What a text looks like, in Telegram's words; its places count UTF-16 units.

https://core.telegram.org/bots/api#messageentity (read: 10.0, May 2026)
"""

from collections.abc import Sequence
from typing import Any

from telegram import MessageEntity
from telegram.constants import MessageEntityType, MessageLimit

from ..core import looks
from ..core.base import Outgoing
from ..core.errors import MalformedPayload
from ..core.marks import Mark
from ..core.pieces import length
from ..core.wire import Reader

KINDS = {
    "bold": MessageEntityType.BOLD,
    "italic": MessageEntityType.ITALIC,
    "underline": MessageEntityType.UNDERLINE,
    "strike": MessageEntityType.STRIKETHROUGH,
    "code": MessageEntityType.CODE,
    "pre": MessageEntityType.PRE,
    "link": MessageEntityType.TEXT_LINK,
    "quote": MessageEntityType.BLOCKQUOTE,
}
#: What a client's entity is with us; a spoiler, a mention and others read as they are.
MARKS = {
    **{str(entity): kind for kind, entity in KINDS.items()},
    str(MessageEntityType.EXPANDABLE_BLOCKQUOTE): "quote",
}
#: Of more than Telegram heeds, these are kept: without them something would not be said.
TELLING = ("link", "quote")
MOST = int(MessageLimit.MESSAGE_ENTITIES)


def written(outgoing: Outgoing) -> Outgoing:
    """Return it as Telegram can show all that it says: what its marks cannot say, words do."""
    telling = sum(mark.kind in TELLING for mark in outgoing.marks)
    return outgoing if telling <= MOST else outgoing.in_words()


def entities(outgoing: Outgoing) -> Sequence[MessageEntity] | None:
    """Return the marks of a text; None where it has none."""
    ranked = sorted(outgoing.marks, key=lambda mark: mark.kind not in TELLING)
    kept = set(ranked[:MOST])
    found = []
    for mark in outgoing.marks:
        if mark in kept:
            begin, end = (length(outgoing.text[:place]) for place in (mark.offset, mark.end))
            found.append(MessageEntity(KINDS[mark.kind], begin, end - begin, url=mark.url or None))
    return found or None


def formatted(message: Reader, name: str, named: str) -> dict[str, Any]:
    """Return a text that a client wrote, and how it looks.

    :param named: where the message names the entities of this text
    """
    text = message.text(name, "")
    try:
        found = message.children(named) if text else []
    except MalformedPayload:
        found = []
    places = looks.Places(text)
    return looks.said(text, [mark for entity in found for mark in _mark(entity, places)])


def _mark(entity: Reader, places: looks.Places) -> list[Mark]:
    try:
        kind = MARKS[entity.text("type")]
        url = entity.text("url") if kind == "link" else ""
        return places.mark(kind, entity.integer("offset"), entity.integer("length"), url)
    except (KeyError, MalformedPayload):
        return []  # formatting that cannot be read is none
