"""What we say: a text, perhaps with buttons, or a file that Viber fetches from us.

https://developers.viber.com/docs/api/rest-bot-api/#send-message (read: 7.3.0, November 2026)
"""

import html
import json
import mimetypes
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from ..core.base import Outgoing, Settings, Upload
from ..core.errors import OutcomeUnknown, SendError, UnsupportedContent
from ..core.keyboards import lay_out
from ..core.planning import Button
from .viber_calls import Api
from .viber_content import token

MAX_NAME = 28
MAX_FILE_NAME = 256
MAX_TRACKED = 4000
#: Bytes; what is larger travels as a file.
MAX_PICTURE, MAX_VIDEO = 1_000_000, 26_000_000
PICTURES = ("image/jpeg", "image/png", "image/gif")
#: What stands before each picture of a moving GIF.
_GIF_FRAME = b"\x21\xf9\x04"

#: For whom a message is: an older Viber shows that it cannot show it.
PLAIN, SHARING_PHONE = 1, 3
ACTIONS = {"answer": "reply", "link": "open-url", "phone": "share-phone"}
#: A keyboard is so wide; buttons of a row share it evenly.
COLUMNS, MAX_PER_ROW, MAX_ROWS = 6, 3, 12


def sender(settings: Settings, name: str = "", picture: str = "") -> dict[str, str]:
    """Return in whose name we speak: somebody's, or else the bot's own."""
    said = {"name": (name or settings.account_name or settings.account_ref or "Bot")[:MAX_NAME]}
    return {**said, "avatar": picture} if picture else said


def greeting(settings: Settings) -> str:
    """Return the answer to whoever opens the chat for the first time, empty for none."""
    words = settings.greeting.strip()
    if not words:
        return ""
    said = {"min_api_version": PLAIN, "sender": sender(settings), "type": "text", "text": words}
    return json.dumps(said, ensure_ascii=False)


def send(api: Api, settings: Settings, outgoing: Outgoing) -> str:
    """Return the ids of the new messages, the one with the text first."""

    def tell(**values: Any) -> str:
        who = sender(settings, outgoing.sender_name, outgoing.sender_picture)
        about = {"min_api_version": PLAIN, "sender": who}
        return token(api.tell("send_message", receiver=outgoing.chat_id, **{**about, **values}))

    if not outgoing.files:
        return tell(type="text", text=outgoing.text, **_button_values(outgoing.buttons))
    [upload] = outgoing.files
    values = _file_values(upload)
    if values["type"] == "picture":
        return tell(**values, text=outgoing.text)
    sent = tell(**values)
    if not outgoing.text:
        return sent
    try:
        return f"{tell(type='text', text=outgoing.text)} {sent}"
    except SendError as error:
        detail = f"the file was sent, its text was not: {error.detail}"
    raise OutcomeUnknown(detail)


# Files


def _file_values(upload: Upload) -> dict[str, Any]:
    """Return how a file is told: by an address of ours, with its size and its name."""
    if not upload.url:
        raise UnsupportedContent("Viber fetches files from an address, and there is none")
    size = len(upload.content)
    if _is_picture(upload):
        return {"type": "picture", "media": upload.url}
    if upload.mimetype == "video/mp4" and size <= MAX_VIDEO:
        return {"type": "video", "media": upload.url, "size": size}
    name = _file_name(upload)
    return {"type": "file", "media": upload.url, "size": size, "file_name": name}


def _is_picture(upload: Upload) -> bool:
    moves = upload.mimetype == "image/gif" and upload.content.count(_GIF_FRAME) > 1
    return upload.mimetype in PICTURES and not moves and len(upload.content) <= MAX_PICTURE


def _file_name(upload: Upload) -> str:
    """Return a name that ends as the phone expects: it opens the file by that."""
    path = PurePosixPath(upload.name.replace("/", "_") or "file")
    ending = path.suffix or mimetypes.guess_extension(upload.mimetype) or ".bin"
    return path.stem[: MAX_FILE_NAME - len(ending)] + ending


# Buttons


def _button_values(buttons: Sequence[Button]) -> dict[str, Any]:
    if not buttons:
        return {}
    keyboard = {
        "Type": "keyboard",
        "DefaultHeight": False,
        "Buttons": [
            _button(button, COLUMNS // len(row))
            for row in lay_out(buttons, per_row=MAX_PER_ROW, rows=MAX_ROWS)
            for button in row
        ],
    }
    asks_phone = any(button.kind == "phone" for button in buttons)
    values: dict[str, Any] = {"keyboard": keyboard}
    if asks_phone:
        values["min_api_version"] = SHARING_PHONE
    tracked = _tracked(buttons, asks_phone=asks_phone)
    return {**values, "tracking_data": tracked} if tracked else values


def _button(button: Button, columns: int) -> dict[str, Any]:
    return {
        "Columns": columns,
        "Rows": 1,
        "ActionType": ACTIONS[button.kind],
        # What the client is shown to have said; a phone button wants any words.
        "ActionBody": button.url if button.kind == "link" else button.label,
        "Text": html.escape(button.label, quote=False),
        "TextSize": "regular",
    }


def _tracked(buttons: Sequence[Button], *, asks_phone: bool) -> str:
    """Return what comes back with the client's next message; what does not fit is left out."""
    answers = {
        button.label: button.payload
        for button in buttons
        if button.kind == "answer" and button.payload not in ("", button.label)
    }
    tracked = {
        **({"answers": answers} if answers else {}),
        **({"phone": True} if asks_phone else {}),
    }
    text = json.dumps(tracked, ensure_ascii=False) if tracked else ""
    return text if len(text) <= MAX_TRACKED else ""
