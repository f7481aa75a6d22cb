"""The proofs that a webhook comes from its network; each raises, none answers yes or no."""

import hashlib
import hmac

from .errors import WebhookRejected


def require_equal(received: str, expected: str) -> None:
    """Fail closed: a channel without a secret receives nothing.

    :raises WebhookRejected: another secret, or none to compare with
    """
    if not expected or not hmac.compare_digest(_raw(received), _raw(expected)):
        raise WebhookRejected


def require_hmac(received: str, body: bytes, secret: str) -> None:
    """The signature is the hexadecimal HMAC-SHA256 of the raw body. Fails closed.

    :raises WebhookRejected: another signature, or no secret to compute it with
    """
    if not secret:
        raise WebhookRejected
    require_equal(received, hmac.new(_raw(secret), body, hashlib.sha256).hexdigest())


def _raw(text: str) -> bytes:
    # Whatever stands in a header or a body has to be comparable, lone surrogates too.
    return text.encode("utf-8", "surrogatepass")
