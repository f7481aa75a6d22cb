import logging
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import InboxHttpCase


class PostingCase(InboxHttpCase):
    """Send is pressed in Discuss."""

    def send(self, conversation, user, text="Hi", **post_data):
        """Return what the route answers: what it posted, or its error."""
        self.authenticate(user.login, user.login)
        post_data = {
            "body": text,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            **post_data,
        }
        params = {
            "thread_model": "discuss.channel",
            "thread_id": conversation.discuss_channel_id.id,
            "post_data": post_data,
        }
        answer = self.url_open(
            "/mail/message/post", json={"jsonrpc": "2.0", "method": "call", "params": params}
        ).json()
        self.env.invalidate_all()
        return answer.get("result") or answer["error"]["data"]

    def sent(self, conversation):
        """Return the texts in the outbox."""
        messages = self.env["omnichannel.message"].search(
            [("conversation_id", "=", conversation.id), ("direction", "=", "out")], order="id"
        )
        return messages.mapped("text")


@tagged("-at_install", "post_install")
class TestPostedOnce(PostingCase):
    """A browser that got no answer posts again."""

    def test_posted_again_it_is_the_message_that_exists(self):
        conversation = self.taken()
        first = self.send(conversation, self.anna, omnichannel_post_key="k1")
        again = self.send(conversation, self.anna, omnichannel_post_key="k1")
        self.assertEqual(first["message_id"], again["message_id"])
        self.assertIn("mail.message", again["store_data"])
        self.assertEqual(self.said(conversation), ["Hello", "Hi"])
        self.assertEqual(self.sent(conversation), ["Hi"])

    def test_the_same_words_sent_twice_are_two_messages(self):
        conversation = self.taken()
        for key in ("k1", "k2"):
            self.send(conversation, self.anna, omnichannel_post_key=key)
        self.assertEqual(self.sent(conversation), ["Hi", "Hi"])

    def test_a_note_is_posted_once_as_well(self):
        conversation = self.taken()
        note = {"subtype_xmlid": "mail.mt_note", "omnichannel_post_key": "k1"}
        answers = [self.send(conversation, self.anna, **note) for _again in range(2)]
        self.assertEqual(len({answer["message_id"] for answer in answers}), 1)

    def test_nobody_gets_at_a_colleagues_message_by_its_key(self):
        conversation = self.taken()
        annas = self.send(conversation, self.anna, omnichannel_post_key="k1")
        with mute_logger("odoo.http"):
            refused = self.send(conversation, self.boris, omnichannel_post_key="k1")
        self.assertEqual(refused["name"], "werkzeug.exceptions.NotFound")
        conversation.with_user(self.anna).action_invite(self.boris.ids)
        own = self.send(conversation, self.boris, "Hi too", omnichannel_post_key="k1")
        self.assertNotEqual(own["message_id"], annas["message_id"])

    def test_what_was_refused_may_be_posted_later_under_the_same_key(self):
        conversation = self.deliver(self.message())
        with mute_logger("odoo.http"):
            self.send(conversation, self.anna, omnichannel_post_key="k1")
        conversation.with_user(self.anna).action_take()
        self.send(conversation, self.anna, omnichannel_post_key="k1")
        self.assertEqual(self.sent(conversation), ["Hi"])

    def test_keys_are_forgotten_after_a_week(self):
        conversation = self.taken()
        self.send(conversation, self.anna, omnichannel_post_key="k1")
        posts = self.env["omnichannel.post"]
        posts._gc_old()
        self.assertTrue(posts.search([]))
        posts.search([]).posted_at = fields.Datetime.now() - timedelta(days=8)
        posts._gc_old()
        self.assertFalse(posts.search([]))


@tagged("-at_install", "post_install")
class TestAnsweredMeanwhile(PostingCase):
    """Two colleagues do not answer the same question by accident."""

    def answered_meanwhile(self):
        """Return a conversation that Boris answers while Anna writes, and what she had seen."""
        conversation = self.taken()
        conversation.with_user(self.anna).action_invite(self.boris.ids)
        seen = max(conversation.discuss_channel_id.message_ids.ids)
        self.answer(conversation, "Blue ones, 555-12-12", by=self.boris)
        return conversation, seen

    def test_it_is_held_back_and_shows_the_colleagues_answer(self):
        conversation, seen = self.answered_meanwhile()
        held = self.send(conversation, self.anna, omnichannel_seen_id=seen)
        self.assertTrue(held["name"].endswith(".AnsweredMeanwhile"))
        self.assertEqual(held["message"], "Boris has answered meanwhile: Blue ones, 555-12-12")
        self.assertEqual(self.sent(conversation), ["Blue ones, 555-12-12"])

    def test_what_he_wrote_stands_in_no_log(self):
        conversation, seen = self.answered_meanwhile()
        with self.assertLogs(level=logging.DEBUG) as logs:
            self.send(conversation, self.anna, omnichannel_seen_id=seen)
        # What is asked of the database is logged with its values by whoever wants to see that.
        told = [record.getMessage() for record in logs.records if record.name != "odoo.sql_db"]
        self.assertNotIn("555-12-12", str(told))

    def test_whoever_has_seen_it_and_whoever_writes_a_note_is_not_asked(self):
        conversation, seen = self.answered_meanwhile()
        self.send(conversation, self.anna, omnichannel_seen_id=seen, subtype_xmlid="mail.mt_note")
        seen = max(conversation.discuss_channel_id.message_ids.ids)
        self.send(conversation, self.anna, "And red ones", omnichannel_seen_id=seen)
        self.assertEqual(self.sent(conversation), ["Blue ones, 555-12-12", "And red ones"])
