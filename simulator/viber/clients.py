"""What clients do on their phones."""

import time

from ..network import Impossible
from ..state import Chat, Message
from . import objects
from .orders import Orders


def done(chat: Chat, said: Message) -> dict:
    """Return what an action tells of the message it made; its number is too large for a float."""
    return {"id": str(said.id), "number": said.number, "client": chat.client}


def write(viber, chat: Chat, data: dict) -> dict:
    """A client writes: ``text``, ``attachments``, ``geo``, ``extra`` (raw fields), ``at``, files,
    ``voice`` (recordings), ``as_doc``.

    Each file is a message; the text goes with a picture, or before anything else.
    """
    orders = Orders(viber, viber.client_of(chat))
    parts = [orders.make(order) for order in data.get("attachments", [])]
    parts += [_from_file(orders, file, data) for file in data.get("files", [])]
    if data.get("geo"):
        parts.append(orders.make({"kind": "location", **data["geo"]}))
    text, extra = data.get("text", ""), data.get("extra", {})
    messages = [[part] for part in parts]
    if not parts or (text and parts[0]["type"] != "picture"):
        messages.insert(0, [])
    if not (text or parts or extra):
        raise Impossible("nothing to say")
    said = [
        _receive(viber, chat, "" if number else text, attached, extra, data.get("at"))
        for number, attached in enumerate(messages)
    ]
    return done(chat, said[0])


def _from_file(orders: Orders, file: tuple, data: dict) -> dict:
    name, content, content_type = file
    if data.get("voice"):
        return orders.from_recording(content)
    return orders.from_file(name, content, content_type, as_doc=bool(data.get("as_doc")))


def _receive(viber, chat: Chat, text: str, attached: list, extra: dict, at) -> Message:
    with viber.world.change(chat):
        # Who writes is a subscriber from then on; nothing else tells the bot.
        chat.allowed = True
        said = Message(
            id=viber.account_of(chat).own.next_token(),
            number=chat.next_number(),
            at=at or time.time(),
            outgoing=False,
            text=text,
            attachments=attached,
            own=dict(extra),
        )
        chat.messages.append(said)
        viber.events.message(chat, said)
    return said


def start(viber, chat: Chat, data: dict) -> dict:
    """A client opens the chat, perhaps by a link with a ``context``; he says nothing."""
    context = data.get("context") or data.get("payload", "")
    about = {"context": context} if context else {}
    user = objects.user_for(viber, chat)
    viber.events.emit(
        chat, "conversation_started", type="open", user=user, subscribed=chat.allowed, **about
    )
    return {"opened": True}


def allow(viber, chat: Chat, _data: dict) -> dict:
    """A client subscribes."""
    with viber.world.change(chat):
        chat.allowed = True
        viber.events.emit(chat, "subscribed", user=objects.user_for(viber, chat))
    return {"allowed": True}


def deny(viber, chat: Chat, _data: dict) -> dict:
    """A client takes his subscription back."""
    with viber.world.change(chat):
        chat.allowed = False
        viber.events.emit(chat, "unsubscribed", user_id=chat.client)
    return {"allowed": False}


def read(viber, chat: Chat, data: dict) -> dict:
    """A client has seen everything up to ``number``, or all: the bot is told of each message."""
    with viber.world.change(chat):
        last = int(data.get("number", chat.next_number() - 1))
        for said in chat.visible():
            if said.outgoing and chat.read_by_client < said.number <= last:
                viber.events.emit(chat, "seen", said.id, user_id=chat.client)
        chat.read_by_client = max(chat.read_by_client, last)
    return {"read": chat.read_by_client}


def own_message(chat: Chat, number) -> Message:
    """Return a message of the chat by its number."""
    said = chat.find(number=int(number))
    if said is None:
        raise Impossible(f"no message {number} in this chat")
    return said


def press(viber, chat: Chat, data: dict) -> dict:
    """A client presses a button: ``number`` of the message, ``row`` and ``column``."""
    said = own_message(chat, data["number"])
    try:
        button = rows_of(said.keyboard)[int(data.get("row", 0))][int(data.get("column", 0))]
    except (TypeError, IndexError):
        raise Impossible("no such button")
    action = button.get("ActionType", "reply")
    if action == "share-phone":
        return write(viber, chat, {"attachments": [{"kind": "contact"}]})
    if action == "location-picker":
        return write(viber, chat, {"attachments": [{"kind": "location"}]})
    if action == "none":
        return {"pressed": False}
    # A link is opened, and said as well.
    told = write(viber, chat, {"text": button["ActionBody"]})
    return {**told, "opened": button["ActionBody"]} if action == "open-url" else told


def rows_of(keyboard: dict) -> list[list[dict]]:
    """Return the buttons as they stand on the phone: six columns to a row."""
    rows, width = [], 0
    for button in keyboard["Buttons"]:
        columns = button.get("Columns", 6)
        if not rows or width + columns > 6:
            rows.append([])
            width = 0
        rows[-1].append(button)
        width += columns
    return rows


def edit(viber, chat: Chat, data: dict) -> dict:
    """A client changes a message: ``number``, ``text``. Bots are not told."""
    said = own_message(chat, data["number"])
    if said.outgoing:
        raise Impossible("a message of the company")
    with viber.world.change(chat):
        said.text, said.edited_at = data.get("text", said.text), time.time()
    return done(chat, said)


def delete(viber, chat: Chat, data: dict) -> dict:
    """A client deletes a message: ``number``. Bots are not told."""
    said = own_message(chat, data["number"])
    with viber.world.change(chat):
        said.deleted = True
    return done(chat, said)


def react(viber, chat: Chat, data: dict) -> dict:
    """A client reacts to a message: ``number``, ``reaction``. Bots are not told."""
    said = own_message(chat, data["number"])
    with viber.world.change(chat):
        said.reactions = {"client": data["reaction"]} if data.get("reaction") else {}
    return {"told": False}


def typing(_viber, _chat: Chat, _data: dict) -> dict:
    """A client types. Bots are not told."""
    return {"told": False}


def become(viber, chat: Chat, data: dict) -> dict:
    """A client changes: names, ``lang``, ``phone``, ``country``, ``unregistered``."""
    client = viber.client_of(chat)
    with viber.world.change():
        for key, value in data.items():
            owner = client if key in {"first_name", "last_name", "lang"} else client.own
            if not hasattr(owner, key):
                raise Impossible(f"a person has no {key}")
            setattr(owner, key, value)
    return {"id": client.id, "name": client.name}


def age(viber, chat: Chat, data: dict) -> dict:
    """Time passes: messages (``number``, or all) become ``hours`` older."""
    with viber.world.change(chat):
        for said in chat.messages:
            if int(data.get("number", said.number)) == said.number:
                said.at -= float(data["hours"]) * 3600
    return {"ok": True}


ACTIONS = {
    function.__name__: function
    for function in (
        write,
        start,
        allow,
        deny,
        read,
        press,
        edit,
        delete,
        react,
        typing,
        become,
        age,
    )
}
