"""What a text looks like, in Telegram's words; its places count UTF-16 units.

https://core.telegram.org/bots/api#messageentity (read: 10.0, May 2026)
"""

from collections.abc import Sequence

from telegram import MessageEntity
from telegram.constants import MessageEntityType, MessageLimit

from ..core.base import Outgoing
from ..core.pieces import length

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
