import json

from odoo.tests import tagged

from .common import InboxCase


@tagged("-at_install", "post_install")
class TestPush(InboxCase):
    """A phone in the pocket rings for those concerned, once until they have looked."""

    def setUp(self):
        super().setUp()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("mail.web_push_vapid_private_key", "private")
        parameters.set_param("mail.web_push_vapid_public_key", "public")
        self.env["mail.push.device"].create(
            [
                {
                    "endpoint": f"https://push.example.com/{user.login}",
                    "keys": json.dumps({"p256dh": "k", "auth": "a"}),
                    "partner_id": user.partner_id.id,
                }
                for user in self.anna | self.boris | self.vera | self.stranger
            ]
        )

    def rung(self):
        """Return whose phones rang since we last asked, and what they showed."""
        pushes = self.env["mail.push"].search([], order="id")
        payloads = [json.loads(push.payload) for push in pushes]
        shown = [
            (push.mail_push_device_id.partner_id.name, payload["title"], payload["options"]["body"])
            for push, payload in zip(pushes, payloads, strict=True)
        ]
        pushes.unlink()
        return shown

    def who(self):
        return [name for name, _title, _body in self.rung()]

    def look(self, conversation, user):
        """The operator has the thread before him."""
        thread = conversation.discuss_channel_id.with_user(user)
        thread.self_member_id._mark_as_read(max(thread.message_ids.ids))

    def test_a_new_conversation_rings_once_for_those_who_may_take_it(self):
        conversation = self.deliver(self.message("Hello"))
        name = conversation.name
        self.assertCountEqual(
            self.rung(),
            [("Anna", f"{name} · Shop", "Hello"), ("Boris", f"{name} · Shop", "Hello")],
        )
        self.deliver(self.message("Are you there?"))
        self.assertFalse(self.rung())

    def test_whoever_is_busy_is_left_in_peace(self):
        self.boris.manual_im_status = "busy"
        self.deliver(self.message("Hello"))
        self.assertEqual(self.who(), ["Anna"])

    def test_the_operators_phone_rings_once_until_he_has_looked(self):
        conversation = self.taken()
        self.rung()
        self.deliver(self.message("One"))
        self.deliver(self.message("Two"), self.message("Three"))
        self.assertEqual([body for _name, _title, body in self.rung()], ["One"])
        self.look(conversation, self.anna)
        self.deliver(self.message("Four"))
        self.assertEqual(self.who(), ["Anna"])

    def test_an_answer_is_a_look(self):
        conversation = self.taken()
        self.deliver(self.message("One"))
        self.answer(conversation)
        self.rung()
        self.deliver(self.message("Two"))
        self.assertEqual(self.who(), ["Anna"])

    def test_whoever_gets_a_conversation_is_told_with_the_note(self):
        conversation = self.taken()
        self.rung()
        conversation.with_user(self.anna).action_delegate(self.boris.id, note="He pays in cash")
        [(name, title, body)] = self.rung()
        self.assertEqual((name, title), ("Boris", f"{conversation.name} · Shop"))
        self.assertIn("Anna: ", body)
        self.assertIn("He pays in cash", body)

    def test_whoever_is_mentioned_is_told_also_before_he_has_looked(self):
        self.boris.notification_type = "inbox"
        conversation = self.taken()
        conversation.with_user(self.anna).action_invite(self.boris.ids)
        self.rung()
        asked = {"subtype_xmlid": "mail.mt_note", "partner_ids": self.boris.partner_id.ids}
        self.answer(conversation, "Anna says something")
        self.assertFalse(self.rung())
        self.answer(conversation, "Boris?", **asked)
        self.assertIn("Boris", self.who())
        mentioned = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.boris.partner_id.id)]
        )
        self.assertEqual(mentioned.mail_message_id.preview, "Boris?")

    def test_after_the_end_and_for_spam_nobody_is_told(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_spam()
        self.rung()
        self.deliver(self.message("Cheap watches!"))
        self.assertFalse(self.rung())

    def test_a_new_appeal_rings_again(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_finish()
        self.rung()
        self.deliver(self.message("One more thing"))
        self.assertCountEqual(self.who(), ["Anna", "Boris"])
