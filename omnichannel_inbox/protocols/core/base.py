"""A network as we see it: what it can do, and the few things every protocol does."""

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ParamSpec, TypeVar

from . import markup
from .errors import MalformedPayload, NetworkUnavailable, OutcomeUnknown, UnsupportedContent
from .events import Event, MessageReceived, Person
from .wire import Answer, Envelope, Http, Webhook

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Settings:
    """The credentials of one channel, named after their role; never shown."""

    access_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    confirmation_code: str = field(default="", repr=False)
    account_ref: str = ""
    account_name: str = ""
    api_url: str = ""
    greeting: str = ""  # for whoever opens the chat, where the network can say it


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
    captioned: frozenset[str] | None = None  # kinds that have a text beside them, None: all
    files: frozenset[str] = frozenset()  # kinds as in File
    max_file_bytes: Mapping[str, int] = field(default_factory=dict)  # by kind
    files_per_message: int = 1
    fetches_files: bool = False  # from us, as they are stored, see Upload.url
    receipts: frozenset[str] = frozenset()  # "delivered", "read"
    quotes: bool = False
    edits: bool = False
    deletes: bool = False
    typing: bool = False  # we can show the client that we type
    buttons: ButtonLimits = ButtonLimits()
    reply_window: timedelta | None = None
    unanswered_per_hour: int = 0  # messages to a client who says nothing, 0: no limit
    may_write_first: bool = False
    numbered: bool = False  # the messages of a chat, without gaps; fetch_missed finds them
    idempotent: bool = False  # the send key makes a second call harmless
    calls_per_second: float = 20
    calls_per_file: int = 0  # that count towards it, beside the one that sends


@dataclass(frozen=True)
class Account:
    """Who answers on the network's side: the bot, the community, the page."""

    id: str
    name: str
    confirmation_code: str = ""


@dataclass(frozen=True)
class Check:
    """One line of a channel's check-up; ``cause`` and ``cure`` are source texts to translate.

    ``state`` is ``ok``, ``warning``, ``error`` or ``unknown``; ``values`` fill the named places
    of the texts. ``button`` names what is pressed to cure it: ``connect`` registers again,
    ``token`` asks for another one. An error that ``holds`` makes the answers wait, because none
    would be right to go; that of the ``token`` always does. ``renews``: the network may lose our
    address by itself, and to register it again is all that has to be done.
    """

    code: str
    state: str
    cause: str = ""
    cure: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    button: str = ""
    holds: bool = False
    renews: bool = False


@dataclass(frozen=True)
class Upload:
    """A file on its way out.

    ``url`` is an address of ours, good for a few days, where a network that ``fetches_files`` has
    it from; whoever knows it can fetch the file.
    """

    kind: str
    name: str
    mimetype: str
    content: bytes = field(repr=False)
    url: str = field(default="", repr=False)


@dataclass(frozen=True)
class FileAddress:
    """Where a file can be fetched right now, and with what; both may hold secrets.

    ``roots`` as in ``Call``.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    roots: str = field(default="", repr=False)


@dataclass(frozen=True)
class Part:
    """One message to be, as planned: its text, which of the files and whether the buttons."""

    text: str = ""
    files: tuple[int, ...] = ()
    buttons: bool = False


@dataclass(frozen=True)
class Outgoing:
    """One message as it shall exist on the network.

    ``send_key`` is the same at every attempt to send this message and never another's. Buttons come
    with a text and without files; the network lays them out. ``progress`` is what the error of the
    attempt before left, such as the names of files that the network has taken already.
    """

    chat_id: str
    text: str = ""
    files: tuple[Upload, ...] = ()
    reply_to: str = ""  # message_id on the network
    send_key: str = ""
    buttons: tuple[Button, ...] = ()
    progress: str = field(default="", repr=False)


class Protocol(ABC):
    """One network. Knows nothing of Odoo, has no clock and opens no connection.

    Subclasses set the four class attributes and implement ``verify``, ``split``, ``parse``,
    ``send`` and ``identify``; the rest has a sensible silence as its default.
    """

    code: str
    label: str
    required_settings: frozenset[str] = frozenset()
    #: The setting without which nothing that comes in is authentic.
    proven_by: str = "signing_secret"
    #: Of the network; with settings of its own a channel may be able to do more.
    capabilities: Capabilities
    #: Suffixes of the hosts from which the network hands out files.
    file_hosts: frozenset[str] = frozenset()
    #: What the network's own help calls a trouble of our side, by the code of the check that finds
    #: it: cause and cure, as in ``Check``.
    diagnoses: Mapping[str, tuple[str, str]] = {}
    #: How the network writes the id of our own side when it is an author.
    own_id_forms: tuple[str, ...] = ("{}",)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def own_ids(self) -> list[str]:
        """Return the ids under which the company itself appears as an author."""
        ref = self.settings.account_ref
        return [form.format(ref) for form in self.own_id_forms] if ref else []

    # In

    @abstractmethod
    def verify(self, webhook: Webhook) -> None:
        """:raises WebhookRejected: not authentic, or not meant for this channel"""

    @abstractmethod
    def split(self, webhook: Webhook) -> list[Envelope]:
        """Return the events of an authentic webhook, without secrets. Never raises."""

    def answer(self, webhook: Webhook) -> Answer:
        """Return what the network wants to read once the webhook is stored."""
        return Answer()

    @abstractmethod
    def parse(self, envelope: Envelope) -> list[Event]:
        """:raises MalformedPayload: it should have been understood"""

    # Out

    def plan(self, text: str, kinds: Sequence[str], buttons: Sequence[Button] = ()) -> list[Part]:
        """Return the messages that carry a text, files of these kinds and buttons, in order.

        A file that wants company is given as much of it as the network allows. Buttons stand under
        the end of the text, which comes last then.

        :raises UnsupportedContent: what the network cannot carry at all
        """
        if buttons:
            return self._plan_with_buttons(text, kinds, buttons)
        can = self.capabilities
        foreign = set(kinds) - can.files
        if foreign:
            raise UnsupportedContent(", ".join(sorted(foreign)))
        groups = self._group_files(kinds)
        caption_fits = markup.length(text) <= (can.max_caption or can.max_text)
        if groups and text and can.captioned is not None:
            caption_fits = caption_fits and {kinds[n] for n in groups[0]} <= can.captioned
        if groups and caption_fits:
            return [Part(text if n == 0 else "", group) for n, group in enumerate(groups)]
        texts = [Part(text=chunk) for chunk in markup.split_text(text, can.max_text)]
        return texts + [Part(files=group) for group in groups]

    def _plan_with_buttons(
        self, text: str, kinds: Sequence[str], buttons: Sequence[Button]
    ) -> list[Part]:
        can = self.capabilities.buttons
        wanted = {button.kind for button in buttons}
        carried = wanted <= can.kinds and len(buttons) <= can.count
        crowded = len(buttons) > 1 and not wanted.isdisjoint(can.alone)
        if not carried or crowded or not text.strip():
            raise UnsupportedContent("buttons")
        *before, last = markup.split_text(text, self.capabilities.max_text)
        files = self.plan("", kinds) if kinds else []
        return [*files, *(Part(text=chunk) for chunk in before), Part(text=last, buttons=True)]

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

    @abstractmethod
    def send(self, outgoing: Outgoing, http: Http) -> str:
        """Return the id of the new message on the network.

        Of an album that the network keeps as several messages, their ids with spaces between, the
        one with the text first. It is empty where the network recognises the send key and does not
        repeat the id; the echo of the message brings it.

        :raises SendError: see its subclasses
        """

    def echo_key(self, send_key: str) -> str:
        """Return the ``send_key`` that the echo of a message sent with this one carries."""
        return send_key

    def edit(self, message_id: str, outgoing: Outgoing, http: Http) -> None:
        """The message on the network now reads as ``outgoing``.

        :raises SendError: the network does not allow it any more
        """
        raise UnsupportedContent

    def delete(self, message_id: str, chat_id: str, http: Http) -> None:
        """The message is gone for the client as well.

        :raises SendError: the network does not allow it any more
        """
        raise UnsupportedContent

    def show_typing(self, chat_id: str, http: Http) -> None:  # noqa: B027 - not every network can
        """The client sees for a few seconds that somebody types."""

    def mark_read(self, chat_id: str, message_id: str, http: Http) -> None:  # noqa: B027 - not every network can
        """The client sees that his messages up to this one have been read."""

    def answer_button(self, chat_id: str, person_id: str, answer_id: str, http: Http) -> None:  # noqa: B027 - not every network can
        """The waiting sign on a pressed button ends."""

    def fetch_people(self, person_ids: Sequence[str], http: Http) -> list[Person]:
        """Return what the network tells about these people, at most one entry for each.

        :raises SendError: the network cannot be asked now
        """
        return []

    def fetch_message(self, chat_id: str, message_id: str, http: Http) -> MessageReceived | None:
        """Return a whole message that came ``incomplete``, or None where it is gone."""
        return None

    def fetch_missed(
        self, chat_id: str, sequences: Sequence[int], http: Http
    ) -> dict[int, Envelope]:
        """Return the events of those of these messages of a chat that the network still has.

        They are known by the network's own numbers; of these at most a hundred are asked for.

        :raises SendError: the network cannot be asked now
        """
        return {}

    def fetch_recent(self, chat_id: str, http: Http) -> list[Envelope]:
        """Return the latest messages of clients in a chat, as the webhook would have told them.

        :raises SendError: the network cannot be asked now
        """
        return []

    def locate_file(self, url: str, http: Http) -> FileAddress:
        """Return where the file that a ``File`` or a ``Person`` named so is fetched now.

        :raises UnsupportedContent: the network hands out no file as large as this
        :raises SendError: it does not say
        """
        return FileAddress(url)

    # The channel itself

    @abstractmethod
    def identify(self, http: Http) -> Account:
        """Return whom the credentials belong to.

        :raises CredentialsRefused: and which right is missing, where it is about rights
        :raises SendError: the network cannot be asked now
        """

    def register(self, webhook_url: str, http: Http) -> None:  # noqa: B027 - not every network can
        """The network sends its events to this address. May be repeated at any time."""

    def unregister(self, webhook_url: str, http: Http) -> None:  # noqa: B027 - not every network can
        """The network no longer sends events to this address."""

    def check_settings(self) -> list[Check]:
        """Return what can be seen of the credentials without asking anybody, if it is wrong."""
        return []

    def check(self, webhook_url: str, http: Http) -> list[Check]:
        """Return what the network itself says about our connection with it.

        :raises SendError: the network cannot be asked now
        """
        return []


def asks(method: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """An answer that cannot be read is as good as none: whatever is asked may be asked again."""

    @functools.wraps(method)
    def ask(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return method(*args, **kwargs)
        except (MalformedPayload, OutcomeUnknown) as error:
            raise NetworkUnavailable(str(error)) from None

    return ask


def deliver(protocol: Protocol, outgoing: Outgoing, http: Http) -> str:
    """Send, and return the id of the new message on the network.

    A success that cannot be read, and a lost reply, become ``OutcomeUnknown``; where the send key
    makes a second call harmless they become ``NetworkUnavailable``, which is tried again.

    :raises SendError: see its subclasses
    """
    try:
        return protocol.send(outgoing, http)
    except MalformedPayload as error:
        unknown = OutcomeUnknown(str(error))
    except OutcomeUnknown as error:
        unknown = error
    if protocol.capabilities.idempotent:
        raise NetworkUnavailable(unknown.detail) from unknown
    raise unknown
