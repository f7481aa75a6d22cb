"""MAX's messages in the words of the phone page: the same for all networks."""

import time

from ..state import Chat, Message
from .changes import PRESS_SECONDS
from .formatting import marks


def view_message(network, chat: Chat, said: Message) -> dict:
    """Return a message as the client sees it."""
    link = said.reply or {}
    return {
        "id": said.id,
        "number": said.number,
        "mine": not said.outgoing,
        "at": said.at,
        "text": said.text,
        "marks": marks(said.own.get("body", {}).get("markup") or []),
        "edited": bool(said.edited_at),
        "state": "" if said.outgoing else _state(chat, said),
        "parts": _parts(network, said.attachments),
        "reply": _quote(network, link) if link.get("type") == "reply" else None,
        "forwarded": [_quote(network, link)] if link.get("type") == "forward" else [],
        "buttons": _buttons(said.keyboard),
        "reactions": {},
    }


def _state(chat: Chat, said: Message) -> str:
    return "read" if said.number <= chat.read_by_company else "sent"


def _quote(network, link: dict) -> dict:
    quoted = link["message"]
    return {
        "number": 0,
        "name": link.get("sender", {}).get("first_name", ""),
        "text": quoted.get("text") or "",
        "parts": _parts(network, quoted.get("attachments", [])),
        "forwarded": [],
    }


def _buttons(keyboard: dict | None) -> list[list[dict]]:
    rows = keyboard["payload"]["buttons"] if keyboard else []
    return [[_button(button) for button in row] for row in rows]


def _button(button: dict) -> dict:
    kind = "location" if button["type"] == "request_geo_location" else "text"
    link = button.get("url", "")
    return {"type": kind, "label": button["text"], "color": "secondary", "link": link}


def _parts(network, attachments: list[dict]) -> list[dict]:
    """Return attachments for the phone; what it does not know becomes a line of text."""
    return [
        _VIEWS.get(one["type"], _note)(network, one)
        for one in attachments
        if one["type"] != "inline_keyboard"
    ]


def _image(_network, item: dict) -> dict:
    url = item["payload"].get("url", "")
    return {"kind": "image", "url": url, "full": url, "width": 640, "height": 480}


def _file(_network, item: dict) -> dict:
    url, name = item["payload"].get("url", ""), item.get("filename", "")
    return {"kind": "file", "url": url, "name": name, "size": item.get("size", 0)}


def _audio(_network, item: dict) -> dict:
    url = item["payload"].get("url", "")
    return {"kind": "voice", "url": url, "duration": 3, "waveform": [8] * 64}


def _video(_network, item: dict) -> dict:
    duration = item.get("duration", 0)
    return {"kind": "video", "preview": "", "title": "", "duration": duration}


def _sticker(_network, item: dict) -> dict:
    return {"kind": "sticker", "url": item["payload"].get("url", "")}


def _place(_network, item: dict) -> dict:
    spot = {name: item[name] for name in ("latitude", "longitude")}
    return {"kind": "place", "title": "", **spot}


def _note(_network, item: dict) -> dict:
    payload = item.get("payload") or {}
    words = item.get("title") or payload.get("vcf_info") or ""
    return {"kind": "note", "type": item["type"], "text": words}


_VIEWS = {
    "image": _image,
    "file": _file,
    "audio": _audio,
    "video": _video,
    "sticker": _sticker,
    "location": _place,
}


def view_chat(chat: Chat) -> dict:
    """Return what is around the messages: typing, the answer to a button."""
    typing = chat.typing if chat.typing.get("until", 0) > time.time() else None
    pressed = chat.own.get("pressed") or {}
    return {
        "allowed": chat.allowed,
        "blocked": False,
        "typing": typing,
        "keyboard": None,
        "pressed": pressed if time.time() - pressed.get("at", 0) < PRESS_SECONDS else None,
        "button_answer": chat.own.get("button_answer"),
        "start": not (chat.messages or chat.own.get("started")),
    }
