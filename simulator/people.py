"""What clients do on every network alike, and what their networks do it with."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from .network import Impossible, Network
from .state import Chat, Message
from .views import public_id

NAMES = {"first_name", "last_name", "lang"}


def by_name(*functions: Callable) -> dict[str, Callable]:
    """Return actions under the names of their functions."""
    return {function.__name__: function for function in functions}


def done(chat: Chat, said: Message) -> dict:
    """Return what an action tells of the message it made."""
    return {"id": public_id(said), "number": said.number, "client": chat.client}


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


def find_button(rows: list[list] | None, data: dict):
    """Return the button at ``row`` and ``column`` of a keyboard, if it has that many."""
    with suppress(TypeError, IndexError):
        if rows:
            return rows[int(data.get("row", 0))][int(data.get("column", 0))]
    raise Impossible("no such button")


@contextmanager
def editing(network: Network, chat: Chat, data: dict) -> Iterator[Message]:
    """A client changes a message: ``number``, ``text``. Meanwhile the company can be told."""
    said = own_message(chat, data["number"])
    with network.world.change(chat):
        said.text = data.get("text", said.text)
        said.edited_at = time.time()
        yield said


# What clients do where the network says nothing else: nobody is told of it.


def edit(network: Network, chat: Chat, data: dict) -> dict:
    """A client changes a message: ``number``, ``text``."""
    with editing(network, chat, data) as said:
        return done(chat, said)


def delete(network: Network, chat: Chat, data: dict) -> dict:
    """A client deletes a message: ``number``."""
    said = find_message(chat, data["number"])
    with network.world.change(chat):
        said.deleted = True
    return done(chat, said)


def typing(_network: Network, _chat: Chat, _data: dict) -> dict:
    """A client types."""
    return {"told": False}


def read(network: Network, chat: Chat, data: dict) -> dict:
    """A client has read everything up to ``number``, or all."""
    with network.world.change(chat):
        chat.read_by_client = int(data.get("number", chat.next_number() - 1))
    return {"read": chat.read_by_client}


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


ACTIONS = by_name(edit, delete, typing, read, become, age)
