"""Keyboards: what Viber takes of them. They stand under the input until the next message."""

from .errors import bad, missing

MAX_ROWS = 12
COLUMNS = 6
MAX_TEXT = 250  # unconfirmed
#: Action → the oldest API version of a phone that knows it.
ACTIONS = {"reply": 1, "open-url": 1, "none": 1, "location-picker": 3, "share-phone": 3}


def check(keyboard, version: int) -> dict | None:
    """Return the keyboard, if Viber takes it."""
    if keyboard is None:
        return None
    if not isinstance(keyboard, dict) or keyboard.get("Type") != "keyboard":
        raise bad("keyboard is not valid. [Type]")
    buttons = keyboard.get("Buttons")
    if not isinstance(buttons, list) or not buttons:
        raise bad("keyboard is not valid. [Buttons]")
    for button in buttons:
        _check(button, version)
    if sum(button.get("Columns", COLUMNS) * button.get("Rows", 1) for button in buttons) > (
        MAX_ROWS * COLUMNS
    ):
        raise bad(f"keyboard is not valid. [more than {MAX_ROWS} rows]")
    return keyboard


def _check(button, version: int) -> None:
    if not isinstance(button, dict):
        raise bad("keyboard is not valid. [Buttons]")
    action = button.get("ActionType", "reply")
    if action not in ACTIONS:
        raise bad(f"keyboard is not valid. [instance value ({action!r}) not found in enum]")
    if version < ACTIONS[action]:
        raise bad(f"keyboard is not valid. [{action} needs min_api_version {ACTIONS[action]}]")
    if not button.get("ActionBody"):
        raise missing("ActionBody")
    if not 1 <= button.get("Columns", COLUMNS) <= COLUMNS or button.get("Rows", 1) not in (1, 2):
        raise bad("keyboard is not valid. [Columns, Rows]")
    if len(button.get("Text", "")) > MAX_TEXT:
        raise bad(f"keyboard is not valid. [Text longer than {MAX_TEXT}]")
