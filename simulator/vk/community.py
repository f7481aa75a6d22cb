"""What VK knows of a community beyond its name: tokens, Callback servers, settings."""

import secrets
from dataclasses import field

from ..keep import kept

# Rights of a community token and their bits in the mask of groups.getTokenPermissions.
RIGHTS = {"photos": 4, "messages": 4096, "docs": 131072, "manage": 262144}
MAX_SERVERS = 10
MAX_TITLE = 14
MAX_SECRET = 50

EVENTS = [
    "message_new",
    "message_reply",
    "message_allow",
    "message_edit",
    "message_deny",
    "message_typing_state",
    "message_event",
    "message_read",
    "message_reaction_event",
    "photo_new",
    "photo_comment_new",
    "photo_comment_edit",
    "photo_comment_restore",
    "photo_comment_delete",
    "audio_new",
    "video_new",
    "video_comment_new",
    "video_comment_edit",
    "video_comment_restore",
    "video_comment_delete",
    "wall_post_new",
    "wall_repost",
    "wall_reply_new",
    "wall_reply_edit",
    "wall_reply_restore",
    "wall_reply_delete",
    "board_post_new",
    "board_post_edit",
    "board_post_restore",
    "board_post_delete",
    "market_comment_new",
    "market_comment_edit",
    "market_comment_restore",
    "market_comment_delete",
    "market_order_new",
    "market_order_edit",
    "poll_vote_new",
    "group_join",
    "group_leave",
    "user_block",
    "user_unblock",
    "group_change_settings",
    "group_change_photo",
    "group_officers_edit",
    "like_add",
    "like_remove",
]


@kept
class CallbackServer:
    """One address that receives events."""

    id: int
    title: str
    url: str
    secret_key: str = ""
    status: str = "unconfigured"  # wait, ok, failed
    creator_id: int = 0
    api_version: str = "5.199"  # of a server nobody has set it for: unconfirmed
    events: dict = field(default_factory=dict)  # name → 1


@kept
class Community:
    """The VK side of an account."""

    screen_name: str
    tokens: dict = field(default_factory=dict)  # token → list of rights
    confirmation_code: str = ""
    servers: list = field(default_factory=list)
    last_server_id: int = 0
    bot_capabilities: bool = True
    start_button: bool = True
    sent: dict = field(default_factory=dict)  # "peer:random_id" → [message id, number]
    uploads: dict = field(default_factory=dict)  # what is between two steps of an upload
    belongings: dict = field(default_factory=dict)  # "photo-1_2" → the saved object
    last_media_id: int = 457239000
    button_presses: dict = field(default_factory=dict)  # event_id → who, when, the answer
    repeated_send_returns: str = "id"  # or zero: VK does not say which

    def new_code(self) -> None:
        """Change the confirmation string, as VK does over time and when servers change."""
        self.confirmation_code = secrets.token_hex(4)

    def server(self, server_id: int) -> CallbackServer | None:
        """Return the server with this id."""
        return next((server for server in self.servers if server.id == server_id), None)

    def add_server(self, title: str, url: str, secret_key: str) -> CallbackServer:
        """Return a new server; nothing is confirmed yet."""
        self.last_server_id += 1
        server = CallbackServer(self.last_server_id, title, url, secret_key)
        self.servers.append(server)
        return server

    def next_media_id(self) -> int:
        """Return an id no photo or document has."""
        self.last_media_id += 1
        return self.last_media_id


@kept
class Person:
    """The VK side of a client."""

    screen_name: str = ""
    sex: int = 0
    city: str = ""
    timezone: int = 3
    deactivated: str = ""  # deleted, banned
    private: bool = False  # privacy settings forbid messages
    keyboard: bool = True  # what the client's program can show
    inline_keyboard: bool = True
    last_media_id: int = 456239000

    def next_media_id(self) -> int:
        """Return an id none of the person's photos or documents has."""
        self.last_media_id += 1
        return self.last_media_id
