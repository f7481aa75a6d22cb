"""Nothing that a network says, or somebody in its name, breaks us.

A few hundred cases that are always the same; ``./dev test-fast --examples N`` tries N new ones of
each kind and network.
"""

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
    networks,
    outgoing,
    protocol,
    tagged,
)
from .contract import QUESTIONS
from .toy import register_toy

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
