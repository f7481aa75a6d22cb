"""What holds for every network, checked with its fixtures.

Each check takes a test case and the code of a network; ``CHECKS`` lists them.
"""

import copy
import hashlib
import hmac
import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from .common import (
    ADDON,
    FIXTURES,
    PROTOCOLS,
    EndlessDoor,
    FakeDoor,
    base,
    errors,
    fixture,
    fixtures,
    marks,
    outgoing,
    plain_event,
    protocol,
    replies,
    reply,
    settings,
    webhook,
    wire,
)

UNREADABLE = (
    b"",
    b"<html>Sign in</html>",
    b"[]",
    b"{}",
    b"null",
    b"17",
    b'"ok"',
    b'{"response":',
    b'{"error": 5}',
    b'{"error": {}}',
    b'{"response": {"x": 1}}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
)
ADDRESS = "https://odoo.example.com/omnichannel/webhook/t"
#: What a protocol is asked besides sending, with what it is asked for.
QUESTIONS = {
    "edit": ("1", base.Outgoing("1", "text", send_key="1")),
    "delete": ("1", "1"),
    "show_typing": ("1",),
    "mark_read": ("1", "1"),
    "answer_button": ("1", "1", "1"),
    "fetch_people": (["1", "-1"],),
    "fetch_message": ("1", "1"),
    "fetch_ends": (datetime(2025, 11, 20),),  # noqa: DTZ001 - in UTC, as Odoo has it
    "fetch_missed": ("1", [1, 2]),
    "identify": (),
    "register": (ADDRESS,),
    "unregister": (ADDRESS,),
    "check": (ADDRESS,),
}
STATUSES = (*range(201, 209), *range(300, 309), *range(400, 432), *range(500, 512), 599)


# In


def accepts_what_is_authentic(case, code):
    for name, content in fixtures(code, "webhook"):
        with case.subTest(network=code, fixture=name):
            case.assertIsNone(protocol(code).verify(webhook(content)))


def rejects_what_is_not(case, code):
    for name, content in fixtures(code, "webhook"):
        authentic = webhook(content)
        for forged in _forgeries(code, authentic):
            with (
                case.subTest(network=code, fixture=name, forged=forged.body[:80]),
                case.assertRaises(errors.WebhookRejected),
            ):
                protocol(code).verify(forged)
        for secret in ("", "another SECRET"):
            speaker = protocol(code, **{PROTOCOLS[code].proven_by: secret})
            for request in (authentic, *_forgeries(code, authentic)):
                with (
                    case.subTest(network=code, fixture=name, secret=secret),
                    case.assertRaises(errors.WebhookRejected),
                ):
                    speaker.verify(request)


def _forgeries(code, authentic):
    """The same request with a wrong proof, without one, and changed where the body is signed.

    Signed by nobody, too: with the empty key that a channel has before it has one.
    """
    secret = getattr(settings(code), PROTOCOLS[code].proven_by)
    in_body, in_headers = secret.encode() in authentic.body, secret in authentic.headers.values()
    if in_body:
        for wrong in (b"", b"forged", secret.encode()[:-1]):
            yield replace(authentic, body=authentic.body.replace(secret.encode(), wrong))
        yield replace(authentic, body=_without_text(authentic.body, secret))
    else:
        yield replace(authentic, headers={})
        yield replace(authentic, headers=dict.fromkeys(authentic.headers, ""))
    if not (in_body or in_headers):
        yield replace(authentic, body=authentic.body + b" ")
        by_nobody = hmac.new(b"", authentic.body, hashlib.sha256).hexdigest()
        yield replace(authentic, headers=dict.fromkeys(authentic.headers, by_nobody))
    yield replace(authentic, headers={}, body=b"")
    yield replace(authentic, headers={}, body=b"\xff")


def _without_text(body, secret):
    values = json.loads(body.decode("utf-8", "replace"))
    kept = {name: value for name, value in values.items() if value != secret}
    return json.dumps(kept).encode()


def parses_to_the_expected_events(case, code):
    for name, content in fixtures(code, "webhook"):
        with case.subTest(network=code, fixture=name):
            speaker, request = protocol(code), webhook(content)
            envelopes = speaker.split(request)
            parsed = [event for envelope in envelopes for event in speaker.parse(envelope)]
            case.assertEqual([plain_event(event) for event in parsed], content["events"])
            case.assertLessEqual(
                {event.key for event in parsed}, {envelope.key for envelope in envelopes}
            )
            for envelope in envelopes:
                case.assertEqual(envelope.chat_id, content.get("chat_id", ""))
            case.assertEqual(speaker.answer(request).body, content.get("answer", "ok"))


def the_same_event_has_the_same_key(case, code):
    keys = {}
    for name, content in fixtures(code, "webhook"):
        with case.subTest(network=code, fixture=name):
            for envelope in protocol(code).split(webhook(content)):
                again = protocol(code).split(webhook(content))
                case.assertIn(envelope.key, [each.key for each in again])
                case.assertNotIn(envelope.key, keys, "two events, one key")
                keys[envelope.key] = name


def what_is_stored_holds_no_secret_and_nothing_unstorable(case, code):
    for name, content in fixtures(code, "webhook"):
        with case.subTest(network=code, fixture=name):
            for envelope in protocol(code).split(webhook(content)):
                case.assertNotIn("SECRET", envelope.text())
                case.assertNotIn("\x00", envelope.text())
                envelope.text().encode()


def a_missing_field_is_named_or_not_missed(case, code):
    for name, envelope, body in _stored(code):
        for path in _paths(body):
            with case.subTest(network=code, fixture=name, without=_dotted(path)):
                changed = replace(envelope, body=_changed(body, path))
                _parses_or_names(case, code, changed, _dotted(path))


def a_field_of_another_kind_raises_nothing_else(case, code):
    for name, envelope, body in _stored(code):
        for path in _paths(body):
            with case.subTest(network=code, fixture=name, path=_dotted(path)):
                for value in (None, True, -1, 10**30, "x", [1], {"x": []}):
                    changed = replace(envelope, body=_changed(body, path, value))
                    _parses_or_names(case, code, changed, "")


def _stored(code):
    for name, content in fixtures(code, "webhook"):
        for envelope in protocol(code).split(webhook(content)):
            yield name, envelope, json.loads(envelope.text())


def _parses_or_names(case, code, envelope, path):
    try:
        parsed = protocol(code).parse(envelope)
    except errors.MalformedPayload as error:
        case.assertTrue(error.path.startswith(path), f"{error.path} is not {path}")
    else:
        case.assertIsInstance(parsed, list)


def unreadable_bodies_are_rejected_and_never_split(case, code):
    for body in UNREADABLE:
        with case.subTest(network=code, body=body[:20]):
            case.assertIsInstance(protocol(code).split(wire.Webhook(body)), list)
            with case.assertRaises(errors.WebhookRejected):
                protocol(code).verify(wire.Webhook(body))
            with case.assertRaises(errors.MalformedPayload):
                protocol(code).parse(wire.Envelope("1", body))


def _paths(value, path=()):
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for name, item in items:
        if isinstance(value, dict):
            yield (*path, name)
        yield from _paths(item, (*path, name))


def _dotted(path):
    dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return dotted.lstrip(".")


_GONE = object()


def _changed(body, path, value=_GONE):
    """Return the body with one field gone, or holding something else."""
    changed = copy.copy(body)
    parent = changed
    for step in path[:-1]:
        parent[step] = copy.copy(parent[step])
        parent = parent[step]
    if value is _GONE:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return json.dumps(changed).encode()


# Out


def sends_what_is_expected(case, code):
    for name, content in fixtures(code, "send"):
        with case.subTest(network=code, fixture=name):
            door = FakeDoor(*replies(content))
            message = outgoing(content)
            outcome = _outcome(protocol(code), message, door)
            asked = [
                {key: "@text" if value == message.text and len(value) > 100 else value}
                for call in door.asked()
                for key, value in call.items()
            ]
            expected = [{key: value} for call in content["calls"] for key, value in call.items()]
            case.assertEqual(asked, expected)
            case.assertEqual(outcome, content["outcome"])
            case.assertEqual(door.replies, [], "not everything was asked for")


def _outcome(speaker, message, door):
    try:
        return {"id": base.deliver(speaker, message, door)}
    except errors.SendError as error:
        outcome = {"error": error.code, "retry": error.retry}
        if error.blames != "message" or type(error).blames != "message":
            outcome["blames"] = error.blames
        if error.retry_after:
            outcome["retry_after"] = error.retry_after
        if error.cure:
            outcome["cure"] = True
        return outcome


def every_answer_is_understood_or_a_send_error(case, code):
    message = outgoing(fixture(code, "send", "text"))
    pages = (b"", b"<html>no</html>", b'{"ok": false}')
    answers = [reply(status, body) for status in STATUSES for body in pages]
    for answer in [*answers, *(reply(200, body) for body in UNREADABLE)]:
        with (
            case.subTest(network=code, status=answer.status, body=answer.body[:20]),
            case.assertRaises(errors.SendError),
        ):
            base.deliver(protocol(code), message, EndlessDoor(answer))


def what_cannot_be_known_is_not_sent_again_blindly(case, code):
    message = outgoing(fixture(code, "send", "text"))
    expected = errors.OutcomeUnknown
    if PROTOCOLS[code].capabilities.idempotent:
        expected = errors.NetworkUnavailable
    for door in (FakeDoor(errors.OutcomeUnknown("lost")), EndlessDoor(reply(200, "garbage"))):
        with case.subTest(network=code), case.assertRaises(expected):
            base.deliver(protocol(code), message, door)


def what_is_no_token_is_seen_and_never_sent(case, code):
    for token in ("two words", "кириллица", "line\nline", "\x7f"):
        speaker = protocol(code, access_token=token)
        with case.subTest(network=code, token=token):
            (check,) = speaker.check_settings()
            case.assertEqual((check.code, check.state, check.button), ("token", "error", "token"))
            case.assertTrue(check.cause and check.cure)
            message = outgoing(fixture(code, "send", "text"))
            with case.assertRaises(errors.CredentialsRefused):
                base.deliver(speaker, message, FakeDoor())
    case.assertEqual(protocol(code).check_settings(), [])


def everything_else_asked_fails_as_a_send_error(case, code):
    for answer in [reply(status, body) for status in (200, 500) for body in UNREADABLE]:
        for name, arguments in QUESTIONS.items():
            ask = getattr(protocol(code), name)
            with (
                case.subTest(network=code, status=answer.status, body=answer.body[:20], ask=name),
                suppress(errors.SendError),
            ):
                ask(*arguments, EndlessDoor(answer))


def no_secret_is_shown(case, code):
    shown = [repr(settings(code)), repr(protocol(code))]
    for _name, content in fixtures(code, "send"):
        door = FakeDoor(*replies(content))
        try:
            base.deliver(protocol(code), outgoing(content), door)
        except errors.SendError as error:
            shown += [repr(error), str(error), error.detail, error.cure]
            shown += [repr(error.__cause__), repr(error.__context__)]
        shown += [repr(call) for call in door.calls]
    for _name, content in fixtures(code, "webhook"):
        speaker = protocol(code)
        shown += [repr(speaker.parse(each)) for each in speaker.split(webhook(content))]
    case.assertNotIn("SECRET", "\n".join(shown))


def what_it_can_do_is_consistent(case, code):
    network = PROTOCOLS[code]
    can = network.capabilities
    fields = set(base.Settings.__dataclass_fields__)
    case.assertEqual(network.code, code)
    case.assertTrue(network.label)
    case.assertLessEqual(network.required_settings, fields)
    case.assertIn(network.proven_by, fields)
    case.assertLessEqual(set(can.max_file_bytes), can.files)
    case.assertLessEqual(set(can.shown_bytes), can.files if can.fetches_files else set())
    case.assertLessEqual(can.captioned or set(), can.files)
    case.assertLessEqual(can.marks, marks.KINDS)
    case.assertLessEqual(can.receipts, {"delivered", "read"})
    case.assertLessEqual(can.buttons.kinds, {"answer", "link", "phone"})
    case.assertLessEqual(can.buttons.alone, can.buttons.kinds)
    case.assertEqual(bool(can.buttons.kinds), can.buttons.count * can.buttons.label > 0)
    case.assertGreater(can.max_text, 0)
    case.assertGreater(can.calls_per_second, 0)


CHECKS = (
    accepts_what_is_authentic,
    rejects_what_is_not,
    parses_to_the_expected_events,
    the_same_event_has_the_same_key,
    what_is_stored_holds_no_secret_and_nothing_unstorable,
    a_missing_field_is_named_or_not_missed,
    a_field_of_another_kind_raises_nothing_else,
    unreadable_bodies_are_rejected_and_never_split,
    sends_what_is_expected,
    every_answer_is_understood_or_a_send_error,
    what_cannot_be_known_is_not_sent_again_blindly,
    what_is_no_token_is_seen_and_never_sent,
    everything_else_asked_fails_as_a_send_error,
    no_secret_is_shown,
    what_it_can_do_is_consistent,
)


# What belongs to a network


def missing_parts(code):
    """Return the paths of what a network still needs, seen from the repository."""
    repository = ADDON.parent
    parts = [
        FIXTURES / code / "settings.json",
        FIXTURES / code / "webhook" / "text.json",
        FIXTURES / code / "send" / "text.json",
        ADDON / "protocols" / f"{code}.py",
        _view(code),
        repository / "docs" / "networks" / f"{code}.md",
        repository / "simulator" / f"{code}.py",
    ]
    # What is larger than a file may be a folder of the same name.
    return [
        str(part.relative_to(repository))
        for part in parts
        if not (part.exists() or part.with_suffix("").is_dir())
    ]


def hidden_settings(code):
    """Return the required settings that the network's view does not show."""
    view = _view(code).read_text(encoding="utf-8")
    required = PROTOCOLS[code].required_settings
    return sorted(name for name in required if not re.search(rf'<field\s+name="{name}"', view))


def _view(code):
    return ADDON / "views" / f"omnichannel_channel_{code}_views.xml"


def codes_without_text():
    """Return the kinds of failure that have no words for people."""
    told = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ADDON / "models").glob("*.py"))
    )
    codes = {error.code for error in errors.SEND_ERRORS}
    return sorted(code for code in codes if not re.search(rf'"{code}": _lt\(', told))
