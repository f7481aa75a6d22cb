"""What a client has formatted: his network's marks, made such that they can be shown together.

A mark that lies beyond the text or makes no sense is none; the words stay as they are.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Any

from .marks import VERBATIM, Mark, Marked, in_words, tidy

#: Heeded in one text; those without which something would not be said come first.
MOST = 200
_OPENED = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
#: A label that could be taken for where its link leads.
_LIKE_AN_ADDRESS = re.compile(r"://|\w\.\w{2}")
#: Who gives way to whom where two cross.
_RANK = {"quote": 0, "link": 1, "code": 2, "pre": 2}
_STYLE = 3


class Places:
    """Where the characters of a text are for who counts UTF-16 units."""

    def __init__(self, text: str) -> None:
        units = accumulate((1 + (character > "\uffff") for character in text), initial=0)
        self._index = {unit: index for index, unit in enumerate(units)}

    def mark(self, kind: str, begin: int, length: int, url: str = "") -> list[Mark]:
        """Return the mark, or nothing where the text has no such place."""
        first, last = self._index.get(begin), self._index.get(begin + length)
        if first is None or last is None or first >= last:
            return []
        return [Mark(kind, first, last - first, url)]


def said(text: str, marks: Iterable[Mark]) -> dict[str, Any]:
    """Return ``text`` and ``look`` of an event or a quote."""
    look = read(text, marks)
    return {"text": in_words(look), "look": look if look.marks else None}


def read(text: str, marks: Iterable[Mark]) -> Marked:
    """Return a text as it can be shown.

    A link that no browser opens is written out, and so is one whose label looks like another
    address; one that is its own label needs no mark.
    """
    heeded = sorted(marks, key=lambda mark: _RANK.get(mark.kind, _STYLE))[:MOST]
    kept: list[Mark] = []
    written: list[tuple[int, str]] = []
    for mark in heeded:
        covered = text[mark.offset : mark.end]
        if mark.kind != "link":
            kept.append(mark)
        elif not mark.url or covered.strip("/") in (mark.url, mark.url.strip("/")):
            continue
        elif _OPENED.fullmatch(mark.url) and not _LIKE_AN_ADDRESS.search(covered):
            kept.append(mark)
        else:
            written.append((mark.end, f" ({mark.url})"))
    return nest(*_insert(text, kept, written))


def _insert(text: str, marks: list[Mark], words: list[tuple[int, str]]) -> tuple[str, list[Mark]]:
    """Return the text with these words at these places; the marks stay on what they were on."""
    for place, word in sorted(words, reverse=True):
        text = text[:place] + word + text[place:]
        marks = [_moved(mark, place, len(word)) for mark in marks]
    return text, marks


def _moved(mark: Mark, place: int, by: int) -> Mark:
    if place <= mark.offset:
        return replace(mark, offset=mark.offset + by)
    return replace(mark, length=mark.length + by) if place < mark.end else mark


def nest(text: str, marks: Iterable[Mark]) -> Marked:
    """Return a text with marks of which each holds another whole, or has nothing to do with it."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: _RANK.get(mark.kind, _STYLE)):
        if mark.offset >= 0 and mark.end <= len(text):
            kept += _fitting(mark, [other for other in kept if _meet(mark, other)])
    return tidy(text, kept)


def _meet(mark: Mark, other: Mark) -> bool:
    return mark.offset < other.end and other.offset < mark.end


def _fitting(mark: Mark, others: list[Mark]) -> list[Mark]:
    """Return the pieces of a mark that can stand with the others that it meets."""
    if any(_RANK.get(mark.kind) == _RANK.get(other.kind, _STYLE) for other in others):
        return []  # of these kinds none stands in another
    links = any(other.kind == "link" for other in others)
    if mark.kind in VERBATIM and links:
        return []
    pieces = list(_cut(mark, others))
    verbatim = [other for other in others if other.kind in VERBATIM]
    pieces = [piece for piece in pieces if not any(_holds(other, piece) for other in verbatim)]
    return pieces[:1] if mark.kind == "link" else pieces


def _holds(other: Mark, mark: Mark) -> bool:
    return other.offset <= mark.offset and mark.end <= other.end


def _cut(mark: Mark, others: list[Mark]) -> Iterator[Mark]:
    crossing = [o for o in others if not (_holds(o, mark) or _holds(mark, o))]
    edges = {edge for o in crossing for edge in (o.offset, o.end)}
    inner = {edge for edge in edges if mark.offset < edge < mark.end}
    for begin, end in pairwise(sorted({mark.offset, *inner, mark.end})):
        yield replace(mark, offset=begin, length=end - begin)
