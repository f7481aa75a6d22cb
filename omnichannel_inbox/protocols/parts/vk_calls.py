"""Calling VK's methods, with vk_api, and what its refusals mean.

https://dev.vk.com/en/reference/errors, …/api/upload (read: November 2025)
"""

import re
from typing import Any

from jconfig import MemoryConfig  # type: ignore[import-untyped]  # comes with vk_api
from vk_api import ApiError, ApiHttpError, VkApi

from ..core.base import ANY_TOKEN, Settings, Upload
from ..core.errors import (
    CredentialsRefused,
    MalformedPayload,
    NetworkUnavailable,
    OutcomeUnknown,
    RecipientThrottled,
    RecipientUnavailable,
    RightMissing,
    SendError,
    Throttled,
    UnsupportedContent,
    WindowClosed,
)
from ..core.pictures import picture_size
from ..core.texts import _lt
from ..core.wire import Call, Http, Reader, origin_of, seconds

API = "https://api.vk.ru"
VERSION = "5.199"
UPLOAD_ATTEMPTS = 3

MIB = 2**20
MAX_PHOTO_BYTES, MAX_PHOTO_SIDES, MAX_PHOTO_RATIO = 50 * MIB, 14_000, 20
MAX_DOC_BYTES = 200 * MIB
REFUSED_EXTENSIONS = (".mp3", ".exe", ".com", ".bat", ".cmd", ".msi", ".scr", ".apk")
#: A parameter of ours that a refusal may be about; a message goes without it as well.
_QUOTING = re.compile(r"\b(?:reply_to|forward)\b")

# Words for people

NEW_KEY = _lt(
    "In VK, open Manage → Additionally → Working with API → Access keys, create a new key and "
    "paste it into the channel."
)
MISSING_RIGHTS = {
    "messages": _lt(
        "The access key lacks the right to messages. In VK, open Manage → Additionally → Working "
        "with API → Access keys, create a key with community messages ticked and paste it into the "
        "channel."
    ),
    "photos": _lt(
        "The access key lacks the right to photos. In VK, open Manage → Additionally → Working "
        "with API → Access keys, create a key with photos ticked and paste it into the channel."
    ),
    "docs": _lt(
        "The access key lacks the right to files. In VK, open Manage → Additionally → Working with "
        "API → Access keys, create a key with files ticked and paste it into the channel."
    ),
    "manage": _lt(
        "The access key lacks the right to community management. Create a key with it ticked, or "
        "connect by hand: in VK, open Manage → Additionally → Working with API → Callback API → "
        "Server settings, choose API version 5.199, copy the address and the secret key from the "
        "channel, copy the string that the server must return into the channel, press Confirm, and "
        "tick the events of messages under Event types."
    ),
}
OPERATOR_NEEDED = _lt(
    "VK wants a person to confirm something: sign in to VK as an administrator of the community."
)
UNBLOCK = _lt("The client is on the community's black list: remove him there to write to him.")
FORBIDDEN = _lt(
    "The client has not allowed the community to write to him: he has to write first or to press "
    "Allow messages."
)
TOO_LATE = _lt("VK allows this only for about a day after sending.")
NOT_CHANGEABLE = _lt("VK does not let this kind of message be changed.")
BOT_FEATURES = _lt("In VK, switch on Manage → Messages → Bot settings → Bot capabilities.")
SEND_FILE_AGAIN = _lt("VK lost the file on its way: send it again.")
SERVER_LIMIT = _lt(
    "The community has as many callback servers as VK allows: delete one under Manage → "
    "Additionally → Working with API → Callback API."
)
VOICE_FORMAT = _lt("VK takes voice messages of up to five minutes, in Ogg with Opus.")
ZIP_IT = _lt("VK refuses MP3 files and programs: put the file into a ZIP archive and send that.")


class UploadExpired(SendError):
    """What was uploaded is no longer known: the steps of the upload have to be gone again."""


class QuoteRefused(UnsupportedContent):
    """The message could be sent if it did not answer to another one."""


class KeyboardRefused(UnsupportedContent):
    """The message could be sent if it had no buttons."""


#: What an error code means: the kind of failure, seconds to wait, what to do about it.
ERRORS: dict[int, tuple[type[SendError], float, str]] = {
    **dict.fromkeys((1, 10, 36), (NetworkUnavailable, 0, "")),
    6: (Throttled, 1, ""),
    9: (RecipientThrottled, 300, ""),
    29: (Throttled, 3600, ""),
    **dict.fromkeys((5, 27, 28, 1117), (CredentialsRefused, 0, NEW_KEY)),
    **dict.fromkeys((7, 15, 203), (RightMissing, 0, "")),
    **dict.fromkeys((14, 3300), (Throttled, 3600, OPERATOR_NEEDED)),
    **dict.fromkeys((17, 24, 25), (CredentialsRefused, 0, OPERATOR_NEEDED)),
    **dict.fromkeys((18, 3610), (RecipientUnavailable, 0, "")),
    **dict.fromkeys((105, 118, 121, 129), (UploadExpired, 0, SEND_FILE_AGAIN)),
    900: (RecipientUnavailable, 0, UNBLOCK),
    901: (RecipientUnavailable, 0, FORBIDDEN),
    902: (RecipientUnavailable, 0, ""),
    **dict.fromkeys((909, 924), (SendError, 0, TOO_LATE)),
    **dict.fromkeys((910, 914, 940), (UnsupportedContent, 0, "")),
    911: (KeyboardRefused, 0, ""),
    912: (KeyboardRefused, 0, BOT_FEATURES),
    **dict.fromkeys((913, 921), (QuoteRefused, 0, "")),
    920: (SendError, 0, NOT_CHANGEABLE),
    **dict.fromkeys(
        (917, 922, 925, 927, 932, 936, 945, 946, 969, 985, 987, 988, 1012),
        (RecipientUnavailable, 0, ""),
    ),
    950: (WindowClosed, 0, ""),
    2000: (SendError, 0, SERVER_LIMIT),
}


class Api:
    """VK's methods through the door we were handed."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._http = http
        self._origin = origin_of(settings.api_url or API)
        self._token = settings.access_token.strip()
        if not ANY_TOKEN.fullmatch(self._token):
            raise CredentialsRefused("no access key", cure=NEW_KEY)
        session = http.session({API: self._origin}, repeatable=True)
        session.headers["Authorization"] = f"Bearer {self._token}"
        # In memory: by default it keeps a file in the working directory.
        self._vk = VkApi(session=session, config=MemoryConfig, api_version=VERSION)
        # In the header the token stays out of logs; vk_api would write it into the form.
        self._vk.token = {}
        # It would repeat error 6 for ever, and ask a terminal for captchas.
        self._vk.error_handlers = {}
        # The pace is kept where all processes see it.
        self._vk.RPS_DELAY = 0

    def call(self, method: str, **values: Any) -> Reader:
        """Return what VK answers, as an object with ``response`` in it.

        :raises SendError: it refuses, or cannot be understood
        """
        try:
            return Reader(self._vk.method(method, values, raw=True))
        except ApiError as error:
            failure = self.failure(method, error.code, error.error.get("error_msg"))
        except ApiHttpError as error:
            failure = _http_failure(error.response)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # vk_api looks into the answer without asking what it is.
            failure = OutcomeUnknown("the answer cannot be read")
        # Outside of the handlers: what vk_api raises shows the whole call.
        raise failure

    def failure(self, method: str, code: Any, words: Any) -> SendError:
        """Return what VK's refusal means, with its words."""
        number = code if isinstance(code, int) else 0
        kind, delay, cure = ERRORS.get(number, (SendError, 0, ""))
        if number == 100 and _QUOTING.search(str(words)):
            kind = QuoteRefused  # the client has deleted what is answered, and VK did not tell
        detail = self._without_token(f"VK {number}: {words}")
        right = {"photos": "photos", "docs": "docs", "groups": "manage"}.get(
            method.partition(".")[0], "messages"
        )
        failure = kind(detail, retry_after=delay, cure=cure)
        if isinstance(failure, RightMissing):
            failure.cure = MISSING_RIGHTS[right]
            # Without the right to files, a message without files still gets through.
            failure.blames = "message" if right in ("photos", "docs") else failure.blames
        return failure

    def _without_token(self, words: str) -> str:
        """Return VK's words; it repeats what it was asked with in some of them."""
        return words.replace(self._token, "…")[:300]

    # Files, https://dev.vk.com/en/api/upload/overview

    def upload(self, peer_id: str, upload: Upload) -> str:
        """Return the name under which a message carries the file."""
        if upload.kind != "voice" and upload.name.lower().endswith(REFUSED_EXTENSIONS):
            raise UnsupportedContent(upload.name, cure=ZIP_IT)
        for attempts_left in reversed(range(UPLOAD_ATTEMPTS)):
            try:
                photo = self._upload_photo(peer_id, upload) if _is_photo(upload) else ""
                return photo or self._upload_document(peer_id, upload)
            except UploadExpired:
                if not attempts_left:
                    raise
        raise UploadExpired

    def _upload_photo(self, peer_id: str, upload: Upload) -> str:
        """Return the photo's name, or nothing where VK does not take it for a picture."""
        server = self.call("photos.getMessagesUploadServer", peer_id=peer_id).child("response")
        posted = self._post(server.text("upload_url"), "photo", upload)
        if posted.text("photo", "") in ("", "[]"):
            return ""
        saved = self.call(
            "photos.saveMessagesPhoto",
            server=posted.integer("server"),
            photo=posted.text("photo"),
            hash=posted.text("hash"),
        )
        for photo in saved.children("response"):
            return _attachment("photo", photo)
        raise MalformedPayload("response", "a list of photos")

    def _upload_document(self, peer_id: str, upload: Upload) -> str:
        kind = "audio_message" if upload.kind == "voice" else "doc"
        # Without the recipient VK takes it for a method of users.
        server = self.call("docs.getMessagesUploadServer", peer_id=peer_id, type=kind)
        posted = self._post(server.child("response").text("upload_url"), "file", upload)
        if "error" in posted:
            words = f"{posted.value['error']} {posted.value.get('error_descr') or ''}"
            cure = VOICE_FORMAT if upload.kind == "voice" else ""
            raise UnsupportedContent(self._without_token(words.strip()), cure=cure)
        saved = self.call("docs.save", file=posted.text("file"), title=upload.name)
        response = saved.child("response")
        return _attachment("doc", response.child(response.text("type")))

    def _post(self, url: str, field: str, upload: Upload) -> Reader:
        file = (upload.name, upload.content, upload.mimetype)
        reply = self._http(
            Call(
                "POST",
                url,
                files={field: file},
                timeout=60 + len(upload.content) / MIB,
                repeatable=True,
                foreign=origin_of(url) != self._origin,
            )
        )
        if not reply.ok:
            raise NetworkUnavailable(f"HTTP {reply.status}")
        return reply.json()


def is_list(answer: Reader) -> bool:
    """Return whether VK answers with a bare list."""
    return isinstance(answer.value, dict) and isinstance(answer.value.get("response"), list)


def _http_failure(response: Any) -> SendError:
    if response.status_code != 429:
        return NetworkUnavailable(f"HTTP {response.status_code}")
    wait = seconds(response.headers.get("Retry-After", ""))
    return Throttled("HTTP 429", retry_after=wait)


def _is_photo(upload: Upload) -> bool:
    """Whether VK takes it as a photo; a picture that is not one travels as a file."""
    size = picture_size(upload.content)
    if upload.kind != "image" or size is None or len(upload.content) > MAX_PHOTO_BYTES:
        return False
    return sum(size) <= MAX_PHOTO_SIDES and max(size) <= MAX_PHOTO_RATIO * min(size)


def _attachment(kind: str, item: Reader) -> str:
    name = f"{kind}{item.integer('owner_id')}_{item.integer('id')}"
    key = item.text("access_key", "")
    return f"{name}_{key}" if key else name
