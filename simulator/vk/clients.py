"""What clients do on their phones."""

import secrets
import time

from .. import people
from ..network import Impossible
from ..orders import PLACE
from ..people import by_name, done, find_button, find_message, own_message
from ..state import Chat, Message
from . import objects
from .dialogs import as_payload
from .orders import VkOrders, place

START = {"ru": "Начать"}


def write(vk, chat: Chat, data: dict) -> dict:
    """A client writes: ``text``, ``attachments``, ``geo``, ``reply_to``, ``forward``, ``payload``,
    ``ref``, ``ref_source``, files, ``voice`` (the files are recordings), ``as_doc``."""
    if chat.blocked:
        raise Impossible("the community does not let this person write")
    client = vk.client_of(chat)
    orders = VkOrders(vk.city.media, int(client.id), client.own.next_media_id)
    attachments = orders.make_all(data)
    values = {
        "text": data.get("text", ""),
        "attachments": attachments,
        "geo": place(data["geo"]) if data.get("geo") else None,
        "payload": data.get("payload", ""),
        "own": {key: data[key] for key in ("ref", "ref_source") if data.get(key)},
    }
    return done(chat, _receive(vk, chat, data, values))


def _receive(vk, chat: Chat, data: dict, values: dict) -> Message:
    with vk.world.change(chat):
        message_id = vk.account_of(chat).next_message_id()
        reply = quote(chat, data["reply_to"]) if data.get("reply_to") else None
        forwarded = [quote(chat, one) for one in data.get("forward", [])]
        if not (forwarded or any(values.get(name) for name in ("text", "attachments", "geo"))):
            raise Impossible("nothing to say")
        about = {"at": data.get("at", 0), "reply": reply, "forwarded": forwarded}
        said = chat.add(message_id, outgoing=False, **about, **values)
        chat.allowed = True  # who writes may be answered
        vk.events.message("message_new", chat, said)
    return said


def quote(chat: Chat, which) -> dict:
    """Return a message of the chat by its number, or what was given in wire form."""
    if isinstance(which, dict):
        return which
    return objects.quote(chat, find_message(chat, which))


def edit(vk, chat: Chat, data: dict) -> dict:
    """A client changes a message: ``number``, ``text``, ``attachments``."""
    said = own_message(chat, data["number"])
    client = vk.client_of(chat)
    orders = VkOrders(vk.city.media, int(client.id), client.own.next_media_id)
    with vk.world.change(chat):
        said.text = data.get("text", said.text)
        if "attachments" in data:
            said.attachments = [orders.make(order) for order in data["attachments"]]
        said.edited_at = time.time()
        vk.events.message("message_edit", chat, said)
    return done(chat, said)


def transcribe(vk, chat: Chat, data: dict) -> dict:
    """VK puts the voice messages of one into words: ``number``, ``text``."""
    said = find_message(chat, data["number"])
    voices = [one["audio_message"] for one in said.attachments if one["type"] == "audio_message"]
    if not voices:
        raise Impossible("no voice message")
    with vk.world.change(chat):
        for voice in voices:
            voice |= {"transcript": data["text"], "transcript_state": "done"}
        vk.events.message("message_edit", chat, said)
    return done(chat, said)


def allow(vk, chat: Chat, data: dict) -> dict:
    """A client allows messages: ``key``, as the widget passes it."""
    with vk.world.change(chat):
        chat.allowed = True
        vk.events.small("message_allow", chat, user_id=int(chat.client), key=data.get("key", ""))
    return {"allowed": True}


def deny(vk, chat: Chat, _data: dict) -> dict:
    """A client forbids messages."""
    with vk.world.change(chat):
        chat.allowed = False
        vk.events.small("message_deny", chat, user_id=int(chat.client))
    return {"allowed": False}


def typing(vk, chat: Chat, _data: dict) -> dict:
    """A client types."""
    event = {"from_id": int(chat.client), "to_id": -int(chat.account), "state": "typing"}
    vk.events.small("message_typing_state", chat, **event)
    return {"ok": True}


def read(vk, chat: Chat, data: dict) -> dict:
    """A client has read everything up to ``number``, or all."""
    upto = int(data.get("number", chat.next_number() - 1))
    seen = [one for one in chat.messages if one.outgoing and one.number <= upto]
    if seen and seen[-1].number > chat.read_by_client:
        with vk.world.change(chat):
            chat.read_by_client = seen[-1].number
            vk.events.small(
                "message_read",
                chat,
                from_id=int(chat.client),
                peer_id=int(chat.client),
                read_message_id=seen[-1].id,
                conversation_message_id=seen[-1].number,
            )
    return {"read": chat.read_by_client}


def react(vk, chat: Chat, data: dict) -> dict:
    """A client reacts to a message: ``number``, ``reaction`` 1 to 64, 0 takes it away."""
    said = find_message(chat, data["number"])
    reaction = int(data.get("reaction", 0))
    person = int(chat.client)
    event = {"reacted_id": person, "peer_id": person, "cmid": said.number}
    with vk.world.change(chat):
        said.reactions.pop("client", None)
        if reaction:
            said.reactions["client"] = reaction
            event["reaction_id"] = reaction
        vk.events.small("message_reaction_event", chat, **event)
    return {"reaction": reaction}


def press(vk, chat: Chat, data: dict) -> dict:
    """A client presses a button: ``number`` of the message, ``row`` and ``column``."""
    said = find_message(chat, data["number"])
    action = find_button(said.keyboard and said.keyboard["buttons"], data)["action"]
    payload = action.get("payload")
    if action["type"] == "callback":
        return _press_callback(vk, chat, said, payload)
    values = {"payload": "" if payload is None else as_payload(payload)}
    if action["type"] == "text":
        values["text"] = action["label"]
    elif action["type"] == "location":
        values["geo"] = place({**PLACE, "title": "Москва"})
    else:
        return {"opened": action.get("link", "")}
    if said.keyboard.get("one_time"):
        chat.own["used_keyboard"] = said.number
    return done(chat, _receive(vk, chat, {}, values))


def _press_callback(vk, chat: Chat, said: Message, payload) -> dict:
    event_id, person = secrets.token_hex(6), int(chat.client)
    with vk.world.change(chat):
        presses = vk.account_of(chat).own.button_presses
        presses[event_id] = {"user": person, "at": time.time(), "answered": False}
        chat.own["pressed"] = {"number": said.number, "at": time.time()}
        vk.events.small(
            "message_event",
            chat,
            user_id=person,
            peer_id=person,
            event_id=event_id,
            payload=payload if payload is not None else {},
            conversation_message_id=said.number,
        )
    return {"event_id": event_id}


def start(vk, chat: Chat, _data: dict) -> dict:
    """A client presses the community's Start button."""
    client = vk.client_of(chat)
    values = {"text": START.get(client.lang, "Start"), "payload": '{"command":"start"}'}
    return done(chat, _receive(vk, chat, {}, values))


ACTIONS = people.ACTIONS | by_name(
    write, start, edit, transcribe, allow, deny, typing, read, react, press
)
