"""Buttons that somebody wants under his message: read, and made sure of."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from odoo.exceptions import UserError

from ..protocols import Button

MAX_URL = 2000


def read_buttons(env, limits, wanted):
    """Return the buttons, as the network carries them.

    Our own code gives ``Button``; what comes from a browser are plain values, and a payload among
    them counts for nothing: what a press means to our code is for our code to say.

    :param limits: the network's ``ButtonLimits``
    :raises UserError: the network does not carry them, or one of them is none
    """
    if not isinstance(wanted, list | tuple):
        raise UserError(env._("These are no buttons."))
    buttons = tuple(_read(env, limits, one) for one in wanted)
    if len(buttons) > limits.count:
        raise UserError(
            env._("At most %(count)d buttons fit under one message.", count=limits.count)
        )
    if len(buttons) > 1 and any(button.kind in limits.alone for button in buttons):
        raise UserError(
            env._("In this network the button that asks for the phone number stands alone.")
        )
    return buttons


def _read(env, limits, one):
    button = one if isinstance(one, Button) else _from_values(env, one)
    button = replace(button, label=" ".join(button.label.split()))
    if button.kind not in limits.kinds:
        raise UserError(env._("This network does not carry such a button."))
    if not button.label:
        raise UserError(env._("A button needs a label."))
    if len(button.label) > limits.label:
        raise UserError(
            env._(
                "“%(label)s” is too long for a button: at most %(limit)d characters.",
                label=button.label,
                limit=limits.label,
            )
        )
    if button.kind == "link" and not _is_address(button.url):
        raise UserError(env._("“%(address)s” is not an address of a page.", address=button.url))
    return button


def _from_values(env, values):
    known = values if isinstance(values, Mapping) else {}
    texts = [known.get("label"), known.get("kind", "answer"), known.get("url") or ""]
    if not all(isinstance(text, str) for text in texts):
        raise UserError(env._("These are no buttons."))
    label, kind, url = texts
    return Button(label, kind, url=url.strip() if kind == "link" else "")


def _is_address(url):
    """Return whether a phone can open this as a page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_plain = len(url) <= MAX_URL and url.isprintable() and " " not in url
    return is_plain and parts.scheme in ("http", "https") and bool(parts.hostname)
