"""The only module that opens connections.

``http`` is the door that protocols are handed, ``fetch_file`` brings a file that a network keeps
for us. Nothing in here shows an address: many hold tokens.
"""

import logging
import re
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from http.client import HTTPException
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import PurePosixPath
from time import monotonic
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from ..protocols.core.errors import CertificateRefused, NetworkUnavailable, OutcomeUnknown
from ..protocols.core.wire import Call, Reply, origin_of

CONNECT_SECONDS = 10
MAX_REPLY = 8 * 2**20
MAX_REDIRECTS = 3
CHUNK = 64 * 2**10
USER_AGENT = "omnichannel_inbox"

#: Statuses after which the same file may be there another time.
RETRIED_STATUSES = frozenset({408, 425, 429})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: What requests, urllib3 and the standard library raise when an exchange fails.
FAILURES = (requests.RequestException, HTTPError, HTTPException, OSError, ValueError)


# Addresses


def is_origin(url: str) -> bool:
    """Return whether this is ``http(s)://host[:port]`` and nothing else."""
    return bool(origin_of(url)) and url.lower().rstrip("/") in (origin_of(url), _with_port(url))


def _with_port(url: str) -> str:
    """The same origin with its port spelled out though it is the usual one."""
    port = {"http": 80, "https": 443}[urlsplit(url).scheme]
    return f"{origin_of(url)}:{port}"


#: Ways into an inner network that Python counts as public: where some hosters answer their
#: machines, translated IPv4, and NAT64 of one's own.
_INNER_NETWORKS = (
    IPv4Network("192.0.0.0/24"),
    IPv6Network("::ffff:0:0:0/96"),
    IPv6Network("64:ff9b:1::/48"),
)


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the open internet, whatever it is wrapped in."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = _inner_addresses(ip)
        if inner:
            return all(is_public(str(each)) for each in inner)
        if ip.is_site_local:
            return False
    if any(ip in network for network in _INNER_NETWORKS):
        return False
    return ip.is_global and not ip.is_multicast


def _inner_addresses(ip: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 one stands for: 6to4, Teredo, NAT64, compatible.

    Of a mapped one Python itself says whether it is global.
    """
    if ip.sixtofour:
        return [ip.sixtofour]
    if ip.teredo:
        return list(ip.teredo)
    prefix, last = int(ip) >> 32, int(ip) & 0xFFFFFFFF
    if prefix == 0x0064FF9B << 64 or (prefix == 0 and last > 1):
        return [IPv4Address(last)]
    return []


class _AddressRefused(Exception):
    """The name leads into a network that is none of its business."""


# One connection


class _Watch:
    """Ends a connection when its time is over, and knows whether anything has left by it."""

    def __init__(self, seconds: float, *, only_public: bool = False) -> None:
        self.sent = False
        self.expired = False
        self.refused = False
        self._only_public = only_public
        self._line: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._timer.cancel()
        if self._line:
            self._line.close()

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a socket that is connected with an address that has been looked at.

        The name is resolved once: what was looked at is what is connected with.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if self._only_public and not all(is_public(str(entry[4][0])) for entry in found):
            self.refused = True
            raise _AddressRefused
        failure: OSError = OSError("no address")
        for family, kind, protocol, _name, address in found:
            line = socket.socket(family, kind, protocol)
            try:
                line.settimeout(CONNECT_SECONDS)
                line.connect(address)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._hold(line)
            except OSError as error:
                failure = error
                line.close()
            else:
                return line
        raise failure

    def _hold(self, line: socket.socket) -> None:
        # A second handle: TLS takes the first one away, and this one ends both.
        self._line = line.dup()
        if self.expired:
            self._expire()

    def _expire(self) -> None:
        self.expired = True
        if self._line:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


class _Watched:
    """A connection of urllib3 that a watch opens and ends."""

    def __init__(self, *args: Any, watch: _Watch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watch = watch

    def _new_conn(self) -> socket.socket:
        try:
            return self._watch.connect(self.host, self.port)
        except (OSError, _AddressRefused) as error:
            raise NewConnectionError(self, "not connected") from error

    def send(self, data: Any) -> None:  # pylint: disable=missing-return
        if self.sock is None:
            self.connect()
        self._watch.sent = True
        super().send(data)


class _WatchedHTTP(_Watched, HTTPConnection):
    pass


class _WatchedHTTPS(_Watched, HTTPSConnection):
    pass


class _WatchedAdapter(HTTPAdapter):
    """Opens one connection for one request.

    A connection that is kept may be closed by the other side while we write: then nobody knows
    whether a message was sent.
    """

    def __init__(self, watch: _Watch, roots: str = "") -> None:
        self._watch = watch
        self._roots = roots
        super().__init__(pool_connections=1, pool_maxsize=1)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        if pool.scheme == "https":
            pool.ConnectionCls = partial(_WatchedHTTPS, watch=self._watch, **self._tls())
        else:
            pool.ConnectionCls = partial(_WatchedHTTP, watch=self._watch)
        return pool

    def _tls(self) -> dict[str, ssl.SSLContext]:
        """What else is trusted on this one connection; the usual store is added by urllib3."""
        if not self._roots:
            return {}
        context = create_urllib3_context()
        context.load_verify_locations(cadata=self._roots)
        return {"ssl_context": context}


class _Quiet(logging.Filter):
    """urllib3 writes addresses into the log: not those of our requests."""

    def __init__(self) -> None:
        super().__init__()
        self._here = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        return not getattr(self._here, "busy", False)

    @contextmanager
    def keep(self) -> Iterator[None]:
        self._here.busy = True
        try:
            yield
        finally:
            self._here.busy = False


_quiet = _Quiet()
for _name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.response"):
    logging.getLogger(_name).addFilter(_quiet)


@contextmanager
def _exchange(
    request: requests.PreparedRequest, watch: _Watch, roots: str = ""
) -> Iterator[requests.Response]:
    """Make one request; nothing of the environment, of earlier requests or of redirects in it."""
    with requests.Session() as session, _quiet.keep():
        session.trust_env = False
        adapter = _WatchedAdapter(watch, roots)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        # Longer than any watch: each single step; it is the watch that ends the whole.
        reply = session.send(request, stream=True, allow_redirects=False, timeout=3600)
        with reply:
            yield reply


def _read(reply: requests.Response, limit: int) -> bytes | None:
    """Return the body, or None when it is larger than allowed."""
    if _promised(reply) > limit:
        return None
    body = bytearray()
    for chunk in reply.iter_content(CHUNK):
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _promised(reply: requests.Response) -> int:
    length = reply.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else 0


# The door


class Door:
    """What protocols reach the outside through, see ``protocols.core.wire.Http``."""

    def __call__(self, call: Call) -> Reply:
        with _Watch(call.timeout, only_public=call.foreign) as watch:
            try:
                if call.foreign and urlsplit(call.url).scheme != "https":
                    raise NetworkUnavailable("not a safe address")
                with _exchange(_prepare(call), watch, call.roots) as reply:
                    body = _read(reply, MAX_REPLY)
                    if body is None:
                        raise _lost(call, watch, "the answer is too large")
                    if watch.expired:
                        raise _lost(call, watch, "no answer in time")
                    return Reply(reply.status_code, body, dict(reply.headers))
            except requests.exceptions.SSLError as error:
                reason = _reason(error, watch)
                failure = (
                    CertificateRefused(reason) if not watch.sent else _lost(call, watch, reason)
                )
            except FAILURES as error:
                failure = _lost(call, watch, _reason(error, watch))
        # Outside of the handler: requests writes the address into its errors.
        raise failure

    def session(self, origins: Mapping[str, str], *, repeatable: bool = False) -> "DoorSession":
        """Return a ``requests`` session whose every request goes through this door."""
        return DoorSession(self, origins, repeatable=repeatable)


class DoorSession(requests.Session):
    """For libraries that want a session: no connection, cookie or redirect of its own.

    :param origins: addresses a library has built in → those to use instead
    """

    def __init__(self, door: Door, origins: Mapping[str, str], *, repeatable: bool = False) -> None:
        super().__init__()
        self.headers.clear()
        self.trust_env = False
        self._door = door
        self._origins = dict(origins)
        self._repeatable = repeatable

    def send(self, request: requests.PreparedRequest, **_ignored: Any) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body
        call = Call(
            request.method,
            self._rewritten(request.url),
            headers={name: value for name, value in request.headers.items() if value},
            body=body,
            repeatable=self._repeatable,
        )
        reply = self._door(call)
        response = requests.Response()
        response.status_code = reply.status
        response.headers.update(reply.headers)
        response.request, response.url = request, request.url
        response.encoding = "utf-8"
        response._content = reply.body
        return response

    def _rewritten(self, url: str) -> str:
        built_in = origin_of(url)
        return self._origins.get(built_in, built_in) + url[len(built_in) :]


def _prepare(call: Call) -> requests.PreparedRequest:
    return requests.Request(
        call.method,
        call.url,
        headers={"User-Agent": USER_AGENT, "Connection": "close", **call.headers},
        data=call.body if call.body is not None else call.form,
        json=call.json,
        files=call.files,
    ).prepare()


def _lost(call: Call, watch: _Watch, reason: str) -> NetworkUnavailable | OutcomeUnknown:
    if call.repeatable or not watch.sent:
        return NetworkUnavailable(reason)
    return OutcomeUnknown(reason)


def _reason(error: Exception, watch: _Watch) -> str:
    """Return what happened in words of ours: those of the library show the address."""
    if watch.refused:
        return "the address is not a public one"
    if watch.expired or isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not accepted"
    return "the connection broke" if watch.sent else "no connection"


http = Door()


# Files


class FileError(Exception):
    """A file cannot be had; ``code`` is the key of its text for people.

    :ivar retry: whether it may be had another time
    """

    code = "file_unavailable"

    def __init__(self, detail: str = "", *, retry: bool = False) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.retry = retry


class FileTooLarge(FileError):
    code = "file_too_large"


class FileRefused(FileError):
    """The address is none where this network keeps files."""

    code = "file_refused"


class FileUnavailable(FileError):
    code = "file_unavailable"


@dataclass(frozen=True)
class FetchedFile:
    """``mimetype`` and ``name`` are what the server says, empty where it does not."""

    content: bytes = field(repr=False)
    mimetype: str = ""
    name: str = ""


def fetch_file(  # noqa: PLR0913 - each is a limit, or a permission
    url: str,
    *,
    hosts: Iterable[str],
    origin: str = "",
    headers: Mapping[str, str] | None = None,
    roots: str = "",
    max_bytes: int,
    deadline: float,
) -> FetchedFile:
    """Return a file that a network keeps for us; only ``headers`` can prove who we are.

    :param headers: for the first address, and others of its origin; for nobody else
    :param hosts: suffixes of the hosts where it may be; only by https, only at public addresses
    :param roots: as in ``Call``, for these hosts
    :param origin: the one other place where it may be, whatever and wherever that is
    :param deadline: seconds for everything, redirects included
    :raises FileTooLarge: larger than ``max_bytes``
    :raises FileRefused: the address, or one it leads to, is not allowed
    :raises FileUnavailable: it is not there, or does not come
    """
    allowed, own, end = tuple(hosts), origin_of(origin), monotonic() + deadline
    first = origin_of(url)
    for _hop in range(MAX_REDIRECTS + 1):
        request, only_public = _prepare_fetch(url, allowed, own)
        if origin_of(request.url) == first:
            request.headers.update(headers or {})
        with _Watch(max(end - monotonic(), 0), only_public=only_public) as watch:
            found = _fetch(request, watch, max_bytes, roots if only_public else "")
        if isinstance(found, FetchedFile):
            return found
        url = found
    raise FileRefused("too many redirects")


def _prepare_fetch(
    url: str, hosts: tuple[str, ...], own: str
) -> tuple[requests.PreparedRequest, bool]:
    """Return the request, and whether it may go to public addresses only.

    What is looked at is the address as it will be used: what reads it differently does not matter.

    :raises FileRefused: not where this network keeps files
    """
    try:
        headers = {"User-Agent": USER_AGENT, "Connection": "close", "Accept": "*/*"}
        request = requests.Request("GET", url, headers=headers).prepare()
        parts = urlsplit(request.url)
    except (requests.RequestException, ValueError):
        parts = None
    if parts is None or "@" in parts.netloc or "\\" in parts.netloc:
        raise FileRefused("not an address")
    if own and origin_of(request.url) == own:
        return request, False
    host = (parts.hostname or "").rstrip(".")
    known = any(host == suffix or host.endswith(f".{suffix}") for suffix in hosts)
    if parts.scheme != "https" or not known:
        raise FileRefused(f"{parts.scheme}://{host}")
    return request, True


def _fetch(
    request: requests.PreparedRequest, watch: _Watch, max_bytes: int, roots: str
) -> FetchedFile | str:
    """Return the file, or the address it is said to be at."""
    try:
        with _exchange(request, watch, roots) as reply:
            if reply.status_code in REDIRECTS and "Location" in reply.headers:
                return urljoin(request.url, reply.headers["Location"])
            return _receive(reply, watch, max_bytes)
    except FAILURES as error:
        reason = _reason(error, watch)
    if watch.refused:
        raise FileRefused(reason)
    raise FileUnavailable(reason, retry=True)


def _receive(reply: requests.Response, watch: _Watch, max_bytes: int) -> FetchedFile:
    status = reply.status_code
    if status != 200:
        retry = status in RETRIED_STATUSES or status >= 500
        raise FileUnavailable(f"HTTP {status}", retry=retry)
    content = _read(reply, max_bytes)
    if content is None:
        raise FileTooLarge
    if watch.expired:
        raise FileUnavailable("no answer in time", retry=True)
    return FetchedFile(content, _mimetype(reply), _file_name(reply))


def _mimetype(reply: requests.Response) -> str:
    said = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return said if re.fullmatch(r"[\w.+-]+/[\w.+-]+", said, re.ASCII) else ""


def _file_name(reply: requests.Response) -> str:
    """Return the name that the server gives the file, without any path in it."""
    disposition = re.sub(r"\s+", " ", reply.headers.get("Content-Disposition", ""))
    # Of two names the extended one is the whole one; the standard library takes the other.
    extended = re.search(r"filename\*=utf-8''([^;]+)", disposition, re.IGNORECASE)
    header = Message()
    header["Content-Disposition"] = disposition
    plain = header.get_filename() or unquote(urlsplit(reply.url).path)
    path = unquote(extended[1]) if extended else plain
    name = PurePosixPath(path.replace("\\", "/")).name
    return "".join(character for character in name if character.isprintable())
