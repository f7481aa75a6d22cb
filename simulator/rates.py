"""Counts calls per second."""

import threading
import time
from collections import deque


class RateLimiter:
    """Says no to whoever asks too often."""

    def __init__(self, per_second: int):
        self.per_second = per_second
        self._lock = threading.Lock()
        self._asked: dict[str, deque] = {}

    def allows(self, who: str) -> bool:
        """Return whether one more call fits into the last second, and count it if so."""
        now = time.monotonic()
        with self._lock:
            asked = self._asked.setdefault(who, deque())
            while asked and asked[0] <= now - 1:
                asked.popleft()
            if len(asked) >= self.per_second:
                return False
            asked.append(now)
            return True
