"""What clients do on their phones."""

from .. import people
from ..network import Impossible
from ..people import by_name, done, find_button, find_message
from ..state import Chat, Message
from . import objects
from .orders import ViberOrders


def write(viber, chat: Chat, data: dict) -> dict:
    """A client writes: ``text``, ``attachments``, ``geo``, ``extra`` (raw fields), ``at``, files,
    ``voice`` (recordings), ``as_doc``.

    Each file is a message; the text goes with a picture, or before anything else.
    """
    orders = ViberOrders(viber, viber.client_of(chat))
    parts = orders.make_all(data)
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


def _receive(viber, chat: Chat, text: str, attached: list, extra: dict, at) -> Message:
    with viber.world.change(chat):
        # Who writes is a subscriber from then on; nothing else tells the bot.
        chat.allowed = True
        said = chat.add(
            viber.account_of(chat).own.next_token(),
            outgoing=False,
            at=at,
            text=text,
            attachments=attached,
            own=dict(extra),
        )
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


def press(viber, chat: Chat, data: dict) -> dict:
    """A client presses a button: ``number`` of the message, ``row`` and ``column``."""
    said = find_message(chat, data["number"])
    button = find_button(said.keyboard and rows_of(said.keyboard), data)
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


def react(viber, chat: Chat, data: dict) -> dict:
    """A client reacts to a message: ``number``, ``reaction``. Bots are not told."""
    said = find_message(chat, data["number"])
    with viber.world.change(chat):
        said.reactions = {"client": data["reaction"]} if data.get("reaction") else {}
    return {"told": False}


ACTIONS = people.ACTIONS | by_name(write, start, allow, deny, read, press, react)
