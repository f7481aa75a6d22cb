"""photos.* and docs.*: files of the community, in three steps each.

A ticket is the address of step one, a receipt what the upload server answers in step two. Both are
good once, and not for long.
"""

import hashlib
import json
import secrets
import time
from pathlib import Path

from werkzeug.wrappers import Request, Response

from .. import pictures, sounds
from . import attachments
from .call import Call, method
from .errors import ApiError, invalid
from .sending import check_permission

VALID_SECONDS = 600  # short-lived, VK does not say how short
MAX_PHOTO = 50 * 1024 * 1024
MAX_DOC = 200 * 1024 * 1024
MAX_SIDES = 14_000
MAX_RATIO = 20
MAX_VOICE_SECONDS = 300
PHOTO_FORMATS = {"JPEG", "PNG", "GIF"}
DOC_TYPES = {"doc", "audio_message", "graffiti"}
REFUSED = {"mp3", "exe", "com", "bat", "cmd", "msi", "scr", "apk", "dll", "jar", "js", "vbs", "sh"}
ALBUM = -64


@method("photos.getMessagesUploadServer", "photos")
def photo_server(call: Call) -> dict:
    """Return where to post a photo."""
    check_permission(call, call.chat(call.integer("peer_id")))
    url = _ticket(call, "photo", "photo")
    return {"upload_url": url, "album_id": ALBUM, "group_id": call.group_id, "user_id": 0}


@method("docs.getMessagesUploadServer", "docs")
def doc_server(call: Call) -> dict:
    """Return where to post a document, voice message or drawing."""
    kind = call.text("type") or "doc"
    if kind not in DOC_TYPES:
        raise invalid("type", "is invalid")
    check_permission(call, call.chat(call.integer("peer_id")))
    return {"upload_url": _ticket(call, kind, "doc")}


def _ticket(call: Call, kind: str, server: str) -> str:
    ticket = secrets.token_urlsafe(24)
    call.community.uploads[ticket] = {"kind": kind, "until": time.time() + VALID_SECONDS}
    return f"{call.vk.world.origin}/upload/vk/{server}/{ticket}"


def _take_ticket(vk, ticket: str):
    """Return the community and kind of a ticket, which is used up by this; None if it is not good.

    What VK's upload servers say then is unconfirmed.
    """
    with vk.world.lock:
        for account in vk.world.accounts_of(vk.code):
            found = account.own.uploads.pop(ticket, None)
            if found and found["until"] > time.time():
                return account, found["kind"]
    return None, ""


def receive_photo(vk, request: Request, ticket: str) -> Response:
    """Step two of a photo; a picture that is refused comes back as an empty list."""
    account, _kind = _take_ticket(vk, ticket)
    if account is None:
        return Response("upload link is expired or used", 403)
    file = request.files.get("photo")
    content = file.read() if file else b""
    if not _is_photo(content):
        return vk.reply({"server": 0, "photo": "[]", "hash": ""})
    receipt = _receipt(vk, account, {"kind": "photo", "content": content})
    photo = json.dumps([{"photo": receipt, "sizes": []}])
    return vk.reply({"server": 800_001, "photo": photo, "hash": _hash(receipt)})


def _is_photo(content: bytes) -> bool:
    """Return whether VK takes the picture as a photo."""
    measured = pictures.measure(content) if 0 < len(content) <= MAX_PHOTO else None
    if not measured:
        return False
    name, width, height = measured
    long, short = max(width, height), min(width, height)
    return name in PHOTO_FORMATS and width + height <= MAX_SIDES and long <= MAX_RATIO * short


def receive_document(vk, request: Request, ticket: str) -> Response:
    """Step two of a document, voice message or drawing."""
    account, kind = _take_ticket(vk, ticket)
    if account is None:
        return Response("upload link is expired or used", 403)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _refused(vk, "no_file", "file is undefined")
    content = file.read()
    if problem := _problem(kind, file.filename, content):
        return _refused(vk, *problem)
    upload = {"kind": kind, "content": content, "name": Path(file.filename).name}
    return vk.reply({"file": _receipt(vk, account, upload)})


def _problem(kind: str, name: str, content: bytes) -> tuple[str, str] | None:
    """Return why VK refuses the file, None if it does not. The words are ours."""
    if not content or len(content) > MAX_DOC:
        return "bad_size", "file is empty or larger than 200 MB"
    if kind == "doc" and Path(name).suffix.lstrip(".").lower() in REFUSED:
        return "bad_extension", "files of this type are not allowed"
    if kind == "graffiti" and (pictures.measure(content) or [""])[0] != "PNG":
        return "bad_picture", "a graffiti is a PNG"
    if kind == "audio_message":
        return _voice_problem(content)
    return None


def _voice_problem(content: bytes) -> tuple[str, str] | None:
    try:
        if sounds.duration(content) <= MAX_VOICE_SECONDS:
            return None
    except sounds.NoSound as error:
        return "bad_audio", str(error)
    return "bad_audio", "longer than 5 minutes"


def _receipt(vk, account, upload: dict) -> str:
    """Return the name under which an uploaded file waits to be saved."""
    receipt = secrets.token_urlsafe(32)
    medium = vk.city.media.add(upload.get("name", "upload"), upload.pop("content"))
    with vk.world.lock:
        waiting = {**upload, "medium": medium.key, "until": time.time() + VALID_SECONDS}
        account.own.uploads[receipt] = waiting
    return receipt


@method("photos.saveMessagesPhoto", "photos")
def save_photo(call: Call) -> list[dict]:
    """Step three of a photo: exactly what the upload server answered."""
    call.integer("server")
    try:
        (entry,) = json.loads(call.text("photo", required=True))
        receipt = entry["photo"]
    except (ValueError, TypeError, KeyError):
        raise ApiError(129)
    if call.text("hash", required=True) != _hash(receipt):
        raise ApiError(121)
    _upload, content = _take_upload(call, receipt, "photo", ApiError(129))
    photo_id = call.community.next_media_id()
    photo = attachments.photo(call.vk.city.media, -call.group_id, photo_id, content)
    _own(call, "photo", photo)
    return [photo]


@method("docs.save", "docs")
def save_doc(call: Call) -> dict:
    """Step three of a document, voice message or drawing."""
    receipt = call.text("file", required=True)
    upload, content = _take_upload(call, receipt, "", ApiError(105))
    media, number = call.vk.city.media, call.community.next_media_id()
    kind, owner = upload["kind"], -call.group_id
    if kind == "doc":
        title = call.text("title") or upload["name"]
        thing = attachments.doc(media, owner, number, title, content)
    elif kind == "audio_message":
        thing = attachments.voice(media, owner, number, content)
    else:
        thing = attachments.graffiti(media, owner, number, content)
    _own(call, kind, thing)
    return {"type": kind, kind: thing}


def _take_upload(call: Call, receipt: str, kind: str, refusal: ApiError) -> tuple[dict, bytes]:
    """Return what was uploaded, and let the receipt be used up."""
    upload = call.community.uploads.get(receipt)
    if not upload or "medium" not in upload or upload["until"] < time.time():
        raise refusal
    if (upload["kind"] == "photo") != (kind == "photo"):
        raise refusal
    del call.community.uploads[receipt]
    return upload, call.vk.city.media.take(upload["medium"])


def _own(call: Call, kind: str, thing: dict) -> None:
    """Let the thing belong to the community: it may be attached to any message."""
    call.community.belongings[f"{thing['owner_id']}_{thing['id']}"] = {"type": kind, kind: thing}


def _hash(receipt: str) -> str:
    return hashlib.sha256(receipt.encode()).hexdigest()[:32]


def _refused(vk, name: str, words: str) -> Response:
    return vk.reply({"error": name, "error_descr": words})
