from . import (
    test_channel_secrets,
    test_conversation,
    test_convert,
    test_evidence,
    test_hoot,
    test_inbound,
    test_inbound_batch,
    test_lead_line,
    test_pieces,
    test_webhook,
)
from .network import *
