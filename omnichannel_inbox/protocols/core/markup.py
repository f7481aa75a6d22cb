"""HTML ↔ what a network can show."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree, html as lxml_html

from .marks import VERBATIM, Mark, Marked, tidy

NOTHING: frozenset[str] = frozenset()

# fmt: off
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "figure",
    "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead",
    "tr", "ul",
})
# fmt: on
_BLOCKS_MARKED = frozenset({"pre", "quote"})
_SILENT = frozenset({"head", "script", "style", "template", "title"})
_LINK_SCHEMES = ("http://", "https://", "mailto:", "tel:")
#: How Odoo marks a mention of a person, a discuss channel or a record.
_MENTION = ("o_mail_redirect", "o_channel_redirect", "o_mail_notification")


def to_text(html: str) -> str:
    """Return what somebody wrote in a rich-text field, as lines of plain text."""
    return to_marked(html, NOTHING).text


def to_marked(html: str, carried: frozenset[str], longest_address: int = 1000) -> Marked:
    """Return what somebody wrote in a rich-text field, as lines with these kinds of marks.

    What no mark says is said in words: where a link leads, that a line is quoted.

    :param longest_address: a link to a longer one is written out all the same
    """
    source = html.replace("\x00", "").encode("utf-8", "replace")
    if not source.strip():
        return Marked("")
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root = etree.fromstring(b"<div>" + source + b"</div>", parser)
    if root is None:
        return Marked("")
    lines = _Lines(carried, longest_address)
    _write(root, lines)
    return lines.marked()


class _Place(NamedTuple):
    """A place in a text on its way: in a line, behind so many characters of its content."""

    line: int
    column: int


@dataclass
class _Lines:
    """Text on its way, line by line; every line begins with the signs of what it stands in."""

    carried: frozenset[str]
    longest_address: int
    done: list[str] = field(default_factory=list)
    before: list[int] = field(default_factory=list)  # of each line done: how long its signs are
    current: str = ""
    signs: list[str] = field(default_factory=list)
    bullet: str = ""  # in front of the next line only
    verbatim: int = 0
    standing: list[str] = field(default_factory=list)  # kinds of the marks that are open
    marks: list[tuple[str, _Place, _Place, str]] = field(default_factory=list)

    @property
    def here(self) -> _Place:
        return _Place(len(self.done), len(self.current))

    def carries(self, kind: str) -> bool:
        """Return whether a mark of this kind can begin here."""
        inside = [kind, *VERBATIM]
        return kind in self.carried and not any(each in self.standing for each in inside)

    @contextmanager
    def mark(self, kind: str) -> Iterator[None]:
        """What is written meanwhile looks so, where the network can show it."""
        if not self.carries(kind):
            yield
            return
        begin = self.here
        self.standing.append(kind)
        yield
        self.standing.pop()
        self.marks.append((kind, begin, self.here, ""))

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
        signs = "".join(self.signs)
        if self.bullet:
            signs = signs[: -len(self.bullet)] + self.bullet
            self.bullet = ""
        self.done.append((signs + self.current).replace("\xa0", " ").rstrip())
        self.before.append(len(signs))
        self.current = ""

    def end_if_begun(self) -> None:
        if self.current.strip(" "):
            self.end()
        else:
            self.current = ""

    def marked(self) -> Marked:
        """Return all of it, without the empty lines around."""
        self.end_if_begun()
        whole = "\n".join(self.done)
        text = whole.strip("\n")
        start = len(whole.lstrip("\n")) - len(whole)
        starts = [start]
        for line in self.done:
            start += len(line) + 1
            starts.append(start)
        found = (self._found(mark, starts, len(text)) for mark in self.marks)
        return tidy(text, [mark for mark in found if mark.length > 0])

    def _found(self, mark: tuple[str, _Place, _Place, str], starts: list[int], stop: int) -> Mark:
        """Return a mark by its place in the whole text, which ends at ``stop``."""
        kind, begin, end, url = mark
        # A block begins with its line, anything else behind the signs of the line.
        first = starts[begin.line] if kind in _BLOCKS_MARKED else self._offset(begin, starts)
        last = self._offset(end, starts) if end.column else starts[end.line]
        first, last = max(first, 0), min(last, stop)
        return Mark(kind, first, last - first, url)

    def _offset(self, place: _Place, starts: list[int]) -> int:
        if place.line >= len(self.done):
            return starts[-1]
        column = self.before[place.line] + place.column
        return starts[place.line] + min(column, len(self.done[place.line]))


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


def _write_signed(element: Any, lines: _Lines, sign: str, bullet: str = "") -> None:
    lines.end_if_begun()
    lines.signs.append(sign)
    lines.bullet = bullet
    _write_content(element, lines)
    lines.end_if_begun()
    lines.signs.pop()
    lines.bullet = ""


def _write_styled(element: Any, lines: _Lines) -> None:
    with lines.mark(_STYLES[element.tag]):
        _write_content(element, lines)


def _write_heading(element: Any, lines: _Lines) -> None:
    lines.end_if_begun()
    with lines.mark("bold"):
        _write_content(element, lines)
    lines.end_if_begun()


def _write_break(_element: Any, lines: _Lines) -> None:
    lines.end()


def _write_quote(element: Any, lines: _Lines) -> None:
    lines.end_if_begun()
    shown = lines.carries("quote")
    with lines.mark("quote"):
        _write_signed(element, lines, "" if shown else "> ")


def _write_item(element: Any, lines: _Lines) -> None:
    parent = element.getparent()
    bullet = "• "
    if parent is not None and parent.tag == "ol":
        first = int(parent.get("start")) if (parent.get("start") or "").isdecimal() else 1
        before = sum(1 for sibling in element.itersiblings("li", preceding=True))
        bullet = f"{first + before}. "
    _write_signed(element, lines, " " * len(bullet), bullet)


def _write_preformatted(element: Any, lines: _Lines) -> None:
    lines.end_if_begun()
    lines.verbatim += 1
    with lines.mark("pre"):
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
    begin = lines.here
    _write_content(element, lines)
    address = (element.get("href") or "").strip()
    if _is_mention(element) or not address.lower().startswith(_LINK_SCHEMES):
        return
    shown = lines.current[begin.column :].strip() if begin.line == len(lines.done) else ""
    bare = re.sub(r"^(https?://|mailto:|tel:)", "", address, flags=re.IGNORECASE)
    if shown.rstrip("/") in (address.rstrip("/"), bare.rstrip("/")):
        return
    opened_in_browser = address.lower().startswith("http")
    fits = len(address) <= lines.longest_address
    if shown and opened_in_browser and fits and lines.carries("link"):
        lines.marks.append(("link", begin, lines.here, address))
    else:
        lines.add(f" ({address if opened_in_browser else bare})")


def _is_mention(link: Any) -> bool:
    classes = (link.get("class") or "").split()
    return bool(link.get("data-oe-model")) or any(name in classes for name in _MENTION)


_STYLES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strike"),
    **dict.fromkeys(("code", "kbd", "samp"), "code"),
}
_WRITERS = {
    **dict.fromkeys(_STYLES, _write_styled),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _write_heading),
    "a": _write_link,
    "blockquote": _write_quote,
    "br": _write_break,
    "img": _write_image,
    "li": _write_item,
    "pre": _write_preformatted,
    "td": _write_cell,
    "th": _write_cell,
}
