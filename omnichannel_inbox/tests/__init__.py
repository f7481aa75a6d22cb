from . import (
    test_hoot,
    test_conversation,
    test_inbound,
    test_inbound_batch,
    test_webhook,
)
from .network import *
