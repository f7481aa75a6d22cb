import unittest
from types import SimpleNamespace

from bench import filling, sizes


class TestSizes(unittest.TestCase):
    def test_the_sides_take_turns(self):
        opened = []
        setting = SimpleNamespace(rounds=2)
        sides = (lambda: opened.append("large")), (lambda: opened.append("small"))
        large, small = sizes._take_turns(setting, *sides)
        self.assertEqual(opened, ["large", "small"] * (sizes.WARM_UP + 2 * sizes.TIMES))
        self.assertEqual((len(large), len(small)), (2, 2))

    def test_the_figure_is_the_usual_ratio_of_a_round(self):
        figure = sizes._figure("The list", [30, 900, 31], [20, 600, 25])
        self.assertEqual(figure.value, 1.5)
        self.assertTrue(figure.holds)

    def test_each_size_is_ten_times_the_one_before_it(self):
        self.assertEqual(sizes.steps(300_000), [300, 3000, 30_000, 300_000])
        self.assertEqual(sizes.steps(5000), [300, 3000, 5000])

    def test_a_curve_compares_each_size_with_the_smallest(self):
        figure = sizes._curve("The list", [300, 3000], [[20, 20], [25, 30]])
        self.assertEqual(figure.curve, {300: 1, 3000: 1.375})
        self.assertEqual((figure.name, figure.value), ("The list, 3000 ÷ 300", 1.375))

    def test_the_small_size_has_all_that_is_measured(self):
        self.assertLess(max(filling.MESSAGES), filling.MINE)
        self.assertLess(filling.MINE + filling.WAITING, filling.FIRST)


if __name__ == "__main__":
    unittest.main()
