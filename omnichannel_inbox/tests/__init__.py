from . import (
    test_inbound,
    test_webhook,
)
from .network import *
