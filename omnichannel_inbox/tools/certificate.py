"""The certificate of our own address, as far as it can be seen from inside.

The one connection that ``transport`` does not open: nothing is asked or sent, only greeted.
"""

import socket
import ssl
from datetime import datetime, timezone

from ..protocols.core.errors import NetworkUnavailable

PATIENCE = 5  # seconds


class NotAccepted(Exception):
    """Nobody would accept the certificate; the words are OpenSSL's."""


def ends_at(host: str, port: int) -> datetime:
    """Return when the certificate of a server of ours ends, in UTC.

    :raises NotAccepted: it has ended, is another host's, or its chain is incomplete
    :raises NetworkUnavailable: it cannot be seen from here
    """
    try:
        with (
            socket.create_connection((host, port), timeout=PATIENCE) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=host) as safe,
        ):
            seconds = ssl.cert_time_to_seconds(safe.getpeercert()["notAfter"])
    except ssl.SSLCertVerificationError as error:
        raise NotAccepted(error.verify_message) from None
    except OSError:
        raise NetworkUnavailable("no connection") from None
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
