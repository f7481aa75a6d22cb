"""What Viber knows of a bot and of a person beyond their names."""

import time
from dataclasses import field

from ..keep import kept

#: What can be asked for; messages come anyway.
EVENTS = (
    "delivered",
    "seen",
    "failed",
    "subscribed",
    "unsubscribed",
    "conversation_started",
    "client_status",
)


@kept
class ViberBot:
    """The Viber side of an account; ``local`` lets it be called by http."""

    uri: str
    token: str = ""
    local: bool = True
    url: str = ""
    event_types: list = field(default_factory=list)
    send_name: bool = False
    send_photo: bool = False
    status: int = 0  # a code that every method answers with, such as 7 for a blocked bot
    # 64 bits: as floats two neighbours are the same. After a reset other numbers than before.
    last_token: int = field(default_factory=time.time_ns)
    asked: dict = field(default_factory=dict)  # client → when his details were asked for

    def next_token(self) -> int:
        """Return a number no message of the bot has."""
        self.last_token += 1
        return self.last_token

    def wants(self, kind: str) -> bool:
        """Return whether events of this kind are sent."""
        return kind not in EVENTS or kind in self.event_types


@kept
class ViberPerson:
    """The Viber side of a client."""

    phone: str = ""
    country: str = "RU"
    api_version: int = 10
    unregistered: bool = False  # he left Viber
