"""VK's messages in the words of the phone page."""

import re

from .. import views
from ..state import Chat, Message
from .dialogs import BUTTON_SECONDS

MENTION = re.compile(r"\[(?:id|club|public)\d+\|([^\]]*)\]")


def view_message(vk, chat: Chat, said: Message) -> dict:
    """Return a message as the client sees it."""
    return views.message(
        chat,
        said,
        text=plain(said.text),
        parts=[_part(one) for one in said.attachments] + _place(said),
        reply=_quote(vk, chat, said.reply) if said.reply else None,
        forwarded=[_quote(vk, chat, one) for one in said.forwarded],
        buttons=_buttons(said) if said.keyboard and said.keyboard.get("inline") else [],
    )


def plain(text: str) -> str:
    """Return a text with mentions as names."""
    return MENTION.sub(r"\1", text)


def _quote(vk, chat: Chat, quoted: dict) -> dict:
    from_id = quoted.get("from_id", 0)
    known = vk.find_client(str(from_id))
    ours = from_id == -int(chat.account)
    name = vk.account_of(chat).name if ours else known.name if known else f"id{from_id}"
    return views.quote(
        name,
        plain(quoted.get("text", "")),
        [_part(one) for one in quoted.get("attachments", [])],
        quoted.get("conversation_message_id", 0),
        [_quote(vk, chat, one) for one in quoted.get("fwd_messages", [])],
    )


def _place(said: Message) -> list[dict]:
    if not said.geo:
        return []
    spot = said.geo["coordinates"]
    title = (said.geo.get("place") or {}).get("title", "")
    return [views.place(spot, title)]


def _part(attachment: dict) -> dict:
    """Return an attachment for the phone; what it does not know becomes a line of text."""
    kind = attachment.get("type", "")
    content = attachment.get(kind)
    try:
        return _VIEWS[kind](content)
    except (KeyError, TypeError, IndexError, ValueError):
        title = content.get("title") or content.get("text") if isinstance(content, dict) else ""
        return views.note(kind, title or "")


def _photo(content: dict) -> dict:
    best = max(content["sizes"], key=lambda size: size["width"] * size["height"])
    fitting = [size for size in content["sizes"] if size["width"] >= 320] or [best]
    return views.image(fitting[0]["url"], best["url"], best["width"], best["height"])


def _doc(content: dict) -> dict:
    return views.file(content["url"], content["title"], content["size"])


def _voice(content: dict) -> dict:
    return views.voice(content["link_ogg"], content["duration"], content["waveform"])


def _graffiti(content: dict) -> dict:
    return views.sticker(content["url"])


def _sticker(content: dict) -> dict:
    return views.sticker(content["images"][-1]["url"])


def _video(content: dict) -> dict:
    preview = content["image"][-1]["url"]
    return views.video(preview, content.get("title", ""), content.get("duration", 0))


def _link(content: dict) -> dict:
    return views.link(content["url"], content.get("title", ""), content.get("description", ""))


def _market(content: dict) -> dict:
    price = (content.get("price") or {}).get("text", "")
    return views.note("market", ", ".join(filter(None, (content["title"], price))))


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
    start = vk.account_of(chat).own.start_button and not chat.messages
    return views.around(chat, BUTTON_SECONDS, keyboard=_keyboard(chat), start=start)


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
    action, color = button["action"], button.get("color", "secondary")
    return views.button(action.get("label", ""), action.get("link", ""), action["type"], color)
