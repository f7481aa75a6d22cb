"""Telegram's messages in the words of the phone page."""

from .. import views
from ..state import Chat, Message
from . import keyboards
from .changes import PRESS_SECONDS
from .entities import STYLES
from .files import Files


def view_message(telegram, chat: Chat, said: Message) -> dict:
    """Return a message as the client sees it."""
    files = Files(telegram, telegram.account_of(chat))
    inline = said.keyboard and "inline_keyboard" in said.keyboard
    forwarded = said.own.get("forward_origin")
    return views.message(
        chat,
        said,
        marks=views.marks(said.own.get("entities") or [], STYLES),
        parts=[part for one in said.attachments for part in _parts(files, one)],
        reply=_quote(files, chat, said.reply) if said.reply else None,
        forwarded=[views.quote(_origin(forwarded), "")] if forwarded else [],
        buttons=keyboards.view(said.keyboard) if inline else [],
    )


def _origin(origin: dict | None) -> str:
    if not origin:
        return ""
    who = origin.get("sender_user") or origin.get("chat") or origin.get("sender_chat") or {}
    return who.get("first_name") or who.get("title") or origin.get("sender_user_name", "")


def _quote(files: Files, chat: Chat, quoted: dict) -> dict:
    said = chat.find(id=quoted["message_id"])
    text = quoted.get("text") or quoted.get("caption", "")
    number = said.number if said else 0
    return views.quote(quoted["from"]["first_name"], text, _parts(files, quoted), number)


def _parts(files: Files, content: dict) -> list[dict]:
    """Return attachments for the phone; what it does not know becomes a line of text."""
    shown = {kind: value for kind, value in content.items() if kind in _VIEWS}
    if "animation" in shown:
        shown.pop("document", None)
    if "venue" in shown:
        shown.pop("location", None)
    parts = [_VIEWS[kind](files, value) for kind, value in shown.items()]
    if parts or "message_id" in content:
        return parts
    return [views.note(kind) for kind in content]


def _photo(files: Files, sizes: list) -> dict:
    best = sizes[-1]
    fitting = next((size for size in sizes if size["width"] >= 320), best)
    urls = files.url(fitting["file_id"]), files.url(best["file_id"])
    return views.image(*urls, best["width"], best["height"])


def _document(files: Files, item: dict) -> dict:
    url = files.url(item["file_id"])
    return views.file(url, item.get("file_name", ""), item.get("file_size", 0))


def _voice(files: Files, item: dict) -> dict:
    return views.voice(files.url(item["file_id"]), item["duration"])


def _film(files: Files, item: dict) -> dict:
    preview = files.url(item.get("thumbnail", {}).get("file_id", ""))
    return views.video(preview, item.get("file_name", ""), item["duration"])


def _sticker(files: Files, item: dict) -> dict:
    return views.sticker(files.url(item.get("thumbnail", item)["file_id"]))


def _place(_files: Files, spot: dict) -> dict:
    return views.place(spot)


def _venue(_files: Files, venue: dict) -> dict:
    return views.place(venue["location"], venue["title"])


def _note(kind: str, *names: str):
    def view(_files: Files, item: dict) -> dict:
        return views.note(kind, ", ".join(str(item[name]) for name in names if item.get(name)))

    return view


_VIEWS = {
    "photo": _photo,
    "document": _document,
    "voice": _voice,
    "audio": _document,
    "video": _film,
    "video_note": _film,
    "animation": _film,
    "sticker": _sticker,
    "location": _place,
    "venue": _venue,
    "contact": _note("contact", "first_name", "phone_number"),
    "poll": _note("poll", "question"),
    "dice": _note("dice", "emoji", "value"),
}


def view_chat(_telegram, chat: Chat) -> dict:
    """Return what is around the messages: keyboard, typing, the answer to a button."""
    return views.around(chat, PRESS_SECONDS, keyboard=_keyboard(chat))


def _keyboard(chat: Chat) -> dict | None:
    """Return the keyboard under the input: the last one that came, unless it is gone."""
    for said in reversed(chat.visible()):
        markup = said.keyboard or {}
        if said.outgoing and markup.get("remove_keyboard"):
            return None
        if said.outgoing and "keyboard" in markup:
            if chat.own.get("used_keyboard") == said.number:
                return None
            return {"number": said.number, "rows": keyboards.view(markup)}
    return None
