from . import noop, reference
