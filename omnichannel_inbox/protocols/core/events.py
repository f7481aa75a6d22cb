"""What a network tells us, as plain values.

Ids are strings, whatever the network thinks; times are aware and in UTC.
"""

from dataclasses import dataclass
from datetime import datetime

from .marks import Marked


@dataclass(frozen=True)
class Person:
    """Somebody on the network; empty fields are unknown, not erased. Names are of one line."""

    id: str
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    phone: str = ""
    email: str = ""
    lang: str = ""  # ISO 639-1, such as "ru"
    photo_url: str = ""

    def __post_init__(self) -> None:
        for name in ("name", "first_name", "last_name", "username"):
            object.__setattr__(self, name, " ".join(getattr(self, name).split()))


@dataclass(frozen=True)
class File:
    """A file the network keeps for us; it is fetched in the background.

    ``url`` holds no secret; where the network wants one, it is only the network's name for the file
    and ``Protocol.locate_file`` makes an address of it. ``kind`` is one of ``image``, ``sticker``,
    ``voice``, ``audio``, ``video``, ``file``.
    """

    kind: str
    url: str
    name: str = ""
    mimetype: str = ""
    size: int = 0  # bytes, 0 when the network does not say
    duration: int = 0  # seconds


@dataclass(frozen=True)
class Card:
    """Something shown as a readable line: a link, a place, a post, what we cannot carry.

    ``kind`` is a key of ``CARDS``; ``title`` and ``text`` are the client's or the network's words.
    """

    kind: str
    title: str = ""
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class Quote:
    """A message inside a message: forwarded, or answered to (``answered``).

    The one answered to is told by ``reply_to`` too: it need not be shown where we have it.
    """

    author_id: str = ""
    author_name: str = ""
    sent_at: datetime | None = None
    text: str = ""
    files: tuple[File, ...] = ()
    cards: tuple[Card, ...] = ()
    quotes: tuple["Quote", ...] = ()
    answered: bool = False
    look: Marked | None = None  # as in ``MessageReceived``


@dataclass(frozen=True)
class Event:
    """Something happened on the network; ``key`` is the key of its envelope."""

    key: str


@dataclass(frozen=True)
class Ignored(Event):
    """Authentic, and none of our business, or unknown to us."""

    reason: str


@dataclass(frozen=True)
class AccountConfirmed(Event):
    """The network has been shown our address and knows us under ``account_id``."""

    account_id: str


@dataclass(frozen=True)
class MessageReceived(Event):
    """A client wrote.

    ``sequence`` is the network's own number of the message within its chat, 0 where there is none.
    ``incomplete`` means that the network left parts out and ``fetch_message`` brings them. What
    came in pieces, such as an album, has the same ``group_id`` in each: they are shown as one.
    ``look`` is the text as the client has formatted it, None where he has not; ``text`` says the
    same in words.
    """

    chat_id: str
    message_id: str
    sender: Person
    sent_at: datetime
    text: str = ""
    files: tuple[File, ...] = ()
    cards: tuple[Card, ...] = ()
    quotes: tuple[Quote, ...] = ()
    reply_to: str = ""  # message_id of the message this one answers
    sequence: int = 0
    payload: str = ""  # what the pressed button carries
    start_parameter: str = ""  # of the link that led here
    start_source: str = ""
    incomplete: bool = False
    group_id: str = ""
    look: Marked | None = None


@dataclass(frozen=True)
class MessageEdited(MessageReceived):
    """The same message as it reads now, whole; ``sent_at`` stays the original time."""

    edited_at: datetime | None = None


@dataclass(frozen=True)
class MessageDeleted(Event):
    chat_id: str
    message_id: str


@dataclass(frozen=True)
class MessageEchoed(MessageReceived):
    """Our side wrote, ``sender`` is the account: we ourselves, if one of our messages has this
    ``message_id`` or this ``send_key`` (see ``Protocol.echo_key``), otherwise a colleague in the
    network's own interface, whom ``author_id`` names; without one nobody wrote it, but the network
    or another program did. ``edited`` when it was changed there."""

    send_key: str = ""
    author_id: str = ""
    edited: bool = False


@dataclass(frozen=True)
class ReceiptReported(Event):
    """``receipt`` is ``sent``, ``delivered``, ``read`` or ``failed``.

    ``up_to``: it holds for every earlier message of ours in the chat as well; ``sequence`` is the
    message's number within its chat, 0 where the network does not say.
    """

    chat_id: str
    message_id: str
    receipt: str
    up_to: bool = False
    sequence: int = 0
    detail: str = ""


@dataclass(frozen=True)
class TypingReported(Event):
    chat_id: str
    person_id: str


@dataclass(frozen=True)
class ChatStarted(Event):
    """Somebody opened the chat, perhaps by a link, and has said nothing yet.

    ``reachable`` is whether we may write to him before he does.
    """

    chat_id: str
    person: Person
    start_parameter: str = ""  # of the link that led here
    start_source: str = ""
    reachable: bool = True


@dataclass(frozen=True)
class ReachabilityChanged(Event):
    """The client allows or forbids us to write to him."""

    chat_id: str
    person_id: str
    reachable: bool


@dataclass(frozen=True)
class ChatMoved(Event):
    """The network calls the same chat ``new_chat_id`` from now on."""

    chat_id: str
    new_chat_id: str


@dataclass(frozen=True)
class ReactionChanged(Event):
    """A client reacted to a message, or took it back (``emoji`` is empty).

    Some networks name the message only by its ``sequence``: then ``message_id`` is empty.
    """

    chat_id: str
    person_id: str
    message_id: str
    emoji: str = ""
    sequence: int = 0


@dataclass(frozen=True)
class ButtonPressed(Event):
    """A button under a message was pressed; ``answer_id`` ends the waiting sign on it.

    Where the network does not say in which chat, ``chat_id`` is empty: it was that of the person.
    """

    chat_id: str
    person_id: str
    payload: str
    answer_id: str = ""
    message_id: str = ""
    sequence: int = 0
