import json

from lxml import html
from markupsafe import Markup

from odoo.tests import tagged

from ..protocols import KINDS_OF_MARKS
from .common import reply
from .test_buttons import OLGA, Buttons
from .test_message import OutboxCase

WRITTEN = Markup(
    '<p>Your <strong>order</strong> is <a href="https://example.com/track/5">on its way</a>.</p>'
    "<blockquote>When?</blockquote>"
)
IN_WORDS = "Your order is on its way (https://example.com/track/5).\n> When?"


@tagged("-at_install", "post_install")
class TestMarks(Buttons):
    """What an operator writes looks on the client's side as it does here, where it can."""

    def setUp(self):
        super().setUp()
        self.talk = self.talk_in_telegram()

    def telegram_refuses(self, method, words):
        said = {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
        self.network.says(method, reply(400, body=said))

    def say(self, text=WRITTEN, **result):
        self.telegram_answers(**{"message_id": 2, **result})
        message = self.answer(self.talk, text)
        self.send_all()
        return message

    def looks(self, call):
        """Return what is marked in the text of a call, by kind."""
        return {
            entity["type"]: call["text"][entity["offset"] :][: entity["length"]]
            for entity in json.loads(call.get("entities", "[]"))
        }

    def test_marks_travel_with_the_text(self):
        message = self.say()
        [said] = self.network.asked("sendMessage")
        self.assertEqual(said["text"], "Your order is on its way.\nWhen?")
        self.assertEqual(
            self.looks(said),
            {"bold": "order", "text_link": "on its way", "blockquote": "When?"},
        )
        self.assertEqual(message.state, "sent")
        self.assertLessEqual({mark["kind"] for mark in message.marks}, KINDS_OF_MARKS)

    def test_refused_marks_are_said_in_words_once(self):
        self.telegram_refuses("sendMessage", "entity begins in a middle of a UTF-16 symbol")
        message = self.say()
        _marked, plain = self.network.asked("sendMessage")
        self.assertEqual((plain["text"], plain.get("entities")), (IN_WORDS, None))
        self.assertEqual((message.state, message.network_ref), ("sent", "2"))

    def test_only_another_look_is_an_edit_too(self):
        message = self.say(Markup("<p>Tomorrow</p>"))
        self.network.says("editMessageText", reply(body={"ok": True, "result": {"message_id": 2}}))
        thread = self.talk.discuss_channel_id.with_user(self.anna).sudo()
        thread._message_update_content(
            message.mail_message_id.with_user(self.anna).sudo(),
            body=Markup("<p><em>Tomorrow</em></p>"),
        )
        self.send_all()
        [said] = self.network.asked("editMessageText")
        self.assertEqual(self.looks(said), {"italic": "Tomorrow"})
        self.assertFalse(message.change)

    def test_what_failed_looks_the_same_when_tried_again(self):
        self.telegram_refuses("sendMessage", "chat not found")
        message = self.say()
        self.assertEqual(message.state, "failed")
        message.with_user(self.anna).action_retry()
        self.send_all()
        first, second = self.network.asked("sendMessage")
        self.assertEqual(self.looks(second), self.looks(first))

    def test_a_long_text_goes_on_looking_so(self):
        self.telegram_answers(message_id=3)
        self.say(Markup("<b>%s</b>") % ("word " * 1000))
        first, second = self.network.asked("sendMessage")
        for said in (first, second):
            self.assertEqual(self.looks(said), {"bold": said["text"]})
        self.assertEqual(len(f"{first['text']} {second['text']}"), 4999)

    def test_words_beside_a_file_look_so(self):
        self.network.says("sendDocument", reply(body={"ok": True, "result": {"message_id": 2}}))
        file = self.env["ir.attachment"].create(
            {
                "name": "bill.pdf",
                "raw": b"content",
                "res_model": "discuss.channel",
                "res_id": self.talk.discuss_channel_id.id,
            }
        )
        self.answer(self.talk, Markup("<p>The <b>bill</b></p>"), attachment_ids=file.ids)
        self.send_all()
        [said] = self.network.asked("sendDocument")
        beside = {"text": said["caption"], "entities": said["caption_entities"]}
        self.assertEqual(self.looks(beside), {"bold": "bill"})


@tagged("-at_install", "post_install")
class TestWithoutMarks(OutboxCase):
    """A network that shows none of it says it in words."""

    def test_words_say_it(self):
        message = self.answer(self.open, WRITTEN)
        self.send_all()
        [said] = self.network.asked("messages.send")
        self.assertEqual(said["message"], IN_WORDS)
        self.assertFalse(message.marks)


@tagged("-at_install", "post_install")
class TestLooks(Buttons):
    """What a client has formatted looks so in the thread, and is never more than that."""

    def hear(self, text, *entities, kind="message", **content):
        """Return the message in which the thread shows what the client wrote."""
        named = [
            {"type": look, "offset": begin, "length": length, **more}
            for look, begin, length, more in entities
        ]
        said = self.telegram_message(7, text=text, entities=named, **content)
        self.update(self.env["omnichannel.inbound"].search_count([]) + 1, **{kind: said})
        conversation = self.conversation(chat=str(OLGA["id"]), channel=self.bot)
        return conversation._find_message("in", "7").mail_message_id

    def test_it_is_shown(self):
        shown = self.hear(
            "Now \U0001f600 or never, see here\nWhen?",
            ("bold", 0, 6, {}),
            ("italic", 4, 5, {}),
            ("text_link", 21, 4, {"url": "https://example.com/?a=1&b=%22"}),
            ("blockquote", 26, 5, {}),
        )
        root = html.fromstring(f"<div>{shown.body}</div>")
        self.assertEqual(root.xpath("string(.//p/b)"), "Now \U0001f600")
        self.assertEqual(root.xpath("string(.//p/b/i)"), "\U0001f600")
        self.assertEqual(root.xpath("string(.//div[@class='o-omnichannel-quoted'])"), "When?")
        self.assertNotIn("data-o-mail-quote", shown.body, "it would be folded away")
        [link] = root.findall(".//a")
        self.assertEqual((link.text, link.get("href")), ("here", "https://example.com/?a=1&b=%22"))
        self.assertIn("noopener", link.get("rel"))

    def test_words_lead_on(self):
        """What follows from a message reads its words, and where its links lead."""
        shown = self.hear("see here", ("text_link", 4, 4, {"url": "https://example.com/"}))
        self.assertIn("here", shown.preview)
        event = self.last_event()
        self.assertEqual(event.text, "see here (https://example.com/)")

    def last_event(self):
        inbound = self.env["omnichannel.inbound"].search([], order="id desc", limit=1)
        return self.bot._protocol().parse(inbound._envelope())[0]

    def test_an_edited_message_looks_as_it_does_now(self):
        self.hear("Tomorrow", ("bold", 0, 8, {}))
        shown = self.hear(
            "Today", ("underline", 0, 5, {}), kind="edited_message", edit_date=1763629299
        )
        self.assertIn("<u>Today</u>", shown.body)
        self.assertNotIn("<b>", shown.body)

    def test_nothing_in_it_runs(self):
        evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
        shown = self.hear(
            f"{evil} press",
            ("bold", 0, len(evil), {}),
            ("code", 3, 9, {}),
            ("text_link", len(evil) + 1, 5, {"url": "javascript:alert(3)"}),
            ("text_link", 0, 4, {"url": 'https://a.example/"onmouseover="alert(4)'}),
            ("pre", 0, 9999, {}),
            ("italic", -5, 9, {}),
        )
        root = html.fromstring(f"<div>{shown.body}</div>")
        self.assertIn(evil, root.text_content())
        self.assertIn("press (javascript:alert(3))", root.text_content())
        for element in root.iter():
            self.assertIn(element.tag, {"div", "p", "b", "code", "a"})
            self.assertFalse([name for name in element.attrib if name.startswith("on")])
            self.assertRegex(element.get("href", "https://"), "^https?://")
