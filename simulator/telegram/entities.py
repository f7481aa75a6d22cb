"""What a text looks like: the entities that a bot names, and whether Telegram takes them.

Places count UTF-16 units. Which kind may stand in which is refused as documented; the real server
mends some of that in silence.
"""

import re

from .call import Call
from .errors import bad

MOST = 100
STYLES = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strike",
    "spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "text_link": "link",
    "blockquote": "quote",
    "expandable_blockquote": "quote",
}
#: Found by Telegram itself: to name them changes nothing.
FOUND = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
OTHERS = {"text_mention", "custom_emoji", "date_time"}
#: May hold others of these and stand in anything but code.
FLEXIBLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
QUOTES = {"blockquote", "expandable_blockquote"}
ADDRESS = re.compile(r"(https?|tg|ton|tonsite)://([^/?#\s]+)\S*")


def read_entities(call: Call, name: str, text: str) -> list[dict]:
    """Return the entities of a text, as they are told back."""
    return check_entities(call.json(name, list) or [], text)


def check_entities(entities: list, text: str) -> list[dict]:
    """Return the entities of a text, if all of them can be shown."""
    units = text.encode("utf-16-le", "surrogatepass")
    for entity in entities:
        _check(entity, units)
    told = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    _check_together(told)
    return told[:MOST]


def _check(entity: dict, units: bytes) -> None:
    kind = entity.get("type")
    if kind not in {*STYLES, *FOUND, *OTHERS}:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    begin, length = entity.get("offset"), entity.get("length")
    if not isinstance(begin, int) or begin < 0:
        raise bad(f"receive an entity with incorrect offset {begin}")
    if not isinstance(length, int) or length <= 0:
        raise bad(f"receive an entity with incorrect length {length}")
    _check_place(begin, length, units)
    if kind == "text_link":
        _check_address(str(entity.get("url") or ""))


def _check_place(begin: int, length: int, units: bytes) -> None:
    if 2 * begin >= len(units):
        raise bad(f"entity begins after the end of the text at UTF-16 offset {begin}")
    place = f"entity beginning at UTF-16 offset {begin}"
    if 2 * (begin + length) > len(units):
        raise bad(f"{place} ends after the end of the text at UTF-16 offset {begin + length}")
    if _is_inside(units, begin):
        raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {begin}")
    if _is_inside(units, begin + length):
        raise bad(f"{place} ends in a middle of a UTF-16 symbol at byte offset {begin + length}")


def _is_inside(units: bytes, place: int) -> bool:
    return units[2 * place + 1 : 2 * place + 2] in (b"\xdc", b"\xdd", b"\xde", b"\xdf")


def _check_address(address: str) -> None:
    named = ADDRESS.fullmatch(address)
    if not named or (named[1].startswith("http") and "." not in named[2]):
        raise bad(f"entity URL '{address}' is invalid: Wrong HTTP URL")


def _check_together(entities: list[dict]) -> None:
    """Of two that share characters, one has to hold the other, and may do so."""
    standing: list[dict] = []
    for entity in entities:
        standing = [outer for outer in standing if _end(outer) > entity["offset"]]
        for outer in standing:
            if _end(outer) < _end(entity):
                words = f"entity beginning at UTF-16 offset {entity['offset']}"
                place = _end(entity)
                raise bad(f"{words} ends after the end of the text at UTF-16 offset {place}")
            if not _may_hold(outer["type"], entity["type"]):
                raise bad(f"can't parse entities: {entity['type']} in {outer['type']}")
        standing.append(entity)


def _may_hold(outer: str, inner: str) -> bool:
    """Return whether one may stand in the other, as the documentation of MessageEntity says."""
    if outer in ("code", "pre"):
        return False
    if inner in ("code", "pre"):
        return outer in QUOTES
    if outer in QUOTES:
        return inner not in QUOTES
    return outer in FLEXIBLE or inner in FLEXIBLE


def _end(entity: dict) -> int:
    return entity["offset"] + entity["length"]
