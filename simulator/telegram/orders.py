"""Attachments as a test or the phone orders them, in Telegram's own form."""

import base64

from .. import pictures, sounds
from ..network import Impossible
from .files import Files

PLACE = {"latitude": 55.7558, "longitude": 37.6173}


class Orders:
    """Makes what a client attaches."""

    def __init__(self, telegram, account, client):
        self.files = Files(telegram, account)
        self.client = client

    def make(self, order: dict) -> dict:
        """Return an attachment: raw wire form as it is, or made of ``kind`` and its details."""
        if "kind" not in order:
            kind = order.get("type", "")
            if kind not in order:
                raise Impossible("an attachment has a kind, or is {type: T, T: …}")
            return {kind: order[kind]}
        makers = {name.removeprefix("_make_"): name for name in dir(self)}
        if order["kind"] not in makers or not f"_make_{order['kind']}" == makers[order["kind"]]:
            raise Impossible(f"no kind {order['kind']}")
        return getattr(self, makers[order["kind"]])(order)

    def from_file(self, name: str, content: bytes, content_type: str, *, as_doc: bool) -> dict:
        """Return a file of the phone as the phone would send it."""
        family = content_type.partition("/")[0]
        if not as_doc and family == "image" and pictures.measure(content):
            return {"photo": self.files.photo(content)}
        if not as_doc and family == "video":
            return {"video": self.files.video(name, content)}
        if not as_doc and family == "audio":
            return {"audio": self.files.audio(name, content)}
        return {"document": self.files.document(name, content, content_type)}

    def from_recording(self, content: bytes) -> dict:
        """Return what was recorded."""
        try:
            return {"voice": self.files.voice(content)}
        except sounds.NoSound as error:
            raise Impossible(f"no voice message: {error}")

    @staticmethod
    def _bytes(order: dict, otherwise: bytes) -> bytes:
        if "base64" in order:
            return base64.b64decode(order["base64"])
        return order["content"].encode() if "content" in order else otherwise

    def _make_photo(self, order: dict) -> dict:
        size = order.get("width", 1280), order.get("height", 960)
        drawn = pictures.photo(*size, order.get("seed", "photo"))
        return {"photo": self.files.photo(self._bytes(order, drawn))}

    def _make_doc(self, order: dict) -> dict:
        content = self._bytes(order, b"%PDF-1.4 demonstration")
        if "size" in order:
            content = content.ljust(int(order["size"]), b"\0")
        return {"document": self.files.document(order.get("title", "договор.pdf"), content)}

    def _make_voice(self, order: dict) -> dict:
        return self.from_recording(self._bytes(order, sounds.silence(order.get("seconds", 3))))

    def _make_audio(self, order: dict) -> dict:
        about = {"performer": order.get("performer", "Оркестр"), "title": "Вальс"}
        return {"audio": self.files.audio("waltz.mp3", sounds.silent_mp3(3), **about)}

    def _make_video(self, _order: dict) -> dict:
        return {"video": self.files.video("clip.mp4")}

    def _make_round_video(self, _order: dict) -> dict:
        return {"video_note": self.files.round_video()}

    def _make_animation(self, _order: dict) -> dict:
        film = self.files.video("cat.mp4")
        document = {key: film[key] for key in ("file_id", "file_unique_id", "file_name")}
        return {"animation": film, "document": document}

    def _make_sticker(self, order: dict) -> dict:
        number = int(order.get("sticker_id", 1))
        return {"sticker": self.files.sticker(number, animated=bool(order.get("animated")))}

    def _make_location(self, order: dict) -> dict:
        return {"location": {name: order.get(name, PLACE[name]) for name in PLACE}}

    def _make_venue(self, order: dict) -> dict:
        spot = self._make_location(order)["location"]
        venue = {"title": order.get("title", "Красная площадь"), "address": "Москва"}
        return {"location": spot, "venue": {"location": spot, **venue}}

    def _make_contact(self, order: dict) -> dict:
        if order.get("phone"):
            return {"contact": {"phone_number": order["phone"], "first_name": "Пётр"}}
        person = self.client
        if not person.own.phone:
            raise Impossible("this person has no phone number")
        names = {"first_name": person.first_name}
        return {"contact": {"phone_number": person.own.phone, **names, "user_id": int(person.id)}}

    def _make_poll(self, order: dict) -> dict:
        options = [
            {"text": text, "voter_count": 0} for text in order.get("options", ("Красный", "Синий"))
        ]
        return {
            "poll": {
                "id": "5300000000000000001",
                "question": order.get("question", "Какой цвет?"),
                "options": options,
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
            }
        }

    def _make_dice(self, order: dict) -> dict:
        return {"dice": {"emoji": order.get("emoji", "🎲"), "value": order.get("value", 5)}}
