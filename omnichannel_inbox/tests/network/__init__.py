from importlib.util import find_spec as _find_spec

from . import (
    test_contract,
    test_intrusion,
    test_keyboards,
    test_looks,
    test_marks,
    test_markup,
    test_max,
    test_names,
    test_plan,
    test_roots,
    test_signatures,
    test_telegram,
    test_toy,
    test_transport,
    test_viber,
    test_vk,
    test_wire,
)

# A server that only runs the addon has no hypothesis.
if _find_spec("hypothesis"):
    from . import test_fuzz, test_fuzz_looks
