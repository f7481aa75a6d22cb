import unittest

from bench import figures


class TestFigures(unittest.TestCase):
    def test_the_percentile_is_one_of_the_values(self):
        values = list(range(100, 0, -1))
        self.assertEqual(figures.percentile(values, 0.99), 99)
        self.assertEqual(figures.percentile(values, 0.5), 50)
        self.assertEqual(figures.percentile([7], 0.99), 7)

    def test_the_ratio_is_that_of_the_usual_round(self):
        self.assertEqual(figures.ratio([10, 30, 900], [5, 10, 100]), 3)

    def test_a_promise_is_kept_or_missed(self):
        self.assertTrue(figures.at_least("speed", 8, 4, "").holds)
        self.assertFalse(figures.at_most("cost", 1.7, 1.6, "").holds)
        self.assertTrue(figures.at_most("errors", 0, 0, "").holds)

    def test_the_table_says_what_was_missed(self):
        kept = figures.at_least("speed", 8.04, 4, "80 ÷ 10")
        missed = figures.at_most("cost", 1.7, 1.6, "17 ÷ 10")
        table = figures.table([kept, missed])
        self.assertIn("| speed  | 8.04 ×   | ≥ 4 ×    | holds      | 80 ÷ 10 |", table)
        self.assertIn("**missed**", table)

    def test_where_nothing_was_promised_nothing_is_missed(self):
        figure = figures.told("Memory", 1.25, "125 ÷ 100 MiB")
        self.assertTrue(figure.holds)
        self.assertEqual(figure.row(), ["Memory", "1.25 ×", "–", "", "125 ÷ 100 MiB"])


if __name__ == "__main__":
    unittest.main()
