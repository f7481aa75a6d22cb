"""Attachments as a test or the phone orders them, in Viber's own form."""

from .. import pictures
from ..orders import FILM, Orders, document_of, phone_of, photo_of, spot_of


class ViberOrders(Orders):
    """Makes what a client attaches."""

    def __init__(self, viber, client):
        self.media = viber.city.media
        self.client = client

    def from_file(self, kind: str, name: str, content: bytes, content_type: str) -> dict:
        """Return a file of the phone as Viber sends it."""
        send = {"image": self._picture, "video": self._video}.get(kind, self._file)
        return send(name, content)

    def from_voice(self, content: bytes) -> dict:
        """Return what was recorded: a file, for Viber has nothing else for bots."""
        return self._file("voice.ogg", content)

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
        return self._picture("photo.jpg", photo_of(order))

    def _make_doc(self, order: dict) -> dict:
        return self._file(order.get("title", "договор.pdf"), document_of(order))

    def _make_video(self, _order: dict) -> dict:
        return self._video("clip.mp4", FILM)

    def _make_sticker(self, order: dict) -> dict:
        number = int(order.get("sticker_id", 1))
        # The address is ours: where Viber keeps stickers the simulator has no say.
        url = self._url("sticker.png", pictures.sticker(number))
        return {"type": "sticker", "sticker_id": 46100 + number, "media": url}

    def _make_location(self, order: dict) -> dict:
        spot = spot_of(order)
        return {"type": "location", "location": {"lat": spot["latitude"], "lon": spot["longitude"]}}

    def _make_contact(self, order: dict) -> dict:
        if order.get("phone"):
            contact = {"name": order.get("name", "Пётр"), "phone_number": order["phone"]}
            return {"type": "contact", "contact": contact}
        own = {"name": self.client.name, "phone_number": phone_of(self.client)}
        return {"type": "contact", "contact": own}

    def _make_link(self, order: dict) -> dict:
        return {"type": "url", "media": order.get("url", "https://shop.example/teapots")}
