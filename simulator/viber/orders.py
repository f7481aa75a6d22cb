"""Attachments as a test or the phone orders them, in Viber's own form."""

import base64

from .. import pictures, sounds
from ..network import Impossible

PLACE = {"latitude": 55.7558, "longitude": 37.6173}
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08mdat"


class Orders:
    """Makes what a client attaches."""

    def __init__(self, viber, client):
        self.media = viber.city.media
        self.client = client

    def make(self, order: dict) -> dict:
        """Return an attachment: raw wire form as it is, or made of ``kind`` and its details."""
        if "kind" not in order:
            if "type" not in order:
                raise Impossible("an attachment has a kind, or is {type: T, …}")
            return order
        maker = getattr(self, f"_make_{order['kind']}", None)
        if maker is None:
            raise Impossible(f"no kind {order['kind']}")
        return maker(order)

    def from_file(self, name: str, content: bytes, content_type: str, *, as_doc: bool) -> dict:
        """Return a file of the phone as the phone would send it."""
        family = content_type.partition("/")[0]
        if not as_doc and family == "image" and pictures.measure(content):
            return self._picture(name, content)
        if not as_doc and family == "video":
            return self._video(name, content)
        return self._file(name, content)

    def from_recording(self, content: bytes) -> dict:
        """Return what was recorded: a file, for Viber has nothing else for bots."""
        return self._file("voice.ogg", content)

    @staticmethod
    def _bytes(order: dict, otherwise: bytes) -> bytes:
        if "base64" in order:
            return base64.b64decode(order["base64"])
        return order["content"].encode() if "content" in order else otherwise

    def _url(self, name: str, content: bytes) -> str:
        return self.media.url(self.media.add(name, content).key)

    def _picture(self, name: str, content: bytes) -> dict:
        small, _width, _height = pictures.scaled(content, 400)
        thumbnail = self._url("thumbnail.jpg", small)
        return {"type": "picture", "media": self._url(name, content), "thumbnail": thumbnail}

    def _video(self, name: str, content: bytes) -> dict:
        about = {"size": len(content), "duration": 12}
        preview = self._url("preview.jpg", pictures.photo(640, 360, name))
        return {"type": "video", "media": self._url(name, content), "thumbnail": preview, **about}

    def _file(self, name: str, content: bytes) -> dict:
        about = {"file_name": name, "file_size": len(content)}
        return {"type": "file", "media": self._url(name, content), **about}

    def _make_photo(self, order: dict) -> dict:
        size = order.get("width", 1280), order.get("height", 960)
        drawn = pictures.photo(*size, order.get("seed", "photo"))
        return self._picture("photo.jpg", self._bytes(order, drawn))

    def _make_doc(self, order: dict) -> dict:
        content = self._bytes(order, b"%PDF-1.4 demonstration")
        return self._file(order.get("title", "договор.pdf"), content)

    def _make_voice(self, order: dict) -> dict:
        return self.from_recording(self._bytes(order, sounds.silence(order.get("seconds", 3))))

    def _make_video(self, _order: dict) -> dict:
        return self._video("clip.mp4", FILM)

    def _make_sticker(self, order: dict) -> dict:
        number = int(order.get("sticker_id", 1))
        # The address is ours: where Viber keeps stickers the simulator has no say.
        url = self._url("sticker.png", pictures.sticker(number))
        return {"type": "sticker", "sticker_id": 46100 + number, "media": url}

    def _make_location(self, order: dict) -> dict:
        spot = {name: order.get(name, PLACE[name]) for name in PLACE}
        return {"type": "location", "location": {"lat": spot["latitude"], "lon": spot["longitude"]}}

    def _make_contact(self, order: dict) -> dict:
        if order.get("phone"):
            contact = {"name": order.get("name", "Пётр"), "phone_number": order["phone"]}
            return {"type": "contact", "contact": contact}
        if not self.client.own.phone:
            raise Impossible("this person has no phone number")
        own = {"name": self.client.name, "phone_number": self.client.own.phone}
        return {"type": "contact", "contact": own}

    def _make_link(self, order: dict) -> dict:
        return {"type": "url", "media": order.get("url", "https://shop.example/teapots")}
