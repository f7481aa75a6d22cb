"""What clients do on their phones."""

import time

from .. import people
from ..network import Impossible
from ..people import by_name, done, editing, find_button, find_message
from ..state import Chat, Message
from . import objects
from .orders import MaxOrders


def write(network, chat: Chat, data: dict) -> dict:
    """A client writes: ``text``, ``markup``, ``attachments``, ``geo``, ``reply_to``, ``forward``,
    ``body`` (raw fields of it), files, ``voice`` (recordings), ``as_doc``, ``at``.
    """
    account, client = network.account_of(chat), network.client_of(chat)
    orders = MaxOrders(network, account, client)
    attachments = orders.make_all(data)
    if data.get("geo"):
        attachments.append(orders.make({"kind": "location", **data["geo"]}))
    link = _link(network, chat, data)
    if not (data.get("text") or attachments or link or data.get("body")):
        raise Impossible("nothing to say")
    chat.allowed, chat.own["stopped"] = True, False
    body = {**data.get("body", {}), **({"markup": data["markup"]} if data.get("markup") else {})}
    with network.world.change(chat):
        said = chat.add(
            account.next_message_id(),
            outgoing=False,
            at=data.get("at", 0),
            text=data.get("text", ""),
            attachments=attachments,
            reply=link,
            own={"body": body},
        )
        network.events.message("message_created", chat, said)
    return done(chat, said)


def _link(network, chat: Chat, data: dict) -> dict | None:
    if data.get("reply_to"):
        return objects.link(network, chat, find_message(chat, data["reply_to"]), "reply")
    for number in data.get("forward", [])[:1]:
        link = objects.link(network, chat, find_message(chat, number), "forward")
        return {**link, "chat_id": 0}
    return None


def start(network, chat: Chat, data: dict) -> dict:
    """A client presses Start, perhaps behind a link with a ``payload``."""
    with network.world.change(chat):
        chat.allowed, chat.own["stopped"], chat.own["started"] = True, False, True
        word = {"payload": data["payload"]} if data.get("payload") else {}
        network.events.emit_about(chat, "bot_started", **word)
    return {"started": True}


def allow(network, chat: Chat, data: dict) -> dict:
    """A client starts the bot again."""
    return start(network, chat, data)


def deny(network, chat: Chat, data: dict) -> dict:
    """A client stops the bot; with ``remove`` he removes the dialog with it."""
    with network.world.change(chat):
        chat.allowed, chat.own["stopped"] = False, True
        network.events.emit_about(chat, "bot_stopped")
        if data.get("remove"):
            network.events.emit_about(chat, "dialog_removed")
    return {"stopped": True}


def edit(network, chat: Chat, data: dict) -> dict:
    """A client changes a message: ``number``, ``text``."""
    with editing(network, chat, data) as said:
        network.events.message("message_edited", chat, said)
    return done(chat, said)


def delete(network, chat: Chat, data: dict) -> dict:
    """A client deletes a message: ``number``."""
    said = find_message(chat, data["number"])
    removed = {
        "message_id": objects.mid(chat, said),
        "chat_id": objects.chat_id(chat.account, chat.client),
        "user_id": int(chat.client),
    }
    with network.world.change(chat):
        said.deleted = True
        network.events.emit(chat, "message_removed", removed)
    return done(chat, said)


def clear(network, chat: Chat, _data: dict) -> dict:
    """A client clears the history on his side."""
    with network.world.change(chat):
        network.events.emit_about(chat, "dialog_cleared")
    return {"cleared": True}


def press(network, chat: Chat, data: dict) -> dict:
    """A client presses a button: ``number`` of the message, ``row`` and ``column``."""
    said = find_message(chat, data["number"])
    button = find_button(said.keyboard and said.keyboard["payload"].get("buttons"), data)
    if button["type"] == "request_contact":
        return write(network, chat, {"attachments": [{"kind": "contact"}]})
    if button["type"] == "request_geo_location":
        return write(network, chat, {"attachments": [{"kind": "location"}]})
    if button["type"] == "message":
        return write(network, chat, {"text": button["text"]})
    if button["type"] != "callback":
        return {"opened": button.get("url", "")}
    return _call_back(network, chat, said, button)


def _call_back(network, chat: Chat, said: Message, button: dict) -> dict:
    callback_id, now = network.new_id(), time.time()
    content = {
        "callback": {
            "timestamp": int(now * 1000),
            "callback_id": callback_id,
            "payload": button["payload"],
            "user": objects.user(network.client_of(chat)),
        },
        "message": objects.message(network, chat, said),
    }
    pressed = {"client": chat.client, "number": said.number, "at": now}
    with network.world.change(chat):
        network.account_of(chat).own.presses[callback_id] = pressed
        chat.own["pressed"] = {"number": said.number, "at": now}
        network.events.emit(chat, "message_callback", content)
    return {"callback": callback_id}


ACTIONS = people.ACTIONS | by_name(write, start, allow, deny, edit, delete, clear, press)
