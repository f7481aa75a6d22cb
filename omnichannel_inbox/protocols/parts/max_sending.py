"""What we say: a message, perhaps with one file, which is given to another server before.

https://dev.max.ru/docs-api/methods/POST/messages and …/POST/uploads (read: July 2026)
"""

import json
from collections.abc import Mapping
from typing import Any

from ..core.base import Outgoing, Upload, asks
from ..core.errors import MalformedPayload, NotReady, SendError
from ..core.keyboards import lay_out
from ..core.marks import Marked, to_html
from ..core.pictures import picture_size
from ..core.planning import Button
from ..core.wire import Reader
from .max_calls import MIB, STILL_PROCESSED, Api, MediaRefused
from .max_content import UNNAMED

MAX_PICTURE_BYTES, MAX_PICTURE_SIDE = 50 * MIB, 7680
MAX_VIDEO_BYTES, MAX_AUDIO_BYTES = 250 * MIB, 256 * MIB
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/tiff", "image/bmp", "image/heic")
VIDEOS = ("video/mp4", "video/quicktime", "video/x-matroska", "video/webm")
#: Ogg, the form of our recordings, is unconfirmed; refused, it travels as a plain file.
AUDIOS = (
    "audio/mpeg",
    "audio/mp3",
    "audio/wav",
    "audio/x-wav",
    "audio/mp4",
    "audio/m4a",
    "audio/x-m4a",
    "audio/ogg",
)
#: How often MAX is asked whether it has finished with a file.
PATIENCE = 6
#: More than three stand in a row only if none of them opens or asks for anything.
ROWS, PER_ROW = 30, 3
BUTTON_TYPES = {"answer": "callback", "link": "link", "phone": "request_contact"}

#: The tags of MAX's HTML by the kind of mark; a quotation has none.
TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strike": "s",
    "code": "code",
    "pre": "pre",
    "link": "a",
}


def send(api: Api, outgoing: Outgoing) -> str:
    """Return the id of the new message.

    :raises NotReady: MAX works on the file still; its progress spares the next attempt the upload
    """
    if not outgoing.files:
        return _tell(api, outgoing, [])
    [upload] = outgoing.files
    progress = _read_progress(outgoing.progress)
    try:
        attachment = progress.get("attachment") or _attach(api, upload, type_of(upload))
        return _tell_when_ready(api, outgoing, attachment, progress.get("tries", 0))
    except MediaRefused:
        # Nothing was sent: what cannot be shown may still be downloaded.
        return _tell_when_ready(api, outgoing, _attach(api, upload, "file"), 0)


def type_of(upload: Upload) -> str:
    """Return the word of MAX's for what a file is sent as."""
    mimetype, size = upload.mimetype.partition(";")[0], len(upload.content)
    if upload.kind == "image":
        sides = picture_size(upload.content) or (0, 0)
        small = size <= MAX_PICTURE_BYTES and max(sides) <= MAX_PICTURE_SIDE
        return "image" if small and mimetype in PICTURES else "file"
    if upload.kind == "video":
        return "video" if size <= MAX_VIDEO_BYTES and mimetype in VIDEOS else "file"
    if upload.kind in ("audio", "voice"):
        return "audio" if size <= MAX_AUDIO_BYTES and mimetype in AUDIOS else "file"
    return "file"


# Files


@asks
def _attach(api: Api, upload: Upload, kind: str) -> dict[str, Any]:
    """Return the attachment that names a file which MAX has taken."""
    place = api.ask("POST", "/uploads", type=kind)
    said = api.upload(place.text("url"), upload.name, upload.content, upload.mimetype)
    token = place.text("token", "")
    try:
        answer = said.json()
    except MalformedPayload:
        # Of films and sounds the answer is no JSON, and the token came before.
        answer = Reader({})
    return {"type": kind, "payload": _payload(answer, kind, token)}


def _payload(answer: Reader, kind: str, token: str) -> Mapping[str, Any]:
    """:raises SendError: nothing names the file"""
    if kind == "image" and isinstance(answer.value.get("photos"), dict):
        return {"photos": answer.value["photos"]}
    told = answer.value.get("token")
    named = told if isinstance(told, str) and told else token
    if not named:
        raise SendError(f"MAX: the {kind} was not taken")
    return {"token": named}


def _tell_when_ready(api: Api, outgoing: Outgoing, attachment: Any, tries: int) -> str:
    try:
        return _tell(api, outgoing, [attachment])
    except SendError as error:
        tries += isinstance(error, NotReady)
        if tries >= PATIENCE:
            raise SendError(error.detail, cure=STILL_PROCESSED) from None
        if error.retry:
            error.progress = json.dumps({"attachment": attachment, "tries": tries})
        raise


def _read_progress(progress: str) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(progress) if progress else {}
    return known


# The message


def _tell(api: Api, outgoing: Outgoing, attachments: list[Any]) -> str:
    try:
        return _tell_as(api, outgoing, attachments)
    except SendError as error:
        if not _may_be_the_marks(error, outgoing):
            raise
        return _tell_as(api, outgoing.in_words(), attachments)


def _tell_as(api: Api, outgoing: Outgoing, attachments: list[Any]) -> str:
    body = text_of(outgoing)
    if outgoing.buttons:
        attachments = [*attachments, keyboard(outgoing)]
    if attachments:
        body["attachments"] = attachments
    if outgoing.reply_to and not outgoing.reply_to.startswith(UNNAMED):
        body["link"] = {"type": "reply", "mid": outgoing.reply_to}
    answer = api.tell("/messages", body, chat_id=outgoing.chat_id)
    mid = answer.child("message").child("body").text("mid")
    if not mid:
        raise MalformedPayload("message.body.mid", "the id of a message")
    return mid


def text_of(outgoing: Outgoing) -> dict[str, Any]:
    """Return the fields that say the text; without marks it is no HTML."""
    if not outgoing.marks:
        return {"text": outgoing.text or None}
    return {"text": to_html(Marked(outgoing.text, outgoing.marks), TAGS), "format": "html"}


def edit(api: Api, message_id: str, outgoing: Outgoing) -> None:
    """Without attachments in the call, those of the message stay as they are."""
    try:
        api.change("PUT", "/messages", text_of(outgoing), message_id=message_id)
    except SendError as error:
        if not _may_be_the_marks(error, outgoing):
            raise
        api.change("PUT", "/messages", text_of(outgoing.in_words()), message_id=message_id)


def _may_be_the_marks(error: SendError, outgoing: Outgoing) -> bool:
    """Return whether saying it in words is worth a try: MAX has no own code for refused marks.

    Nothing was sent, for no reason that is known.
    """
    return bool(outgoing.marks) and type(error) is SendError


def keyboard(outgoing: Outgoing) -> dict[str, Any]:
    """Return the buttons as MAX wants them."""
    rows = lay_out(outgoing.buttons, per_row=PER_ROW, rows=ROWS)
    told = [[_button(button) for button in row] for row in rows]
    return {"type": "inline_keyboard", "payload": {"buttons": told}}


def _button(button: Button) -> dict[str, str]:
    told = {"type": BUTTON_TYPES[button.kind], "text": button.label}
    if button.kind == "answer":
        told["payload"] = button.payload or button.label
    elif button.kind == "link":
        told["url"] = button.url
    return told
