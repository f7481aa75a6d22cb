"""How the Bot API refuses: a status, the same number in the body, and words."""

TEXTS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    429: "Too Many Requests: retry after 5",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
RETRY_AFTER = 5


class ApiError(Exception):
    """A refusal of the API."""

    def __init__(self, code: int, words: str = "", **parameters):
        super().__init__(code, words)
        self.code = code
        self.words = words or TEXTS.get(code, "Bad Request")
        self.parameters = parameters
        if code == 429 and not parameters:
            self.parameters = {"retry_after": RETRY_AFTER}


def bad(words: str) -> ApiError:
    """Return the refusal of something wrong in the request."""
    return ApiError(400, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    """Return the refusal of something the bot may not do."""
    return ApiError(403, f"Forbidden: {words}")
