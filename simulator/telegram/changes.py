"""Editing and deleting, answering presses, and asking about people and files."""

import time

from ..state import Chat, Message
from . import objects
from .call import Call, method
from .entities import read_entities
from .errors import bad
from .files import MAX_DOWNLOAD, Files
from .keyboards import read_markup
from .sending import MAX_TEXT, read_caption, read_text, same

DELETABLE_SECONDS = 48 * 3600
PRESS_SECONDS = 60  # the number is unconfirmed
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)


@method
def edit_message_text(call: Call) -> dict:
    """Change a text of the bot's."""
    chat, said = _own(call)
    if said.attachments:
        raise bad("there is no text in the message to edit")
    text = read_text(call, "text")
    if not text.strip():
        raise bad("message text is empty")
    if len(text) > MAX_TEXT:
        raise bad("message is too long")
    return _change(call, chat, said, text, read_entities(call, "entities", text))


@method
def edit_message_caption(call: Call) -> dict:
    """Change the words beside a file of the bot's."""
    chat, said = _own(call)
    if not said.attachments:
        raise bad("there is no caption in the message to edit")
    caption = read_caption(call)
    return _change(call, chat, said, caption, read_entities(call, "caption_entities", caption))


def _own(call: Call) -> tuple[Chat, Message]:
    chat = call.writable_chat()
    said = call.message(chat, "message to edit not found")
    if not said.outgoing or "keyboard" in (said.keyboard or {}):
        raise bad("message can't be edited")  # nor one with a keyboard instead of the phone's
    return chat, said


def _change(call: Call, chat: Chat, said: Message, text: str, entities: list) -> dict:
    markup = read_markup(call)
    if markup and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    looks = said.own.get("entities", [])
    if text == said.text and same(entities, looks) and same(markup, said.keyboard):
        raise bad(UNCHANGED)
    with call.telegram.world.change(chat):
        said.own["entities"] = entities
        said.text, said.keyboard, said.edited_at = text, markup, time.time()
    return objects.message(call.telegram, chat, said)


@method
def delete_message(call: Call) -> bool:
    """Let a message be gone for both."""
    chat = call.chat()
    said = call.message(chat, "message to delete not found")
    if time.time() - said.at > DELETABLE_SECONDS:
        raise bad("message can't be deleted")
    with call.telegram.world.change(chat):
        said.deleted = True
    return True


@method
def answer_callback_query(call: Call) -> bool:
    """End the waiting sign on a pressed button."""
    press = call.bot.presses.pop(call.text("callback_query_id"), None)
    if press is None or time.time() - press["at"] > PRESS_SECONDS:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    client = call.telegram.world.clients[call.telegram.code, press["client"]]
    chat = call.telegram.world.chat(call.account, client)
    with call.telegram.world.change(chat):
        chat.own["pressed"] = {}
        chat.own["button_answer"] = {"at": time.time(), "text": call.text("text")}
    return True


@method
def get_chat(call: Call) -> dict:
    """Return what a person shows of himself."""
    client = call.telegram.client_of(call.chat())
    told = {
        **objects.private_chat(client),
        "accent_color_id": 1,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": True,
            "limited_gifts": True,
            "unique_gifts": True,
            "premium_subscription": True,
            "gifts_from_channels": True,
        },
    }
    if photos := _faces(call, client):
        small, big = photos[0], photos[-1]
        told["photo"] = {
            "small_file_id": small["file_id"],
            "small_file_unique_id": small["file_unique_id"],
            "big_file_id": big["file_id"],
            "big_file_unique_id": big["file_unique_id"],
        }
    return told


@method
def get_user_profile_photos(call: Call) -> dict:
    """Return a person's pictures."""
    client = call.telegram.find_client(call.text("user_id"))
    if client is None:
        raise bad("user not found")
    photos = _faces(call, client)
    return {"total_count": int(bool(photos)), "photos": [photos] if photos else []}


def _faces(call: Call, client) -> list[dict]:
    """Return the picture of a person in its sizes, under ids of this bot; the same each time."""
    if not client.picture:
        return []
    files = Files(call.telegram, call.account)
    known = [file_id for file_id, key in call.bot.files.items() if key == client.picture]
    file_id = known[0] if known else f"AgACAgIAAxkf{call.account.id}{client.picture}"
    call.bot.files[file_id] = client.picture
    medium = files.media.media[client.picture]
    size = {"width": 200, "height": 200, "file_size": medium.size}
    return [{"file_id": file_id, "file_unique_id": f"AQADf{client.picture[:12]}", **size}]


@method
def get_file(call: Call) -> dict:
    """Return the path under which a file can be fetched for an hour."""
    file_id = call.text("file_id")
    if file_id not in call.bot.files:
        raise bad("invalid file_id")
    files = Files(call.telegram, call.account)
    medium = files.media.media[call.bot.files[file_id]]
    if medium.size > MAX_DOWNLOAD and not call.bot.local:
        raise bad("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": f"AQAD{medium.key[:12]}",
        "file_size": medium.size,
        "file_path": files.path(file_id),
    }
