from odoo import models
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common import InboxCase


@tagged("-at_install", "post_install")
class TestNewestMessage(InboxCase):
    """Whoever shows a thread knows which message is its newest."""

    def setUp(self):
        super().setUp()
        self.talk = self.deliver(self.message("Hello"))
        self.heard = []
        bus = self.env.registry["bus.bus"]
        self.patch(bus, "_sendone", lambda _bus, to, _kind, message: self.hear(to, message))

    def hear(self, to, message):
        if isinstance(to, models.BaseModel) and to == self.channel:
            told = message.get("omnichannel.conversation", [])
            self.heard += [one["newest_message_id"] for one in told if "newest_message_id" in one]

    def newest(self):
        return max(self.talk.discuss_channel_id.message_ids.ids)

    def assert_heard_of_newest(self):
        self.env.invalidate_all()
        self.assertEqual(max(self.heard), self.newest())

    def test_the_browser_is_given_it_with_the_thread(self):
        data = Store().add(self.talk.discuss_channel_id).get_result()
        [told] = data["omnichannel.conversation"]
        self.assertEqual(told["newest_message_id"], self.newest())

    def test_everybody_who_serves_the_channel_hears_of_each_message(self):
        for body in ("One", "Two"):
            self.deliver(self.message(body))
            self.assert_heard_of_newest()
        self.talk.with_user(self.anna).action_take()
        self.assert_heard_of_newest()
        self.answer(self.talk)
        self.assert_heard_of_newest()
        self.answer(self.talk, "A note", subtype_xmlid="mail.mt_note")
        self.assert_heard_of_newest()

    def test_for_many_at_once_it_is_one_query(self):
        conversations = self.talk | self.deliver(self.message("Hi", chat="40112234"))
        conversations.invalidate_recordset()
        self.assertTrue(all(conversations.mapped("discuss_channel_id")))
        with self.assertQueryCount(1):
            self.assertTrue(all(conversation.newest_message_id for conversation in conversations))
