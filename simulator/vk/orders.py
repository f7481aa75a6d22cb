"""Attachments as a test or the phone orders them, in VK's own form."""

import time

from .. import pictures, sounds
from ..network import Impossible
from ..orders import Orders, content_of
from . import attachments

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


class VkOrders(Orders):
    """Makes attachments of one owner; a maker returns their type and what they are."""

    def __init__(self, media, owner_id: int, next_id):
        self.media = media
        self.owner_id = owner_id
        self.next_id = next_id

    def make(self, order: dict) -> dict:
        """Return the attachment that was ordered."""
        if "type" in order:
            return order
        kind = order.get("kind", "")
        maker = getattr(self, f"_make_{kind}", None)
        if maker is None:
            raise Impossible(f"no attachment {kind!r}")
        name, content = maker(order)
        return {"type": name, name: content}

    def from_file(self, kind: str, name: str, content: bytes, content_type: str) -> dict:
        """Return the attachment that VK's own program makes of a file."""
        about = self.media, self.owner_id, self.next_id()
        if kind == "image":
            return {"type": "photo", "photo": attachments.photo(*about, content)}
        if kind == "video":
            return {"type": "video", "video": attachments.video(*about, name)}
        return {"type": "doc", "doc": attachments.doc(*about, name, content)}

    def from_voice(self, content: bytes) -> dict:
        """Return a voice message."""
        sound = sounds.as_ogg(content)
        made = attachments.voice(self.media, self.owner_id, self.next_id(), sound)
        return {"type": "audio_message", "audio_message": made}

    def _make_photo(self, order: dict) -> tuple[str, dict]:
        number = self.next_id()
        size, seed = (order.get("width", 1280), order.get("height", 960)), order.get("seed", number)
        content = content_of(order, b"") or pictures.photo(*size, str(seed))
        text = order.get("text", "")
        return "photo", attachments.photo(self.media, self.owner_id, number, content, text)

    def _make_doc(self, order: dict) -> tuple[str, dict]:
        title = order.get("title", "договор.pdf")
        content = content_of(order, b"") or (PDF if title.endswith(".pdf") else title.encode())
        return "doc", attachments.doc(self.media, self.owner_id, self.next_id(), title, content)

    def _make_voice(self, order: dict) -> tuple[str, dict]:
        content = content_of(order, b"") or sounds.silence(order.get("seconds", 4))
        made = attachments.voice(self.media, self.owner_id, self.next_id(), content)
        return "audio_message", made

    def _make_sticker(self, order: dict) -> tuple[str, dict]:
        return "sticker", attachments.sticker(self.media, int(order.get("sticker_id", 1)))

    def _make_graffiti(self, order: dict) -> tuple[str, dict]:
        content = content_of(order, b"") or pictures.sticker(int(order.get("number", 1)), 300)
        made = attachments.graffiti(self.media, self.owner_id, self.next_id(), content)
        return "graffiti", made

    def _make_video(self, order: dict) -> tuple[str, dict]:
        title, seconds = order.get("title", "Видео"), order.get("seconds", 12)
        made = attachments.video(self.media, self.owner_id, self.next_id(), title, seconds)
        return "video", made

    def _make_audio(self, order: dict) -> tuple[str, dict]:
        named = {"artist": order.get("artist", "Исполнитель"), "title": order.get("title", "Песня")}
        return "audio", self._numbered() | named | {"duration": 180, "url": ""}

    def _make_link(self, order: dict) -> tuple[str, dict]:
        return "link", {
            "url": order.get("url", "https://example.invalid/p/1"),
            "title": order.get("title", "Товар"),
            "description": order.get("description", "Описание"),
        }

    def _make_wall(self, order: dict) -> tuple[str, dict]:
        text = order.get("text", "Акция")
        number = self.next_id()
        return "wall", {"id": number, "from_id": self.owner_id, "text": text, "attachments": []}

    def _make_market(self, order: dict) -> tuple[str, dict]:
        amount = order.get("amount", "159000")  # in hundredths
        currency = {"id": 643, "name": "RUB"}
        return "market", self._numbered() | {
            "title": order.get("title", "Чайник"),
            "description": order.get("description", "Чайник электрический, 1,7 л"),
            "price": {"amount": amount, "currency": currency, "text": f"{int(amount) // 100} ₽"},
            "availability": 0,
        }

    def _make_poll(self, order: dict) -> tuple[str, dict]:
        return "poll", self._numbered() | {"question": order.get("text", "Как вам?"), "answers": []}

    def _make_gift(self, order: dict) -> tuple[str, dict]:
        return "gift", {"id": int(order.get("id", 1))}

    def _make_story(self, order: dict) -> tuple[str, dict]:
        return "story", self._numbered() | {"is_expired": True}

    def _make_call(self, order: dict) -> tuple[str, dict]:
        state = order.get("state", "canceled_by_initiator")
        return "call", {"initiator_id": self.owner_id, "state": state, "time": int(time.time())}

    def _numbered(self) -> dict:
        return {"id": self.next_id(), "owner_id": self.owner_id, "date": int(time.time())}


def place(order: dict) -> dict:
    """Return a geo mark."""
    return {
        "type": "point",
        "coordinates": {"latitude": order["latitude"], "longitude": order["longitude"]},
        "place": {"title": order.get("title", "")},
    }
