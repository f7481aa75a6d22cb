"""What a client attaches, ordered by a test or chosen on the phone: the same for all networks.

An order is raw wire form, passed on as it is, or a short one: ``{"kind": "voice", "seconds": 4}``.
"""

import base64
from abc import ABC, abstractmethod

from . import pictures, sounds
from .network import Impossible
from .state import Client

PLACE = {"latitude": 55.7558, "longitude": 37.6173}
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08mdat"
FAMILIES = ("image", "video", "audio")  # of files that a phone shows or plays


class Orders(ABC):
    """Makes attachments in a network's own form: ``_make_<kind>(order)`` makes those of a kind."""

    raw_words = "an attachment has a kind, or is {type: T, …}"  # what an order looks like

    def make_all(self, data: dict) -> list[dict]:
        """Return what is attached: ``attachments`` as ordered, and the ``files`` of the phone.

        With ``voice`` the files are recordings, with ``as_doc`` nothing but files.
        """
        made = [self.make(order) for order in data.get("attachments", [])]
        return made + [self._from_phone(*file, data) for file in data.get("files", [])]

    def _from_phone(self, name: str, content: bytes, content_type: str, data: dict) -> dict:
        if data.get("voice"):
            return self.from_recording(content)
        kind = "file" if data.get("as_doc") else kind_of(content, content_type)
        return self.from_file(kind, name, content, content_type)

    def make(self, order: dict) -> dict:
        """Return an attachment: raw wire form as it is, or made of ``kind`` and its details."""
        if "kind" not in order:
            return self.raw(order)
        make = getattr(self, f"_make_{order['kind']}", None)
        if make is None:
            raise Impossible(f"no kind {order['kind']}")
        return make(order)

    def raw(self, order: dict) -> dict:
        """Return raw wire form, if it is any."""
        if "type" not in order:
            raise Impossible(self.raw_words)
        return order

    @abstractmethod
    def from_file(self, kind: str, name: str, content: bytes, content_type: str) -> dict:
        """Return a file of the phone as its program sends it; ``kind``: see :func:`kind_of`."""

    def from_recording(self, content: bytes) -> dict:
        """Return what was recorded."""
        try:
            return self.from_voice(content)
        except sounds.NoSound as error:
            raise Impossible(f"no voice message: {error}")

    @abstractmethod
    def from_voice(self, content: bytes) -> dict:
        """Return a voice message.

        :raises sounds.NoSound: it is none
        """

    def _make_voice(self, order: dict) -> dict:
        return self.from_recording(content_of(order, sounds.silence(order.get("seconds", 3))))


def kind_of(content: bytes, content_type: str) -> str:
    """Return what a file is to a phone: image, video, audio, or file for everything else."""
    family = content_type.partition("/")[0]
    if family not in FAMILIES or (family == "image" and not pictures.measure(content)):
        return "file"
    return family


def content_of(order: dict, otherwise: bytes) -> bytes:
    """Return the bytes an order brings along, in ``base64`` or as ``content``."""
    if "base64" in order:
        return base64.b64decode(order["base64"])
    return order["content"].encode() if "content" in order else otherwise


def photo_of(order: dict) -> bytes:
    """Return the photo an order brings along, or one that is drawn for it."""
    size = order.get("width", 1280), order.get("height", 960)
    return content_of(order, pictures.photo(*size, order.get("seed", "photo")))


def document_of(order: dict) -> bytes:
    """Return the document an order brings along, or any."""
    return content_of(order, b"%PDF-1.4 demonstration")


def spot_of(order: dict) -> dict:
    """Return latitude and longitude of a place; without any it is Moscow."""
    return {name: order.get(name, PLACE[name]) for name in PLACE}


def phone_of(client: Client) -> str:
    """Return the number of a person, who must have one."""
    if not client.own.phone:
        raise Impossible("this person has no phone number")
    return client.own.phone
