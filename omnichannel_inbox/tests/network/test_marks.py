from dataclasses import replace

from .common import FakeDoor, NetworkCase, base, marks, markup, protocol, reply, tagged
from .toy import Toy

Mark, Marked = marks.Mark, marks.Marked


def seen(marked):
    """Return what is marked, as words."""
    return [(mark.kind, marked.text[mark.offset : mark.end]) for mark in marked.marks]


@tagged("-at_install", "post_install")
class TestToMarked(NetworkCase):
    """What somebody writes in Odoo's editor, as text and marks."""

    def assert_marked(self, html, text, *expected, carried=marks.KINDS):
        marked = markup.to_marked(html, carried)
        self.assertEqual((marked.text, seen(marked)), (text, list(expected)))
        return marked

    def test_styles_may_stand_in_each_other(self):
        self.assert_marked(
            "<p>Hi <strong>you <em>and</em> </strong>me</p>",
            "Hi you and me",
            ("bold", "you and"),
            ("italic", "and"),
        )
        self.assert_marked("<u>a</u> <s>b</s>", "a b", ("underline", "a"), ("strike", "b"))
        self.assert_marked("<b>a <strong>b</strong></b>", "a b", ("bold", "a b"))

    def test_what_covers_lines_covers_them(self):
        self.assert_marked("<b>a<br>b</b>", "a\nb", ("bold", "a\nb"))
        self.assert_marked("<p><br></p><h1>a</h1><p>b</p>", "a\nb", ("bold", "a"))

    def test_the_signs_of_a_list_are_no_part_of_what_is_marked(self):
        self.assert_marked(
            "<ul><li><b>a</b></li><li>b <i>c</i></li></ul>",
            "• a\n• b c",
            ("bold", "a"),
            ("italic", "c"),
        )

    def test_what_is_shown_to_the_letter_stands_alone(self):
        self.assert_marked(
            "<b>a <code>b <i>c</i></code> d</b>",
            "a b c d",
            ("bold", "a"),
            ("code", "b c"),
            ("bold", "d"),
        )
        self.assert_marked("<pre>a\n  <b>b</b></pre>c", "a\n  b\nc", ("pre", "a\n  b"))

    def test_a_link_needs_no_address_beside_it(self):
        marked = self.assert_marked(
            '<a href="https://a.b/?c=1&amp;d=2">here</a>!', "here!", ("link", "here")
        )
        self.assertEqual(marked.marks[0].url, "https://a.b/?c=1&d=2")
        self.assert_marked('<a href="https://a.b/">a.b</a>', "a.b")

    def test_a_link_that_no_mark_can_be_is_written_out(self):
        for html, text in (
            ('<a href="mailto:a@b.c">me</a>', "me (a@b.c)"),
            ('<a href="https://a.b/c"><img src="x"></a>', "(https://a.b/c)"),
            (f'<a href="https://a.b/{"c" * 1000}">x</a>', f"x (https://a.b/{'c' * 1000})"),
        ):
            with self.subTest(html=html[:60]):
                self.assertEqual(markup.to_marked(html, marks.KINDS).text, text)
        found = seen(markup.to_marked('<code><a href="https://a.b">x</a></code>', marks.KINDS))
        self.assertEqual(found, [("code", "x (https://a.b)")])

    def test_a_link_of_code_is_a_link(self):
        self.assert_marked('<a href="https://a.b"><code>x</code></a>', "x", ("link", "x"))

    def test_a_quotation_in_a_quotation_is_said_with_signs(self):
        self.assert_marked(
            "<blockquote>a<blockquote>b</blockquote></blockquote>c",
            "a\n> b\nc",
            ("quote", "a\n> b"),
        )

    def test_what_the_network_cannot_show_is_said_in_words(self):
        html = '<blockquote><b>a</b> <a href="https://a.b">x</a></blockquote>'
        self.assert_marked(html, "> a x (https://a.b)", ("bold", "a"), carried={"bold"})
        self.assert_marked(html, "> a x (https://a.b)", carried=set())

    def test_words_say_the_same_as_marks(self):
        for html in (
            '<p>Hi <b>you</b>, <a href="https://a.b/c">here</a></p>',
            "<blockquote><p>a</p><p>b <i>c</i></p></blockquote>d",
            '<ul><li>a</li><li><a href="https://a.b/c">b</a></li></ul>',
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
        ):
            with self.subTest(html=html):
                said = marks.in_words(markup.to_marked(html, marks.KINDS))
                self.assertEqual(said, markup.to_text(html))

    def test_html_is_escaped_and_well_nested(self):
        marked = markup.to_marked(
            '<b>1 &lt; 2 <a href="https://a.b/?c=&quot;">&amp;</a></b>', marks.KINDS
        )
        self.assertEqual(
            marks.to_html(marked, {"bold": "b", "link": "a"}),
            '<b>1 &lt; 2 <a href="https://a.b/?c=&quot;">&amp;</a></b>',
        )


@tagged("-at_install", "post_install")
class TestPlanWithMarks(NetworkCase):
    """Which messages carry an answer that is more than plain."""

    def plan(self, marked, kinds=(), max_text=20, **can):
        network = Toy(base.Settings())
        network.capabilities = replace(Toy.capabilities, max_text=max_text, **can)
        return network.plan(marked, kinds)

    def test_a_mark_goes_on_in_the_next_message(self):
        text = "aaaa bbbb cccc dddd eeee ffff"
        parts = self.plan(Marked(text, (Mark("bold", 5, 24), Mark("italic", 15, 9))))
        self.assertEqual(
            [(part.text, seen(part)) for part in parts],
            [
                ("aaaa bbbb cccc dddd", [("bold", "bbbb cccc dddd"), ("italic", "dddd")]),
                ("eeee ffff", [("bold", "eeee ffff"), ("italic", "eeee")]),
            ],
        )

    def test_every_message_would_fit_in_words_as_well(self):
        link = Mark("link", 5, 4, "https://a.b")
        parts = self.plan(Marked("aaaa bbbb cccc dddd", (link,)), max_text=26)
        self.assertEqual([part.text for part in parts], ["aaaa bbbb", "cccc dddd"])

    def test_a_caption_would_too(self):
        text = Marked("aaaa bbbb", (Mark("link", 5, 4, "https://a.b"),))
        can = {"files": frozenset({"image"}), "max_text": 40}
        beside = self.plan(text, ["image"], max_caption=23, **can)
        self.assertEqual([(part.text, seen(part)) for part in beside], [(text.text, seen(text))])
        self.assertEqual(beside[0].files, (0,))
        self.assertEqual(len(self.plan(text, ["image"], max_caption=22, **can)), 2)

    def test_tags_are_counted_where_they_may_be(self):
        bold = Marked("a" * 3999, (Mark("bold", 0, 3999),))
        self.assertEqual([len(part.text) for part in protocol("max").plan(bold, [])], [3993, 6])


@tagged("-at_install", "post_install")
class TestChangesOfMarks(NetworkCase):
    """A message that is there gets another text, or only another look."""

    marked = base.Outgoing("7", "a b", marks=(Mark("link", 2, 1, "https://a.b"),))

    def edit(self, network, *answers):
        door = FakeDoor(*answers)
        protocol(network).edit("5", self.marked, door)
        return door.asked()

    def test_telegram(self):
        done = reply(200, {"ok": True, "result": {"message_id": 5}})
        refusal = {"ok": False, "error_code": 400, "description": "Bad Request: entity begins …"}
        first, second = self.edit("telegram", reply(400, refusal), done)
        self.assertIn("text_link", first["entities"])
        self.assertEqual((second["text"], "entities" in second), ("a b (https://a.b)", False))

    def test_max(self):
        refusal = reply(400, {"code": "proto.payload", "message": "…"})
        first, second = self.edit("max", refusal, reply(200, {"success": True}))
        self.assertEqual(
            (first["text"], first["format"]), ('a <a href="https://a.b">b</a>', "html")
        )
        self.assertEqual((second["text"], "format" in second), ("a b (https://a.b)", False))

    def test_of_a_caption(self):
        files = (base.Upload("image", "a", "image/png", b"x"),)
        door = FakeDoor(reply(200, {"ok": True, "result": {"message_id": 5}}))
        protocol("telegram").edit("5", replace(self.marked, files=files), door)
        self.assertIn("text_link", door.asked()[0]["caption_entities"])

    def test_of_more_marks_than_telegram_heeds_the_telling_ones_are_kept(self):
        styles = [Mark("bold", 2 * n, 1) for n in range(150)]
        link = Mark("link", 298, 1, "https://a.b")
        for links, asked in (([link], 100), ([replace(link, offset=2 * n) for n in range(101)], 0)):
            message = base.Outgoing("7", "a " * 150, marks=(*styles, *links))
            door = FakeDoor(reply(200, {"ok": True, "result": {"message_id": 5}}))
            protocol("telegram").send(message, door)
            [said] = door.asked()
            self.assertEqual(said.get("entities", "").count("offset"), asked)
            self.assertIn("https://a.b", str(said))
