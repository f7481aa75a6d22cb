"""Attachments as a test or the phone orders them, in MAX's own form."""

import hashlib
import hmac

from .. import pictures, sounds
from ..orders import FILM, Orders, content_of, document_of, phone_of, photo_of, spot_of
from . import objects
from .bots import MaxFile
from .sending import told_file


class MaxOrders(Orders):
    """Makes what a client attaches."""

    raw_words = "an attachment has a kind, or a type and the rest as in MAX"

    def __init__(self, network, account, client):
        self.network, self.account, self.client = network, account, client

    def from_file(self, kind: str, name: str, content: bytes, content_type: str) -> dict:
        """Return a file of the phone as MAX sends it."""
        return self._add(kind, name, content)

    def from_voice(self, content: bytes) -> dict:
        """Return a voice message, which in MAX is a sound like any other."""
        return self._add("audio", "voice.ogg", sounds.as_ogg(content))

    def _add(self, kind: str, name: str, content: bytes) -> dict:
        medium, token = self.network.city.media.add(name, content), self.network.new_id()
        self.account.own.files[token] = MaxFile(kind, medium.key)
        return told_file(self.network, kind, token, medium.key)

    def _make_photo(self, order: dict) -> dict:
        return self._add("image", "photo.jpg", photo_of(order))

    def _make_doc(self, order: dict) -> dict:
        return self._add("file", order.get("title", "договор.pdf"), document_of(order))

    def _make_audio(self, _order: dict) -> dict:
        return self._add("audio", "waltz.mp3", sounds.silent_mp3(3))

    def _make_video(self, order: dict) -> dict:
        film = self._add("video", "clip.mp4", content_of(order, FILM))
        film["payload"]["url"] = f"{self.network.world.origin}/a/page/about/the/film"
        return {**film, "width": 640, "height": 360, "duration": 12}

    def _make_sticker(self, order: dict) -> dict:
        number = int(order.get("sticker_id", 1))
        medium = self.network.city.media.add("sticker.png", pictures.sticker(number))
        payload = {"url": self.network.city.media.url(medium.key), "code": f"sticker{number}"}
        return {"type": "sticker", "payload": payload, "width": 512, "height": 512}

    def _make_location(self, order: dict) -> dict:
        return {"type": "location", **spot_of(order)}

    def _make_share(self, order: dict) -> dict:
        payload = {"url": order.get("url", "https://example.com/kettle"), "token": "share"}
        return {"type": "share", "payload": payload, "title": "Чайник", "description": "Синий"}

    def _make_contact(self, order: dict) -> dict:
        """Return his own card, signed by MAX; or that of the person with this ``phone``."""
        if order.get("phone"):
            return {"type": "contact", "payload": {"vcf_info": vcard(order["phone"], "Пётр")}}
        card = vcard(phone_of(self.client), self.client.name)
        signed = hmac.new(self.account.own.token.encode(), card.encode(), hashlib.sha256)
        info = {"hash": signed.hexdigest(), "max_info": objects.user(self.client)}
        return {"type": "contact", "payload": {"vcf_info": card, **info}}


def vcard(phone: str, name: str) -> str:
    """Return a card with lines that end as they are signed."""
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"TEL;TYPE=cell:{phone}", f"FN:{name}", "END:VCARD")
    return "".join(f"{line}\r\n" for line in lines)
