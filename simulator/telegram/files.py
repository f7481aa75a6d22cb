"""Files in Telegram's own form, made of bytes; a ``file_id`` is good for one bot."""

import io
import secrets

from PIL import Image

from .. import pictures, sounds
from ..orders import FILM
from ..state import Account

MIB = 1 << 20
MAX_DOWNLOAD = 20 * MIB
MAX_UPLOAD = 50 * MIB
MAX_LOCAL = 2000 * MIB
MAX_PHOTO = 10 * MIB
SIZES = (90, 320, 800, 1280)
FOLDERS = {"image": "photos", "audio": "music", "video": "videos"}


class Files:
    """The files of one bot."""

    def __init__(self, telegram, account: Account):
        self.media = telegram.city.media
        self.bot = account.own
        self.owner = account.id

    def add(self, name: str, content: bytes, content_type: str = "", **about) -> dict:
        """Return a new file: its ids and size."""
        medium = self.media.add(name, content, content_type)
        file_id = f"AgACAgIAAx{self.owner}{medium.key}{secrets.token_hex(4)}"
        self.bot.files[file_id] = medium.key
        ids = {"file_id": file_id, "file_unique_id": f"AQAD{medium.key[:12]}"}
        return {**ids, "file_size": len(content), **about}

    def url(self, file_id: str) -> str:
        """Return where the phone finds the file."""
        return self.media.url(self.bot.files.get(file_id, ""))

    def path(self, file_id: str) -> str:
        """Return the path under which the bot may fetch the file from now on."""
        medium = self.media.media[self.bot.files[file_id]]
        folder = FOLDERS.get(medium.content_type.partition("/")[0], "documents")
        ending = medium.name.rpartition(".")[2] if "." in medium.name else "bin"
        path = f"{folder}/file_{list(self.bot.files).index(file_id)}.{ending}"
        self.bot.paths[path] = file_id
        return path

    def photo(self, content: bytes, name: str = "photo.jpg") -> list[dict]:
        """Return a photo in several sizes; Telegram keeps JPEG whatever came."""
        sizes = []
        for longest in SIZES:
            data, width, height = pictures.scaled(content, longest)
            if sizes and width <= sizes[-1]["width"]:
                break
            sizes.append(self.add(name, data, "image/jpeg", width=width, height=height))
        return sizes

    def document(self, name: str, content: bytes, content_type: str = "") -> dict:
        """Return a document."""
        item = self.add(name, content, content_type)
        medium = self.media.media[self.bot.files[item["file_id"]]]
        return {**item, "file_name": name, "mime_type": medium.content_type}

    def voice(self, content: bytes) -> dict:
        """Return a voice message; a browser's recording is put into Ogg first.

        :raises sounds.NoSound: it is none
        """
        content = sounds.as_ogg(content)
        seconds = round(sounds.duration(content))
        item = self.add("voice.oga", content, "audio/ogg")
        return {**item, "duration": seconds, "mime_type": "audio/ogg"}

    def audio(self, name: str, content: bytes, **about) -> dict:
        """Return a piece of music."""
        return {**self.document(name, content, "audio/mpeg"), "duration": 3, **about}

    def video(self, name: str, content: bytes = FILM) -> dict:
        """Return a film with a picture of it."""
        item = self.document(name, content, "video/mp4")
        preview = self.photo(pictures.photo(640, 360, name))[0]
        return {**item, "width": 640, "height": 360, "duration": 12, "thumbnail": preview}

    def round_video(self) -> dict:
        """Return a round video message."""
        film = self.video("round.mp4")
        kept = {key: film[key] for key in film if key not in ("file_name", "mime_type", "width")}
        return {**{k: v for k, v in kept.items() if k != "height"}, "length": 384}

    def sticker(self, number: int, *, animated: bool = False) -> dict:
        """Return a sticker; an animated one has a still picture beside it."""
        drawn = _webp(pictures.sticker(number))
        about = {"type": "regular", "width": 512, "height": 512, "emoji": "😎", "is_video": False}
        if not animated:
            return self.add("sticker.webp", drawn, "image/webp", is_animated=False, **about)
        still = self.add("sticker.webp", drawn, "image/webp", width=128, height=128)
        moving = self.add("sticker.tgs", b"\x1f\x8b", "application/x-tgsticker")
        return {**moving, **about, "is_animated": True, "thumbnail": still}


def _webp(content: bytes) -> bytes:
    data = io.BytesIO()
    with Image.open(io.BytesIO(content)) as image:
        image.save(data, "WEBP")
    return data.getvalue()
