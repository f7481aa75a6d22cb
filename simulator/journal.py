"""Remembers what the networks were asked, and what they answered."""

import threading
from collections import deque

KEPT_CALLS = 20_000
KEPT_TEXT = 20_000


class Journal:
    """The calls received, oldest first; the newest are kept."""

    def __init__(self):
        self._lock = threading.Lock()
        self._calls = deque(maxlen=KEPT_CALLS)
        self._count = 0

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()

    def add(self, call: dict) -> dict:
        """Remember a call (without its secrets: whoever calls this took them out)."""
        with self._lock:
            self._count += 1
            call["id"] = self._count
            self._calls.append(call)
        return call

    def calls(self, network="", method="", since=0) -> list[dict]:
        """Return the calls, restricted to a network, a method, and those after an id."""
        with self._lock:
            calls = list(self._calls)
        return [
            call
            for call in calls
            if call["id"] > since
            and network in ("", call["network"])
            and method in ("", call["method"])
        ]


def shorten(text: str) -> str:
    """Return the text, without the end of a very long one."""
    return text if len(text) <= KEPT_TEXT else text[:KEPT_TEXT] + "…"
