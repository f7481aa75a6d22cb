from . import (
    test_contract,
    test_keyboards,
    test_markup,
    test_max,
    test_plan,
    test_roots,
    test_signatures,
    test_telegram,
    test_toy,
    test_transport,
    test_vk,
    test_wire,
)
