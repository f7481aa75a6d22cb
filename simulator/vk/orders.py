"""What a test or the phone page orders as a client's attachments, made into VK's own form.

An order is a file, raw wire form (``{"type": "photo", "photo": {…}}``, passed on as it is), or a
short one: ``{"kind": "voice", "seconds": 4}``.
"""

import base64
import time

from .. import pictures, sounds
from ..network import Impossible
from . import attachments

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


class Orders:
    """Makes attachments of one owner."""

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

    def from_file(self, name: str, content: bytes, content_type: str, *, as_doc: bool) -> dict:
        """Return the attachment that VK's own program makes of a file."""
        main = content_type.split("/", maxsplit=1)[0]
        if not as_doc and main == "image" and pictures.measure(content):
            made = attachments.photo(self.media, self.owner_id, self.next_id(), content)
            return {"type": "photo", "photo": made}
        if not as_doc and main == "video":
            made = attachments.video(self.media, self.owner_id, self.next_id(), name)
            return {"type": "video", "video": made}
        made = attachments.doc(self.media, self.owner_id, self.next_id(), name, content)
        return {"type": "doc", "doc": made}

    def from_recording(self, content: bytes) -> dict:
        """Return a voice message of what a browser recorded, or of an Ogg file."""
        try:
            sound = content if content.startswith(b"OggS") else sounds.ogg_from_webm(content)
            made = attachments.voice(self.media, self.owner_id, self.next_id(), sound)
        except sounds.NoSound as error:
            raise Impossible(f"no voice message: {error}")
        return {"type": "audio_message", "audio_message": made}

    def _make_photo(self, order: dict) -> tuple[str, dict]:
        number = self.next_id()
        size = (order.get("width", 1280), order.get("height", 960))
        content = _content(order) or pictures.photo(*size, seed=str(order.get("seed", number)))
        text = order.get("text", "")
        return "photo", attachments.photo(self.media, self.owner_id, number, content, text)

    def _make_doc(self, order: dict) -> tuple[str, dict]:
        title = order.get("title", "договор.pdf")
        content = _content(order) or (PDF if title.endswith(".pdf") else title.encode())
        return "doc", attachments.doc(self.media, self.owner_id, self.next_id(), title, content)

    def _make_voice(self, order: dict) -> tuple[str, dict]:
        content = _content(order) or sounds.silence(order.get("seconds", 4))
        made = attachments.voice(self.media, self.owner_id, self.next_id(), content)
        return "audio_message", made

    def _make_sticker(self, order: dict) -> tuple[str, dict]:
        return "sticker", attachments.sticker(self.media, int(order.get("sticker_id", 1)))

    def _make_graffiti(self, order: dict) -> tuple[str, dict]:
        content = _content(order) or pictures.sticker(int(order.get("number", 1)), 300)
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


def _content(order: dict) -> bytes:
    """Return the bytes an order brings along, in ``base64`` or as ``content``."""
    if "base64" in order:
        return base64.b64decode(order["base64"])
    return order.get("content", "").encode()


def place(order: dict) -> dict:
    """Return a geo mark."""
    return {
        "type": "point",
        "coordinates": {"latitude": order["latitude"], "longitude": order["longitude"]},
        "place": {"title": order.get("title", "")},
    }
