"""What is said to VK about a message, and what its answers say.

https://dev.vk.com/en/method/messages.send (read: November 2025)
"""

import json

from ..core.base import Outgoing
from ..core.errors import MalformedPayload
from ..core.wire import Reader
from .vk_calls import Api, is_list


def named(reference: str, name: str, name_in_chat: str) -> dict[str, str]:
    """Return the parameter that names a message, by its id or by its number in the chat."""
    if reference.startswith("cmid"):
        return {name_in_chat: reference.removeprefix("cmid")}
    return {name: reference}


def quote_values(outgoing: Outgoing) -> dict[str, str]:
    """Return the parameters that make a message answer another one."""
    if not outgoing.reply_to:
        return {}
    answered = named(outgoing.reply_to, "reply_to", "cmid")
    if "cmid" not in answered:
        return answered
    forward = {
        "peer_id": int(outgoing.chat_id),
        "conversation_message_ids": [int(answered["cmid"])],
        "is_reply": 1,
    }
    return {"forward": json.dumps(forward)}


def require_no_error(api: Api, method: str, answer: Reader) -> None:
    """Answers about several messages say for each whether it went wrong.

    :raises SendError: it did
    """
    for item in answer.children("response"):
        if "error" in item:
            error = item.child("error")
            raise api.failure(method, error.integer("code"), error.text("description", ""))


def sent_id(api: Api, answer: Reader) -> str:
    """Return the id of what was sent: one recipient is answered with a number, several with a list.

    :raises SendError: the list says that it went wrong
    """
    if not is_list(answer):
        return _text_or_nothing(answer.integer("response"))
    require_no_error(api, "messages.send", answer)
    for item in answer.children("response"):
        return _text_or_nothing(item.integer("message_id"))
    raise MalformedPayload("response", "a list of messages")


def _text_or_nothing(number: int) -> str:
    return str(number) if number else ""
