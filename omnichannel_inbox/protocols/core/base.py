"""A network as we see it: what it can do, and the few things every protocol does."""

import functools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ParamSpec, TypeVar

from .errors import (
    CredentialsRefused,
    MalformedPayload,
    NetworkUnavailable,
    OutcomeUnknown,
    UnsupportedContent,
)
from .events import Event, MessageReceived, Person
from .marks import Mark, Marked, in_words
from .planning import Button, Planner
from .texts import _lt
from .wire import Answer, Envelope, Http, Webhook

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

#: Whatever a token consists of, it travels in a header or an address.
ANY_TOKEN = re.compile(r"[!-~]+")
NO_TOKEN = _lt("This is no token: a part is missing, or something else was copied with it.")
COPY_TOKEN = _lt("Copy the whole token on the network's side, and paste it once more.")


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
    marks: tuple[Mark, ...] = ()  # of the text
    sender_name: str = ""  # where it ``shows_sender``; empty: the company's own
    sender_picture: str = field(default="", repr=False)  # an address, good for who knows it

    def in_words(self) -> "Outgoing":
        """Return it without marks, for a network that refuses them: its text says the same."""
        return replace(self, text=in_words(Marked(self.text, self.marks)), marks=())


class Protocol(Planner, ABC):
    """One network. Knows nothing of Odoo, has no clock and opens no connection.

    Subclasses set the four class attributes and implement ``verify``, ``split``, ``parse``,
    ``send`` and ``identify``; the rest has a sensible silence as its default.
    """

    code: str
    label: str
    required_settings: frozenset[str] = frozenset()
    #: What an access token looks like: another one is never sent anywhere.
    token_form: re.Pattern[str] = ANY_TOKEN
    #: Where the network shows the token, for whoever has to copy it once more.
    token_help: str = COPY_TOKEN
    #: The setting without which nothing that comes in is authentic.
    proven_by: str = "signing_secret"
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

    def show_typing(self, chat_id: str, http: Http) -> None:
        """The client sees for a few seconds that somebody types."""

    def mark_read(self, chat_id: str, message_id: str, http: Http) -> None:
        """The client sees that his messages up to this one have been read."""

    def answer_button(self, chat_id: str, person_id: str, answer_id: str, http: Http) -> None:
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

    def fetch_ends(self, since: datetime, http: Http) -> dict[str, int]:
        """Return the chats in which something was said since then, and their last numbers.

        :param since: in UTC, without a time zone
        :raises SendError: the network cannot be asked now
        """
        return {}

    def fetch_recent(self, chat_id: str, http: Http) -> list[Envelope]:
        """Return the latest messages of a chat, oldest first, as the webhook would have told them.

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

    def register(self, webhook_url: str, http: Http) -> None:
        """The network sends its events to this address. May be repeated at any time."""

    def unregister(self, webhook_url: str, http: Http) -> None:
        """The network no longer sends events to this address."""

    def check_settings(self) -> list[Check]:
        """Return what can be seen of the credentials without asking anybody, if it is wrong."""
        token = self.settings.access_token.strip()
        if not token or self.token_form.fullmatch(token):
            return []
        return [Check("token", "error", NO_TOKEN, self.token_help, button="token")]

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
    for wrong in protocol.check_settings():
        raise CredentialsRefused(wrong.cause, cure=wrong.cure)
    try:
        return protocol.send(outgoing, http)
    except MalformedPayload as error:
        unknown = OutcomeUnknown(str(error))
    except OutcomeUnknown as error:
        unknown = error
    if protocol.capabilities.idempotent:
        raise NetworkUnavailable(unknown.detail) from unknown
    raise unknown
