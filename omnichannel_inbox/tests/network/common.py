"""What the tests of the networks share. They run under Odoo's test runner and without Odoo."""

import importlib
import json
import sys
from base64 import b64decode
from functools import cache
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qsl, urlsplit

ADDON = Path(__file__).resolve().parents[2]
FIXTURES = ADDON / "tests" / "fixtures"

if __name__.startswith("odoo.addons."):
    from odoo.tests import tagged
    from odoo.tests.case import TestCase

    PACKAGE = "odoo.addons.omnichannel_inbox"

    class NetworkCase(TestCase):
        """Odoo's runner takes only what has tags; nothing in here needs a database."""

        test_module = "omnichannel_inbox"
        test_tags = frozenset({"standard"})
        maxDiff = None
else:
    from unittest import TestCase

    PACKAGE = "omnichannel_inbox"
    # The addon without its models and controllers: these need Odoo.
    _package = ModuleType(PACKAGE)
    _package.__path__ = [str(ADDON)]
    sys.modules.setdefault(PACKAGE, _package)

    class NetworkCase(TestCase):
        maxDiff = None

    def tagged(*_tags):
        return lambda case: case


def load(name):
    """Return a module of the addon."""
    return importlib.import_module(f"{PACKAGE}.{name}")


protocols = load("protocols")
base = load("protocols.core.base")
errors = load("protocols.core.errors")
events = load("protocols.core.events")
planning = load("protocols.core.planning")
markup = load("protocols.core.markup")
marks = load("protocols.core.marks")
pieces = load("protocols.core.pieces")
pictures = load("protocols.core.pictures")
registry = load("protocols.core.registry")
signatures = load("protocols.core.signatures")
wire = load("protocols.core.wire")
transport = load("tools.transport")
PROTOCOLS = protocols.PROTOCOLS


class FakeDoor(transport.Door):
    """Answers with what it was given, and remembers what it was asked."""

    def __init__(self, *replies):
        self.replies = list(replies)
        self.calls = []

    def __call__(self, call):
        self.calls.append(call)
        if not self.replies:
            raise AssertionError(f"nobody expected a call to {plain_address(call.url)}")
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def asked(self):
        """Return the calls as plain dictionaries, as they stand in fixtures."""
        return [plain_call(call) for call in self.calls]


class EndlessDoor(FakeDoor):
    """Gives the same answer to whatever is asked."""

    def __call__(self, call):
        self.replies = [self.answer]
        return super().__call__(call)

    def __init__(self, answer):
        super().__init__()
        self.answer = answer


def plain_address(url):
    return url.partition("?")[0]


def plain_call(call):
    """Return what a call says: its address and its fields."""
    said = {"url": call.url}
    if call.body and "json" in call.headers.get("Content-Type", ""):
        said.update(json.loads(call.body))
    elif call.body:
        said.update(parse_qsl(call.body.decode(), keep_blank_values=True))
    for fields in (call.form, call.json):
        said.update(fields or {})
    if call.files:
        said["files"] = {name: file[0] for name, file in call.files.items()}
    return said


def reply(status=200, body="", headers=None):
    raw = body if isinstance(body, bytes) else _as_text(body).encode()
    return wire.Reply(status, raw, headers or {})


def _as_text(body):
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


# Fixtures


def networks():
    """Return the networks by code."""
    return dict(PROTOCOLS)


@cache
def fixtures(network, kind):
    """Return (name, content) of the fixtures of one network, ``kind`` is webhook or send."""
    paths = sorted((FIXTURES / network / kind).glob("*.json"))
    return [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def fixture(network, kind, name):
    return dict(fixtures(network, kind))[name]


@cache
def _settings(network):
    path = FIXTURES / network / "settings.json"
    return json.loads(path.read_text(encoding="utf-8"))


def settings(network, **changes):
    """Return the settings that the fixtures of a network were made with."""
    return base.Settings(**{**_settings(network), **changes})


def protocol(network, **changes):
    return PROTOCOLS[network](settings(network, **changes))


def webhook(content):
    """Return the request of a webhook fixture."""
    body = content.get("body", "").encode()
    if "body_base64" in content:
        body = b64decode(content["body_base64"])
    return wire.Webhook(
        body=body,
        headers=content.get("headers", {}),
        query=content.get("query", {}),
        method=content.get("method", "POST"),
    )


def outgoing(content):
    """Return the message of a send fixture."""
    values = dict(content["message"])
    if "text_repeated" in values:
        text, times = values.pop("text_repeated")
        values["text"] = text * times
    files = [
        base.Upload(**{"content": b64decode(file.pop("content_base64")), **file})
        for file in map(dict, values.pop("files", []))
    ]
    buttons = [planning.Button(**button) for button in values.pop("buttons", [])]
    marked = tuple(marks.Mark(**mark) for mark in values.pop("marks", []))
    return base.Outgoing(**values, files=tuple(files), buttons=tuple(buttons), marks=marked)


def replies(content):
    return [
        reply(answer.get("status", 200), answer.get("body", ""), answer.get("headers"))
        for answer in content["replies"]
    ]


def plain_event(event):
    """Return an event as it stands in a fixture: its type, and what is not the default."""
    return {"type": type(event).__name__, **_plain_values(event)}


def _plain_values(value):
    plain = {}
    for name, field in value.__dataclass_fields__.items():
        item = getattr(value, name)
        if item != field.default:
            plain[name] = _plain(item)
    return plain


def _plain(item):
    if hasattr(item, "__dataclass_fields__"):
        return _plain_values(item)
    if isinstance(item, tuple):
        return [_plain(each) for each in item]
    if hasattr(item, "isoformat"):
        return item.isoformat()
    return item


def path_of(url):
    return urlsplit(url).path
