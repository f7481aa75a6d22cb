import unittest

from bench.ledger import Ledger, plain


class TestLedger(unittest.TestCase):
    """The books find what is wrong, or nobody would believe that nothing is."""

    def setUp(self):
        self.ledger = Ledger(control=None, sql=None, account="1")

    def phone(self, *texts, mine=True):
        return [{"id": n, "text": text, "mine": mine} for n, text in enumerate(texts, start=1)]

    def shown(self, *texts, direction="in"):
        state = "sent" if direction == "out" else None
        return [
            ("7", direction, f"<p>{text}</p>", str(n), state)
            for n, text in enumerate(texts, start=1)
        ]

    def test_everything_in_its_place_is_clean(self):
        self.ledger._balance_questions("7", self.phone("a", "b"), self.shown("a", "b"))
        self.ledger._balance_answers(
            "7", self.phone("x", mine=False), self.shown("x", direction="out")
        )
        self.assertTrue(self.ledger.is_clean)
        self.assertEqual((self.ledger.events, self.ledger.answers), (2, 1))

    def test_what_is_not_visible_is_lost(self):
        self.ledger._balance_questions("7", self.phone("a", "b"), self.shown("a"))
        self.assertEqual(self.ledger.lost, 1)

    def test_what_is_visible_twice_is_doubled(self):
        shown = self.shown("a") * 2
        self.ledger._balance_questions("7", self.phone("a"), shown)
        self.assertEqual(self.ledger.doubled, 1)

    def test_an_answer_that_arrived_twice_is_doubled(self):
        arrived = self.phone("x", "x", mine=False)
        self.ledger._balance_answers("7", arrived, self.shown("x", direction="out"))
        self.assertEqual(self.ledger.doubled, 1)

    def test_what_is_in_doubt_may_be_there_or_not(self):
        in_doubt = [("7", "out", f"<p>{text}</p>", None, "unknown") for text in ("x", "y")]
        self.ledger._balance_answers("7", self.phone("y", mine=False), in_doubt)
        self.assertTrue(self.ledger.is_clean)
        self.ledger._balance_answers("7", self.phone("y", "y", mine=False), in_doubt)
        self.assertEqual(self.ledger.doubled, 1)

    def test_what_nobody_said_is_found(self):
        arrived = self.phone("x", "y", mine=False)
        self.ledger._balance_answers("7", arrived, self.shown("x", direction="out"))
        self.assertIn("'y'", self.ledger.findings[0])

    def test_what_came_late_and_does_not_say_so_is_found(self):
        phone, (first, second) = self.phone("a", "b"), self.shown("a", "b")
        self.ledger._balance_questions("7", phone, [second, first])
        self.assertIn("1 of 2 messages came late", self.ledger.findings[0])

    def test_what_came_late_and_says_so_is_clean(self):
        phone, (first, second) = self.phone("a", "b"), self.shown("a", "b")
        marked = (*first[:2], f'{first[2]}<p class="o-omnichannel-late">Late</p>', *first[3:])
        self.ledger._balance_questions("7", phone, [second, marked])
        self.assertTrue(self.ledger.is_clean)
        self.ledger._balance_questions("7", phone, [marked, second])
        self.assertIn("1 of 2 messages is marked as late", self.ledger.findings[0])

    def test_another_text_is_found(self):
        self.ledger._balance_questions("7", self.phone("a"), self.shown("b"))
        self.assertIn("does not read", self.ledger.findings[0])

    def test_the_text_of_a_thread_is_read_without_its_tags(self):
        self.assertEqual(plain("<p>one <b>two</b></p>"), "one two")


if __name__ == "__main__":
    unittest.main()
