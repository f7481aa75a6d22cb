"""Viber's messages in the words of the phone page: the same for all networks."""

import html

from ..state import Chat, Message
from .clients import rows_of


def view_message(viber, said: Message) -> dict:
    """Return a message as the client sees it."""
    return {
        "id": str(said.id),
        "number": said.number,
        "mine": not said.outgoing,
        "at": said.at,
        "text": said.text,
        "edited": bool(said.edited_at),
        "state": "" if said.outgoing else "sent",
        "parts": [_part(viber, one) for one in said.attachments],
        "reply": None,
        "forwarded": [],
        "buttons": [],
        "reactions": said.reactions,
    }


def _part(viber, content: dict) -> dict:
    """Return an attachment for the phone; what it does not know becomes a line of text."""
    kind = content["type"]
    if kind not in _VIEWS:
        return {"kind": "note", "type": kind, "text": content.get("alt_text", "")}
    # What the company sent lies here once it was fetched.
    url = viber.city.media.url(content["key"]) if "key" in content else content.get("media", "")
    return _VIEWS[kind](content, url)


def _picture(_content: dict, url: str) -> dict:
    return {"kind": "image", "url": url, "full": url, "width": 640, "height": 480}


def _file(content: dict, url: str) -> dict:
    size = content.get("file_size") or content.get("size", 0)
    return {"kind": "file", "url": url, "name": content.get("file_name", ""), "size": size}


def _film(content: dict, _url: str) -> dict:
    preview = content.get("thumbnail", "")
    duration = content.get("duration", 0)
    return {"kind": "video", "preview": preview, "title": "", "duration": duration}


def _sticker(_content: dict, url: str) -> dict:
    return {"kind": "sticker", "url": url}


def _place(content: dict, _url: str) -> dict:
    spot = content["location"]
    return {"kind": "place", "title": "", "latitude": spot["lat"], "longitude": spot["lon"]}


def _contact(content: dict, _url: str) -> dict:
    contact = content["contact"]
    text = ", ".join(filter(None, (contact.get("name", ""), contact.get("phone_number", ""))))
    return {"kind": "note", "type": "contact", "text": text}


def _link(content: dict, _url: str) -> dict:
    return {"kind": "link", "url": content["media"], "title": content["media"], "description": ""}


_VIEWS = {
    "picture": _picture,
    "file": _file,
    "video": _film,
    "sticker": _sticker,
    "location": _place,
    "contact": _contact,
    "url": _link,
}


def view_chat(_viber, chat: Chat) -> dict:
    """Return what is around the messages."""
    return {
        "allowed": chat.allowed,
        "blocked": False,
        "typing": None,
        "keyboard": _keyboard(chat),
        "pressed": None,
        "button_answer": None,
        "start": not chat.messages,
    }


def _keyboard(chat: Chat) -> dict | None:
    """Return the keyboard under the input: that of the company's last message, if it has one."""
    last = next((said for said in reversed(chat.visible()) if said.outgoing), None)
    if last is None or not last.keyboard:
        return None
    rows = [[_button(button) for button in row] for row in rows_of(last.keyboard)]
    return {"number": last.number, "rows": rows}


def _button(button: dict) -> dict:
    opens = button.get("ActionType") == "open-url"
    return {
        "type": "text",
        "label": html.unescape(button.get("Text", "")),
        "color": "secondary",
        "link": button["ActionBody"] if opens else "",
    }
