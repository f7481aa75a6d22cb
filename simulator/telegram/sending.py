"""send…: text, files, albums, and who may be written to."""

import html
import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .. import pictures, sounds
from ..state import Chat, Message
from . import objects
from .call import Call, method
from .entities import check_entities, read_entities
from .errors import ApiError, bad
from .files import MAX_LOCAL, MAX_PHOTO, MAX_UPLOAD, Files
from .keyboards import read_markup

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_SIDES = 10_000
MAX_RATIO = 20
ALBUM = range(2, 11)
#: Kinds that may stand in one album together.
TOGETHER = ({"photo", "video"}, {"audio"}, {"document"})
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a"} | {
    "code",
    "pre",
    "blockquote",
    "tg-emoji",
}
ACTIONS = {"typing", "upload_photo", "record_voice", "upload_voice", "upload_document"} | {
    "upload_video",
    "record_video",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
TYPING_SECONDS = 5


@method
def send_message(call: Call) -> dict:
    """Send a text."""
    text = read_text(call, "text")
    if not text.strip():
        raise bad("message text is empty")
    if len(text) > MAX_TEXT:
        raise bad("message is too long")
    marked = {"entities": read_entities(call, "entities", text)}
    return _tell(call, _say(call, text, [], **marked))


def read_text(call: Call, name: str) -> str:
    """Return a text without its formatting."""
    text, mode = call.text(name), call.text("parse_mode").lower()
    if not mode:
        return text
    if mode != "html":
        raise bad("unsupported parse_mode")  # Markdown is left out
    for tag in re.findall(r"</?([a-zA-Z-]+)[^>]*>", text):
        if tag.lower() not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset 0')
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def read_caption(call: Call) -> str:
    """Return the words beside a file."""
    return check_caption(read_text(call, "caption"))


def _say_beside(call: Call, made: dict) -> dict:
    caption = read_caption(call)
    marked = {"entities": read_entities(call, "caption_entities", caption)}
    return _tell(call, _say(call, caption, [made], **marked))


def check_caption(caption: str) -> str:
    """Return the caption, if it is short enough."""
    if len(caption) > MAX_CAPTION:
        raise bad("message caption is too long")
    return caption


def _send_file(kind: str):
    def send(call: Call) -> dict:
        if kind not in call.files:
            return _send_known(call, kind)
        name, content = call.files[kind]
        chat = call.writable_chat()
        return _say_beside(call, _make(call, chat, kind, name, content))

    send.__name__ = f"send_{kind}"
    send.__doc__ = f"Send a {kind}."
    return method(send)


def _send_known(call: Call, kind: str) -> dict:
    """Send a file by the id the bot knows it under."""
    file_id = call.text(kind)
    if not file_id:
        raise bad(f"there is no {kind} in the request")
    if file_id not in call.bot.files:
        raise bad("wrong file identifier/HTTP URL specified")
    medium = call.telegram.city.media.media[call.bot.files[file_id]]
    content = call.telegram.city.media.content(medium.key)
    made = _make(call, call.writable_chat(), kind, medium.name, content)
    return _say_beside(call, made)


for _kind in ("photo", "video", "animation", "audio", "document", "voice", "video_note", "sticker"):
    _send_file(_kind)


def _make(call: Call, chat: Chat, kind: str, name: str, content: bytes) -> dict:
    """Return a file in Telegram's form, if it takes it as what it shall be."""
    if len(content) > (MAX_LOCAL if call.bot.local else MAX_UPLOAD):
        raise ApiError(413)
    if not content:
        raise bad("file must be non-empty")
    files = Files(call.telegram, call.account)
    if kind == "photo":
        _check_photo(content)
        return {"photo": files.photo(content)}
    if kind == "voice":
        return _make_voice(call, chat, files, name, content)
    if kind in ("video", "animation", "video_note") and name.lower().endswith((".mp4", ".gif")):
        return {kind: files.video(name, content)}
    if kind == "audio" and name.lower().endswith((".mp3", ".m4a")):
        return {"audio": files.audio(name, content)}
    return {"document": files.document(name, content)}


def _make_voice(call: Call, chat: Chat, files: Files, name: str, content: bytes) -> dict:
    if call.telegram.client_of(chat).own.no_voice:
        raise bad("VOICE_MESSAGES_FORBIDDEN")
    try:
        return {"voice": files.voice(content)}
    except sounds.NoSound:
        return {"document": files.document(name, content)}


def _check_photo(content: bytes) -> None:
    if len(content) > MAX_PHOTO:
        words = f"file of size {len(content)} bytes is too big for a photo"
        raise bad(f"{words}; the maximum size is {MAX_PHOTO} bytes")
    measured = pictures.measure(content)
    if not measured:
        raise bad("IMAGE_PROCESS_FAILED")
    _format, width, height = measured
    if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")


@method
def send_media_group(call: Call) -> list[dict]:
    """Send an album: as many messages as it has files."""
    media = call.json("media", list) or []
    if len(media) not in ALBUM:
        raise bad("media must include 2-10 items")
    kinds = {item.get("type") for item in media}
    if not any(kinds <= together for together in TOGETHER):
        raise bad("wrong type of the media: it can't be mixed with other types")
    chat = call.writable_chat()
    made = [_album_item(call, chat, item, number) for number, item in enumerate(media, start=1)]
    group = str(secrets.randbelow(10**17))
    words = [_album_words(item, number) for number, item in enumerate(media, start=1)]
    said = [
        _say(call, caption, [part], media_group_id=group, entities=entities)
        for (caption, entities), part in zip(words, made, strict=True)
    ]
    return [_tell(call, one) for one in said]


def _album_words(item: dict, number: int) -> tuple[str, list]:
    caption = check_caption(item.get("caption") or "")
    with _as_part_of_album(number):
        return caption, check_entities(item.get("caption_entities") or [], caption)


@contextmanager
def _as_part_of_album(number: int) -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        words = error.words.removeprefix("Bad Request: ")
        raise bad(f'failed to send message #{number} with the error message "{words}"')


def _album_item(call: Call, chat: Chat, item: dict, number: int) -> dict:
    field = str(item.get("media", "")).removeprefix("attach://")
    if field not in call.files:
        raise bad(f"can't parse InputMedia: file {number} is not in the request")
    with _as_part_of_album(number):
        return _make(call, chat, item["type"], *call.files[field])


def _say(call: Call, text: str, attachments: list, **own) -> tuple[Chat, Message]:
    chat = call.writable_chat()
    reply, markup = _reply(call, chat), read_markup(call)
    with call.telegram.world.change(chat):
        said = chat.add(
            call.account.next_message_id(),
            outgoing=True,
            text=text,
            attachments=attachments,
            reply=reply,
            keyboard=markup,
            own=own,
        )
        chat.typing = {}
    return chat, said


def _tell(call: Call, said: tuple[Chat, Message]) -> dict:
    return objects.message(call.telegram, *said)


def _reply(call: Call, chat: Chat) -> dict | None:
    order = call.json("reply_parameters", dict)
    if order is None:
        return None
    said = chat.find(id=int(order.get("message_id", 0)))
    if said is None and not order.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return objects.quoted(call.telegram, chat, said) if said else None


@method
def send_location(call: Call) -> dict:
    """Send a place."""
    try:
        spot = {name: float(call.text(name)) for name in ("latitude", "longitude")}
    except ValueError:
        raise bad("can't parse location: latitude must be a number")
    return _tell(call, _say(call, "", [{"location": spot}]))


@method
def send_chat_action(call: Call) -> bool:
    """Let the client see for some seconds what the bot does."""
    action = call.text("action")
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat = call.writable_chat()
    kinds = {"typing": "typing", "record_voice": "audiomessage", "upload_photo": "photo"}
    with call.telegram.world.change(chat):
        kind = kinds.get(action, "file")
        chat.typing = {"kind": kind, "until": time.time() + TYPING_SECONDS}
    return True


def same(before: str, after: str) -> bool:
    """Return whether two texts or keyboards are exactly the same."""
    return json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
