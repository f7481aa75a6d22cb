"""send_message: what Viber takes, and what it fetches."""

import threading
import time
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import requests

from ..state import Chat, Message
from . import keyboards, objects
from .call import Call, method, read_size, read_text
from .errors import ApiError, bad, missing

MIB = 1 << 20
MAX_JSON = 30 * 1024
MAX_TEXT, MAX_CAPTION, MAX_URL = 7000, 512, 2000
MAX_NAME, MAX_TRACKED, MAX_FILE_NAME = 28, 4000, 256
MAX_PICTURE, MAX_VIDEO, MAX_FILE = MIB, 26 * MIB, 50 * MIB
MAX_VERSION = 10
#: Messages to one client within an hour, as long as he says nothing.
UNANSWERED, HOUR = 100, 3600
FETCH_SECONDS = 20
PICTURES = (".jpg", ".jpeg", ".png", ".gif")


@method
def send_message(call: Call) -> dict:
    """Send a message to a client."""
    if call.size > MAX_JSON:
        raise bad(f"request is larger than {MAX_JSON} bytes")
    if not call.bot.url:
        raise ApiError(10)
    values = _read(call.parameters)
    chat = call.chat()
    with call.viber.world.change(chat):
        if _count_unanswered(chat) >= UNANSWERED:
            raise ApiError(12)
        said = _add(call.viber, chat, values)
    if "media" in values and values["type"] in _LIMITS:
        fetch = threading.Thread(target=_fetch, args=(call.viber, chat, said), daemon=True)
        fetch.start()
    else:
        call.viber.events.emit(chat, "delivered", said.id, user_id=chat.client)
    return {"message_token": said.id, "chat_hostname": objects.HOST, "billing_status": 1}


def greet(viber, chat: Chat, values: dict) -> None:
    """Show a message that came as the answer to an event.

    :raises ApiError: Viber would not take it
    """
    _add(viber, chat, _read(values))


def _count_unanswered(chat: Chat) -> int:
    """Return how many messages the client got in the last hour since he said something."""
    count = 0
    for said in reversed(chat.messages):
        if not said.outgoing or said.at < time.time() - HOUR:
            break
        count += 1
    return count


def _add(viber, chat: Chat, values: dict) -> Message:
    kept = ("type", "media", "size", "file_name", "contact", "location", "sticker_id", "alt_text")
    content = {name: values[name] for name in kept if name in values}
    said = chat.add(
        viber.account_of(chat).own.next_token(),
        outgoing=True,
        text=values.get("text", ""),
        attachments=[] if values["type"] == "text" else [content],
        keyboard=values.get("keyboard"),
        own={"sender": values["sender"]["name"]},
    )
    chat.own["tracking_data"] = values.get("tracking_data", "")
    return said


# What is taken


def _read(values: dict) -> dict:
    """Return the values of a message that Viber takes."""
    sender = values.get("sender")
    if not isinstance(sender, dict):
        raise missing("sender")
    read_text(sender, "name", limit=MAX_NAME)
    version = values.get("min_api_version", 1)
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= MAX_VERSION:
        raise ApiError(13)
    kind = read_text(values, "type")
    if kind not in _KINDS:
        raise bad(f"unknown message type {kind}")
    if "tracking_data" in values:
        read_text(values, "tracking_data", limit=MAX_TRACKED, empty=True)
    keyboards.check(values.get("keyboard"), version)
    _KINDS[kind](values)
    return values


def _text(values: dict) -> None:
    read_text(values, "text", limit=MAX_TEXT)


def _media(values: dict, *endings: str) -> None:
    url = read_text(values, "media", limit=MAX_URL)
    if urlsplit(url).scheme not in ("http", "https"):
        raise bad("media is not a url")
    ending = PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()
    if endings and ending not in endings:
        raise bad(f"media ends with {ending!r}, not with one of {', '.join(endings)}")


def _picture(values: dict) -> None:
    _media(values, *PICTURES)
    read_text(values, "text", limit=MAX_CAPTION, empty=True)


def _video(values: dict) -> None:
    _media(values, ".mp4")
    read_size(values, "size", MAX_VIDEO)


def _file(values: dict) -> None:
    _media(values)
    read_size(values, "size", MAX_FILE)
    if not PurePosixPath(read_text(values, "file_name", limit=MAX_FILE_NAME)).suffix:
        raise bad("file_name has no extension")


def _contact(values: dict) -> None:
    contact = values.get("contact")
    if not isinstance(contact, dict):
        raise missing("contact")
    read_text(contact, "name", limit=28)
    read_text(contact, "phone_number", limit=18)


def _location(values: dict) -> None:
    spot = values.get("location")
    if not isinstance(spot, dict) or not {"lat", "lon"} <= spot.keys():
        raise missing("location")


def _sticker(values: dict) -> None:
    if not isinstance(values.get("sticker_id"), int):
        raise missing("sticker_id")


def _rich_media(values: dict) -> None:
    if values.get("min_api_version", 1) < 2:
        raise bad("rich_media needs min_api_version 2")
    if not isinstance(values.get("rich_media"), dict):
        raise missing("rich_media")


_KINDS = {
    "text": _text,
    "picture": _picture,
    "video": _video,
    "file": _file,
    "contact": _contact,
    "location": _location,
    "url": _media,
    "sticker": _sticker,
    "rich_media": _rich_media,
}
_LIMITS = {"picture": MAX_PICTURE, "video": MAX_VIDEO, "file": MAX_FILE}


# What is fetched


def _fetch(viber, chat: Chat, said: Message) -> None:
    """The file arrives on the phone, or the bot is told that it did not."""
    [content] = said.attachments
    problem = ""
    try:
        with requests.Session() as session:
            session.trust_env = False
            reply = session.get(content["media"], timeout=FETCH_SECONDS, allow_redirects=False)
        problem = _problem(reply, content)
    except requests.RequestException as error:
        problem = type(error).__name__
    with viber.world.change(chat):
        if problem:
            said.deleted = True
        else:
            name = content.get("file_name") or unquote(urlsplit(content["media"]).path)
            medium = viber.city.media.add(PurePosixPath(name).name, reply.content)
            content["key"] = medium.key
    if problem:
        words = f"media could not be fetched: {problem}"
        viber.events.emit(chat, "failed", said.id, user_id=chat.client, desc=words)
    else:
        viber.events.emit(chat, "delivered", said.id, user_id=chat.client)


def _problem(reply: requests.Response, content: dict) -> str:
    if reply.status_code != 200:
        return f"HTTP {reply.status_code}"
    if "Content-Length" not in reply.headers:
        return "no Content-Length"
    if len(reply.content) > _LIMITS[content["type"]]:
        return "too large"
    if content.get("size", len(reply.content)) != len(reply.content):
        return "another size"
    return ""
