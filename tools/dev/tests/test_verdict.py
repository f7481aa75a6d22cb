"""What the verdict says of runs that leaked, and of those that did not."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

VERDICT = Path(__file__).parents[1] / "verdict.py"
#: Not written as one word: this run's own log is looked through as well.
SECRET = "SEC" + "RET"
WELL = "Ran 3 tests in 0.1s\n\nOK\n"


class TestLeaks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.known = self.folder / "known"
        self.known.write_text("# none\n", encoding="utf-8")
        self.say("networks.log", WELL)
        (self.folder / "networks.exit").write_text("0", encoding="ascii")

    def say(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def judge(self):
        command = [sys.executable, VERDICT, self.folder, self.known]
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours

    def test_what_says_no_secret_passes(self):
        self.say("odoo.said", "POST /omnichannel/webhook/… 200\n")
        self.assertEqual(self.judge().returncode, 0)

    def test_a_secret_in_the_log_of_a_run_fails_it(self):
        self.say("networks.log", f"{WELL}token {SECRET}-1\n")
        verdict = self.judge()
        self.assertEqual(verdict.returncode, 1)
        self.assertIn("a secret in networks.log, line 4", verdict.stdout)
        self.assertNotIn(f"{SECRET}-1", verdict.stdout)

    def test_a_secret_in_what_a_server_said_fails_it(self):
        self.say("odoo.said", f"GET /bot7:{SECRET}/getMe\n")
        self.assertIn("a secret in odoo.said, line 1", self.judge().stdout)
