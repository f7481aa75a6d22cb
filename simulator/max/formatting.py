"""What a text looks like: MAX's HTML, read into the text and the ``markup`` it is told back as.

MAX leaves out tags that it does not know; places count UTF-16 units.
"""

from html.parser import HTMLParser

TAGS = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em"), "emphasized"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "del"), "strikethrough"),
    **dict.fromkeys(("code", "pre"), "monospaced"),
    "a": "link",
    "h1": "heading",
    "mark": "highlighted",
}
#: As the phone page calls them.
STYLES = {
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


def read_html(source: str) -> tuple[str, list[dict]]:
    """Return a text and its markup."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.text, sorted(reader.found, key=lambda one: (one["from"], -one["length"]))


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.found = "", []
        self._standing: list[tuple[str, int, str]] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag in TAGS:
            self._standing.append((tag, _length(self.text), dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        for place in reversed(range(len(self._standing))):
            if self._standing[place][0] == tag:
                _tag, begin, url = self._standing.pop(place)
                self._find(TAGS[tag], begin, url)
                return

    def handle_data(self, data: str) -> None:
        self.text += data

    def _find(self, kind: str, begin: int, url: str) -> None:
        length = _length(self.text) - begin
        if length and (url or kind != "link"):
            told = {"type": kind, "from": begin, "length": length}
            self.found.append({**told, "url": url} if kind == "link" else told)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
