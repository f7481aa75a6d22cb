"""Keyboards: what VK takes and what it refuses with error 911."""

import json

from .errors import ApiError

COLOURS = {"primary", "secondary", "default", "negative", "positive"}
COLOURED = {"text", "callback"}
LABELLED = {"text", "callback", "open_link", "open_app"}
TYPES = LABELLED | {"location", "vkpay"}
MAX_LABEL = 40  # unconfirmed
MAX_PAYLOAD = 255
ORDINARY = {"columns": 5, "rows": 10, "buttons": 40}
INLINE = {"columns": 5, "rows": 6, "buttons": 10}


def read_keyboard(text: str) -> dict | None:
    """Return the keyboard, None if there is none.

    :raises ApiError: it is not one.
    """
    if not text:
        return None
    try:
        keyboard = json.loads(text)
    except ValueError:
        raise wrong("not JSON")
    if not isinstance(keyboard, dict) or not isinstance(keyboard.get("buttons"), list):
        raise wrong("there are no buttons")
    _check_flags(keyboard)
    _check_size(keyboard["buttons"], INLINE if keyboard.get("inline") else ORDINARY)
    for row in keyboard["buttons"]:
        for button in row:
            _check_button(button)
    return keyboard


def wrong(why: str) -> ApiError:
    """Return the refusal of a keyboard."""
    return ApiError(911, why)


def _check_flags(keyboard: dict) -> None:
    for name in ("one_time", "inline"):
        if not isinstance(keyboard.get(name, False), bool):
            raise wrong(f"{name} should be boolean")
    if keyboard.get("one_time") and keyboard.get("inline"):
        raise wrong("inline keyboard can't be one_time")
    if keyboard.get("inline") and not keyboard["buttons"]:
        raise wrong("inline keyboard has no buttons")


def _check_size(rows: list, limits: dict) -> None:
    if not all(isinstance(row, list) and row for row in rows):
        raise wrong("a row should be a list of buttons")
    if len(rows) > limits["rows"]:
        raise wrong(f"more than {limits['rows']} rows")
    if any(len(row) > limits["columns"] for row in rows):
        raise wrong(f"more than {limits['columns']} buttons in a row")
    if sum(map(len, rows)) > limits["buttons"]:
        raise wrong(f"more than {limits['buttons']} buttons")


def _check_button(button) -> None:
    action = button.get("action") if isinstance(button, dict) else None
    if not isinstance(action, dict) or action.get("type") not in TYPES:
        raise wrong("a button has no known action")
    kind = action["type"]
    if kind in LABELLED:
        _check_label(action.get("label"))
    if kind == "open_link" and not str(action.get("link", "")).startswith(("http://", "https://")):
        raise wrong("open_link needs a link")
    if "color" in button and (kind not in COLOURED or button["color"] not in COLOURS):
        raise wrong("color is not allowed here")
    _check_payload(action.get("payload"))


def _check_label(label) -> None:
    if not isinstance(label, str) or not label.strip():
        raise wrong("label is empty")
    if len(label) > MAX_LABEL:
        raise wrong(f"label is longer than {MAX_LABEL}")


def _check_payload(payload) -> None:
    """A payload is JSON: as a text, or as it is (libraries send both)."""
    written = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    if len(written) > MAX_PAYLOAD:
        raise wrong(f"payload is longer than {MAX_PAYLOAD}")
    if isinstance(payload, str):
        try:
            json.loads(payload)
        except ValueError:
            raise wrong("payload is not JSON")
