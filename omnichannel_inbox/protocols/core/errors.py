"""What can go wrong between us and a network, and what to do about it.

========================= =============== ========== ============================================
error                     retry           blames     the operator reads
========================= =============== ========== ============================================
``CredentialsRefused``    no              channel    check the channel
``RightMissing``          no              channel    which right, and where to tick it
``RecipientUnavailable``  no              recipient  blocked us or left
``WindowClosed``          no              recipient  the network allows no answer any more
``UnsupportedContent``    no              message    this network cannot carry it
``SendError``             no              message    refused, with the network's words
``Throttled``             after a delay   channel    slowed down
``RecipientThrottled``    after a delay   recipient  slowed down for this client
``NotReady``              growing delays  message    the network still works on a file of it
``NetworkUnavailable``    growing delays  channel    does not answer
``OutcomeUnknown``        never blindly   message    may have been delivered
========================= =============== ========== ============================================
"""

#: Seconds; whatever an answer says, tomorrow we ask again.
LONGEST_WAIT = 24 * 3600


class ProtocolError(Exception):
    """Anything a protocol raises on purpose."""


class WebhookRejected(ProtocolError):
    """The webhook does not prove that it comes from the network and is meant for this channel."""


class MalformedPayload(ProtocolError):
    """A field that the network documents is missing or of another kind.

    :param path: where it should be, such as ``message.sender.user_id``
    :param expected: what should be there, such as ``an integer``
    """

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path or 'the body'} is not {expected}")
        self.path = path
        self.expected = expected


class SendError(ProtocolError):
    """The network refuses; ``detail`` holds its own words.

    :ivar code: stable word for the kind of failure, key of its text for people
    :ivar retry: whether the same call may be made again later
    :ivar blames: ``message``, ``recipient`` or ``channel``: what else will fail the same way
    :ivar retry_after: seconds that the network asks us to wait, at most a day, 0 when it names none
    :ivar cure: what a person can do about it (a source text to translate), empty for the usual
    :ivar progress: what the next attempt is given, see ``Outgoing.progress``
    """

    code = "refused"
    retry = False
    blames = "message"

    def __init__(self, detail: str = "", *, retry_after: float = 0, cure: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.retry_after = min(max(retry_after, 0), LONGEST_WAIT)
        self.cure = cure
        self.progress = ""


class CredentialsRefused(SendError):
    code = "credentials_refused"
    blames = "channel"


class RightMissing(CredentialsRefused):
    code = "right_missing"


class RecipientUnavailable(SendError):
    code = "recipient_unavailable"
    blames = "recipient"


class WindowClosed(SendError):
    code = "window_closed"
    blames = "recipient"


class UnsupportedContent(SendError):
    code = "unsupported_content"


class Throttled(SendError):
    code = "throttled"
    retry = True
    blames = "channel"


class RecipientThrottled(Throttled):
    code = "recipient_throttled"
    blames = "recipient"


class NetworkUnavailable(SendError):
    code = "network_unavailable"
    retry = True
    blames = "channel"


class CertificateRefused(NetworkUnavailable):
    """What answers there cannot prove that it is the network."""


class NotReady(SendError):
    """Nothing was sent: the network has not finished with a file that it has taken."""

    code = "not_ready"
    retry = True


class OutcomeUnknown(SendError):
    """The request left and nothing readable came back: sending again may say it twice."""

    code = "outcome_unknown"


#: Every kind of failure a message can have; each has a text for people in the models.
SEND_ERRORS: tuple[type[SendError], ...] = (
    SendError,
    CredentialsRefused,
    RightMissing,
    RecipientUnavailable,
    WindowClosed,
    UnsupportedContent,
    Throttled,
    RecipientThrottled,
    NetworkUnavailable,
    NotReady,
    OutcomeUnknown,
)
