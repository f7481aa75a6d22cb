"""MAX's messages in the words of the phone page."""

from .. import views
from ..state import Chat, Message
from .changes import PRESS_SECONDS
from .formatting import STYLES


def view_message(_network, chat: Chat, said: Message) -> dict:
    """Return a message as the client sees it."""
    link = said.reply or {}
    return views.message(
        chat,
        said,
        marks=views.marks(said.own.get("body", {}).get("markup") or [], STYLES, begin="from"),
        parts=_parts(said.attachments),
        reply=_quote(link) if link.get("type") == "reply" else None,
        forwarded=[_quote(link)] if link.get("type") == "forward" else [],
        buttons=_buttons(said.keyboard),
    )


def _quote(link: dict) -> dict:
    quoted, name = link["message"], link.get("sender", {}).get("first_name", "")
    return views.quote(name, quoted.get("text") or "", _parts(quoted.get("attachments", [])))


def _buttons(keyboard: dict | None) -> list[list[dict]]:
    rows = keyboard["payload"]["buttons"] if keyboard else []
    return [[_button(button) for button in row] for row in rows]


def _button(button: dict) -> dict:
    kind = "location" if button["type"] == "request_geo_location" else "text"
    return views.button(button["text"], button.get("url", ""), kind)


def _parts(attachments: list[dict]) -> list[dict]:
    """Return attachments for the phone; what it does not know becomes a line of text."""
    return [
        _VIEWS.get(one["type"], _note)(one)
        for one in attachments
        if one["type"] != "inline_keyboard"
    ]


def _image(item: dict) -> dict:
    return views.image(item["payload"].get("url", ""))


def _file(item: dict) -> dict:
    url = item["payload"].get("url", "")
    return views.file(url, item.get("filename", ""), item.get("size", 0))


def _audio(item: dict) -> dict:
    return views.voice(item["payload"].get("url", ""))


def _video(item: dict) -> dict:
    return views.video("", "", item.get("duration", 0))


def _sticker(item: dict) -> dict:
    return views.sticker(item["payload"].get("url", ""))


def _place(item: dict) -> dict:
    return views.place({name: item[name] for name in ("latitude", "longitude")})


def _note(item: dict) -> dict:
    payload = item.get("payload") or {}
    return views.note(item["type"], item.get("title") or payload.get("vcf_info") or "")


_VIEWS = {
    "image": _image,
    "file": _file,
    "audio": _audio,
    "video": _video,
    "sticker": _sticker,
    "location": _place,
}


def view_chat(_network, chat: Chat) -> dict:
    """Return what is around the messages: typing, the answer to a button."""
    started = bool(chat.messages or chat.own.get("started"))
    return views.around(chat, PRESS_SECONDS, start=not started)
