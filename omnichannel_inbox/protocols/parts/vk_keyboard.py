"""Buttons under a message of a community.

https://dev.vk.com/en/api/bots/development/keyboard (read: November 2025)
"""

import json
from collections.abc import Sequence
from typing import Any

from ..core.errors import UnsupportedContent
from ..core.keyboards import lay_out
from ..core.planning import Button
from ..core.wire import plain_text

#: Of a keyboard under a message; the one instead of the phone's own holds more.
MAX_ROWS, MAX_PER_ROW, MAX_BUTTONS = 6, 5, 10
MAX_LABEL = 40  # unconfirmed
MAX_PAYLOAD = 255
#: A payload has to be JSON: ours is a text, and stands under this name.
NAME = "button"


def keyboard(buttons: Sequence[Button]) -> str:
    """Return the keyboard as VK reads it.

    :raises UnsupportedContent: VK has no such button, or carries less in one
    """
    rows = lay_out(buttons, per_row=MAX_PER_ROW, rows=MAX_ROWS)
    values = [[{"action": _action(button)} for button in row] for row in rows]
    return json.dumps({"inline": True, "buttons": values}, ensure_ascii=False)


def _action(button: Button) -> dict[str, Any]:
    """Return what a press does.

    A choice is said by the client in so many words and stands in his own chat; a ``callback`` would
    leave nothing there, and the oldest programs have none.
    """
    if button.kind == "link":
        return {"type": "open_link", "link": button.url, "label": button.label}
    if button.kind != "answer":
        raise UnsupportedContent(f"a button of the kind {button.kind}")
    action = {"type": "text", "label": button.label}
    if button.payload:
        action["payload"] = json.dumps({NAME: button.payload}, ensure_ascii=False)
        if len(action["payload"]) > MAX_PAYLOAD:
            raise UnsupportedContent(f"a button that carries more than {MAX_PAYLOAD} characters")
    return action


def unwrapped(payload: str) -> str:
    """Return what a button of ours carries; what others have put into theirs stays as it is."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        return payload
    if isinstance(value, dict) and value.keys() == {NAME} and isinstance(value[NAME], str):
        return plain_text(value[NAME])
    return payload
