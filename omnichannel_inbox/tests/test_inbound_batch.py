import json

from psycopg2.extensions import TransactionRollbackError

from odoo.tests import tagged

from ..models.omnichannel_inbound import MAX_CONFLICTS
from .common import CHAT, InboxCase

OTHER_CHAT = "40112234"
#: Of a message, what two of them need not have in common.
OWN = {"id", "message_id", "create_date", "write_date", "res_id", "record_name", "parent_id"}


@tagged("-at_install", "post_install")
class TestBatch(InboxCase):
    """What is ordinary is applied at once, and nobody can tell the difference."""

    def setUp(self):
        super().setUp()
        self.deliver(self.message(), self.message(chat=OTHER_CHAT))
        self.first, self.second = self.conversation(CHAT), self.conversation(OTHER_CHAT)
        self.singly = []
        inbound_class, original = self.registry["omnichannel.inbound"], None
        original = inbound_class._apply

        def apply(inbound):
            self.singly.append(inbound.event_key)
            return original(inbound)

        self.patch(inbound_class, "_apply", apply)

    def deliver_singly(self, *bodies):
        """The events are worked off one by one, as what is out of the ordinary is."""
        inbound_class = self.registry["omnichannel.inbound"]
        together = inbound_class._apply_together
        inbound_class._apply_together = lambda inbounds: inbounds
        try:
            self.deliver(*bodies)
        finally:
            inbound_class._apply_together = together

    def last_message(self, conversation):
        return conversation.discuss_channel_id.message_ids.sorted("id")[-1]

    def stored(self, message):
        """Return what is stored of a message, but for its own ids and times."""
        message.flush_recordset()
        self.env.cr.execute("SELECT * FROM mail_message WHERE id = %s", [message.id])
        [values] = self.env.cr.dictfetchall()
        return {name: value for name, value in values.items() if name not in OWN}

    def bus(self):
        """Return what was said on the bus since the last time, as {type: [payload]}."""
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].sudo().search([], order="id")
        said = {}
        for row in rows:
            message = json.loads(row.message)
            said.setdefault(message["type"], []).append(message["payload"])
        rows.unlink()
        return said

    def test_ordinary_messages_are_applied_together(self):
        self.deliver(self.message("One"), self.message("Two"), self.message("Three", OTHER_CHAT))
        self.assertEqual(self.singly, [])
        self.assertEqual(self.said(self.first), ["Hello", "One", "Two"])
        self.assertEqual(self.said(self.second), ["Hello", "Three"])
        self.assertEqual(set(self.inbound().mapped("state")), {"done"})

    def test_a_message_is_stored_as_if_it_were_alone(self):
        self.deliver(self.message("Same"))
        together = self.last_message(self.first)
        self.deliver_singly(self.message("Same", OTHER_CHAT))
        singly = self.last_message(self.second)
        expected = {**self.stored(singly), "author_guest_id": self.first.identity_id.guest_id.id}
        self.assertEqual(self.stored(together), expected)
        rows = (together | singly).omnichannel_message_ids
        for name in ("direction", "state", "incomplete", "part", "lane"):
            self.assertEqual(len(set(rows.mapped(name))), 1, name)

    def test_the_screens_are_told_as_if_it_were_alone(self):
        self.bus()
        self.deliver(self.message("Same"))
        [together] = self.bus()["discuss.channel/new_message"]
        self.deliver_singly(self.message("Same"))
        [singly] = self.bus()["discuss.channel/new_message"]
        first, second = (payload["data"]["mail.message"][0] for payload in (together, singly))
        self.assertEqual(first["body"], second["body"])
        self.assertEqual(self.shape(together), self.shape(singly))

    def shape(self, value):
        """Return what a payload consists of, whatever it says."""
        if isinstance(value, dict):
            return {key: self.shape(inside) for key, inside in value.items()}
        if isinstance(value, list):
            return [self.shape(inside) for inside in value]
        return type(value).__name__

    def test_the_client_has_seen_what_he_answers(self):
        self.deliver(self.message("One"), self.message("Two"))
        [member] = self.first.discuss_channel_id.channel_member_ids
        last = self.last_message(self.first)
        self.assertEqual((member.seen_message_id, member.fetched_message_id), (last, last))
        self.assertEqual(member.new_message_separator, last.id + 1)

    def test_the_conversation_waits_since_the_first_of_them(self):
        self.first.waiting_since = False
        self.deliver(self.message("One"), self.message("Two"))
        self.assertTrue(self.first.waiting_since)
        self.assertGreaterEqual(self.first.last_message_at, self.first.waiting_since)

    def test_the_operators_phone_rings(self):
        self.first.with_user(self.anna).action_take()
        self.env["mail.push.device"].create(
            {
                "endpoint": "https://push.example.com/anna",
                "keys": json.dumps({"p256dh": "k", "auth": "a"}),
                "partner_id": self.anna.partner_id.id,
            }
        )
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("mail.web_push_vapid_private_key", "private")
        parameters.set_param("mail.web_push_vapid_public_key", "public")
        self.deliver(self.message("Anybody there?"), self.message("Not for Anna", OTHER_CHAT))
        self.assertEqual(self.singly, [])
        [push] = self.env["mail.push"].search([])
        self.assertIn("Anybody there?", push.payload)

    def test_what_is_out_of_the_ordinary_keeps_its_place(self):
        number = int(self.first._last_received().network_ref)
        self.deliver(self.message("One"), self.edited(number, "Good day"), self.message("Two"))
        self.assertEqual(self.said(self.first), ["Good day", "One", "Two"])
        self.assertEqual(len(self.singly), 2, "the edit, and what came after it")

    def test_a_finished_conversation_begins_anew(self):
        self.first.with_user(self.anna).action_take()
        self.first.with_user(self.anna).action_finish()
        self.deliver(self.message("One more thing"))
        self.assertEqual(self.first.state, "new")
        self.assertEqual(len(self.first.session_ids), 2)

    def test_the_same_message_twice_in_a_batch_is_one(self):
        self.deliver(self.message("One", id=7001), self.message("One", id=7001))
        self.assertEqual(self.said(self.first), ["Hello", "One"])

    def test_one_that_cannot_be_applied_spoils_nobody_elses(self):
        conversation_class = self.registry["omnichannel.conversation"]
        original = conversation_class._prepare_post_values

        def prepare(conversation, event):
            if event.text == "Poison":
                raise ZeroDivisionError("by zero")
            return original(conversation, event)

        self.patch(conversation_class, "_prepare_post_values", prepare)
        self.deliver(self.message("Poison"), self.message("Fine", OTHER_CHAT))
        self.assertEqual(self.said(self.second), ["Hello", "Fine"])
        self.assertEqual(self.inbound().filtered("error").state, "received")

    def test_whom_somebody_is_always_faster_than_are_applied_singly(self):
        """Fails without: ``MAX_CONFLICTS`` in ``_cron_work_off``; then it never ends."""
        conflicts = []

        def collide(inbounds):
            conflicts.extend(inbounds)
            self.assertLess(len(conflicts), 50, "it begins again and again")
            if inbounds:
                raise TransactionRollbackError
            return inbounds

        self.patch(self.registry["omnichannel.inbound"], "_apply_together", collide)
        self.deliver(self.message("Again"))
        self.assertEqual(self.said(self.first)[-1], "Again")
        self.assertEqual(len(conflicts), MAX_CONFLICTS)
