"""How the bot API refuses: a number and words, with HTTP 200 all the same."""

WORDS = {
    0: "ok",
    1: "invalidUrl",
    2: "invalidAuthToken",
    3: "badData",
    4: "missingData",
    5: "receiverNotRegistered",
    6: "receiverNotSubscribed",
    7: "publicAccountBlocked",
    8: "publicAccountNotFound",
    9: "publicAccountSuspended",
    10: "webhookNotSet",
    11: "receiverNoSuitableDevice",
    12: "tooManyRequests",
    13: "apiVersionNotSupported",
    14: "incompatibleWithVersion",
    15: "publicAccountNotAuthorized",
    16: "inchatReplyMessageNotAllowed",
    17: "publicAccountIsNotInline",
    18: "noPublicChat",
    19: "cannotSendBroadcast",
    20: "broadcastNotAllowed",
    21: "unsupportedCountry",
    22: "paymentUnsupported",
    23: "freeMessagesExceeded",
    24: "noBalance",
}


class ApiError(Exception):
    """A refusal of the API."""

    def __init__(self, status: int, words: str = ""):
        super().__init__(status, words)
        self.status = status
        self.words = words or WORDS.get(status, "generalError")


def bad(words: str) -> ApiError:
    """Return the refusal of something wrong in the request."""
    return ApiError(3, words)


def missing(name: str) -> ApiError:
    """Return the refusal of a request that lacks something."""
    return ApiError(4, f"Missing required property: {name}")
