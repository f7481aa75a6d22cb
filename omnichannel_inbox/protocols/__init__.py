"""The networks. To add one, write its file and name it here."""

from .core.base import (
    Account,
    Check,
    FileAddress,
    Outgoing,
    Protocol,
    Settings,
    Upload,
    asks,
    deliver,
)
from .core.planning import Button, ButtonLimits, Capabilities, Part
from .core.errors import (
    SEND_ERRORS,
    CertificateRefused,
    CredentialsRefused,
    MalformedPayload,
    NetworkUnavailable,
    NotReady,
    OutcomeUnknown,
    ProtocolError,
    RecipientThrottled,
    RecipientUnavailable,
    RightMissing,
    SendError,
    Throttled,
    UnsupportedContent,
    WebhookRejected,
    WindowClosed,
)
from .core.events import (
    AccountConfirmed,
    ButtonPressed,
    Card,
    ChatMoved,
    ChatStarted,
    Event,
    File,
    Ignored,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    Person,
    Quote,
    ReachabilityChanged,
    ReactionChanged,
    ReceiptReported,
    TypingReported,
)
from .core.markup import to_marked, to_text
from .core.marks import KINDS as KINDS_OF_MARKS, Mark, Marked
from .core.pieces import split_text
from .core.registry import PROTOCOLS, register
from .core.texts import CARDS
from .core.wire import Answer, Call, Envelope, Http, Reader, Reply, Webhook
from . import max, telegram, viber, vk  # noqa: A004 - MAX is called so
