"""How a client's message reads in a thread. What comes in is text and is escaped, once."""

import re
from dataclasses import replace
from itertools import pairwise

from markupsafe import Markup, escape

from ..protocols.core.looks import nest
from ..protocols.core.marks import VERBATIM, Mark
from ..protocols.core.texts import CARDS

FILE_WORDS = {
    "image": "📷",
    "sticker": "🖼",
    "voice": "🎤",
    "audio": "🎵",
    "video": "🎬",
    "file": "📎",
}
TYPED = Markup("<p>%s</p>")
PRESSED = Markup('<p class="o-omnichannel-pressed">%s</p>')  # said by a button
#: No blockquote: what stands in one is folded away, as the tail of an e-mail.
QUOTED = Markup('<div class="o-omnichannel-quoted">%s</div>')
OPENED = Markup('<a href="%s" target="_blank" rel="noreferrer noopener">')
TAGS = {
    "bold": (Markup("<b>"), Markup("</b>")),
    "italic": (Markup("<i>"), Markup("</i>")),
    "underline": (Markup("<u>"), Markup("</u>")),
    "strike": (Markup("<s>"), Markup("</s>")),
    "code": (Markup("<code>"), Markup("</code>")),
    "pre": (Markup("<pre>"), Markup("</pre>")),
    "link": (OPENED, Markup("</a>")),
}
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def render_text(text):
    """Return a text as safe HTML: lines stay lines, addresses become links."""
    pieces, end = [], 0
    for match in LINK.finditer(text):
        pieces += [escape(text[end : match.start()]), _link(match[0], match[0])]
        end = match.end()
    pieces.append(escape(text[end:]))
    return Markup("").join(pieces).replace("\n", Markup("<br/>"))


def render_paragraphs(texts):
    """Return texts one below the other as safe HTML, without those that are empty."""
    return Markup("").join(TYPED % render_text(text) for text in texts if text)


def _link(url, label):
    return (OPENED + "%s" + TAGS["link"][1]) % (url, label)


def render_look(marked):
    """Return a text as the client formatted it, as safe HTML of paragraphs and quotations."""
    told = [mark for mark in marked.marks if mark.kind == "link" or mark.kind in VERBATIM]
    found = (Mark("link", m.start(), len(m[0]), m[0]) for m in LINK.finditer(marked.text))
    addresses = [mark for mark in found if not any(_meet(mark, other) for other in told)]
    return _render_blocks(nest(marked.text, (*marked.marks, *addresses)))


def _meet(mark, other):
    return mark.offset < other.end and other.offset < mark.end


def _render_blocks(marked):
    blocks, end = [], 0
    for mark in marked.marks:
        if mark.kind in ("quote", "pre") and mark.offset >= end:
            blocks.append(_render_lines(marked.piece(end, mark.offset)))
            inside = marked.piece(mark.offset, mark.end)
            if mark.kind == "quote":
                marks = tuple(inner for inner in inside.marks if inner.kind != "quote")
                blocks.append(QUOTED % _render_blocks(replace(inside, marks=marks)))
            else:
                blocks.append(_render_inline(inside))
            end = mark.end
    return Markup("").join([*blocks, _render_lines(marked.piece(end, len(marked.text)))])


def _render_lines(marked):
    """Return what stands between two blocks; lines stay lines."""
    text = marked.text
    begin, end = len(text) - len(text.lstrip("\n")), len(text.rstrip("\n"))
    if begin >= end:
        return Markup()
    return TYPED % _render_inline(marked.piece(begin, end))


def _render_inline(marked):
    text, marks, pieces = marked.text, marked.marks, []
    places = sorted({0, len(text), *(place for m in marks for place in (m.offset, m.end))})
    for begin, end in pairwise([*places, len(text)]):
        pieces += [TAGS[m.kind][1] for m in reversed(marks) if m.end == begin]
        pieces += [_open(m) for m in marks if m.offset == begin]
        pieces.append(escape(text[begin:end]))
    return Markup("").join(pieces).replace("\n", Markup("<br/>"))


def _open(mark):
    tag = TAGS[mark.kind][0]
    return tag % mark.url if mark.kind == "link" else tag


def render_card(card, translate):
    """Return a card as one line: its word, title, text and link."""
    word = translate(CARDS.get(card.kind, CARDS["unsupported"]))
    label = card.title or card.url
    is_safe = card.url.startswith(("https://", "http://"))
    title = _link(card.url, label) if is_safe and label else escape(label)
    line = Markup("%s: %s") % (word, title) if label else escape(word)
    text = render_text(card.text) if card.text else ""
    return Markup("%s<br/>%s") % (line, text) if text else line


def render_quote(quote, translate, names):
    """Return a forwarded or quoted message, with those inside it."""
    head = quote.author_name or names.get(quote.author_id, quote.author_id)
    if quote.sent_at:
        head = f"{head} · {quote.sent_at:%d.%m.%Y %H:%M}"
    lines = [Markup("<b>%s</b>") % head] if head.strip() else []
    if quote.text:
        lines.append(render_look(quote.look) if quote.look else render_text(quote.text))
    lines += [render_card(card, translate) for card in quote.cards]
    lines += [escape(file_line(file)) for file in quote.files]
    inner = Markup("").join(render_quote(inside, translate, names) for inside in quote.quotes)
    return QUOTED % (Markup("<br/>").join(lines) + inner)


def file_line(file):
    """Return the line that stands for a file until it is here."""
    return f"{FILE_WORDS.get(file.kind, FILE_WORDS['file'])} {file.name}".strip()


def render_message(event, translate, names):
    """Return the whole message as safe HTML, without its own files.

    :param translate: source text → text in the reader's language
    :param names: id on the network → name, for the authors of quoted messages
    """
    blocks = [render_quote(quote, translate, names) for quote in event.quotes]
    if event.look and not event.payload:
        blocks.append(render_look(event.look))
    elif event.text:
        paragraph = PRESSED if event.payload else TYPED
        blocks.append(paragraph % render_text(event.text))
    blocks += [Markup("<p>%s</p>") % render_card(card, translate) for card in event.cards]
    return Markup("").join(blocks)


def all_authors(event):
    """Return the ids of everybody who is quoted, at any depth."""
    authors = set()
    for quote in event.quotes:
        authors |= {quote.author_id} | all_authors(quote)
    return authors


def without_answered(event):
    """Return the message without the one it answers: that one stands in the thread already."""
    quotes = tuple(quote for quote in event.quotes if not quote.answered)
    return replace(event, quotes=quotes)


def as_piece(event):
    """Return a further piece of a message without what its first piece says for all of them.

    What it quotes only to carry files, such as one picture of a forwarded album, are its files.
    """
    saying = [quote for quote in event.quotes if quote.text or quote.cards or quote.quotes]
    silent = [quote for quote in event.quotes if quote not in saying]
    files = [file for quote in silent if not quote.answered for file in quote.files]
    kept = tuple(quote for quote in saying if not quote.answered)
    return replace(event, quotes=kept, files=(*event.files, *files))


def all_files(event):
    """Return the message's files and those of everything it quotes, outermost first."""
    files = list(event.files)
    for quote in event.quotes:
        files += all_files(quote)
    return files
