from dataclasses import replace

from .common import NetworkCase, base, errors, planning, tagged
from .toy import Toy

YES = planning.Button("Yes", payload="yes")
PHONE = planning.Button("My number", kind="phone")
LIMITS = planning.ButtonLimits(
    kinds=frozenset({"answer", "phone"}), count=2, label=20, alone=frozenset({"phone"})
)


@tagged("-at_install", "post_install")
class TestPlanWithButtons(NetworkCase):
    """Which messages carry an answer that has buttons."""

    def plan(self, text, kinds=(), buttons=(YES,)):
        network = Toy(base.Settings())
        network.capabilities = replace(
            Toy.capabilities, buttons=LIMITS, files=frozenset({"image"}), files_per_message=10
        )
        return network.plan(text, kinds, buttons)

    def test_they_stand_under_the_end_of_the_text(self):
        parts = self.plan("a" * 60 + " " + "b" * 60)
        self.assertEqual(
            [(part.text[0], part.buttons) for part in parts], [("a", False), ("b", True)]
        )

    def test_files_go_before(self):
        self.assertEqual(
            self.plan("Which?", ["image", "image"]),
            [planning.Part(files=(0, 1)), planning.Part("Which?", buttons=True)],
        )

    def test_what_stands_alone_is_carried_alone(self):
        [part] = self.plan("Which number?", buttons=[PHONE])
        self.assertTrue(part.buttons)

    def test_what_the_network_does_not_carry_is_refused(self):
        for text, buttons in (
            ("Which?", [YES] * 3),
            ("Where?", [planning.Button("Site", kind="link", url="https://example.com")]),
            ("  ", [YES]),
            ("Which number?", [PHONE, YES]),
            ("Which number?", [PHONE, PHONE]),
        ):
            with self.subTest(text=text), self.assertRaises(errors.UnsupportedContent):
                self.plan(text, buttons=buttons)


@tagged("-at_install", "post_install")
class TestPlanOfCaptions(NetworkCase):
    """Which files have the text beside them, where not all can."""

    def plan(self, text, kinds):
        network = Toy(base.Settings())
        network.capabilities = replace(
            Toy.capabilities, files=frozenset({"image", "file"}), captioned=frozenset({"image"})
        )
        return network.plan(text, kinds)

    def test_a_picture_takes_it_along(self):
        self.assertEqual(
            self.plan("Here", ["image", "file"]),
            [planning.Part("Here", (0,)), planning.Part(files=(1,))],
        )

    def test_before_anything_else_it_goes_alone(self):
        self.assertEqual(
            self.plan("Here", ["file", "image"]),
            [planning.Part("Here"), planning.Part(files=(0,)), planning.Part(files=(1,))],
        )

    def test_without_a_text_there_is_nothing_to_part(self):
        self.assertEqual(self.plan("", ["file"]), [planning.Part(files=(0,))])
