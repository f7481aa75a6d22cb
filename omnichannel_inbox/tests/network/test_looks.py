from .common import NetworkCase, events, load, marks, tagged
from .test_marks import seen

bodies, looks = load("tools.bodies"), load("protocols.core.looks")
Mark, Marked = marks.Mark, marks.Marked


def html(text, *marked):
    """Return how a text reads in a thread."""
    return str(bodies.render_look(looks.read(text, marked)))


@tagged("-at_install", "post_install")
class TestLooks(NetworkCase):
    """What a client has formatted is shown so; what makes no sense only is not."""

    def assert_reads(self, written, *marked, seen_as, text=""):
        look = looks.read(written, marked)
        self.assertEqual((look.text, seen(look)), (text or written, seen_as))

    def test_of_two_that_cross_one_is_cut(self):
        self.assert_reads(
            "abcdef",
            Mark("bold", 0, 4),
            Mark("italic", 2, 4),
            seen_as=[("bold", "abcd"), ("italic", "cd"), ("italic", "ef")],
        )
        self.assert_reads(
            "ab cd",
            Mark("link", 1, 3, "https://a.example/"),
            Mark("quote", 3, 2),
            seen_as=[("link", "b"), ("quote", "cd")],
        )

    def test_code_and_quotations_hold_none_of_their_own(self):
        self.assert_reads("abc", Mark("code", 0, 3), Mark("bold", 1, 1), seen_as=[("code", "abc")])
        self.assert_reads(
            "abc", Mark("quote", 0, 3), Mark("quote", 1, 2), seen_as=[("quote", "abc")]
        )
        link = Mark("link", 1, 1, "https://a.example/")
        self.assert_reads("abc", Mark("pre", 0, 3), link, seen_as=[("link", "b")])

    def test_what_lies_beyond_the_text_is_none(self):
        places = looks.Places("a😀b")
        self.assertEqual(places.mark("bold", 1, 2), [Mark("bold", 1, 1)])
        for begin, length in ((2, 1), (0, 2), (3, 9), (-1, 2), (1, 0), (2, -1), (10**30, 1)):
            self.assertEqual(places.mark("bold", begin, length), [], (begin, length))

    def test_a_link_that_would_mislead_is_written_out(self):
        evil = "https://evil.example/"
        for label, address in (
            ("bank.example", evil),
            ("https://bank.example", evil),
            ("here", "javascript:alert(1)"),
            ("here", "tg://user?id=5"),
            ("here", "https://"),
            ("here", "https://a.example/ onclick=b"),
        ):
            with self.subTest(label=label, address=address):
                words = f"{label} ({address})!"
                link = Mark("link", 0, len(label), address)
                self.assert_reads(f"{label}!", link, text=words, seen_as=[])
        self.assert_reads("a.example", Mark("link", 0, 9, "a.example"), seen_as=[])

    def test_words_that_are_written_push_the_other_marks_on(self):
        self.assert_reads(
            "call me now",
            Mark("bold", 0, 11),
            Mark("link", 5, 2, "tel:5"),
            Mark("italic", 8, 3),
            text="call me (tel:5) now",
            seen_as=[("bold", "call me (tel:5) now"), ("italic", "now")],
        )

    def test_it_is_html_in_blocks(self):
        self.assertEqual(
            html("a\nb\nq <r>\nc\n d", Mark("bold", 2, 3), Mark("quote", 4, 5), Mark("pre", 10, 4)),
            '<p>a<br/><b>b</b></p><div class="o-omnichannel-quoted"><p><b>q</b> &lt;r&gt;</p></div>'
            "<pre>c<br/> d</pre>",
        )
        self.assertEqual(
            html('see "https://a.example/?b&c" or here', Mark("link", 32, 4, "https://b.example/")),
            '<p>see &#34;<a href="https://a.example/?b&amp;c" target="_blank" rel="noreferrer '
            'noopener">https://a.example/?b&amp;c</a>&#34; or <a href="https://b.example/" '
            'target="_blank" rel="noreferrer noopener">here</a></p>',
        )

    def test_what_a_pressed_button_carries_has_no_look(self):
        event = events.MessageReceived(
            "1", "2", "3", events.Person("4"), None, "a", payload="b", look=Marked("c")
        )
        self.assertEqual(
            str(bodies.render_message(event, str, {})), '<p class="o-omnichannel-pressed">a</p>'
        )
