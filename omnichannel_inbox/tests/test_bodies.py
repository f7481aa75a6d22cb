from lxml import html

from odoo.tests import tagged

from .common import CHAT, InboxCase

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'&amp;"


@tagged("-at_install", "post_install")
class TestWhatComesIn(InboxCase):
    """What comes in is text: shown as it was written, never run."""

    def body(self, **message):
        conversation = self.deliver(self.message(**message))
        return conversation.discuss_channel_id.message_ids.sorted("id")[-1].body

    def assert_harmless(self, body):
        """There is no element and no attribute that does anything."""
        root = html.fromstring(f"<div>{body}</div>")
        self.assertLessEqual(
            {element.tag for element in root.iter()},
            {"div", "p", "br", "a", "b", "span"},
        )
        for element in root.iter():
            self.assertFalse([name for name in element.attrib if name.startswith("on")])
            self.assertRegex(element.get("href", "https://"), "^https?://")
        return root.text_content()

    def test_a_text_is_shown_as_it_was_written(self):
        self.assertIn(EVIL, self.assert_harmless(self.body(text=EVIL)))

    def test_lines_stay_lines_and_addresses_become_links(self):
        body = self.body(text="one\ntwo https://example.com/a?b=1&c=2, javascript:alert(1)")
        root = html.fromstring(f"<div>{body}</div>")
        self.assertEqual(len(root.findall(".//br")), 1)
        [link] = root.findall(".//a")
        self.assertEqual(link.get("href"), "https://example.com/a?b=1&c=2")
        self.assertIn("noopener", link.get("rel"))

    def test_an_address_cannot_leave_its_quotes(self):
        for text in ('https://a.example/"onmouseover="alert(1)', "https://a.example/'><script>x"):
            with self.subTest(text):
                self.assert_harmless(self.body(text=text))

    def attachment(self, kind, **values):
        return {"attachments": [{"type": kind, kind: values}]}

    def test_names_of_files_and_cards_are_text(self):
        cards = {
            "doc": {"id": 1, "owner_id": 2, "title": EVIL, "ext": "x", "url": "https://vk.com/d"},
            "link": {"url": "javascript:alert(1)", "title": EVIL, "description": EVIL},
            "wall": {"id": 1, "from_id": -2, "to_id": -2, "text": EVIL},
            "market": {"id": 1, "owner_id": -2, "title": EVIL, "description": EVIL},
            "video": {"id": 1, "owner_id": 2, "title": EVIL},
            "poll": {"id": 1, "owner_id": 2, "question": EVIL},
        }
        for kind, values in cards.items():
            with self.subTest(kind):
                self.assert_harmless(self.body(text="", **self.attachment(kind, **values)))

    def test_forwarded_messages_and_their_authors_are_text(self):
        quote = {"from_id": 7, "date": 1763629201, "text": EVIL, "attachments": []}
        inner = {**quote, "fwd_messages": [quote]}
        body = self.body(text="", fwd_messages=[inner])
        self.assertIn(EVIL, self.assert_harmless(body))
        self.assertNotIn("data-o-mail-quote", body, "it would be folded away")

    def test_a_button_is_text(self):
        conversation = self.deliver(
            self.message(),
            self.event(
                "message_event",
                {
                    "user_id": int(CHAT),
                    "peer_id": int(CHAT),
                    "event_id": "e",
                    "payload": EVIL,
                    "conversation_message_id": 1,
                },
            ),
        )
        self.assert_harmless(conversation.discuss_channel_id.message_ids.sorted("id")[-1].body)

    def test_a_name_is_text(self):
        conversation = self.deliver(self.message())
        self.network.says(
            "users.get", [{"id": int(CHAT), "first_name": "<b>Ivan</b>", "last_name": EVIL}]
        )
        self.fetch_people()
        self.assertEqual(conversation.name, f"<b>Ivan</b> {EVIL}")
        self.assertEqual(conversation.lead_id.name, f"Shop: <b>Ivan</b> {EVIL}")

    def test_names_of_colleagues_in_the_lines_are_text(self):
        self.anna.name = "Anna <script>alert(1)</script> %(user)s %s"
        conversation = self.taken()
        conversation.with_user(self.anna).action_finish()
        for message in conversation.discuss_channel_id.message_ids:
            self.assert_harmless(message.body)

    def test_empty_and_odd_texts_are_visible(self):
        for text in ("", " ", "\n", "\u200b", "😀👩‍👩‍👧‍👦", "\u202egnol", "a" * 9000):
            with self.subTest(text=text[:10]):
                self.assertTrue(self.body(text=text))
