"""Messages: what may be in them, and who may be written to."""

import time

from ..state import Chat, Message
from . import objects
from .call import Call, method
from .errors import ApiError, bad
from .formatting import read_html

MAX_TEXT = 4000
FIELDS = {"text", "attachments", "link", "notify", "format"}
#: Kinds that stand in a message without any other.
ALONE = {"audio", "file", "sticker", "contact"}
MAX_IMAGES = 12  # unconfirmed
MAX_BUTTONS, MAX_ROWS, PER_ROW, PER_MIXED_ROW = 210, 30, 7, 3
OPENING = {"link", "open_app", "request_contact", "request_geo_location"}
BUTTON_FIELDS = {"callback": ("payload", 1024), "link": ("url", 2048)}


@method("POST", "/messages")
def send_message(call: Call) -> dict:
    """Say something in a dialog."""
    chat = call.writable_chat()
    content = read_content(call)
    if not (content["text"].strip() or content["attachments"]):
        raise bad("Message is empty")
    link = _read_link(call)
    with call.network.world.change(chat):
        said = chat.add(call.account.next_message_id(), outgoing=True, reply=link, **content)
        chat.typing = {}
    return {"message": objects.message(call.network, chat, said)}


def read_content(call: Call) -> dict:
    """Return text, attachments and keyboard, if MAX takes them."""
    if unknown := call.body.keys() - FIELDS:
        raise bad("Unknown recipient" if "recipient" in unknown else f"Unknown {min(unknown)}")
    text, markup = _read_text(call)
    items = call.body.get("attachments") or []
    keyboards = [item for item in items if item.get("type") == "inline_keyboard"]
    media = [_read_medium(call, item) for item in items if item not in keyboards]
    _check_together([item["type"] for item in media])
    for keyboard in keyboards:
        _check_keyboard(keyboard)
    return {
        "text": text,
        "attachments": media,
        "keyboard": next(iter(keyboards), None),
        "own": {"body": {"markup": markup} if markup else {}},
    }


def _read_text(call: Call) -> tuple[str, list[dict]]:
    text = call.body.get("text") or ""
    if len(text) > MAX_TEXT:
        raise bad("text: size must be between 0 and 4000")
    form = call.body.get("format")
    if form not in (None, "markdown", "html"):
        raise bad("format: unknown value")
    return read_html(text) if form == "html" else (text, [])  # Markdown is left out


def _check_together(kinds: list[str]) -> None:
    if len(kinds) > 1 and ALONE & set(kinds):
        raise bad("Only one attachment of this type is allowed")
    if len(kinds) > MAX_IMAGES:
        raise bad("Too many attachments")


def _read_medium(call: Call, item: dict) -> dict:
    """Return an attachment as it is told back, made of the token of what was uploaded."""
    kind, payload = item.get("type"), item.get("payload") or {}
    if kind in ("location", "share", "contact", "sticker"):
        return item
    if kind not in ("image", "video", "audio", "file"):
        raise bad(f"Unknown attachment type: {kind}")
    photos = payload.get("photos")
    token = next(iter(photos.values()))["token"] if photos else payload.get("token")
    file = call.bot.files.get(token)
    if file is None or file.kind != kind:
        raise bad(f"Invalid {kind} token")
    if file.ready_at > time.time():
        words = "Key: errors.process.attachment.file.not.processed"
        raise ApiError(400, "attachment.not.ready", words)
    return told_file(call.network, kind, token, file.key)


def told_file(network, kind: str, token: str, key: str) -> dict:
    """Return a file as messages tell it."""
    media = network.city.media
    told = {"type": kind, "payload": {"token": token, "url": media.url(key)}}
    if kind == "image":
        told["payload"]["photo_id"] = int(key[:12], 16)
    if kind == "file":
        told |= {"filename": media.media[key].name, "size": media.media[key].size}
    return told


def _read_link(call: Call) -> dict | None:
    link = call.body.get("link")
    if not link:
        return None
    if link.get("type") not in ("reply", "forward"):
        raise bad("link.type: unknown value")
    chat, said = call.message(link.get("mid") or "")
    return objects.link(call.network, chat, said, link["type"])


def _check_keyboard(keyboard: dict) -> None:
    rows = (keyboard.get("payload") or {}).get("buttons") or []
    if not rows or len(rows) > MAX_ROWS or sum(map(len, rows)) > MAX_BUTTONS:
        raise bad("buttons: wrong number")
    for row in rows:
        mixed = any(button.get("type") in OPENING for button in row)
        if not 0 < len(row) <= (PER_MIXED_ROW if mixed else PER_ROW):
            raise bad("buttons: wrong number in a row")
        for button in row:
            _check_button(button)


def _check_button(button: dict) -> None:
    if not 0 < len(button.get("text") or "") <= 128:
        raise bad("button text: size must be between 1 and 128")
    kind = button.get("type")
    if kind not in {*BUTTON_FIELDS, *OPENING, "message", "clipboard"}:
        raise bad(f"Unknown button type: {kind}")
    name, longest = BUTTON_FIELDS.get(kind, ("", 0))
    if name and not 0 < len(button.get(name) or "") <= longest:
        raise bad(f"button {name}: size must be between 1 and {longest}")


@method("GET", "/messages")
def get_messages(call: Call) -> dict:
    """Return the latest messages of a dialog, the newest first."""
    chat = call.chat()
    count = min(int(call.query.get("count", 50)), 100)
    shown = chat.visible()[-count:]
    return {"messages": [_told(call, chat, said) for said in reversed(shown)]}


@method("GET", "/messages/<mid>")
def get_message(call: Call) -> dict:
    """Return one message."""
    return _told(call, *call.message(call.text("mid")))


def _told(call: Call, chat: Chat, said: Message) -> dict:
    return objects.message(call.network, chat, said)
