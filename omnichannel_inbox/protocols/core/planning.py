"""Which messages carry an answer: what a network can, and what becomes of a long text and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from .errors import UnsupportedContent
from .marks import Mark, Marked, in_words
from .markup import to_marked
from .pieces import find_pieces, length


@dataclass(frozen=True)
class Button:
    """What the client presses instead of typing.

    ``answer`` gives ``payload`` back to us, ``link`` opens ``url``, ``phone`` shares his number.
    """

    label: str
    kind: str = "answer"
    payload: str = ""
    url: str = ""


@dataclass(frozen=True)
class ButtonLimits:
    """Which buttons a message may carry; by default none."""

    kinds: frozenset[str] = frozenset()  # as in Button
    count: int = 0  # in one message
    label: int = 0  # characters
    alone: frozenset[str] = frozenset()  # kinds that stand in a message without any other button


@dataclass(frozen=True)
class Capabilities:
    """What a network can carry; read by the composer, the checks and the documentation."""

    max_text: int  # characters of one message
    max_caption: int = 0  # characters beside files, 0: as max_text
    marks: frozenset[str] = frozenset()  # kinds as in Mark; what it cannot show is said in words
    captioned: frozenset[str] | None = None  # kinds that have a text beside them, None: all
    files: frozenset[str] = frozenset()  # kinds as in File
    max_file_bytes: Mapping[str, int] = field(default_factory=dict)  # by kind
    files_per_message: int = 1
    fetches_files: bool = False  # from us, as they are stored, see Upload.url
    shows_sender: bool = False  # name and picture of who wrote it, beside each message
    #: By kind: what is larger is fetched as something smaller, where that can be made of it.
    shown_bytes: Mapping[str, int] = field(default_factory=dict)
    receipts: frozenset[str] = frozenset()  # "delivered", "read"
    quotes: bool = False
    edits: bool = False
    deletes: bool = False
    typing: bool = False  # we can show the client that we type
    buttons: ButtonLimits = ButtonLimits()
    reply_window: timedelta | None = None
    unanswered_per_hour: int = 0  # messages to a client who says nothing, 0: no limit
    may_write_first: bool = False
    numbered: bool = False  # the messages of a chat, without gaps; fetch_ends, fetch_missed
    recalls: bool = False  # what was said in a chat lately; fetch_recent tells it
    idempotent: bool = False  # the send key makes a second call harmless
    calls_per_second: float = 20
    calls_per_file: int = 0  # that count towards it, beside the one that sends


@dataclass(frozen=True)
class Part:
    """One message to be, as planned: its text, which of the files and whether the buttons."""

    text: str = ""
    files: tuple[int, ...] = ()
    buttons: bool = False
    marks: tuple[Mark, ...] = ()


class Planner:
    """What every protocol does with an answer before anything is sent."""

    #: Of the network; with settings of its own a channel may be able to do more.
    capabilities: Capabilities

    def read_text(self, html: str) -> Marked:
        """Return what somebody wrote in a rich-text field, as this network can show it."""
        can = self.capabilities
        return to_marked(html, can.marks, longest_address=can.max_text // 4)

    def measure(self, text: Marked) -> int:
        """Return how much of its limit a text takes; refused marks make it no longer than that."""
        return length(in_words(text))

    def plan(
        self, text: str | Marked, kinds: Sequence[str], buttons: Sequence[Button] = ()
    ) -> list[Part]:
        """Return the messages that carry a text, files of these kinds and buttons, in order.

        A file that wants company is given as much of it as the network allows. Buttons stand under
        the end of the text, which comes last then.

        :raises UnsupportedContent: what the network cannot carry at all
        """
        marked = Marked(text) if isinstance(text, str) else text
        if buttons:
            return self._plan_with_buttons(marked, kinds, buttons)
        can = self.capabilities
        foreign = set(kinds) - can.files
        if foreign:
            raise UnsupportedContent(", ".join(sorted(foreign)))
        groups = self._group_files(kinds)
        caption_fits = self.measure(marked) <= (can.max_caption or can.max_text)
        if groups and marked.text and can.captioned is not None:
            caption_fits = caption_fits and {kinds[n] for n in groups[0]} <= can.captioned
        if groups and caption_fits:
            first, *others = groups
            captioned = Part(marked.text, first, marks=marked.marks)
            return [captioned, *(Part(files=group) for group in others)]
        return self._plan_texts(marked) + [Part(files=group) for group in groups]

    def _plan_texts(self, marked: Marked) -> list[Part]:
        places = find_pieces(
            marked.text,
            self.capabilities.max_text,
            lambda begin, end: self.measure(marked.piece(begin, end)),
        )
        pieces = [marked.piece(begin, end) for begin, end in places]
        return [Part(piece.text, marks=piece.marks) for piece in pieces]

    def _plan_with_buttons(
        self, marked: Marked, kinds: Sequence[str], buttons: Sequence[Button]
    ) -> list[Part]:
        can = self.capabilities.buttons
        wanted = {button.kind for button in buttons}
        carried = wanted <= can.kinds and len(buttons) <= can.count
        crowded = len(buttons) > 1 and not wanted.isdisjoint(can.alone)
        if not carried or crowded or not marked.text.strip():
            raise UnsupportedContent("buttons")
        *before, last = self._plan_texts(marked)
        files = self.plan("", kinds) if kinds else []
        return [*files, *before, replace(last, buttons=True)]

    def _group_files(self, kinds: Sequence[str]) -> list[tuple[int, ...]]:
        """Voice messages and stickers stand alone everywhere; others share a message."""
        groups: list[list[int]] = []
        alone = {"voice", "sticker"}
        for number, kind in enumerate(kinds):
            last = groups[-1] if groups else None
            if (
                last is None
                or kind in alone
                or kinds[last[0]] in alone
                or len(last) >= self.capabilities.files_per_message
            ):
                groups.append([number])
            else:
                last.append(number)
        return [tuple(group) for group in groups]
