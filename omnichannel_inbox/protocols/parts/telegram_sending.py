"""What we say: one message, one file, or an album.

https://core.telegram.org/bots/api#available-methods (read: 10.0, May 2026)
"""

from collections.abc import Callable, Sequence
from typing import Any

from telegram import (
    Bot,
    InputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    ReplyParameters,
)
from telegram.constants import FileSizeLimit

from ..core.base import Outgoing, Upload
from ..core.errors import MalformedPayload
from ..core.pictures import picture_size
from ..core.wire import Reader
from .telegram_calls import Api, MarksRefused, MediaRefused
from .telegram_entities import entities, written
from .telegram_keyboards import changed, keyboard

#: https://core.telegram.org/bots/api#sendphoto (read: May 2026)
MAX_PHOTO_SIDES, MAX_PHOTO_RATIO = 10_000, 20
#: What Telegram plays as what it is; everything else travels as a document.
PLAYED = {
    "audio": ("audio/mpeg", "audio/mp3", "audio/mp4", "audio/x-m4a", "audio/m4a"),
    "video": ("video/mp4",),
    "voice": ("audio/ogg", "audio/mpeg", "audio/mp3", "audio/mp4", "audio/x-m4a", "audio/m4a"),
}
ALBUM_MEDIA: dict[str, Callable[..., Any]] = {
    "audio": InputMediaAudio,
    "document": InputMediaDocument,
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
}
#: Kinds that may stand in one album together.
TOGETHER = (frozenset({"photo", "video"}), frozenset({"audio"}), frozenset({"document"}))


def send(api: Api, outgoing: Outgoing) -> str:
    """Return the ids of the new messages, the one with the text first."""
    outgoing = written(outgoing)
    try:
        return _send_shown(api, outgoing)
    except MarksRefused:
        # Nothing was sent: what cannot look so may still be said.
        return _send_shown(api, outgoing.in_words())


def _send_shown(api: Api, outgoing: Outgoing) -> str:
    try:
        return _send(api, outgoing, [kind_of(upload) for upload in outgoing.files])
    except MediaRefused:
        # Nothing was sent: what cannot be shown may still be downloaded.
        return _send(api, outgoing, ["document"] * len(outgoing.files))


def edit(api: Api, message_id: int, outgoing: Outgoing) -> None:
    outgoing = written(outgoing)
    try:
        _edit(api, message_id, outgoing)
    except MarksRefused:
        _edit(api, message_id, outgoing.in_words())


def _edit(api: Api, number: int, outgoing: Outgoing) -> None:
    chat, text, marked = outgoing.chat_id, outgoing.text, entities(outgoing)
    if outgoing.files:
        api.ask(
            lambda bot: bot.edit_message_caption(
                chat, number, caption=text, caption_entities=marked
            )
        )
        return
    buttons = changed(outgoing.buttons)
    api.ask(
        lambda bot: bot.edit_message_text(text, chat, number, reply_markup=buttons, entities=marked)
    )


def kind_of(upload: Upload) -> str:
    """Return the word of Telegram's for what a file is sent as."""
    if upload.kind == "image":
        return _kind_of_picture(upload)
    played = upload.mimetype.partition(";")[0] in PLAYED.get(upload.kind, ())
    return upload.kind if played else "document"


def _kind_of_picture(upload: Upload) -> str:
    if upload.mimetype == "image/gif":
        return "animation"
    size = picture_size(upload.content)
    fits = (
        size is not None
        and len(upload.content) <= FileSizeLimit.PHOTOSIZE_UPLOAD
        and sum(size) <= MAX_PHOTO_SIDES
        and max(size) <= MAX_PHOTO_RATIO * min(size)
    )
    return "photo" if fits else "document"


def _send(api: Api, outgoing: Outgoing, kinds: Sequence[str]) -> str:
    if len(kinds) > 1:
        return _send_album(api, outgoing, kinds)
    reply, marked = _reply_to(outgoing), entities(outgoing)
    if not kinds:
        buttons = keyboard(outgoing.buttons)
        answer = api.tell(
            lambda bot: bot.send_message(
                outgoing.chat_id,
                outgoing.text,
                entities=marked,
                reply_parameters=reply,
                reply_markup=buttons,
            )
        )
        return _id_of(answer.child("result"))
    [kind], [upload] = kinds, outgoing.files
    content = InputFile(upload.content, filename=upload.name)

    async def say(bot: Bot) -> Message:
        method = getattr(bot, f"send_{kind}")
        values = {kind: content, "caption": outgoing.text or None, "caption_entities": marked}
        sent: Message = await method(outgoing.chat_id, reply_parameters=reply, **values)
        return sent

    return _id_of(api.tell(say).child("result"))


def _send_album(api: Api, outgoing: Outgoing, kinds: Sequence[str]) -> str:
    if not any(together.issuperset(kinds) for together in TOGETHER):
        kinds = ["document"] * len(kinds)
    nothing: dict[str, Any] = {}
    captions = [{"caption": outgoing.text or None, "caption_entities": entities(outgoing)}]
    captions += [nothing] * len(kinds)
    media = [
        ALBUM_MEDIA[kind](_attached(upload, number), **captions[number])
        for number, (kind, upload) in enumerate(zip(kinds, outgoing.files, strict=True))
    ]
    answer = api.tell(
        lambda bot: bot.send_media_group(
            outgoing.chat_id, media, reply_parameters=_reply_to(outgoing)
        )
    )
    sent = [_id_of(message) for message in answer.children("result")]
    if not sent:
        raise MalformedPayload("result", "a list of messages")
    return " ".join(sent)


def _attached(upload: Upload, number: int) -> InputFile:
    """Return a file of an album under a name of ours; the library draws one by lot."""
    file = InputFile(upload.content, filename=upload.name, attach=True)
    file.attach_name = f"file{number}"
    return file


def _reply_to(outgoing: Outgoing) -> ReplyParameters | None:
    """A message that is gone is answered all the same, only without the quote."""
    if not outgoing.reply_to.isdecimal():
        return None
    return ReplyParameters(int(outgoing.reply_to), allow_sending_without_reply=True)


def _id_of(message: Reader) -> str:
    return str(message.integer("message_id"))
