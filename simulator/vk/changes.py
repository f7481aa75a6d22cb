"""messages.edit and messages.delete."""

import time

from ..state import Chat, Message
from .attachments import resolve
from .call import Call, method
from .dialogs import found
from .errors import ApiError, invalid
from .keyboard import read_keyboard
from .sending import read_text

TOO_LATE = 24 * 3600  # seconds; told by operators of other integrations
MAX_IDS = 1000
MAX_NUMBERS = 100


@method("messages.edit", "messages")
def edit(call: Call) -> int:
    """Change a message of the community; attachments that are not named again go (unconfirmed)."""
    chat = call.dialog()
    said = _named(call, chat)
    if said is None:
        raise invalid("message_id", "is invalid")
    if not said.outgoing or any(one["type"] == "sticker" for one in said.attachments):
        raise ApiError(920)
    if time.time() - said.at > TOO_LATE:
        raise ApiError(909)
    text, attachments = read_text(call), resolve(call, call.text("attachment"))
    if not (text.strip() or attachments):
        raise invalid("message", "is empty or invalid")
    keyboard = read_keyboard(call.text("keyboard"))
    if keyboard and not call.community.bot_capabilities:
        raise ApiError(912)
    keep_forwarded = call.flag("keep_forward_messages")
    with call.vk.world.change(chat):
        said.text, said.attachments, said.keyboard = text, attachments, keyboard
        if not keep_forwarded:
            said.forwarded, said.reply = [], None
        said.edited_at = time.time()
        call.vk.events.message("message_edit", chat, said)
    return 1


def _named(call: Call, chat: Chat) -> Message | None:
    if call.has("message_id"):
        return found(call, id=call.integer("message_id"), chat=chat)[1]
    name = "cmid" if call.has("cmid") else "conversation_message_id"
    return found(call, number=call.integer(name), chat=chat)[1]


@method("messages.delete", "messages")
def delete(call: Call):
    """Delete messages for the community, or with ``delete_for_all`` for the client too.

    The form of the answer to numbers (``cmids``) is unconfirmed.
    """
    for_all = call.flag("delete_for_all")
    if call.has("cmids"):
        chat = call.dialog()
        numbers = call.integers("cmids", MAX_NUMBERS)
        pairs = [found(call, number=number, chat=chat) for number in numbers]
        results = _delete(call, pairs, for_all=for_all)
        return [
            {"peer_id": int(chat.client), "conversation_message_id": number, "response": result}
            for number, result in zip(numbers, results, strict=True)
        ]
    ids = call.integers("message_ids", MAX_IDS)
    results = _delete(call, [found(call, id=one) for one in ids], for_all=for_all)
    return {str(one): result for one, result in zip(ids, results, strict=True)}


def _delete(call: Call, pairs: list, *, for_all: bool) -> list[int]:
    """Delete all of them, or none: return 1 for each that was there."""
    said = [message for _chat, message in pairs if message]
    if for_all and any(not one.outgoing or time.time() - one.at > TOO_LATE for one in said):
        raise ApiError(924)
    for chat, message in pairs:
        if message:
            with call.vk.world.change(chat):
                message.deleted, message.hidden = for_all, True
    return [int(message is not None) for _chat, message in pairs]
