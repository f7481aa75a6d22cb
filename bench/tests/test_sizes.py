import unittest

from bench import filling, sizes


class TestSizes(unittest.TestCase):
    def test_the_figure_compares_the_usual_rounds(self):
        figure = sizes._figure("The list", [30, 900, 31], [20, 10, 25])
        self.assertEqual(figure.value, 31 / 20)
        self.assertFalse(figure.holds)

    def test_a_round_is_as_fast_as_nobody_disturbed_it(self):
        opened = []
        taken = sizes._milliseconds(opened.append, session="session", times=3)
        self.assertEqual(opened, ["session"] * 3)
        self.assertGreater(taken, 0)

    def test_the_small_size_has_all_that_is_measured(self):
        self.assertLess(max(filling.MESSAGES), filling.MINE)
        self.assertLess(filling.MINE + filling.WAITING, filling.FIRST)


if __name__ == "__main__":
    unittest.main()
