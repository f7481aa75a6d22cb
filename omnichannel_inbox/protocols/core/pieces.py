"""A text in pieces, and how long one is."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise

#: Where a text may be cut, best first; the group is the space that goes away.
_CUTS = (
    re.compile(r"(\n[^\S\n]*\n\s*)"),  # paragraphs
    re.compile(r"(\n\s*)"),  # lines
    re.compile(r"[.!?…。\uff01\uff1f][\"'»”)\]]*([^\S\xa0\u202f]+)"),  # sentences
    re.compile(r"([^\S\xa0\u202f]+)"),  # words; a hard space holds its neighbours together
)
_JOINER = "\u200d"


def length(text: str) -> int:
    """Return the length as most networks count it: in UTF-16 units, so an emoji counts two."""
    return len(text) + sum(character > "\uffff" for character in text)


def split_text(text: str, limit: int) -> list[str]:
    """Return the text in pieces of at most ``limit`` UTF-16 units, cut where it hurts least.

    Between paragraphs, else lines, sentences, words; inside a word only if it alone is longer than
    a piece, and never inside what is seen as one character unless that alone is longer.
    """
    return [text[begin:end] for begin, end in find_pieces(text, limit)]


def find_pieces(
    text: str, limit: int, measure: Callable[[int, int], int] | None = None
) -> list[tuple[int, int]]:
    """Return where the pieces of a text begin and end, see ``split_text``.

    :param measure: begin and end → how long that piece is, where it may be longer than its text
    """
    begin, stop = len(text) - len(text.lstrip("\n")), len(text.rstrip("\n"))
    places = []
    while begin < stop:
        rest = text[begin:stop]
        window = _fitting(rest, limit)
        while True:
            end, next_begin = window, window
            if window < len(rest):
                end, next_begin = _best_cut(rest, window)
            over = measure(begin, begin + end) - limit if measure else 0
            if over <= 0 or end <= 1:
                break
            window = max(end - over, end // 2, 1)
        if rest[:end].strip():
            places.append((begin, begin + end))
        begin += next_begin
    return places


def _fitting(text: str, limit: int) -> int:
    """Return how many characters of the text fit, at least one."""
    units = 0
    for position, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return max(position, 1)
    return len(text)


def _best_cut(text: str, window: int) -> tuple[int, int]:
    """Return where the piece ends and where the next one begins.

    A better kind of cut is not worth a piece that is less than half full, as long as there is a
    cut of another kind.
    """
    for earliest in (window // 2, 1):
        for kind in _CUTS:
            # One character more: what ends exactly at the limit may be followed by its space.
            cuts = [cut.span(1) for cut in kind.finditer(text, 0, window + 1)]
            cuts = [(end, begin) for end, begin in cuts if earliest <= end <= window]
            if cuts:
                return cuts[-1][0], _skip_space(text, cuts[-1][1])
    end = _last_boundary(text, window)
    return end, end


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _last_boundary(text: str, window: int) -> int:
    """Return the last place not after ``window`` where one visible character ends."""
    boundaries = [end for end in _boundaries(text[: window + 1]) if end <= window]
    return boundaries[-1] if boundaries else window


def _boundaries(text: str) -> Iterator[int]:
    """The places between visible characters, after the rules of Unicode Annex 29 that matter."""
    flags = 0
    for position, (before, after) in enumerate(pairwise(text), start=1):
        flags = flags + 1 if _is_flag(before) else 0
        if not (_is_held(before, after) or (flags % 2 and _is_flag(after))):
            yield position


def _is_held(before: str, after: str) -> bool:
    return (
        before == _JOINER
        or _is_extending(after)
        or (before, after) == ("\r", "\n")
        or ("\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff")
        or _is_syllable(before, after)
    )


def _is_extending(character: str) -> bool:
    return (
        character in (_JOINER, "\u200c")
        or unicodedata.category(character) in ("Mn", "Mc", "Me")
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags: flags of regions
    )


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_syllable(before: str, after: str) -> bool:
    """Whether two Korean letters belong to one block."""
    return "\u1100" <= before <= "\u11ff" and "\u1100" <= after <= "\u11ff"
