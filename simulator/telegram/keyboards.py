"""Buttons: under a message, or instead of the phone's keyboard."""

from urllib.parse import urlsplit

from .. import views
from .call import Call
from .errors import bad

MAX_DATA = 64  # bytes
MAX_BUTTONS = 100
PER_ROW = 8  # inline; what is more is not documented
MAX_LABEL = 300  # not documented either: nobody has a longer one
KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
#: What a button under a message may do; it does one of these.
ACTIONS = ("callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text")
SCHEMES = ("http", "https", "tg")


def read_markup(call: Call) -> dict | None:
    """Return the buttons of a message, if Telegram takes them."""
    markup = call.json("reply_markup", dict)
    if not markup:
        return None
    if sum(kind in markup for kind in KINDS) != 1:
        raise bad("object expected as reply markup")
    inline = "inline_keyboard" in markup
    rows = markup.get("inline_keyboard" if inline else "keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "keyboard" of the ReplyMarkup must be an Array of Arrays')
    if sum(map(len, rows)) > MAX_BUTTONS or (inline and any(len(row) > PER_ROW for row in rows)):
        raise bad("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_inline(button) if inline else _check(button)
    return markup


def _check_label(button: dict | str) -> None:
    text = button if isinstance(button, str) else button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("text buttons are unallowed in the inline keyboard")
    if len(text) > MAX_LABEL:
        raise bad("BUTTON_TEXT_INVALID")


def _check(button: dict | str) -> None:
    """A button instead of the phone's keyboard says its label, or shares something."""
    _check_label(button)
    if isinstance(button, dict) and {"url", "callback_data"} & button.keys():
        raise bad("can't parse keyboard button: inline buttons are unallowed here")


def _check_inline(button: dict | str) -> None:
    """A button under a message does exactly one thing, and asks for no phone number."""
    _check_label(button)
    actions = [name for name in ACTIONS if name in button]
    if isinstance(button, str) or not actions:
        raise bad("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1 or "request_contact" in button:
        raise bad("can't parse inline keyboard button: a button does exactly one thing")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= MAX_DATA:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in SCHEMES or (parts.scheme != "tg" and "." not in host):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def view(markup: dict) -> list[list[dict]]:
    """Return the rows of buttons for the phone."""
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [[_view(button) for button in row] for row in rows]


def _view(button: dict | str) -> dict:
    told = {"text": button} if isinstance(button, str) else button
    kind = "text"
    for asked, shared in (("request_location", "location"), ("request_contact", "phone")):
        kind = shared if told.get(asked) else kind
    return views.button(told["text"], told.get("url", ""), kind)
