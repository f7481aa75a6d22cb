"""What Telegram knows of a bot and of a person beyond their names."""

import re
from dataclasses import field

from ..keep import kept

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{35}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
#: Not sent unless they are asked for by name.
UNASKED = ("chat_member", "message_reaction", "message_reaction_count")


@kept
class TelegramBot:
    """The Telegram side of an account.

    ``local`` means that the API server is the company's own one, started with ``--local``: larger
    files, and webhooks by http.
    """

    username: str
    token: str = ""
    local: bool = True
    url: str = ""
    secret_token: str = ""
    allowed_updates: list = field(default_factory=list)
    max_connections: int = 40
    last_error_date: int = 0
    last_error_message: str = ""
    last_update_id: int = 710_000_000
    pending: list = field(default_factory=list)  # updates nobody has fetched, with their lane
    files: dict = field(default_factory=dict)  # file_id → key of the medium
    paths: dict = field(default_factory=dict)  # path → file_id, once it was asked for
    presses: dict = field(default_factory=dict)  # id of a callback query → what was pressed

    def next_update_id(self) -> int:
        """Return a number no update of the bot has."""
        self.last_update_id += 1
        return self.last_update_id

    def wants(self, kind: str) -> bool:
        """Return whether updates of this kind are sent."""
        return kind in self.allowed_updates if self.allowed_updates else kind not in UNASKED


@kept
class TelegramPerson:
    """The Telegram side of a client."""

    username: str = ""
    phone: str = ""
    deactivated: bool = False
    no_voice: bool = False  # privacy settings forbid voice messages
