import unittest

from bench.__main__ import replaced

DOCUMENT = """before
<!-- figures -->
old
<!-- end of figures -->
between
<!-- figures of races -->
<!-- end of figures of races -->
after
"""


class TestDocument(unittest.TestCase):
    def test_the_figures_replace_the_old_ones(self):
        document = replaced(DOCUMENT, "new")
        self.assertIn("<!-- figures -->\n\nnew\n<!-- end of figures -->\nbetween", document)
        self.assertNotIn("old", document)

    def test_a_part_has_a_place_of_its_own(self):
        document = replaced(DOCUMENT, "new", "races")
        self.assertIn("old", document)
        self.assertIn(
            "<!-- figures of races -->\n\nnew\n<!-- end of figures of races -->", document
        )

    def test_what_comes_again_comes_once(self):
        self.assertEqual(replaced(replaced(DOCUMENT, "new"), "new"), replaced(DOCUMENT, "new"))

    def test_a_document_without_the_place_is_refused(self):
        with self.assertRaises(ValueError):
            replaced(DOCUMENT, "new", "sizes")


if __name__ == "__main__":
    unittest.main()
