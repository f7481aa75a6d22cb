"""Files that the networks serve: uploaded, attached on the phone, or drawn by the simulator.

An address carries a signature like those of the networks: without it nothing is served.
"""

import hashlib
import io
import mimetypes
import secrets
from dataclasses import field
from pathlib import Path
from urllib.parse import quote

from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from .keep import kept

# What the machine's own tables may not know, or say in several ways.
TYPES = {
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".webm": "video/webm",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
}
# Types a browser may show in place; everything else is a download.
SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp", "audio/", "video/")


@kept
class Medium:
    """One file; its bytes are in the store under ``key``."""

    key: str
    name: str
    content_type: str
    size: int
    signature: str
    redirects: bool = False  # served by way of another address
    about: dict = field(default_factory=dict)  # width, height, duration …


class MediaStore:
    """All files, in memory, or in a folder if there is one."""

    def __init__(self, origin: str, folder: Path | None = None):
        self.origin = origin
        self.folder = folder
        self.media: dict[str, Medium] = {}
        self._bytes: dict[str, bytes] = {}
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Forget all files."""
        if self.folder:
            for key in self.media:
                (self.folder / key).unlink(missing_ok=True)
        self.media.clear()
        self._bytes.clear()

    def add(self, name: str, content: bytes, content_type: str = "", **about) -> Medium:
        """Return a new file with this content."""
        name = Path(name.replace("\\", "/")).name or "file"
        key = secrets.token_hex(10)
        redirects = about.pop("redirects", False)
        medium = Medium(
            key=key,
            name=name,
            content_type=content_type or guess_type(name),
            size=len(content),
            signature=hashlib.sha256(key.encode() + secrets.token_bytes(8)).hexdigest()[:24],
            redirects=redirects,
            about=about,
        )
        if self.folder:
            (self.folder / key).write_bytes(content)
        else:
            self._bytes[key] = content
        self.media[key] = medium
        return medium

    def content(self, key: str) -> bytes:
        """Return the bytes of a file."""
        return (self.folder / key).read_bytes() if self.folder else self._bytes[key]

    def take(self, key: str) -> bytes:
        """Return the bytes of a file that nobody needs afterwards."""
        content = self.content(key)
        del self.media[key]
        if self.folder:
            (self.folder / key).unlink()
        else:
            del self._bytes[key]
        return content

    def url(self, key: str) -> str:
        """Return the address of a file, empty for no file."""
        medium = self.media.get(key)
        return self.origin + self._path(medium, medium.redirects) if medium else ""

    def _path(self, medium: Medium, redirects: bool) -> str:
        folder = "/media/from" if redirects else "/media"
        return f"{folder}/{medium.key}/{quote(medium.name)}?hash={medium.signature}"

    def serve(self, request: Request, key: str, *, redirects: bool = False) -> Response:
        """Return the file, if the address carries its signature."""
        medium = self.media.get(key)
        if medium is None:
            return Response("Not Found", 404)
        if request.args.get("hash") != medium.signature:
            return Response("Forbidden", 403)
        if redirects:
            return Response(status=302, headers={"Location": self._path(medium, False)})
        return send_file(
            io.BytesIO(self.content(key)),
            request.environ,
            mimetype=medium.content_type,
            as_attachment=not medium.content_type.startswith(SHOWN),
            download_name=medium.name,
            conditional=True,
            etag=medium.signature,
            max_age=3600,
        )


def guess_type(name: str) -> str:
    """Return the content type that belongs to a file name."""
    ending = Path(name).suffix.lower()
    return TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
