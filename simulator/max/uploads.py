"""Files in two steps: where to, and there they go. What comes back depends on the kind."""

import json
import secrets
import time

from werkzeug.wrappers import Request, Response

from .. import pictures
from .bots import MaxFile
from .call import Call, method
from .errors import ApiError, bad

MIB = 1 << 20
LIMITS = {"image": 50 * MIB, "video": 250 * MIB, "audio": 256 * MIB, "file": 4096 * MIB}
MAX_SIDE = 7680
#: Kinds whose token comes with the address.
EARLY = ("video", "audio")
FILMS = {480: "mp4_480", 720: "mp4_720"}


@method("POST", "/uploads")
def get_upload_url(call: Call) -> dict:
    """Return where a file goes; of films and sounds the token as well."""
    kind = call.text("type")
    if kind not in LIMITS:
        raise bad(f"Unknown upload type: {kind}")
    ticket, token = secrets.token_urlsafe(16), call.network.new_id()
    call.bot.uploads[ticket] = {"kind": kind, "token": token}
    url = f"{call.network.world.origin}/upload/max/{kind}/{ticket}"
    return {"url": url, **({"token": token} if kind in EARLY else {})}


def receive(network, request: Request, kind: str, ticket: str) -> Response:
    """Take a file, once for each address."""
    with network.world.lock:
        bot = next(
            (one.own for one in network.world.accounts_of("max") if ticket in one.own.uploads), None
        )
        file = request.files.get("data")
        if bot is None or bot.uploads[ticket]["kind"] != kind or file is None:
            return Response("Bad request", 400)
        token = bot.uploads.pop(ticket)["token"]
        content = file.read()
        if len(content) > LIMITS[kind]:
            return Response("Too large", 413)
        if kind == "image" and not _is_picture(content):
            return Response('{"error_code": 4, "error_data": "BAD_REQUEST"}', 400)
        medium = network.city.media.add(file.filename or "file", content)
        busy = bot.processing if kind in EARLY or bot.processing > 1 else 0
        bot.files[token] = MaxFile(kind, medium.key, time.time() + busy)
    return _told(kind, token)


def _is_picture(content: bytes) -> bool:
    measured = pictures.measure(content)
    return bool(measured) and max(measured[1:]) <= MAX_SIDE


def _told(kind: str, token: str) -> Response:
    if kind in EARLY:
        return Response("<retval>1</retval>", content_type="text/xml")
    answer = {"photos": {"k1": {"token": token}}} if kind == "image" else {"fileId": 1}
    if kind == "file":
        answer["token"] = token
    return Response(json.dumps(answer), content_type="application/json")


@method("GET", "/videos/<token>")
def get_video(call: Call) -> dict:
    """Return where a film can be fetched."""
    file = call.bot.files.get(call.text("token"))
    if file is None or file.kind != "video":
        raise ApiError(404, "video.not.found", "Video not found")
    url = call.network.city.media.url(file.key)
    urls = dict.fromkeys(FILMS.values(), url)
    return {"token": call.text("token"), "urls": urls, "width": 640, "height": 360, "duration": 12}
