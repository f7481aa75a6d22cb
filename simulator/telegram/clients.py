"""What clients do on their phones."""

import secrets
import time

from .. import people
from ..network import Impossible
from ..people import by_name, done, editing, find_button, find_message
from ..state import Chat, Message
from . import objects
from .orders import TelegramOrders

#: The page offers reactions by number; a bot is told an emoji.
REACTIONS = {1: "❤", 2: "🔥", 3: "😁", 4: "👍", 5: "💩", 6: "🤔", 7: "😢", 8: "🤬"}


def write(telegram, chat: Chat, data: dict) -> dict:
    """A client writes: ``text``, ``entities``, ``attachments``, ``geo``, ``reply_to``, ``quote``,
    ``forward``, ``start``, ``extra`` (raw fields), files, ``voice`` (recordings), ``as_doc``.

    Several files are an album: a message for each, the text with the first one.
    """
    account, client = telegram.account_of(chat), telegram.client_of(chat)
    orders = TelegramOrders(telegram, account, client)
    attachments = orders.make_all(data)
    if data.get("geo"):
        attachments.append(orders.make({"kind": "venue", **data["geo"]}))
    _restart(telegram, chat)
    own = _extras(telegram, chat, data)
    if len(attachments) > 1:
        own["media_group_id"] = str(secrets.randbelow(10**17))
    said = [
        _receive(telegram, chat, data, data.get("text", "") if not n else "", parts, dict(own))
        for n, parts in enumerate([[one] for one in attachments] or [[]])
    ]
    return done(chat, said[0])


def _extras(telegram, chat: Chat, data: dict) -> dict:
    own = dict(data.get("extra", {}))
    if data.get("entities"):
        own["entities"] = data["entities"]
    if data.get("quote"):
        own["quote"] = {"text": data["quote"], "position": 0, "is_manual": True}
    for number in data.get("forward", [])[:1]:
        said = find_message(chat, number)
        told = objects.message(telegram, chat, said)
        own["forward_origin"] = {
            "type": "user",
            "sender_user": told["from"],
            "date": int(said.at),
        }
        data.setdefault("text", said.text)
    return own


def _receive(telegram, chat: Chat, data: dict, text: str, parts: list, own: dict) -> Message:
    with telegram.world.change(chat):
        message_id = telegram.account_of(chat).next_message_id()
        reply = _quote(telegram, chat, data["reply_to"]) if data.get("reply_to") else None
        if not (text or parts or data.get("extra")):
            raise Impossible("nothing to say")
        about = {"text": text, "attachments": parts, "reply": reply, "own": own}
        said = chat.add(message_id, outgoing=False, at=data.get("at", 0), **about)
        telegram.events.message("message", chat, said)
    return said


def _quote(telegram, chat: Chat, number) -> dict:
    return objects.quoted(telegram, chat, find_message(chat, number))


def _restart(telegram, chat: Chat) -> None:
    """Who writes lets the bot write: a blocked one is released first."""
    if chat.own.get("stopped"):
        _member(telegram, chat, "kicked", "member")
    chat.allowed, chat.own["stopped"] = True, False


def _member(telegram, chat: Chat, before: str, after: str) -> None:
    client = telegram.client_of(chat)
    user = objects.bot(telegram.account_of(chat))
    extra = {"until_date": 0} if after == "kicked" else {}
    content = {
        "chat": objects.private_chat(client),
        "from": objects.user(client),
        "date": int(time.time()),
        "old_chat_member": {"status": before, "user": user},
        "new_chat_member": {"status": after, "user": user, **extra},
    }
    telegram.events.emit(chat, "my_chat_member", content)


def start(telegram, chat: Chat, data: dict) -> dict:
    """A client presses Start, perhaps behind a link with a ``payload``."""
    words = " ".join(filter(None, ("/start", data.get("payload", ""))))
    command = {"type": "bot_command", "offset": 0, "length": len("/start")}
    return write(telegram, chat, {"text": words, "entities": [command]})


def deny(telegram, chat: Chat, _data: dict) -> dict:
    """A client blocks the bot."""
    with telegram.world.change(chat):
        chat.allowed, chat.own["stopped"] = False, True
        _member(telegram, chat, "member", "kicked")
    return {"allowed": False}


def allow(telegram, chat: Chat, _data: dict) -> dict:
    """A client releases the bot he had blocked."""
    with telegram.world.change(chat):
        _restart(telegram, chat)
    return {"allowed": True}


def edit(telegram, chat: Chat, data: dict) -> dict:
    """A client changes a message: ``number``, ``text``."""
    with editing(telegram, chat, data) as said:
        said.own.pop("entities", None)
        telegram.events.message("edited_message", chat, said)
    return done(chat, said)


def react(telegram, chat: Chat, data: dict) -> dict:
    """A client reacts to a message: ``number``, ``reaction`` (an emoji, 1 to 8, or 0)."""
    said = find_message(chat, data["number"])
    chosen = data.get("reaction", 0)
    client = telegram.client_of(chat)
    old, new = said.reactions.get("client", 0), chosen
    content = {
        "chat": objects.private_chat(client),
        "message_id": said.id,
        "user": objects.user(client),
        "date": int(time.time()),
        "old_reaction": _reaction(old),
        "new_reaction": _reaction(new),
    }
    with telegram.world.change(chat):
        said.reactions.pop("client", None)
        if chosen:
            said.reactions["client"] = chosen
        telegram.events.emit(chat, "message_reaction", content)
    return {"reaction": chosen}


def _reaction(chosen) -> list[dict]:
    emoji = REACTIONS.get(chosen, chosen)
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def press(telegram, chat: Chat, data: dict) -> dict:
    """A client presses a button: ``number`` of the message, ``row`` and ``column``."""
    said = find_message(chat, data["number"])
    keyboard = said.keyboard or {}
    button = find_button(keyboard.get("inline_keyboard") or keyboard.get("keyboard"), data)
    if "inline_keyboard" in keyboard:
        return _press_inline(telegram, chat, said, button)
    if keyboard.get("one_time_keyboard"):
        chat.own["used_keyboard"] = said.number
    if isinstance(button, dict) and button.get("request_contact"):
        return write(telegram, chat, {"attachments": [{"kind": "contact"}]})
    if isinstance(button, dict) and button.get("request_location"):
        return write(telegram, chat, {"attachments": [{"kind": "location"}]})
    return write(telegram, chat, {"text": button if isinstance(button, str) else button["text"]})


def _press_inline(telegram, chat: Chat, said: Message, button: dict) -> dict:
    if "callback_data" not in button:
        return {"opened": button.get("url", "")}
    query_id = str(secrets.randbelow(10**18))
    account, client = telegram.account_of(chat), telegram.client_of(chat)
    content = {
        "id": query_id,
        "from": objects.user(client),
        "message": objects.message(telegram, chat, said),
        "chat_instance": str(-int(client.id)),
        "data": button["callback_data"],
    }
    with telegram.world.change(chat):
        account.own.presses[query_id] = {"client": client.id, "at": time.time()}
        chat.own["pressed"] = {"number": said.number, "at": time.time()}
        telegram.events.emit(chat, "callback_query", content)
    return {"query": query_id}


ACTIONS = people.ACTIONS | by_name(write, start, edit, allow, deny, react, press)
