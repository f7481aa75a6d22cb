"""VK's messages in the words of the phone page: the same for all networks."""

import re
import time

from ..state import Chat, Message
from .dialogs import BUTTON_SECONDS

MENTION = re.compile(r"\[(?:id|club|public)\d+\|([^\]]*)\]")


def view_message(vk, chat: Chat, said: Message) -> dict:
    """Return a message as the client sees it."""
    return {
        "id": said.id,
        "number": said.number,
        "mine": not said.outgoing,
        "at": said.at,
        "text": plain(said.text),
        "edited": bool(said.edited_at),
        "state": _state(chat, said),
        "parts": [_part(one) for one in said.attachments] + _place(said),
        "reply": _quote(vk, chat, said.reply) if said.reply else None,
        "forwarded": [_quote(vk, chat, one) for one in said.forwarded],
        "buttons": _buttons(said) if said.keyboard and said.keyboard.get("inline") else [],
        "reactions": said.reactions,
    }


def plain(text: str) -> str:
    """Return a text with mentions as names."""
    return MENTION.sub(r"\1", text)


def _state(chat: Chat, said: Message) -> str:
    if said.outgoing:
        return ""
    return "read" if said.number <= chat.read_by_company else "sent"


def _quote(vk, chat: Chat, quoted: dict) -> dict:
    from_id = quoted.get("from_id", 0)
    known = vk.world.clients.get((vk.code, str(from_id)))
    ours = from_id == -int(chat.account)
    name = vk.account_of(chat).name if ours else known.name if known else f"id{from_id}"
    return {
        "number": quoted.get("conversation_message_id", 0),
        "name": name,
        "text": plain(quoted.get("text", "")),
        "parts": [_part(one) for one in quoted.get("attachments", [])],
        "forwarded": [_quote(vk, chat, one) for one in quoted.get("fwd_messages", [])],
    }


def _place(said: Message) -> list[dict]:
    if not said.geo:
        return []
    spot = said.geo["coordinates"]
    title = (said.geo.get("place") or {}).get("title", "")
    return [{"kind": "place", "title": title, **spot}]


def _part(attachment: dict) -> dict:
    """Return an attachment for the phone; what it does not know becomes a line of text."""
    kind = attachment.get("type", "")
    content = attachment.get(kind)
    try:
        return _VIEWS[kind](content)
    except (KeyError, TypeError, IndexError, ValueError):
        title = content.get("title") or content.get("text") if isinstance(content, dict) else ""
        return {"kind": "note", "type": kind, "text": title or ""}


def _photo(content: dict) -> dict:
    best = max(content["sizes"], key=lambda size: size["width"] * size["height"])
    fitting = [size for size in content["sizes"] if size["width"] >= 320] or [best]
    return {
        "kind": "image",
        "url": fitting[0]["url"],
        "full": best["url"],
        "width": best["width"],
        "height": best["height"],
    }


def _doc(content: dict) -> dict:
    return {
        "kind": "file",
        "url": content["url"],
        "name": content["title"],
        "size": content["size"],
    }


def _voice(content: dict) -> dict:
    return {
        "kind": "voice",
        "url": content["link_ogg"],
        "duration": content["duration"],
        "waveform": content["waveform"],
    }


def _graffiti(content: dict) -> dict:
    return {"kind": "sticker", "url": content["url"]}


def _sticker(content: dict) -> dict:
    return {"kind": "sticker", "url": content["images"][-1]["url"]}


def _video(content: dict) -> dict:
    return {
        "kind": "video",
        "preview": content["image"][-1]["url"],
        "title": content.get("title", ""),
        "duration": content.get("duration", 0),
    }


def _link(content: dict) -> dict:
    return {
        "kind": "link",
        "url": content["url"],
        "title": content.get("title", ""),
        "description": content.get("description", ""),
    }


def _market(content: dict) -> dict:
    price = (content.get("price") or {}).get("text", "")
    text = ", ".join(filter(None, (content["title"], price)))
    return {"kind": "note", "type": "market", "text": text}


_VIEWS = {
    "photo": _photo,
    "doc": _doc,
    "audio_message": _voice,
    "graffiti": _graffiti,
    "sticker": _sticker,
    "video": _video,
    "link": _link,
    "market": _market,
}


def view_chat(vk, chat: Chat) -> dict:
    """Return what is around the messages: keyboard, typing, the answer to a button."""
    typing = chat.typing if chat.typing.get("until", 0) > time.time() else None
    pressed = chat.own.get("pressed") or {}
    community = vk.account_of(chat).own
    return {
        "allowed": chat.allowed,
        "blocked": chat.blocked,
        "typing": typing,
        "keyboard": _keyboard(chat),
        "pressed": pressed if time.time() - pressed.get("at", 0) < BUTTON_SECONDS else None,
        "button_answer": chat.own.get("button_answer"),
        "start": community.start_button and not chat.messages,
    }


def _keyboard(chat: Chat) -> dict | None:
    """Return the keyboard under the input: the last one that came, unless it was used up."""
    for said in reversed(chat.visible()):
        keyboard = said.keyboard
        if said.outgoing and keyboard and not keyboard.get("inline"):
            if chat.own.get("used_keyboard") == said.number:
                return None
            return {"number": said.number, "rows": _buttons(said)}
    return None


def _buttons(said: Message) -> list[list[dict]]:
    return [[_button(button) for button in row] for row in said.keyboard["buttons"]]


def _button(button: dict) -> dict:
    action = button["action"]
    return {
        "type": action["type"],
        "label": action.get("label", ""),
        "color": button.get("color", "secondary"),
        "link": action.get("link", ""),
    }
