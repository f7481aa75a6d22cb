"""What is said to VK about a message, and what its answers say.

https://dev.vk.com/en/method/messages.send (read: November 2025)
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.base import Outgoing
from ..core.errors import MalformedPayload
from ..core.pieces import length
from ..core.planning import Button
from ..core.wire import Reader
from .vk_calls import Api, KeyboardRefused, QuoteRefused, is_list

MAX_TEXT = 4096  # error 914 is reported above; the schema's 9000 is not kept


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


def say(api: Api, method: str, values: Mapping[str, Any], outgoing: Outgoing) -> Reader:
    """Return what VK answers; of what it refuses, the message goes without, the buttons in words.

    :raises SendError: it refuses the message itself
    """
    said, quote = dict(values), quote_values(outgoing) if method == "messages.send" else {}
    while True:
        try:
            return api.call(method, **said, **quote)
        except QuoteRefused:
            if not quote:
                raise
            quote = {}
        except KeyboardRefused:
            words = with_choices(outgoing.text, outgoing.buttons)
            if not said.pop("keyboard", None) or length(words) > MAX_TEXT:
                raise
            said["message"] = words


def with_choices(text: str, buttons: Sequence[Button]) -> str:
    """Return a text that names what could have been pressed: who writes it has chosen as well."""
    choices = [
        f"{button.label}: {button.url}" if button.url else button.label for button in buttons
    ]
    return "\n".join([text, *(f"\u2022 {choice}" for choice in choices)])


def require_no_error(api: Api, method: str, answer: Reader) -> None:
    """Answers about several messages say for each whether it went wrong.

    :raises SendError: it did
    """
    for item in answer.children("response"):
        if "error" in item:
            error = item.child("error")
            raise api.failure(method, error.integer("code"), error.text("description", ""))


def results(api: Api, method: str, answer: Reader) -> list[Any]:
    """Return what became of each of several messages: as a list, or by their ids.

    :raises SendError: one went wrong
    """
    if not is_list(answer):
        return list(answer.child("response").value.values())
    require_no_error(api, method, answer)
    return [item.integer("response", 1) for item in answer.children("response")]


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
