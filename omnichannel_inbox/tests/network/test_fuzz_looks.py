"""Whatever a client marks in his words, the words are all there."""

import json

from hypothesis import strategies as st

from . import fuzz
from .common import NetworkCase, load, marks, plain_event, protocol, tagged, wire

bodies, looks = load("tools.bodies"), load("protocols.core.looks")
Mark = marks.Mark
URLS = ("", "https://a.example/?b=1&c=\"'<", "javascript:alert(1)", "tg://user?id=5", "http://")
TELEGRAM_KINDS = "bold italic underline strikethrough code pre spoiler text_link blockquote url"
MAX_KINDS = "strong emphasized underline strikethrough monospaced link heading quote user_mention"


@tagged("-at_install", "post_install")
class TestLooksOfAnything(NetworkCase):
    def test_whatever_is_marked_the_text_is_all_there(self):
        mark = st.builds(
            Mark,
            st.sampled_from(sorted(marks.KINDS)),
            st.integers(-3, 24),
            st.integers(-1, 24),
            st.sampled_from(URLS),
        )

        def check(text, marked):
            found = [each for each in marked if 0 <= each.offset < each.end <= len(text)]
            look = looks.read(text, found)
            self.assert_kept(text, look.text)
            self.assertEqual(marks.tidy(look.text, look.marks), look)
            self.assertEqual(looks.nest(look.text, look.marks), look)
            self.assertNotIn('href="javascript', bodies.render_look(look))
            shown = bodies.render_look(look)
            self.assert_kept(
                "".join(look.text.split()), "".join(shown.replace("<br/>", "").striptags().split())
            )

        texts = st.text("ab .\n😀<&é:/", max_size=20)
        fuzz.try_all(st.tuples(texts, st.lists(mark, max_size=6)), lambda v: check(*v), share=40)

    def assert_kept(self, text, longer):
        """What is written in it stands in the other, in this order."""
        rest = iter(longer)
        for character in text:
            self.assertIn(character, rest)

    def test_any_list_of_entities_leaves_the_text(self):
        numbers = st.integers(-2, 20) | st.sampled_from(fuzz.ODD_VALUES)
        for code, kinds, names in (
            ("telegram", TELEGRAM_KINDS, ("entities", "offset")),
            ("max", MAX_KINDS, ("markup", "from")),
        ):
            entity = st.fixed_dictionaries(
                {},
                optional={
                    "type": st.sampled_from(kinds.split()) | fuzz.odd_values,
                    names[1]: numbers,
                    "length": numbers,
                    "url": st.sampled_from(URLS) | fuzz.odd_values,
                },
            )
            entities = st.lists(entity, max_size=5) | fuzz.odd_values

            def check(found, code=code, name=names[0]):
                text = "ab😀 c\nd <e>"
                [event] = self.parse(code, text, {name: found})
                self.assert_kept(text, event.text)
                if event.look:
                    self.assert_kept(text, event.look.text)
                bodies.render_message(event, str, {})

            with self.subTest(network=code):
                fuzz.try_all(entities, check, share=20)
                check([{"type": kinds.split()[0], names[1]: 0, "length": 2}])

    def parse(self, code, text, marked):
        sender, at = {"id": 5, "user_id": 5, "first_name": "A"}, 1763629203
        said = {"message_id": 1, "from": sender, "chat": {"id": 5, "type": "private"}, "date": at}
        update = {"update_id": 1, "message": {**said, "text": text, **marked}}
        if code == "max":
            body = {"mid": "m", "seq": 1, "text": text, **marked}
            to = {"chat_id": 5, "chat_type": "dialog", "user_id": 6}
            said = {"sender": sender, "recipient": to, "timestamp": at * 1000, "body": body}
            update = {"update_type": "message_created", "timestamp": at * 1000, "message": said}
        found = protocol(code).parse(wire.Envelope("1", json.dumps(update).encode()))
        self.assertEqual(plain_event(found[0])["type"], "MessageReceived")
        return found
