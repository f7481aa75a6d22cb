from unittest.mock import patch

from . import contract
from .common import PROTOCOLS, NetworkCase, networks, tagged
from .toy import Toy, register_toy


@tagged("-at_install", "post_install")
class TestToy(NetworkCase):
    """A second network needs a file, fixtures, a view, a page and a stand-in: nothing else."""

    def setUp(self):
        super().setUp()
        patcher = patch.dict(PROTOCOLS)
        patcher.start()
        self.addCleanup(patcher.stop)
        register_toy()

    def test_it_is_among_the_networks_once_it_is_registered(self):
        self.assertIs(networks()["toy"], Toy)

    def test_it_keeps_the_contract(self):
        for check in contract.CHECKS:
            with self.subTest(check=check.__name__):
                check(self, "toy")

    def test_the_contract_asks_for_what_it_still_needs(self):
        self.assertEqual(
            contract.missing_parts("toy"),
            [
                "omnichannel_inbox/protocols/toy.py",
                "omnichannel_inbox/views/omnichannel_channel_toy_views.xml",
                "docs/networks/toy.md",
                "simulator/toy.py",
            ],
        )

    def test_a_network_that_breaks_the_contract_does_not_pass(self):
        for name, broken in {
            "rejects_what_is_not": {"verify": lambda *_args: None},
            "parses_to_the_expected_events": {"parse": lambda *_args: []},
            "sends_what_is_expected": {"send": lambda *_args: "1"},
        }.items():
            check = next(check for check in contract.CHECKS if check.__name__ == name)
            with self.subTest(check=name), patch.multiple(Toy, **broken):
                self.assertTrue(_fails(check))


def _fails(check):
    """Whether the check finds anything, asked of a test case of its own."""
    case = NetworkCase()
    case.subTest = _Plain
    try:
        check(case, "toy")
    except AssertionError:
        return True
    return False


class _Plain:
    """A subtest that lets its failure through."""

    def __init__(self, **_values):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        return False
