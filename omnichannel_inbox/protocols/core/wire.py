"""What goes over the wire, both ways, and the reader that says what was missing."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol
from urllib.parse import urlsplit

from .errors import MalformedPayload

REPLACEMENT = "\ufffd"


def plain_text(raw: bytes | str) -> str:
    """Return text without what PostgreSQL refuses: NUL, broken UTF-8, lone surrogates."""
    if isinstance(raw, bytes):
        raw = raw.decode("utf-8", "replace")
    return raw.encode("utf-8", "replace").decode("utf-8").replace("\x00", REPLACEMENT)


def origin_of(url: str) -> str:
    """Return ``scheme://host[:port]`` in its plainest form, empty for what has no host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname or parts.scheme not in ("http", "https"):
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def seconds(text: str) -> int:
    """Return how long a Retry-After header asks us to wait, 0 where it does not say so readably."""
    return int(text) if text.isdecimal() and len(text) < 7 else 0


class Reader:
    """A decoded payload that knows where it stands.

    A default says that the network documents a field as optional; without one, a missing field
    or one of another kind is a ``MalformedPayload`` that names its path.
    """

    _REQUIRED: Any = object()

    def __init__(self, value: Any, path: str = "") -> None:
        self.value = value
        self.path = path

    @classmethod
    def from_json(cls, raw: bytes | str) -> "Reader":
        """:raises MalformedPayload: not a JSON object"""
        try:
            value = json.loads(plain_text(raw))
        except (ValueError, RecursionError):
            raise MalformedPayload("", "readable JSON") from None
        return cls(value)._expect(dict, "a JSON object")

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def _at(self, name: str) -> "Reader":
        self._expect(dict, "an object")
        return Reader(self.value.get(name), f"{self.path}.{name}".lstrip("."))

    def _expect(self, kind: type, expected: str) -> "Reader":
        if not isinstance(self.value, kind):
            raise MalformedPayload(self.path, expected)
        return self

    def text(self, name: str, default: str = _REQUIRED) -> str:
        item = self._at(name)
        if item.value is None and default is not Reader._REQUIRED:
            return default
        item._expect(str, "a text")
        return plain_text(item.value)

    def integer(self, name: str, default: int = _REQUIRED) -> int:
        """A whole number; one written as text counts, a truth value does not."""
        item = self._at(name)
        if item.value is None and default is not Reader._REQUIRED:
            return default
        if isinstance(item.value, bool):
            raise MalformedPayload(item.path, "an integer")
        try:
            number = int(item.value)
        except (TypeError, ValueError, OverflowError):
            raise MalformedPayload(item.path, "an integer") from None
        if isinstance(item.value, float) and number != item.value:
            raise MalformedPayload(item.path, "an integer")
        return number

    def sequence(self, name: str, default: int = _REQUIRED) -> int:
        """The number of a message within its chat: one of 31 bits, as it is kept."""
        number = self.integer(name, default)
        if not 0 <= number < 2**31:
            raise MalformedPayload(self._at(name).path, "a number within a chat")
        return number

    def number(self, name: str, default: float = _REQUIRED) -> float:
        item = self._at(name)
        if item.value is None and default is not Reader._REQUIRED:
            return default
        if isinstance(item.value, bool) or not isinstance(item.value, (int, float)):
            raise MalformedPayload(item.path, "a number")
        return float(item.value)

    def flag(self, name: str, default: bool = _REQUIRED) -> bool:
        """A truth value; networks write 0 and 1 as well."""
        item = self._at(name)
        if item.value is None and default is not Reader._REQUIRED:
            return default
        if item.value not in (True, False):
            raise MalformedPayload(item.path, "true or false")
        return bool(item.value)

    def timestamp(self, name: str) -> datetime:
        """Unix seconds, as an aware time in UTC."""
        try:
            return datetime.fromtimestamp(self.integer(name), timezone.utc)
        except (ValueError, OverflowError, OSError):
            raise MalformedPayload(self._at(name).path, "a time") from None

    def milliseconds(self, name: str) -> datetime:
        """Unix milliseconds, as an aware time in UTC."""
        try:
            return datetime.fromtimestamp(0, timezone.utc) + timedelta(
                milliseconds=self.integer(name)
            )
        except OverflowError:
            raise MalformedPayload(self._at(name).path, "a time") from None

    def child(self, name: str) -> "Reader":
        return self._at(name)._expect(dict, "an object")

    def children(self, name: str) -> list["Reader"]:
        """The objects of a list; an absent list has none."""
        item = self._at(name)
        if item.value is None:
            return []
        item._expect(list, "a list")
        return list(item.items())

    def items(self) -> Iterator["Reader"]:
        for number, value in enumerate(self.value):
            yield Reader(value, f"{self.path}[{number}]")._expect(dict, "an object")


@dataclass(frozen=True)
class Webhook:
    """One request of a network, as it came."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"

    def header(self, name: str) -> str:
        """The header's value whatever its case, empty when absent."""
        wanted = name.lower()
        return next((v for k, v in self.headers.items() if k.lower() == wanted), "")

    def json(self) -> Reader:
        """:raises MalformedPayload: not a JSON object"""
        return Reader.from_json(self.body)


@dataclass(frozen=True)
class Envelope:
    """One event of a webhook, as it is stored.

    ``key`` is the network's own key of the event; ``chat_id`` says in whose line it waits (empty:
    the channel's own). Nothing in ``body`` is secret.
    """

    key: str
    body: bytes
    chat_id: str = ""

    @classmethod
    def of_body(cls, body: bytes, chat_id: str = "") -> "Envelope":
        """For networks that number nothing: the digest of the body is the key."""
        return cls(hashlib.sha256(body).hexdigest(), body, chat_id)

    def text(self) -> str:
        return plain_text(self.body)

    def json(self) -> Reader:
        """:raises MalformedPayload: not a JSON object"""
        return Reader.from_json(self.body)


@dataclass(frozen=True)
class Answer:
    """What the network wants to read when it has told us something."""

    body: str = "ok"
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Call:
    """One request to a network.

    ``repeatable``: making it twice has the effect of making it once. ``foreign``: the address was
    told by somebody else, so nothing inside our own network is connected to. ``roots``: PEM
    certificates that the chain of this address may end in, besides those that everybody trusts.
    Address, headers and content may hold secrets, so none of them is in the ``repr``.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    form: Mapping[str, Any] | None = field(default=None, repr=False)
    json: Any = field(default=None, repr=False)
    files: Mapping[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)
    timeout: float = 20
    repeatable: bool = False
    foreign: bool = False
    roots: str = field(default="", repr=False)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def header(self, name: str) -> str:
        wanted = name.lower()
        return next((v for k, v in self.headers.items() if k.lower() == wanted), "")

    def json(self) -> Reader:
        """:raises MalformedPayload: not a JSON object"""
        return Reader.from_json(self.body)


class Http(Protocol):
    """The door to the outside that a protocol is handed.

    :raises NetworkUnavailable: the request did not reach the network, or may safely be repeated
    :raises OutcomeUnknown: it left, and nothing readable came back
    """

    def __call__(self, call: Call) -> Reply: ...

    def session(self, origins: Mapping[str, str], *, repeatable: bool = False) -> Any:
        """Return a ``requests`` session that goes through this door.

        :param origins: addresses a library has built in → those to use instead
        :param repeatable: what every call made with it is, see ``Call``
        """
