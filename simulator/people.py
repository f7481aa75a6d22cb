"""What people do on every network alike: they change, and time passes."""

from .network import Impossible, Network
from .state import Chat, Message

NAMES = {"first_name", "last_name", "lang"}


def done(chat: Chat, said: Message) -> dict:
    """Return what an action tells of the message it made."""
    return {"id": said.id, "number": said.number, "client": chat.client}


def find_message(chat: Chat, number) -> Message:
    """Return a message of the chat by its number."""
    said = chat.find(number=int(number))
    if said is None:
        raise Impossible(f"no message {number} in this chat")
    return said


def own_message(chat: Chat, number) -> Message:
    """Return a message that the client wrote himself."""
    said = find_message(chat, number)
    if said.outgoing:
        raise Impossible("a message of the company")
    return said


def become(network: Network, chat: Chat, data: dict) -> dict:
    """A client changes: names, ``lang``, and what his network knows of him besides."""
    client = network.client_of(chat)
    with network.world.change():
        for key, value in data.items():
            owner = client if key in NAMES else client.own
            if not hasattr(owner, key):
                raise Impossible(f"a person has no {key}")
            setattr(owner, key, value)
    return {"id": client.id, "name": client.name}


def age(network: Network, chat: Chat, data: dict) -> dict:
    """Time passes: messages (``number``, or all) become ``hours`` older."""
    with network.world.change(chat):
        for said in chat.messages:
            if int(data.get("number", said.number)) == said.number:
                said.at -= float(data["hours"]) * 3600
    return {"ok": True}
