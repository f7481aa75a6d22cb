"""How the API refuses: a status, a code and words; or a success that says that it is none."""

TEXTS = {
    400: ("proto.payload", "Invalid request"),
    401: ("verify.token", "Invalid access_token"),
    403: ("chat.denied", "error.dialog.suspended"),
    404: ("dialog.not.found", "error.dialog.notfound"),
    405: ("method.not.allowed", "Method not allowed"),
    429: ("too.many.requests", "Too many requests"),
    500: ("internal.error", "Internal server error"),
    503: ("service.unavailable", "Service unavailable"),
}


class ApiError(Exception):
    """A refusal of the API."""

    def __init__(self, status: int, code: str = "", words: str = ""):
        super().__init__(status, code, words)
        usual = TEXTS.get(status, TEXTS[400])
        self.status, self.code, self.words = status, code or usual[0], words or usual[1]


def bad(words: str) -> ApiError:
    """Return the refusal of something wrong in the request."""
    return ApiError(400, "proto.payload", words)


class NotDone(Exception):
    """Answered with 200, and yet nothing was done."""
