"""Editing and deleting, answering presses, and what is shown for a moment."""

import time

from ..state import Chat, Message
from . import objects
from .call import Call, method
from .errors import ApiError, NotDone, bad
from .sending import read_content

EDITABLE_SECONDS = 7 * 24 * 3600
PRESS_SECONDS = 60  # the number is unconfirmed
TYPING_SECONDS = 5
ACTIONS = {
    "typing_on": "typing",
    "sending_photo": "photo",
    "sending_video": "file",
    "sending_audio": "audiomessage",
    "sending_file": "file",
    "mark_seen": "",
}


@method("PUT", "/messages")
def edit_message(call: Call) -> dict:
    """Change a message of the bot's; what is not named stays."""
    chat, said = _own(call)
    if not said.keyboard and time.time() - said.at > EDITABLE_SECONDS:
        raise NotDone("Message is too old to edit")
    _change(call, chat, said)
    return {"success": True}


def _own(call: Call) -> tuple[Chat, Message]:
    chat, said = call.message(call.text("message_id"))
    if not said.outgoing:
        raise NotDone("Message belongs to another user")
    call.network.slow_down(chat)
    return chat, said


def _change(call: Call, chat: Chat, said: Message) -> None:
    content = read_content(call)
    with call.network.world.change(chat):
        if call.body.get("text") is not None:
            said.text, said.own = content["text"], {**said.own, **content["own"]}
        if call.body.get("attachments") is not None:
            said.attachments, said.keyboard = content["attachments"], content["keyboard"]
        said.edited_at = time.time()


@method("DELETE", "/messages")
def delete_message(call: Call) -> dict:
    """Let a message be gone for both."""
    chat, said = _own(call)
    with call.network.world.change(chat):
        said.deleted = True
    return {"success": True}


@method("POST", "/answers")
def answer_callback(call: Call) -> dict:
    """End the waiting sign on a pressed button, and perhaps replace its message."""
    body = call.body
    if not (body.get("notification") or body.get("message")):
        raise bad("message or notification is required")
    press = call.bot.presses.get(call.text("callback_id"))
    if press is None or time.time() - press["at"] > PRESS_SECONDS:
        raise ApiError(400, "proto.payload", "Callback not found")
    client = call.network.world.clients[call.network.code, press["client"]]
    chat = call.network.world.chat(call.account, client)
    said = chat.find(number=press["number"])
    if body.get("message") and said:
        _change(Call(call.network, call.account, call.query, body["message"]), chat, said)
    with call.network.world.change(chat):
        chat.own["pressed"] = {}
        chat.own["button_answer"] = {"at": time.time(), "text": body.get("notification") or ""}
    return {"success": True}


@method("POST", "/chats/<chat_id>/actions")
def act(call: Call) -> dict:
    """Let the client see for some seconds what the bot does, or that it has read."""
    action = call.body.get("action")
    if action not in ACTIONS:
        raise bad("action: unknown value")
    chat = call.chat()
    with call.network.world.change(chat):
        if action == "mark_seen":
            chat.read_by_company = chat.next_number() - 1
        else:
            chat.typing = {"kind": ACTIONS[action], "until": time.time() + TYPING_SECONDS}
    return {"success": True}


@method("GET", "/chats/<chat_id>")
def get_chat(call: Call) -> dict:
    """Return what there is to know of a dialog."""
    chat = call.chat()
    return {
        "chat_id": objects.chat_id(chat.account, chat.client),
        "type": "dialog",
        "status": "active",
        "title": None,
        "participants_count": 2,
    }
