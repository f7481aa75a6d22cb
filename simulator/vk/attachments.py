"""Attachments in VK's own form, made of files or of what a test orders."""

import re
import secrets
import time
from pathlib import Path

from .. import pictures, sounds
from .errors import invalid

MAX_ATTACHMENTS = 10  # unconfirmed
NAMED = re.compile(r"([a-z_]+?)(-?\d+)_(\d+)(?:_(\w+))?")
SIZES = (("s", 75), ("m", 130), ("x", 604), ("z", 1080), ("w", 2560))
DOC_TYPES = {
    1: "txt doc docx rtf odt pdf xls xlsx ods csv ppt pptx",
    2: "zip rar 7z gz tar",
    3: "gif",
    4: "jpg jpeg png webp bmp svg heic",
    5: "ogg oga wav flac m4a",
    6: "mp4 mov avi webm mkv",
    7: "fb2 epub djvu mobi",
}
UNKNOWN_DOC = 8


def photo(media, owner_id: int, photo_id: int, content: bytes, text: str = "") -> dict:
    """Return a photo in several sizes; VK keeps JPEG whatever came."""
    sizes = []
    for letter, longest in SIZES:
        data, width, height = pictures.scaled(content, longest)
        if sizes and width <= sizes[-1]["width"]:
            break
        medium = media.add(f"{photo_id}_{letter}.jpg", data, width=width, height=height)
        size = {"type": letter, "width": width, "height": height, "url": media.url(medium.key)}
        sizes.append(size)
    return {
        "id": photo_id,
        "owner_id": owner_id,
        "album_id": -3,
        "date": int(time.time()),
        "access_key": secrets.token_hex(9),
        "text": text,
        "sizes": sizes,
    }


def doc(media, owner_id: int, doc_id: int, title: str, content: bytes) -> dict:
    """Return a document; its address leads to another one, like VK's."""
    medium = media.add(title, content, redirects=True)
    ext = Path(title).suffix.lstrip(".").lower()
    kinds = [kind for kind, endings in DOC_TYPES.items() if ext in endings.split()]
    return {
        "id": doc_id,
        "owner_id": owner_id,
        "title": title,
        "size": len(content),
        "ext": ext,
        "date": int(time.time()),
        "type": kinds[0] if kinds else UNKNOWN_DOC,
        "url": media.url(medium.key),
        "access_key": secrets.token_hex(9),
    }


def voice(media, owner_id: int, voice_id: int, content: bytes) -> dict:
    """Return a voice message. Nothing is converted, so its MP3 is silent, of the same length."""
    seconds = sounds.duration(content)
    ogg = media.add(f"{voice_id}.ogg", content, "audio/ogg")
    mp3 = media.add(f"{voice_id}.mp3", sounds.silent_mp3(seconds), "audio/mpeg")
    return {
        "id": voice_id,
        "owner_id": owner_id,
        "duration": max(1, round(seconds)),
        "waveform": sounds.waveform(content),
        "link_ogg": media.url(ogg.key),
        "link_mp3": media.url(mp3.key),
        "access_key": secrets.token_hex(9),
    }


def graffiti(media, owner_id: int, picture_id: int, content: bytes) -> dict:
    """Return a drawing."""
    _format, width, height = pictures.measure(content)
    medium = media.add(f"{picture_id}.png", content, width=width, height=height)
    return {
        "id": picture_id,
        "owner_id": owner_id,
        "url": media.url(medium.key),
        "width": width,
        "height": height,
        "access_key": secrets.token_hex(9),
    }


def sticker(media, number: int) -> dict:
    """Return a sticker of the one pack there is."""
    name = f"sticker-{number}.png"
    drawn = next((medium for medium in media.media.values() if medium.name == name), None)
    medium = drawn or media.add(name, pictures.sticker(number))
    return {
        "inner_type": "base_sticker_new",
        "sticker_id": number,
        "product_id": 1,
        "images": [{"url": media.url(medium.key), "width": 512, "height": 512}],
        "images_with_background": [{"url": media.url(medium.key), "width": 512, "height": 512}],
    }


def video(media, owner_id: int, video_id: int, title: str, duration: int = 12) -> dict:
    """Return a video: never its file, only a preview."""
    preview = media.add(f"{video_id}.jpg", pictures.photo(640, 360, title))
    return {
        "id": video_id,
        "owner_id": owner_id,
        "title": title,
        "duration": duration,
        "access_key": secrets.token_hex(9),
        "image": [{"url": media.url(preview.key), "width": 640, "height": 360}],
    }


def resolve(call, text: str) -> list[dict]:
    """Return what the parameter ``attachment`` names.

    :raises ApiError: something in it does not exist, or is not the caller's to send.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(names) > MAX_ATTACHMENTS:
        raise invalid("attachment", f"should contain at most {MAX_ATTACHMENTS} items")
    return [_resolve_one(call, name) for name in names]


def _resolve_one(call, name: str) -> dict:
    match = NAMED.fullmatch(name)
    if not match:
        raise invalid("attachment", "is invalid")
    kind, owner, number, key = match.groups()
    own = int(owner) == -call.group_id
    thing = call.community.belongings.get(f"{owner}_{number}") if own else _seen(call, match)
    if thing is None or not _fits(kind, thing["type"]):
        raise invalid("attachment", "is invalid: not found")
    expected = thing[thing["type"]].get("access_key", "")
    if (key or not own) and key != expected:
        raise invalid("attachment", "is invalid: access denied")
    return thing


def _fits(named: str, kind: str) -> bool:
    """Return whether the name may be used: voice and drawings go as doc, or as themselves."""
    return named == kind or (named == "doc" and kind in {"audio_message", "graffiti"})


def _seen(call, match) -> dict | None:
    """Return an attachment of somebody else that the community has received."""
    owner, number = int(match[2]), int(match[3])
    for chat in call.vk.world.chats.values():
        if (chat.network, chat.account) != (call.vk.code, call.account.id):
            continue
        for message in chat.messages:
            for thing in message.attachments:
                content = thing.get(thing["type"]) or {}
                if (content.get("owner_id"), content.get("id")) == (owner, number):
                    return thing
    return None
