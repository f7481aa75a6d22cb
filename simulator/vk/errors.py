"""How VK refuses: HTTP 200 with a code. The codes are VK's; where only the code is known, the
words are ours and say so by being plain."""

TEXTS = {
    1: "Unknown error occurred",
    3: "Unknown method passed",
    5: "User authorization failed",
    6: "Too many requests per second",
    7: "Permission to perform this action is denied",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error",
    14: "Captcha needed",
    15: "Access denied",
    18: "User was deleted or banned",
    27: "Group authorization failed",
    28: "Application authorization failed",
    29: "Rate limit reached",
    36: "Method execution was interrupted due to timeout",
    100: "One of the parameters specified was missing or invalid",
    104: "Not found",
    105: "Couldn't save file",
    113: "Invalid user id",
    118: "Invalid server",
    121: "Invalid hash",
    129: "Invalid photo",
    203: "Access to group denied",
    900: "Can't send messages for users from blacklist",
    901: "Can't send messages for users without permission",
    902: "Can't send messages to this user due to their privacy settings",
    909: "Can't edit this message, because it's too old",
    910: "Can't sent this message, because it's too big",
    911: "Keyboard format is invalid",
    912: "This is a chat bot feature, change this status in settings",
    913: "Too many forwarded messages",
    914: "Message is too long",
    917: "You don't have access to this chat",
    920: "Can't edit this kind of message",
    921: "Can't forward these messages",
    924: "Can't delete this message for everybody",
    932: "Your community can't interact with this peer",
    936: "Contact not found",
    943: "Cannot use this intent",
    944: "Limits overflow for this intent",
    950: "Cannot send message, reply timed out",
    1009: "Reaction can not be applied",
    1010: "Reaction is invalid",
    1011: "Reaction can not be applied to this message",
    1117: "Access token was expired",
    2000: "Servers number limit is reached",
}


class ApiError(Exception):
    """A refusal of the API."""

    def __init__(self, code: int, detail: str = ""):
        super().__init__(code, detail)
        self.code = code
        text = TEXTS.get(code, "Unknown error occurred")
        self.text = f"{text}: {detail}" if detail else text


def invalid(parameter: str, problem: str = "is undefined") -> ApiError:
    """Return the refusal of a missing or wrong parameter."""
    return ApiError(100, f"{parameter} {problem}")
