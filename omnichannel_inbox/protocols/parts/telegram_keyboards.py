"""Buttons: under a message, or instead of the phone's keyboard.

https://core.telegram.org/bots/api#inlinekeyboardmarkup and …#replykeyboardmarkup
(read: 10.0, May 2026)
"""

from collections.abc import Sequence

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit

from ..core.errors import UnsupportedContent
from ..core.keyboards import lay_out
from ..core.planning import Button
from ..core.texts import _lt

#: Not documented: on a phone a longer one is cut off.
MAX_LABEL = 64
#: Only instead of the phone's own keyboard, and a message has one keyboard: it stands alone.
PHONE = "phone"

NOT_CHANGED = _lt(
    "Telegram does not let bots change a message that asks for the phone number: send a new one."
)


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    """Return the buttons of a new message as Telegram reads them.

    :raises UnsupportedContent: Telegram does not carry it
    """
    if [button.kind for button in buttons] != [PHONE]:
        return beneath(buttons)
    [asking] = buttons
    row = [KeyboardButton(asking.label, request_contact=True)]
    return ReplyKeyboardMarkup([row], resize_keyboard=True, one_time_keyboard=True)


def changed(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Return the buttons of a message that is changed: without them they would be gone.

    :raises UnsupportedContent: Telegram changes no message with such a button
    """
    if any(button.kind == PHONE for button in buttons):
        raise UnsupportedContent(cure=NOT_CHANGED)
    return beneath(buttons)


def beneath(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Return the buttons that stand under a message.

    :raises UnsupportedContent: Telegram does not carry them there
    """
    if not buttons:
        return None
    rows = lay_out(
        buttons,
        per_row=InlineKeyboardMarkupLimit.BUTTONS_PER_ROW,
        rows=InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER,
    )
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.kind == "link":
        return InlineKeyboardButton(button.label, url=button.url)
    if button.kind != "answer":
        raise UnsupportedContent(f"a button of the kind {button.kind}")
    payload = button.payload or button.label
    if len(payload.encode()) > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        limit = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
        raise UnsupportedContent(f"a button that carries more than {limit} bytes")
    return InlineKeyboardButton(button.label, callback_data=payload)
