import json

from markupsafe import Markup

from odoo.tests import tagged

from ..protocols import KINDS_OF_MARKS
from .common import reply
from .test_buttons import Buttons
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
