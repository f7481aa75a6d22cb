"""Attachments as a test or the phone orders them, in MAX's own form."""

import base64
import hashlib
import hmac

from .. import pictures, sounds
from ..network import Impossible
from . import objects
from .bots import MaxFile
from .sending import told_file

PLACE = {"latitude": 55.7558, "longitude": 37.6173}
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08mdat"


class Orders:
    """Makes what a client attaches."""

    def __init__(self, network, account, client):
        self.network, self.account, self.client = network, account, client

    def make(self, order: dict) -> dict:
        """Return an attachment: raw wire form as it is, or made of ``kind`` and its details."""
        if "kind" not in order:
            if "type" not in order:
                raise Impossible("an attachment has a kind, or a type and the rest as in MAX")
            return order
        make = getattr(self, f"_make_{order['kind']}", None)
        if make is None:
            raise Impossible(f"no kind {order['kind']}")
        return make(order)

    def from_file(self, name: str, content: bytes, content_type: str, *, as_doc: bool) -> dict:
        """Return a file of the phone as the phone would send it."""
        family = content_type.partition("/")[0]
        if not as_doc and family == "image" and pictures.measure(content):
            return self._add("image", name, content)
        if not as_doc and family in ("video", "audio"):
            return self._add(family, name, content)
        return self._add("file", name, content)

    def from_recording(self, content: bytes) -> dict:
        """Return what was recorded."""
        try:
            return self._add(
                "audio",
                "voice.ogg",
                content if content.startswith(b"OggS") else sounds.ogg_from_webm(content),
            )
        except sounds.NoSound as error:
            raise Impossible(f"no voice message: {error}")

    def _add(self, kind: str, name: str, content: bytes) -> dict:
        medium, token = self.network.city.media.add(name, content), self.network.new_id()
        self.account.own.files[token] = MaxFile(kind, medium.key)
        return told_file(self.network, kind, token, medium.key)

    @staticmethod
    def _bytes(order: dict, otherwise: bytes) -> bytes:
        if "base64" in order:
            return base64.b64decode(order["base64"])
        return order["content"].encode() if "content" in order else otherwise

    def _make_photo(self, order: dict) -> dict:
        size = order.get("width", 1280), order.get("height", 960)
        drawn = pictures.photo(*size, order.get("seed", "photo"))
        return self._add("image", "photo.jpg", self._bytes(order, drawn))

    def _make_doc(self, order: dict) -> dict:
        content = self._bytes(order, b"%PDF-1.4 demonstration")
        return self._add("file", order.get("title", "договор.pdf"), content)

    def _make_voice(self, order: dict) -> dict:
        return self.from_recording(self._bytes(order, sounds.silence(order.get("seconds", 3))))

    def _make_audio(self, _order: dict) -> dict:
        return self._add("audio", "waltz.mp3", sounds.silent_mp3(3))

    def _make_video(self, order: dict) -> dict:
        film = self._add("video", "clip.mp4", self._bytes(order, FILM))
        film["payload"]["url"] = f"{self.network.world.origin}/a/page/about/the/film"
        return {**film, "width": 640, "height": 360, "duration": 12}

    def _make_sticker(self, order: dict) -> dict:
        number = int(order.get("sticker_id", 1))
        medium = self.network.city.media.add("sticker.png", pictures.sticker(number))
        payload = {"url": self.network.city.media.url(medium.key), "code": f"sticker{number}"}
        return {"type": "sticker", "payload": payload, "width": 512, "height": 512}

    def _make_location(self, order: dict) -> dict:
        return {"type": "location", **{name: order.get(name, PLACE[name]) for name in PLACE}}

    def _make_share(self, order: dict) -> dict:
        payload = {"url": order.get("url", "https://example.com/kettle"), "token": "share"}
        return {"type": "share", "payload": payload, "title": "Чайник", "description": "Синий"}

    def _make_contact(self, order: dict) -> dict:
        """Return his own card, signed by MAX; or that of the person with this ``phone``."""
        if order.get("phone"):
            return {"type": "contact", "payload": {"vcf_info": vcard(order["phone"], "Пётр")}}
        if not self.client.own.phone:
            raise Impossible("this person has no phone number")
        card = vcard(self.client.own.phone, self.client.name)
        signed = hmac.new(self.account.own.token.encode(), card.encode(), hashlib.sha256)
        info = {"hash": signed.hexdigest(), "max_info": objects.user(self.client)}
        return {"type": "contact", "payload": {"vcf_info": card, **info}}


def vcard(phone: str, name: str) -> str:
    """Return a card with lines that end as they are signed."""
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"TEL;TYPE=cell:{phone}", f"FN:{name}", "END:VCARD")
    return "".join(f"{line}\r\n" for line in lines)
