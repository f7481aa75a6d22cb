"""Nothing that a network says, or somebody in its name, breaks us.

A few hundred cases that are always the same; ``./dev test-fast --examples N`` tries N new ones of
each kind and network.
"""

import html
from dataclasses import replace
from datetime import datetime
from functools import partial
from unittest.mock import patch

from hypothesis import strategies as st

from . import fuzz
from .common import (
    PROTOCOLS,
    FakeDoor,
    NetworkCase,
    base,
    errors,
    events,
    fixtures,
    load,
    marks,
    markup,
    networks,
    outgoing,
    protocol,
    tagged,
)
from .contract import QUESTIONS
from .toy import Toy, register_toy

bodies = load("tools.bodies")
#: Bytes that PostgreSQL takes into an index, in the longest writing.
INDEXED = 600


class CarelessDoor(FakeDoor):
    """Answers with what it was given, the last answer again and again."""

    def __call__(self, call):
        if len(self.replies) == 1:
            self.replies *= 2
        if len(self.calls) > 300:
            raise AssertionError("asks without end")
        return super().__call__(call)


def texts_of(value):
    """Yield every text in an event."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from texts_of(getattr(value, name))


@tagged("-at_install", "post_install")
class TestFuzz(NetworkCase):
    """Of every network: what comes in is refused, stored or named; every answer is known."""

    def setUp(self):
        super().setUp()
        patcher = patch.dict(PROTOCOLS)
        patcher.start()
        self.addCleanup(patcher.stop)
        register_toy()

    def each(self, strategy, check, share=1.0):
        """Check what a strategy makes of each network."""
        for code in sorted(networks()):
            with self.subTest(network=code):
                fuzz.try_all(strategy(code), partial(check, code), share=share)

    def test_whatever_is_authentic_is_stored_and_understood_or_named(self):
        self.each(fuzz.requests_of, self.check_request, share=4)

    def check_request(self, code, request):
        speaker = protocol(code)
        try:
            speaker.verify(request)
        except errors.WebhookRejected:
            return
        self.assertIsInstance(speaker.answer(request).body, str)
        for envelope in speaker.split(request):
            self.check_storable(envelope.key, INDEXED)
            self.check_storable(envelope.chat_id)
            self.check_storable(envelope.text())
            self.assertTrue(envelope.key)
            self.check_parsed(speaker, envelope)

    def check_storable(self, text, most=None):
        """The database takes a text as it is."""
        self.assertNotIn("\x00", text)
        size = len(text.encode())  # lone surrogates cannot be
        self.assertLessEqual(size, most or size)

    def check_parsed(self, speaker, envelope):
        try:
            parsed = speaker.parse(envelope)
        except errors.MalformedPayload as error:
            self.check_storable(str(error))
            return
        for event in parsed:
            self.assertIsInstance(event, events.Event)
            for text in texts_of(event):
                self.check_storable(text)
            if isinstance(event, events.MessageReceived):
                self.check_message(event)

    def check_message(self, event):
        self.assertIsInstance(event.sent_at, datetime)
        html = bodies.render_message(event, str, {})
        self.check_storable(html)
        self.assertNotIn("<script", html)
        self.assertTrue(0 <= event.sequence < 2**31, event.sequence)

    def test_whoever_does_not_know_the_secret_is_refused(self):
        self.each(fuzz.forgeries_of, self.check_forgery, share=2)

    def check_forgery(self, code, request):
        if fuzz.proven(code, request):
            return
        with self.assertRaises(errors.WebhookRejected):
            protocol(code).verify(request)

    def test_any_answer_to_a_message_is_an_id_or_a_known_error(self):
        self.each(self.sendings, self.check_sending, share=2)

    def sendings(self, code):
        contents = [content for _name, content in fixtures(code, "send")]
        return st.tuples(st.sampled_from(contents), self.answers(code))

    def answers(self, code):
        return st.lists(fuzz.answers_of(code), min_size=1, max_size=4)

    def check_sending(self, code, sending):
        content, answers = sending
        self.check_asked(
            lambda door: base.deliver(protocol(code), outgoing(content), door), answers
        )

    def test_any_answer_to_a_question_is_understood_or_a_known_error(self):
        self.each(self.questions, self.check_question, share=4)

    def questions(self, code):
        return st.tuples(st.sampled_from(sorted(QUESTIONS)), self.answers(code))

    def check_question(self, code, question):
        name, answers = question
        ask = getattr(protocol(code), name)
        self.check_asked(lambda door: ask(*QUESTIONS[name], door), answers)

    def check_asked(self, ask, answers):
        try:
            found = ask(CarelessDoor(*answers))
        except errors.SendError as error:
            self.check_storable(error.detail)
            self.assertNotIn("SECRET", error.detail)
            self.assertTrue(0 <= error.retry_after <= 86400, error.retry_after)
            return
        for text in texts_of(tuple(found) if isinstance(found, list) else found):
            self.check_storable(text)


TAGS = ("b", "i", "u", "s", "code", "pre", "blockquote", "p", "li", "ul", "ol", "h2", "br", "td")
words = st.text("ab. \n\xa0é😀<&", max_size=12).map(html.escape)
written = st.recursive(
    words,
    lambda inner: (
        st.tuples(st.sampled_from(TAGS), inner).map("<{0[0]}>{0[1]}</{0[0]}>".format)
        | st.tuples(st.sampled_from(("https://a.b/c", "tel:1", "")), inner).map(
            '<a href="{0[0]}">{0[1]}</a>'.format
        )
        | st.lists(inner, max_size=4).map("".join)
    ),
    max_leaves=12,
)


@tagged("-at_install", "post_install")
class TestMarkedText(NetworkCase):
    """Whatever is written in the editor, and wherever it is cut."""

    def test_marks_stand_in_the_text_and_in_each_other(self):
        def check(html_text, limit):
            marked = markup.to_marked(html_text, marks.KINDS)
            self.assert_sound(marked)
            network = Toy(base.Settings())
            network.capabilities = replace(Toy.capabilities, max_text=limit)
            parts = network.plan(marked, [])
            said = "".join(part.text for part in parts)
            self.assertEqual("".join(said.split()), "".join(marked.text.split()))
            for part in parts:
                self.assert_sound(marks.Marked(part.text, part.marks))
                if limit >= 30:
                    self.assertLessEqual(network.measure(part), limit)

        fuzz.try_all(st.tuples(written, st.integers(2, 60)), lambda pair: check(*pair), share=20)

    def test_nothing_is_marked_in_what_is_shown_to_the_letter(self):
        """A quotation's sign stands before the bold text: it is not at the edge of the letter."""
        html_text = "<b><pre><blockquote>code</blockquote></pre></b>"
        marked = markup.to_marked(html_text, marks.KINDS)
        self.assertEqual([mark.kind for mark in marked.marks], ["pre"])
        inside = [marks.Mark(kind, 1, 1, "https://a.b" * (kind == "link")) for kind in marks.KINDS]
        letter = marks.Mark("pre", 0, 3)
        self.assertEqual(marks.tidy("abc", [letter, *inside]).marks, (letter,))

    def assert_sound(self, marked):
        for mark in marked.marks:
            covered = marked.text[mark.offset : mark.end]
            self.assertEqual(len(covered), mark.length)
            self.assertEqual(covered, covered.strip())
            self.assertTrue(covered)
        for number, outer in enumerate(marked.marks):
            for inner in marked.marks[number + 1 :]:
                self.assertLessEqual(outer.offset, inner.offset)
                if inner.offset < outer.end:
                    self.assertLessEqual(inner.end, outer.end)
                    self.assertNotIn(outer.kind, marks.VERBATIM)
                    self.assertNotEqual((outer.kind, inner.kind), ("quote", "quote"))
                    verbatim_in = inner.kind in marks.VERBATIM and outer.kind != "quote"
                    self.assertFalse(verbatim_in)
        self.assertEqual(marks.tidy(marked.text, marked.marks), marked)
