from . import test_inbound
from .network import *
