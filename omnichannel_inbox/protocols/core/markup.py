"""HTML ↔ what a network can show."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from lxml import etree, html as lxml_html

# HTML to text

# fmt: off
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "figure",
    "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead",
    "tr", "ul",
})
# fmt: on
_SILENT = frozenset({"head", "script", "style", "template", "title"})
_LINK_SCHEMES = ("http://", "https://", "mailto:", "tel:")
#: How Odoo marks a mention of a person, a discuss channel or a record.
_MENTION = ("o_mail_redirect", "o_channel_redirect", "o_mail_notification")


def to_text(html: str) -> str:
    """Return what somebody wrote in a rich-text field, as lines of plain text."""
    source = html.replace("\x00", "").encode("utf-8", "replace")
    if not source.strip():
        return ""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root = etree.fromstring(b"<div>" + source + b"</div>", parser)
    if root is None:
        return ""
    lines = _Lines()
    _write(root, lines)
    return lines.text()


@dataclass
class _Lines:
    """Text on its way, line by line; every line begins with the marks of what it stands in."""

    done: list[str] = field(default_factory=list)
    current: str = ""
    marks: list[str] = field(default_factory=list)
    bullet: str = ""  # in front of the next line only
    verbatim: int = 0

    def add(self, text: str) -> None:
        if self.verbatim:
            first, *rest = text.split("\n")
            self.current += first
            for line in rest:
                self.end()
                self.current = line
            return
        # The hard space is none of the collapsing ones.
        text = re.sub(r"[ \t\r\n\f]+", " ", text)
        self.current += text.lstrip(" ") if self.current[-1:] in ("", " ") else text

    def end(self) -> None:
        """The line is over, even if nothing stands in it."""
        marks = "".join(self.marks)
        if self.bullet:
            marks = marks[: -len(self.bullet)] + self.bullet
            self.bullet = ""
        self.done.append((marks + self.current).replace("\xa0", " ").rstrip())
        self.current = ""

    def end_if_begun(self) -> None:
        if self.current.strip(" "):
            self.end()
        else:
            self.current = ""

    def text(self) -> str:
        self.end_if_begun()
        return "\n".join(self.done).strip("\n")


def _write(element: Any, lines: _Lines) -> None:
    if element.tag in _SILENT:
        return
    writer = _WRITERS.get(element.tag)
    if writer:
        writer(element, lines)
    elif element.tag in _BLOCKS:
        lines.end_if_begun()
        _write_content(element, lines)
        lines.end_if_begun()
    else:
        _write_content(element, lines)


def _write_content(element: Any, lines: _Lines) -> None:
    lines.add(element.text or "")
    for child in element:
        _write(child, lines)
        lines.add(child.tail or "")


def _write_marked(element: Any, lines: _Lines, mark: str, bullet: str = "") -> None:
    lines.end_if_begun()
    lines.marks.append(mark)
    lines.bullet = bullet
    _write_content(element, lines)
    lines.end_if_begun()
    lines.marks.pop()
    lines.bullet = ""


def _write_break(_element: Any, lines: _Lines) -> None:
    lines.end()


def _write_quote(element: Any, lines: _Lines) -> None:
    _write_marked(element, lines, "> ")


def _write_item(element: Any, lines: _Lines) -> None:
    parent = element.getparent()
    bullet = "• "
    if parent is not None and parent.tag == "ol":
        first = int(parent.get("start")) if (parent.get("start") or "").isdecimal() else 1
        before = sum(1 for sibling in element.itersiblings("li", preceding=True))
        bullet = f"{first + before}. "
    _write_marked(element, lines, " " * len(bullet), bullet)


def _write_preformatted(element: Any, lines: _Lines) -> None:
    lines.end_if_begun()
    lines.verbatim += 1
    _write_content(element, lines)
    lines.verbatim -= 1
    lines.end_if_begun()


def _write_cell(element: Any, lines: _Lines) -> None:
    if lines.current.strip(" "):
        lines.add(" | ")
    _write_content(element, lines)


def _write_image(element: Any, lines: _Lines) -> None:
    lines.add(element.get("alt") or "")


def _write_link(element: Any, lines: _Lines) -> None:
    before = len(lines.done), len(lines.current)
    _write_content(element, lines)
    address = (element.get("href") or "").strip()
    if _is_mention(element) or not address.lower().startswith(_LINK_SCHEMES):
        return
    shown = lines.current[before[1] :] if before[0] == len(lines.done) else ""
    bare = re.sub(r"^(https?://|mailto:|tel:)", "", address, flags=re.IGNORECASE)
    if shown.strip().rstrip("/") not in (address.rstrip("/"), bare.rstrip("/")):
        lines.add(f" ({bare if address.lower().startswith(('mailto:', 'tel:')) else address})")


def _is_mention(link: Any) -> bool:
    classes = (link.get("class") or "").split()
    return bool(link.get("data-oe-model")) or any(name in classes for name in _MENTION)


_WRITERS = {
    "a": _write_link,
    "blockquote": _write_quote,
    "br": _write_break,
    "img": _write_image,
    "li": _write_item,
    "pre": _write_preformatted,
    "td": _write_cell,
    "th": _write_cell,
}


# Text in pieces

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
    pieces = []
    rest = text.strip("\n")
    while (window := _fitting(rest, limit)) < len(rest):
        end, begin = _best_cut(rest, window)
        pieces.append(rest[:end])
        rest = rest[begin:]
    return [piece for piece in [*pieces, rest] if piece.strip()]


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
