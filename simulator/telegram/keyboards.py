"""Buttons: under a message, or instead of the phone's keyboard."""

from .call import Call
from .errors import bad

MAX_DATA = 64  # bytes
KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")


def read_markup(call: Call) -> dict | None:
    """Return the buttons of a message, if Telegram takes them."""
    markup = call.json("reply_markup", dict)
    if not markup:
        return None
    if not any(kind in markup for kind in KINDS):
        raise bad("object expected as reply markup")
    for row in [*markup.get("inline_keyboard", []), *markup.get("keyboard", [])]:
        for button in row:
            _check(button, inline="inline_keyboard" in markup)
    return markup


def _check(button: dict | str, *, inline: bool) -> None:
    text = button if isinstance(button, str) else button.get("text")
    if not text:
        raise bad("text buttons are unallowed in the inline keyboard" if inline else "empty button")
    if not inline:
        return
    if not ("callback_data" in button or "url" in button):
        raise bad("text buttons are unallowed in the inline keyboard")
    if not len(button.get("callback_data", "-").encode()) <= MAX_DATA:
        raise bad("BUTTON_DATA_INVALID")


def view(markup: dict) -> list[list[dict]]:
    """Return the rows of buttons for the phone."""
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [[_view(button) for button in row] for row in rows]


def _view(button: dict | str) -> dict:
    told = {"text": button} if isinstance(button, str) else button
    kind = "location" if told.get("request_location") else "text"
    link = told.get("url", "")
    return {"type": kind, "label": told["text"], "color": "secondary", "link": link}
