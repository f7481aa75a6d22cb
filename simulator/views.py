"""The words of the phone page, the same for all networks: messages, what is in them and around.

A network says in them what its own messages look like (``Network.view_message``, ``view_chat``).
"""

import time

from .state import Chat, Message

LARGEST = 2**53  # beyond it a browser takes two neighbours for the same number


def public_id(said: Message) -> int | str:
    """Return the id of a message as a browser can tell it from others."""
    return said.id if said.id < LARGEST else str(said.id)


def message(chat: Chat, said: Message, **shown) -> dict:
    """Return a message; ``shown`` is what it has, or has otherwise, on its network."""
    state = "read" if said.number <= chat.read_by_company else "sent"
    return {
        "id": public_id(said),
        "number": said.number,
        "mine": not said.outgoing,
        "at": said.at,
        "text": said.text,
        "edited": bool(said.edited_at),
        "state": "" if said.outgoing else state,
        "parts": [],
        "reply": None,
        "forwarded": [],
        "buttons": [],
        "reactions": said.reactions,
        **shown,
    }


def around(chat: Chat, press_seconds: float = 0, **shown) -> dict:
    """Return what is around the messages: typing, the answer to a button, ``shown``.

    A button that was pressed waits for its answer for ``press_seconds``.
    """
    pressed = chat.own.get("pressed") or {}
    return {
        "allowed": chat.allowed,
        "blocked": chat.blocked,
        "typing": chat.typing if chat.typing.get("until", 0) > time.time() else None,
        "keyboard": None,
        "pressed": pressed if time.time() - pressed.get("at", 0) < press_seconds else None,
        "button_answer": chat.own.get("button_answer"),
        "start": not chat.messages,
        **shown,
    }


def quote(name: str, text: str, parts=(), number: int = 0, forwarded=()) -> dict:
    """Return a message inside another one; ``number`` is its place in the chat, if it has one."""
    within = {"parts": list(parts), "forwarded": list(forwarded)}
    return {"number": number, "name": name, "text": text, **within}


def button(label: str, link: str = "", kind: str = "text", color: str = "secondary") -> dict:
    """Return a button; ``kind`` may be one that asks for a location or a phone number."""
    return {"type": kind, "label": label, "color": color, "link": link}


def marks(told: list[dict], styles: dict[str, str], begin: str = "offset") -> list[dict]:
    """Return what a text looks like: ``styles`` is network's kind → the page's, ``begin`` a key."""
    return [
        {
            "kind": styles[one["type"]],
            "offset": one[begin],
            "length": one["length"],
            "url": one.get("url", ""),
        }
        for one in told
        if one.get("type") in styles
    ]


# parts of a message


def image(url: str, full: str = "", width: int = 640, height: int = 480) -> dict:
    """Return a picture; ``full`` is the large one."""
    return {"kind": "image", "url": url, "full": full or url, "width": width, "height": height}


def file(url: str, name: str, size: int) -> dict:
    """Return a file to download."""
    return {"kind": "file", "url": url, "name": name, "size": size}


def voice(url: str, duration: float = 3, waveform=(8,) * 64) -> dict:
    """Return a voice message."""
    return {"kind": "voice", "url": url, "duration": duration, "waveform": list(waveform)}


def video(preview: str, title: str, duration: float) -> dict:
    """Return a film, which the page does not play."""
    return {"kind": "video", "preview": preview, "title": title, "duration": duration}


def sticker(url: str) -> dict:
    """Return a picture without a frame."""
    return {"kind": "sticker", "url": url}


def place(spot: dict, title: str = "") -> dict:
    """Return a place on the map: ``spot`` has ``latitude`` and ``longitude``."""
    return {"kind": "place", "title": title, **spot}


def link(url: str, title: str, description: str = "") -> dict:
    """Return a card that opens a page."""
    return {"kind": "link", "url": url, "title": title, "description": description}


def note(kind: str, text: str = "") -> dict:
    """Return a line of text for what the page does not know."""
    return {"kind": "note", "type": kind, "text": text}
