"""Attachments as a test or the phone orders them, in Telegram's own form."""

from .. import sounds
from ..network import Impossible
from ..orders import Orders, document_of, phone_of, photo_of, spot_of
from .files import Files


class TelegramOrders(Orders):
    """Makes what a client attaches."""

    raw_words = "an attachment has a kind, or is {type: T, T: …}"

    def __init__(self, telegram, account, client):
        self.files = Files(telegram, account)
        self.client = client

    def raw(self, order: dict) -> dict:
        """Return raw wire form: of ``{"type": "dice", "dice": {…}}`` the second one."""
        kind = order.get("type", "")
        if kind not in order:
            raise Impossible(self.raw_words)
        return {kind: order[kind]}

    def from_file(self, kind: str, name: str, content: bytes, content_type: str) -> dict:
        """Return a file of the phone as Telegram sends it."""
        if kind == "image":
            return {"photo": self.files.photo(content)}
        if kind == "video":
            return {"video": self.files.video(name, content)}
        if kind == "audio":
            return {"audio": self.files.audio(name, content)}
        return {"document": self.files.document(name, content, content_type)}

    def from_voice(self, content: bytes) -> dict:
        """Return a voice message."""
        return {"voice": self.files.voice(content)}

    def _make_photo(self, order: dict) -> dict:
        return {"photo": self.files.photo(photo_of(order))}

    def _make_doc(self, order: dict) -> dict:
        content = document_of(order)
        if "size" in order:
            content = content.ljust(int(order["size"]), b"\0")
        return {"document": self.files.document(order.get("title", "договор.pdf"), content)}

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
        return {"location": spot_of(order)}

    def _make_venue(self, order: dict) -> dict:
        spot = spot_of(order)
        venue = {"title": order.get("title", "Красная площадь"), "address": "Москва"}
        return {"location": spot, "venue": {"location": spot, **venue}}

    def _make_contact(self, order: dict) -> dict:
        if order.get("phone"):
            return {"contact": {"phone_number": order["phone"], "first_name": "Пётр"}}
        contact = {"phone_number": phone_of(self.client), "first_name": self.client.first_name}
        return {"contact": {**contact, "user_id": int(self.client.id)}}

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
