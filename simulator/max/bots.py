"""What MAX knows of a bot and of a person beyond their names."""

import re
from dataclasses import field

from ..keep import kept

TOKEN = re.compile(r"[A-Za-z0-9_-]{6,200}")
SECRET = re.compile(r"[A-Za-z0-9-]{5,256}")
UPDATES = frozenset(
    """
    message_created message_edited message_removed message_callback bot_started bot_stopped
    dialog_removed dialog_cleared dialog_muted dialog_unmuted bot_added bot_removed user_added
    user_removed chat_title_changed message_chat_created
    """.split()  # noqa: SIM905 - read as a list
)


@kept
class MaxBot:
    """The MAX side of an account.

    ``local`` lets subscriptions be plain http addresses with a port, as on a machine of one's own.
    """

    username: str
    token: str = ""
    local: bool = True
    moderated: bool = True
    processing: float = 1.0  # seconds that films and sounds are worked on
    subscriptions: dict = field(default_factory=dict)  # url → Subscription
    files: dict = field(default_factory=dict)  # token → File
    uploads: dict = field(default_factory=dict)  # ticket → kind and token of step one
    presses: dict = field(default_factory=dict)  # callback_id → client and time
    last_update: int = 0


@kept
class Subscription:
    """Where events go."""

    url: str
    secret: str = ""
    update_types: list = field(default_factory=list)
    time: int = 0
    failing_since: float = 0

    def wants(self, kind: str) -> bool:
        """Return whether events of this kind are sent there."""
        return not self.update_types or kind in self.update_types


@kept
class MaxFile:
    """A file that a bot was given, or has given."""

    kind: str
    key: str  # of the medium
    ready_at: float = 0


@kept
class MaxPerson:
    """The MAX side of a client."""

    username: str = ""
    phone: str = ""
