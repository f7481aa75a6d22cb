import random
import unicodedata

from .common import NetworkCase, markup, pieces, tagged

FAMILY = "👨‍👩‍👧‍👦"
CLUSTERS = (
    "а",
    "b",
    "é",
    "e\u0301",
    "😀",
    "👍🏽",
    "❤️",
    "🇷🇺",
    "🇫🇮",
    FAMILY,
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "1️⃣",
    "\r\n",
    "각",
    "\u1100\u1161\u11a8",
    "क्",
)


@tagged("-at_install", "post_install")
class TestToText(NetworkCase):
    def assert_text(self, html, text):
        self.assertEqual(markup.to_text(html), text)

    def test_paragraphs_and_breaks_are_lines(self):
        self.assert_text("<p>Hi <b>you</b></p><p>two<br></p>", "Hi you\ntwo")
        self.assert_text("a<br>b<br/><br/>c", "a\nb\n\nc")
        self.assert_text("<div>a</div>\n  <div>b</div>", "a\nb")

    def test_an_empty_paragraph_is_an_empty_line(self):
        self.assert_text("<p>a</p><p><br></p><p>b</p>", "a\n\nb")

    def test_no_blank_lines_around(self):
        self.assert_text("<p><br></p><p>a</p><p><br></p>", "a")
        for nothing in ("", "  ", "<p></p>", "<p><br></p>", "<!-- x -->"):
            self.assert_text(nothing, "")

    def test_lists_have_marks(self):
        self.assert_text("<ul><li>a</li><li><p>b</p></li></ul>", "• a\n• b")
        self.assert_text("<ol><li>a</li><li>b<br>c</li></ol>", "1. a\n2. b\n   c")
        self.assert_text("<ol start='9'><li>a</li><li>b</li></ol>", "9. a\n10. b")
        self.assert_text("<ul><li>a<ul><li>b</li></ul></li></ul>", "• a\n  • b")

    def test_a_link_shows_its_address_when_it_differs(self):
        self.assert_text('<a href="https://a.b/c">here</a>!', "here (https://a.b/c)!")
        self.assert_text('<a href="https://a.b/">https://a.b</a>', "https://a.b")
        self.assert_text('<a href="https://a.b/">a.b</a>', "a.b")
        self.assert_text('<a href="mailto:a@b.c">a@b.c</a>', "a@b.c")
        self.assert_text('<a href="tel:+7900">call</a>', "call (+7900)")

    def test_an_address_the_client_cannot_open_is_left_out(self):
        for address in ("/odoo/crm/1", "#x", "javascript:alert(1)", "data:,x", ""):
            self.assert_text(f'<a href="{address}">here</a>', "here")

    def test_a_mention_is_a_name(self):
        self.assert_text(
            '<a href="https://odoo.test/odoo/res.partner/3" class="o_mail_redirect" '
            'data-oe-id="3" data-oe-model="res.partner">@Anna</a> hi',
            "@Anna hi",
        )

    def test_quotes_are_marked(self):
        self.assert_text("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n> b\nc")
        self.assert_text("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n> > b")

    def test_space_is_that_of_the_screen(self):
        self.assert_text("<p>  a \n  b <i> c</i></p>", "a b c")
        self.assert_text("a&nbsp;&nbsp;b", "a  b")
        self.assert_text("<pre>a\n  b</pre>", "a\n  b")

    def test_text_is_text(self):
        self.assert_text("1 &lt; 2 &amp; <b>3</b>", "1 < 2 & 3")
        self.assert_text("<script>x</script><style>y</style>z", "z")
        self.assert_text('<img alt="🙂" src="x">', "🙂")
        self.assert_text("<table><tr><td>a</td><td>b</td></tr></table>", "a | b")

    def test_nothing_breaks_it(self):
        for html in (
            "</div></p>a",
            "<a>",
            "<li>",
            "\x00a\ud800",
            "<?xml version='1.0'?>a",
            "<" * 99,
        ):
            with self.subTest(html=html):
                markup.to_text(html).encode()


@tagged("-at_install", "post_install")
class TestSplitText(NetworkCase):
    def test_what_fits_stays_whole(self):
        self.assertEqual(pieces.split_text("a b", 3), ["a b"])
        self.assertEqual(pieces.split_text("", 3), [])
        self.assertEqual(pieces.split_text(" \n ", 3), [])

    def test_paragraph_before_line_before_sentence_before_word(self):
        self.assertEqual(pieces.split_text("aaa bbb\n\nccc\nd", 12), ["aaa bbb", "ccc\nd"])
        self.assertEqual(pieces.split_text("aaa bbb\ncc. dd", 12), ["aaa bbb", "cc. dd"])
        self.assertEqual(pieces.split_text("aaa bb. cc dd", 12), ["aaa bb.", "cc dd"])
        self.assertEqual(pieces.split_text("aaa bbb cc dd", 12), ["aaa bbb cc", "dd"])

    def test_a_far_better_place_does_not_make_a_tiny_piece(self):
        text = "Hi\n\n" + "word " * 10
        self.assertEqual(pieces.split_text(text, 30)[0], "Hi\n\nword word word word word")

    def test_closing_quotes_stay_with_their_sentence(self):
        self.assertEqual(pieces.split_text('He said "Go." Then', 14), ['He said "Go."', "Then"])

    def test_a_hard_space_holds(self):
        self.assertEqual(pieces.split_text("aaa 10\xa0kg", 8), ["aaa", "10\xa0kg"])

    def test_a_word_is_cut_only_if_it_alone_is_too_long(self):
        self.assertEqual(pieces.split_text("a bbbbbb", 6), ["a", "bbbbbb"])
        self.assertEqual(pieces.split_text("bbbbbbbb", 6), ["bbbbbb", "bb"])

    def test_an_emoji_counts_as_networks_count_it(self):
        self.assertEqual(pieces.length("a😀"), 3)
        self.assertEqual(pieces.split_text("😀😀😀", 4), ["😀😀", "😀"])

    def test_what_is_seen_as_one_character_is_never_cut(self):
        chooser = random.Random(1)  # noqa: S311 - the same texts in every run
        for _ in range(300):
            clusters = chooser.choices(CLUSTERS, k=30)
            text, limit = "".join(clusters), chooser.randint(14, 40)
            parts = pieces.split_text(text, limit)
            with self.subTest(text=text, limit=limit):
                self.assert_cut_between(parts, clusters)
                self.assertTrue(all(pieces.length(piece) <= limit for piece in parts))

    def assert_cut_between(self, parts, clusters):
        """Every piece begins where a cluster begins; only line breaks may be missing."""
        bare = [cluster for cluster in clusters if cluster.strip()]
        for piece in parts:
            rest = "".join(piece.split())
            while rest:
                cluster = bare.pop(0)
                self.assertTrue(rest.startswith(cluster), (rest, cluster))
                rest = rest[len(cluster) :]
        self.assertEqual(bare, [])

    def test_nothing_but_space_is_lost(self):
        chooser = random.Random(2)  # noqa: S311 - the same texts in every run
        for _ in range(300):
            text = "".join(chooser.choices('ab. \n"é😀', weights=(5, 5, 1, 3, 1, 1, 1, 1), k=200))
            parts = pieces.split_text(text, chooser.randint(2, 60))
            self.assertEqual("".join("".join(parts).split()), "".join(text.split()))

    def test_one_character_larger_than_a_piece_still_arrives(self):
        tower = "a" + "\u0301" * 50
        self.assertEqual("".join(pieces.split_text(tower, 10)), tower)
        self.assertTrue(all(unicodedata.name(c) for c in tower))

    def test_a_book_takes_no_time(self):
        self.assertEqual(len(pieces.split_text("слово " * 100_000, 4096)), 147)
