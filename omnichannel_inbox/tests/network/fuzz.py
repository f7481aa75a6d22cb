"""What the fuzzer sends: fixtures of the networks, changed in ways nobody thought of.

A change is a value, so a failure prints as the request that made it.
"""

import copy
import hashlib
import hmac
import json
import os
from dataclasses import replace

from hypothesis import HealthCheck, given, settings as how, strategies as st

from .common import PROTOCOLS, fixtures, settings, webhook, wire

#: Requests, or answers, of each test and network; more by ``./dev test-fast --examples N``.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 0)
USUAL = 8

ODD_TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud83d",  # half of a pair
    "\udc00\ud800",
    "😀" * 3,
    "e\u0301\u200d\u202e",
    "<script>alert(1)</script>",
    "'; DROP TABLE omnichannel_inbound; --",
    "%s%(a)s{0}{a}",
    "../../etc/passwd",
    "javascript:alert(1)",
    "x" * 5000,
    "9" * 5000,
    "-1",
    "1e309",
    "https://[::1",
    "http://a:b@c:999999/",
)
ODD_NUMBERS = (0, -1, 2**31, 2**63, -(2**63) - 1, 10**30, 10**400, 0.5, 1e308, float("nan"))
ODD_VALUES = (None, True, False, *ODD_NUMBERS, float("inf"), [], {}, [[]], [None], {"": None})

#: Stands for a value nested deeper than anybody nests.
DEEP = "@deep"

odd_texts = st.sampled_from(ODD_TEXTS) | st.text(
    st.characters(codec=None, exclude_categories=()), max_size=20
)
odd_values = st.recursive(
    st.sampled_from(ODD_VALUES) | odd_texts | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts, inner, max_size=3),
    max_leaves=5,
).map(copy.deepcopy)


def try_all(values, check, *, share=1.0):
    """Check values of a strategy: always the same few, or as many new ones as asked for."""

    @how(
        max_examples=max(1, int((EXAMPLES or USUAL) * share)),
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(values)
    def try_one(value):
        check(value)

    try_one()


# Payloads


@st.composite
def changed(draw, payload):
    """Return a payload with a few of its fields gone, renamed, doubled, deep or something else."""
    payload = copy.deepcopy(payload)
    for _change in range(draw(st.integers(1, 3))):
        places = list(_places(payload))
        if not places:
            return draw(odd_values)
        parent, name = draw(st.sampled_from(places))
        _change_one(draw, parent, name)
    return payload


def _places(value):
    """Yield each field as what holds it and its name there."""
    names = value if isinstance(value, dict) else range(len(value))
    for name in list(names) if isinstance(value, (dict, list)) else ():
        yield value, name
        yield from _places_in(value[name])


def _places_in(value):
    return _places(value) if isinstance(value, (dict, list)) else ()


def _change_one(draw, parent, name):
    kind = draw(st.sampled_from(("gone", "other", "other", "deep", "wrapped", "many", "renamed")))
    if kind == "gone":
        del parent[name]
    elif kind == "deep":
        parent[name] = DEEP
    elif kind == "renamed" and isinstance(parent, dict):
        parent[draw(odd_texts)] = parent.pop(name)
    elif kind == "many":
        parent[name] = [parent[name]] * draw(st.integers(2, 30))
    elif kind == "wrapped":
        parent[name] = draw(st.sampled_from(([parent[name]], {"x": parent[name]})))
    else:
        parent[name] = draw(odd_values)


@st.composite
def written(draw, payload):
    """Return a payload as bytes, perhaps with escapes, perhaps no longer JSON."""
    levels = draw(st.sampled_from((30, 900, 20_000)))
    text = json.dumps(payload, ensure_ascii=draw(st.booleans()))
    text = text.replace(json.dumps(DEEP), "[" * levels + "]" * levels)
    body = text.encode("utf-8", "surrogatepass")
    damage = draw(st.sampled_from(("no", "no", "no", "cut", "bytes")))
    at = draw(st.integers(0, len(body)))
    if damage == "cut":
        body = body[:at]
    elif damage == "bytes":
        body = body[:at] + draw(st.binary(max_size=8)) + body[at:]
    return body


# What comes in


def _payloads(code, kind):
    found = []
    for name, content in fixtures(code, kind):
        body = webhook(content).body
        try:
            found.append((name, json.loads(body.decode("utf-8", "replace"))))
        except ValueError:
            continue
    return found


@st.composite
def requests_of(draw, code):
    """Return an authentic request of a network with a changed body, signed as the network would."""
    name, payload = draw(st.sampled_from(_payloads(code, "webhook")))
    authentic = webhook(dict(fixtures(code, "webhook"))[name])
    body = draw(written(draw(changed(payload))))
    return replace(authentic, body=body, headers=_signed(code, authentic, body))


def _signed(code, authentic, body):
    """Return the headers of a request with the signature of another body where they hold one."""
    secret = getattr(settings(code), PROTOCOLS[code].proven_by).encode()
    old, new = (
        hmac.new(secret, each, hashlib.sha256).hexdigest() for each in (authentic.body, body)
    )
    return {
        name: value.replace(old, new) if old in value else value
        for name, value in authentic.headers.items()
    }


@st.composite
def forgeries_of(draw, code):
    """Return a request of somebody who knows everything but the secret."""
    request = draw(requests_of(code))
    secret = getattr(settings(code), PROTOCOLS[code].proven_by)
    guess = draw(odd_texts | st.sampled_from((secret[:-1], secret + "x", secret.swapcase())))
    body = request.body.replace(secret.encode(), guess.encode("utf-8", "surrogatepass"))
    names = draw(st.lists(st.sampled_from([*request.headers, "X"]), max_size=3))
    headers = {
        name: draw(odd_texts) if name in names or _proves(value, secret, request) else value
        for name, value in request.headers.items()
    }
    return replace(request, body=body, headers=headers)


def _proves(value, secret, request):
    signature = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    return secret in value or signature in value


def proven(code, request):
    """Return whether a request holds the secret, or a signature made with it, by chance."""
    secret = getattr(settings(code), PROTOCOLS[code].proven_by)
    values = request.headers.values()
    return secret.encode() in request.body or any(_proves(v, secret, request) for v in values)


# What is answered


def _answers(code):
    found = [{}, [], "ok", None]
    for _name, content in fixtures(code, "send"):
        found += [answer.get("body", "") for answer in content["replies"]]
    return found


@st.composite
def answers_of(draw, code):
    """Return what a network, or something between it and us, answers to a call."""
    status = draw(st.sampled_from((200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 409, 413)))
    status = draw(st.sampled_from((status, status, 429, 500, 502, 504, 100, 999)))
    answer = draw(st.sampled_from(_answers(code)))
    if isinstance(answer, (dict, list)):
        answer = draw(st.just(answer) | changed(answer))
        body = draw(written(answer))
    else:
        body = draw(st.binary(max_size=30)) if answer is None else str(answer).encode()
    headers = {"Retry-After": draw(odd_texts), "Content-Type": draw(odd_texts)}
    return wire.Reply(status, body, headers if draw(st.booleans()) else {})
