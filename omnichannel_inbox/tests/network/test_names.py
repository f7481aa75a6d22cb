"""The rest of the addon knows no network by name."""

import re
import unittest
from pathlib import Path

from .common import PROTOCOLS

ADDON = Path(__file__).parents[2]
#: Where whoever names a network has forgotten another one.
STRANGERS = ("controllers/*.py", "models/*.py", "tools/*.py", "wizards/*.py", "static/src/**/*.*")


def names_in(text):
    """Return the networks that a source file names: by what they are called, or by their code."""
    return [
        code
        for code, protocol in PROTOCOLS.items()
        if re.search(rf"\b{re.escape(protocol.label)}\b|[\"'`]{code}[\"'`]", text)
    ]


class TestNames(unittest.TestCase):
    def test_no_network_is_named_outside_its_own_files(self):
        for pattern in STRANGERS:
            for path in ADDON.glob(pattern):
                with self.subTest(path.relative_to(ADDON)):
                    self.assertEqual(names_in(path.read_text(encoding="utf-8")), [])

    def test_no_test_hides_another(self):
        """Odoo finds both folders' tests under one name."""
        tests = ADDON / "tests"
        named = [
            path.name for folder in (tests, tests / "network") for path in folder.glob("t*.py")
        ]
        self.assertEqual(len(named), len(set(named)))

    def test_a_name_would_be_found(self):
        for code, protocol in PROTOCOLS.items():
            for text in (f'if network == "{code}":', f"Sends to {protocol.label}.", f"'{code}'"):
                with self.subTest(text):
                    self.assertEqual(names_in(text), [code])

    def test_what_only_looks_like_one_is_none(self):
        self.assertEqual(names_in("Math.max(1, max(2)) + MAX_REPLY"), [])
