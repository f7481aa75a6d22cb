import unittest
from xml.etree import ElementTree

from bench.plot import plot


class TestPlot(unittest.TestCase):
    def setUp(self):
        curves = {"The list, 3000 ÷ 300": {300: 1.0, 3000: 1.2}, "A & B, 3000 ÷ 300": {300: 1.0}}
        self.picture = ElementTree.fromstring(plot(curves, limit=1.5))  # noqa: S314 - our own

    def test_every_screen_has_its_line_and_its_name(self):
        lines = [one for one in self.picture if one.tag.endswith("polyline")]
        self.assertEqual(len(lines), 2)
        words = [one.text for one in self.picture if one.tag.endswith("text")]
        self.assertIn("The list", words)
        self.assertIn("A & B", words)

    def test_what_costs_more_is_higher(self):
        [line, _other] = [one for one in self.picture if one.tag.endswith("polyline")]
        small, large = (point.split(",") for point in line.get("points").split())
        self.assertLess(float(small[0]), float(large[0]))
        self.assertGreater(float(small[1]), float(large[1]))


if __name__ == "__main__":
    unittest.main()
