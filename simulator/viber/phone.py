"""Viber's messages in the words of the phone page."""

import html

from .. import views
from ..state import Chat, Message
from .clients import rows_of


def view_message(viber, chat: Chat, said: Message) -> dict:
    """Return a message as the client sees it."""
    return views.message(chat, said, parts=[_part(viber, one) for one in said.attachments])


def _part(viber, content: dict) -> dict:
    """Return an attachment for the phone; what it does not know becomes a line of text."""
    kind = content["type"]
    if kind not in _VIEWS:
        return views.note(kind, content.get("alt_text", ""))
    # What the company sent lies here once it was fetched.
    url = viber.city.media.url(content["key"]) if "key" in content else content.get("media", "")
    return _VIEWS[kind](content, url)


def _picture(_content: dict, url: str) -> dict:
    return views.image(url)


def _file(content: dict, url: str) -> dict:
    size = content.get("file_size") or content.get("size", 0)
    return views.file(url, content.get("file_name", ""), size)


def _film(content: dict, _url: str) -> dict:
    return views.video(content.get("thumbnail", ""), "", content.get("duration", 0))


def _sticker(_content: dict, url: str) -> dict:
    return views.sticker(url)


def _place(content: dict, _url: str) -> dict:
    spot = content["location"]
    return views.place({"latitude": spot["lat"], "longitude": spot["lon"]})


def _contact(content: dict, _url: str) -> dict:
    contact = content["contact"]
    text = ", ".join(filter(None, (contact.get("name", ""), contact.get("phone_number", ""))))
    return views.note("contact", text)


def _link(content: dict, _url: str) -> dict:
    return views.link(content["media"], content["media"])


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
    """Return what is around the messages: the keyboard."""
    return views.around(chat, keyboard=_keyboard(chat))


def _keyboard(chat: Chat) -> dict | None:
    """Return the keyboard under the input: that of the company's last message, if it has one."""
    last = next((said for said in reversed(chat.visible()) if said.outgoing), None)
    if last is None or not last.keyboard:
        return None
    rows = [[_button(button) for button in row] for row in rows_of(last.keyboard)]
    return {"number": last.number, "rows": rows}


def _button(button: dict) -> dict:
    opens = button.get("ActionType") == "open-url"
    link = button["ActionBody"] if opens else ""
    return views.button(html.unescape(button.get("Text", "")), link)
