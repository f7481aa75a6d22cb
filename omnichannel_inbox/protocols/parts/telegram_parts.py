"""What is inside a message: its words, files, and what is shown as a line.

https://core.telegram.org/bots/api#message (read: 10.0, May 2026)
"""

from collections.abc import Callable, Iterator
from typing import Any

from ..core.errors import MalformedPayload
from ..core.events import Card, File
from ..core.wire import Reader, plain_text
from .telegram_entities import formatted

SITE = "https://t.me/"
MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}"

#: Fields that say something about a message and are not what it says.
ABOUT = frozenset(
    """
    audio_chat author_signature business_connection_id caption caption_entities chat date
    direct_messages_topic edit_date effect_id entities external_reply forward_date forward_from
    forward_from_chat forward_from_message_id forward_origin forward_sender_name
    forward_signature from has_media_spoiler has_protected_content is_automatic_forward
    is_from_offline is_paid_post is_topic_message link_preview_options media_group_id message_id
    message_thread_id paid_star_count quote reply_markup reply_to_checklist_task_id
    reply_to_message reply_to_poll_option_id reply_to_story sender_boost_count
    sender_business_bot sender_chat sender_tag show_caption_above_media suggested_post_info text
    via_bot
    """.split()  # noqa: SIM905 - read as a list
)
#: What Telegram itself writes into a chat: none of it is said by the client.
SERVICE = frozenset(
    """
    boost_added channel_chat_created chat_background_set chat_owner_changed chat_owner_left
    chat_shared checklist_tasks_added checklist_tasks_done connected_website delete_chat_photo
    direct_message_price_changed forum_topic_closed forum_topic_created forum_topic_edited
    forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden
    giveaway_completed giveaway_created group_chat_created left_chat_member
    message_auto_delete_timer_changed new_chat_members new_chat_photo new_chat_title
    paid_message_price_changed passport_data pinned_message proximity_alert_triggered
    refunded_payment successful_payment suggested_post_approval_failed suggested_post_approved
    suggested_post_declined suggested_post_paid suggested_post_refunded supergroup_chat_created
    users_shared video_chat_ended video_chat_participants_invited video_chat_scheduled
    video_chat_started write_access_allowed
    """.split()  # noqa: SIM905
)


#: What comes twice, for programs that know only the older of two kinds.
SHADOWED_BY = {"document": "animation", "location": "venue", "live_photo": "photo"}


def content_values(message: Reader) -> dict[str, Any]:
    """Return text, files and cards; something nobody knows yet becomes a card that says so."""
    said = formatted(message, "text", "entities")
    parts = list(_parts(message))
    if not (said["text"] or parts):
        parts = [Card("unsupported", title=kind) for kind in _unknown_kinds(message)]
    said = said if said["text"] else formatted(message, "caption", "caption_entities")
    if not said["text"]:
        # Of a sticker without a picture there is only its emoji.
        said = {"text": "".join(part for part in parts if isinstance(part, str))}
    return {
        **said,
        "files": tuple(part for part in parts if isinstance(part, File)),
        "cards": tuple(part for part in parts if isinstance(part, Card)),
    }


def _unknown_kinds(message: Reader) -> list[str]:
    known = ABOUT | SERVICE | {"origin", "chat", "message_id"}
    return [plain_text(name) for name in message.value if name not in known][:1]


def _parts(message: Reader) -> Iterator[File | Card | str]:
    for kind, read in _KINDS.items():
        if kind not in message or SHADOWED_BY.get(kind, "") in message:
            continue
        try:
            yield from read(message)
        except MalformedPayload:
            # The raw event keeps it; what else the message says has to arrive.
            yield Card("unsupported", title=kind)


# Files


def _file(item: Reader, kind: str, name: str = "", mimetype: str = "") -> File:
    """Return a file by the id it has for this bot; its address would hold the token."""
    return File(
        kind,
        item.text("file_id"),
        item.text("file_name", "") or name,
        item.text("mime_type", "") or mimetype,
        item.integer("file_size", 0),
        item.integer("duration", 0),
    )


def _number(message: Reader) -> int:
    return message.integer("message_id", 0)


def _photo(message: Reader) -> list[File]:
    return [_file(_largest(message, "photo"), "image", f"photo_{_number(message)}.jpg")]


def _largest(message: Reader, name: str) -> Reader:
    sizes = message.children(name)
    if not sizes:
        raise MalformedPayload(f"{message.path}.{name}", "a list of pictures")
    return max(sizes, key=lambda size: size.integer("width", 0) * size.integer("height", 0))


def _reads(name: str, kind: str, ending: str, mimetype: str = "") -> Callable[[Reader], list[Any]]:
    """Return how a file of this field is read."""

    def read(message: Reader) -> list[File]:
        named = f"{name}_{_number(message)}{ending}" if ending else ""
        return [_file(message.child(name), kind, named, mimetype)]

    return read


def _audio(message: Reader) -> list[File]:
    audio = message.child("audio")
    said = (audio.text("performer", ""), audio.text("title", ""))
    name = " \u2013 ".join(filter(None, said)) or f"audio_{_number(message)}"
    return [_file(audio, "audio", f"{name}.mp3", "audio/mpeg")]


def _sticker(message: Reader) -> list[File | str]:
    """A moving sticker is shown by its preview: nothing here plays its format."""
    sticker = message.child("sticker")
    name = f"sticker_{_number(message)}.webp"
    if not (sticker.flag("is_animated", False) or sticker.flag("is_video", False)):
        return [_file(sticker, "sticker", name, "image/webp")]
    if "thumbnail" in sticker:
        return [_file(sticker.child("thumbnail"), "sticker", name)]
    return [sticker.text("emoji", "")]


def _paid_media(message: Reader) -> list[Card]:
    stars = message.child("paid_media").integer("star_count", 0)
    return [Card("unsupported", title="paid_media", text=f"★ {stars}" if stars else "")]


# What is shown as a line


def _location(message: Reader) -> list[Card]:
    return [_place(message.child("location"))]


def _place(point: Reader, title: str = "", address: str = "") -> Card:
    latitude, longitude = point.number("latitude"), point.number("longitude")
    text = "\n".join(filter(None, (address, f"{latitude}, {longitude}")))
    return Card("location", title, text, MAP.format(latitude, longitude))


def _venue(message: Reader) -> list[Card]:
    venue = message.child("venue")
    return [_place(venue.child("location"), venue.text("title", ""), venue.text("address", ""))]


def _contact(message: Reader) -> list[Card]:
    contact = message.child("contact")
    names = contact.text("first_name", ""), contact.text("last_name", "")
    number = contact.text("phone_number")
    if contact.integer("user_id", 0):
        number = international(number)
    return [Card("contact", " ".join(filter(None, names)), number)]


def international(number: str) -> str:
    """Own numbers come in international form, with or without the plus."""
    return f"+{number}" if number.isdecimal() else number


def _poll(message: Reader) -> list[Card]:
    poll = message.child("poll")
    options = [f"• {option.text('text')}" for option in poll.children("options")]
    return [Card("poll", poll.text("question"), "\n".join(options))]


def _checklist(message: Reader) -> list[Card]:
    checklist = message.child("checklist")
    tasks = [
        f"{'☑' if 'completion_date' in task else '☐'} {task.text('text')}"
        for task in checklist.children("tasks")
    ]
    return [Card("list", checklist.text("title", ""), "\n".join(tasks))]


def _dice(message: Reader) -> list[Card]:
    dice = message.child("dice")
    return [Card("dice", f"{dice.text('emoji')} {dice.integer('value')}")]


def _game(message: Reader) -> list[Card]:
    game = message.child("game")
    return [Card("game", game.text("title"), game.text("description", ""))]


def _message_story(message: Reader) -> list[Card]:
    return [story(message.child("story"))]


def story(item: Reader) -> Card:
    chat = item.child("chat")
    username, number = chat.text("username", ""), item.integer("id")
    address = f"{SITE}{username}/s/{number}" if username else ""
    return Card("story", chat.text("title", "") or chat.text("first_name", ""), "", address)


def _gift(_message: Reader) -> list[Card]:
    return [Card("gift")]


_KINDS: dict[str, Callable[[Reader], list[Any]]] = {
    "photo": _photo,
    "live_photo": _reads("live_photo", "video", ".mp4", "video/mp4"),
    "video": _reads("video", "video", ".mp4", "video/mp4"),
    "animation": _reads("animation", "video", ".mp4", "video/mp4"),
    "video_note": _reads("video_note", "video", ".mp4", "video/mp4"),
    "voice": _reads("voice", "voice", ".ogg", "audio/ogg"),
    "audio": _audio,
    "document": _reads("document", "file", ""),
    "sticker": _sticker,
    "paid_media": _paid_media,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    "checklist": _checklist,
    "dice": _dice,
    "game": _game,
    "story": _message_story,
    "gift": _gift,
    "unique_gift": _gift,
}
