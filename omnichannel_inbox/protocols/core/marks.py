"""What a text looks like: which of its characters are bold, a link, a quotation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise

#: Every kind of mark there is; a network says in its capabilities which of them it can show.
KINDS = frozenset({"bold", "italic", "underline", "strike", "code", "pre", "link", "quote"})
#: What is shown to the letter: no other mark stands in it.
VERBATIM = frozenset({"code", "pre"})
#: Marks that may be interrupted: by what is shown to the letter.
_STYLES = frozenset({"bold", "italic", "underline", "strike"})


@dataclass(frozen=True)
class Mark:
    """How ``length`` characters from ``offset`` on look; of two, one holds the other or neither."""

    kind: str  # one of KINDS
    offset: int
    length: int
    url: str = ""  # of a link

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True)
class Marked:
    """A text and its marks, outer ones before those inside them."""

    text: str
    marks: tuple[Mark, ...] = ()

    def piece(self, begin: int, end: int) -> "Marked":
        """Return these characters with what is marked among them."""
        cut = (_clip(mark, begin, end) for mark in self.marks)
        return tidy(self.text[begin:end], (mark for mark in cut if mark.length > 0))


def tidy(text: str, marks: Iterable[Mark]) -> Marked:
    """Return the text with its marks in order, none of them beginning or ending with space.

    No network shows more than one of these: what is shown to the letter interrupts the style around
    it, and a link is no such thing.
    """
    trimmed = [mark for mark in (_trim(mark, text) for mark in marks) if mark.length > 0]
    links = [mark for mark in trimmed if mark.kind == "link"]
    trimmed = [mark for mark in trimmed if not (mark.kind in VERBATIM and _is_in(mark, links))]
    holes = [mark for mark in trimmed if mark.kind in VERBATIM]
    larger = [(mark, [h for h in holes if h.length > mark.length]) for mark in trimmed]
    whole = [mark for mark, h in larger if mark.kind not in _STYLES and not _is_in(mark, h)]
    styles = [mark for mark in trimmed if mark.kind in _STYLES and not _is_in(mark, holes)]
    rests = (_trim(rest, text) for mark in styles for rest in _without(mark, holes))
    return Marked(text, tuple(sorted([*whole, *(r for r in rests if r.length > 0)], key=_order)))


def _order(mark: Mark) -> tuple[int, int, bool]:
    return mark.offset, -mark.length, mark.kind != "quote"


def _clip(mark: Mark, begin: int, end: int) -> Mark:
    first, last = max(mark.offset, begin), min(mark.end, end)
    return replace(mark, offset=first - begin, length=last - first)


def _trim(mark: Mark, text: str) -> Mark:
    covered = text[mark.offset : mark.end]
    space = len(covered) - len(covered.lstrip())
    return replace(mark, offset=mark.offset + space, length=len(covered.strip()))


def _is_in(mark: Mark, others: Iterable[Mark]) -> bool:
    return any(other.offset <= mark.offset and mark.end <= other.end for other in others)


def _without(mark: Mark, holes: Iterable[Mark]) -> Iterator[Mark]:
    inside = [hole for hole in holes if _is_in(hole, [mark])]
    edges = [mark.offset, *(edge for hole in inside for edge in (hole.offset, hole.end)), mark.end]
    for begin, end in list(pairwise(edges))[::2]:
        yield replace(mark, offset=begin, length=end - begin)


def in_words(marked: Marked) -> str:
    """Return the text as it reads without marks: addresses written out, quotations with a ``>``."""
    added: list[tuple[int, str]] = []
    for mark in marked.marks:
        if mark.kind == "link":
            added.append((mark.end, f" ({mark.url})"))
        elif mark.kind == "quote":
            covered = marked.text[mark.offset : mark.end]
            lines = [n + 1 for n, character in enumerate(covered) if character == "\n"]
            added += [(mark.offset + line, "> ") for line in (0, *lines)]
    text = marked.text
    for place, words in sorted(added, reverse=True):
        text = text[:place] + words + text[place:]
    return text


def to_html(marked: Marked, tags: dict[str, str]) -> str:
    """Return the text as HTML of these tags, by kind of mark; line ends stay line ends."""
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for mark in marked.marks:
        tag = tags[mark.kind]
        href = f' href="{escape(mark.url)}"' if mark.url else ""
        opening.setdefault(mark.offset, []).append(f"<{tag}{href}>")
        closing.setdefault(mark.end, []).insert(0, f"</{tag}>")
    pieces = []
    for place in range(len(marked.text) + 1):
        pieces += closing.get(place, [])
        pieces += opening.get(place, [])
        pieces.append(escape(marked.text[place : place + 1], quote=False))
    return "".join(pieces)
