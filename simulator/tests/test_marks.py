"""What a text looks like: taken, refused, told back, and shown on the phone."""

import json
from unittest import TestCase

from simulator import views
from simulator.max.formatting import STYLES, read_html
from simulator.telegram.entities import check_entities
from simulator.telegram.errors import ApiError

from .test_telegram import OLGA, TelegramCase


def entity(kind, offset, length, **values):
    return {"type": kind, "offset": offset, "length": length, **values}


class TestTelegramEntities(TestCase):
    """Strict as the Bot API, or its documentation, is."""

    def test_what_may_stand_in_what(self):
        link = entity("text_link", 2, 2, url="https://example.com")
        for entities in (
            [entity("bold", 0, 6), entity("italic", 2, 4)],
            [entity("blockquote", 0, 6), entity("code", 1, 2), entity("bold", 3, 3)],
            [entity("bold", 0, 6), link],
            [link, entity("bold", 2, 2)],
            [entity("pre", 0, 2), entity("pre", 2, 2)],
        ):
            with self.subTest(entities=entities):
                self.assertEqual(len(check_entities(entities, "abcdef")), len(entities))

    def test_what_may_not_is_refused(self):
        link = entity("text_link", 1, 2, url="https://example.com")
        for words, entities in {
            "ends after the end of the text": [entity("bold", 0, 7)],
            "begins after the end of the text": [entity("bold", 6, 1)],
            "incorrect offset": [entity("bold", -1, 2)],
            "incorrect length": [entity("bold", 0, 0)],
            "Unsupported type": [entity("loud", 0, 1)],
            "offset 3 ends after": [entity("bold", 0, 5), entity("italic", 3, 3)],
            "bold in code": [entity("code", 0, 5), entity("bold", 1, 2)],
            "code in bold": [entity("bold", 0, 5), entity("code", 1, 2)],
            "blockquote in blockquote": [entity("blockquote", 0, 5), entity("blockquote", 1, 2)],
            "code in text_link": [link, entity("code", 1, 2)],
            "Wrong HTTP URL": [entity("text_link", 0, 1, url="http://shop")],
        }.items():
            with self.subTest(words), self.assertRaises(ApiError) as refused:
                check_entities(entities, "abcdef")
            self.assertIn(words, refused.exception.words)

    def test_places_count_utf_16_units(self):
        self.assertTrue(check_entities([entity("bold", 2, 1)], "😀a"))
        for begin, length, words in ((1, 2, "begins in a middle"), (0, 1, "ends in a middle")):
            with self.assertRaises(ApiError) as refused:
                check_entities([entity("bold", begin, length)], "😀a")
            self.assertIn(words, refused.exception.words)

    def test_more_than_a_hundred_are_not_heeded(self):
        many = [entity("bold", place, 1) for place in range(120)]
        self.assertEqual(len(check_entities(many, "a" * 120)), 100)


class TestOnThePhone(TelegramCase):
    """The client sees it."""

    def setUp(self):
        super().setUp()
        self.act("start")

    def marked(self):
        return [(m["kind"], m["offset"], m["length"]) for m in self.seen()[-1]["marks"]]

    def test_a_text_and_its_edit(self):
        told = self.say("a b", entities=json.dumps([entity("bold", 0, 1)]))
        self.assertEqual(told["entities"], [entity("bold", 0, 1)])
        self.assertEqual(self.marked(), [("bold", 0, 1)])
        edit = {"chat_id": OLGA, "message_id": told["message_id"], "text": "a b"}
        self.api("editMessageText", **edit, entities=json.dumps([entity("italic", 2, 1)]))
        self.assertEqual(self.marked(), [("italic", 2, 1)])
        again = {**edit, "entities": json.dumps([entity("italic", 2, 1)])}
        self.assertIn("is not modified", self.refused("editMessageText", **again))
        self.api("editMessageText", **edit)
        self.assertEqual(self.marked(), [])

    def test_what_the_client_marks(self):
        self.act("write", text="a b", entities=[entity("bold", 0, 1)])
        self.assertEqual(self.marked(), [("bold", 0, 1)])


class TestMaxFormatting(TestCase):
    """MAX's HTML."""

    def test_it_is_read_into_text_and_markup(self):
        text, markup = read_html(
            '😀 <b>a <i>b</i></b> &lt;c&gt; <a href="https://a.b/?c=1&amp;d">d</a><p>e</p>'
        )
        self.assertEqual(text, "😀 a b <c> de")
        self.assertEqual(
            [
                (one["kind"], one["offset"], one["length"], one["url"])
                for one in views.marks(markup, STYLES, begin="from")
            ],
            [
                ("bold", 3, 3, ""),
                ("italic", 5, 1, ""),
                ("link", 11, 1, "https://a.b/?c=1&d"),
            ],
        )
