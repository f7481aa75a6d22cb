from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CHAT
from .test_evidence import Clients


@tagged("-at_install", "post_install")
class TestCommunication(Clients):
    def setUp(self):
        super().setUp()
        self.seller = self.new_user("seller", "sales_team.group_sale_salesman")

    def block(self, record, by=None):
        """Return the conversations that the record's block shows the user, in order."""
        record.invalidate_recordset()
        return record.with_user(by or self.anna).omnichannel_communication_ids.with_env(self.env)

    def summary(self, record, by):
        record.invalidate_recordset()
        return record.with_user(by).omnichannel_summary

    def test_lead_customer_and_order_show_the_conversation(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_convert()
        lead = conversation.lead_id
        for record in (lead, lead.partner_id, lead.order_ids):
            with self.subTest(model=record._name):
                self.assertEqual(self.block(record), conversation)
                self.assertFalse(self.summary(record, self.anna))
                with Form(record.with_user(self.anna)) as form:
                    self.assertTrue(form.omnichannel_communication_ids)

    def test_a_company_shows_the_conversations_of_its_people(self):
        company = self.env["res.partner"].create({"name": "Oak", "is_company": True})
        self.ivan.parent_id = company
        conversation = self.talk()
        conversation.with_user(self.anna).action_link(self.ivan.id)
        self.assertEqual(company.omnichannel_conversation_ids, conversation)
        self.assertEqual(self.block(company), conversation)

    def test_other_channels_of_the_customer_stand_beside_and_who_can_be_answered_first(self):
        first, second = self.talk(chat="50"), self.talk(chat="51")
        for conversation in (first, second):
            conversation.with_user(self.anna).action_link(self.ivan.id)
        lead = first.lead_id
        self.assertEqual(self.block(lead)[:2], second | first)
        second.identity_id._set_reachable(False)
        self.assertEqual(self.block(lead).ids, (first | second).ids)
        first.with_user(self.anna).action_finish()
        second.identity_id._set_reachable(True)
        self.assertEqual(self.block(lead).ids, (second | first).ids)

    def test_the_last_words_and_what_is_unanswered(self):
        conversation = self.taken(self.message("one"), self.message("two"))
        self.assertEqual(conversation.last_message_text, "two")
        self.assertEqual(
            (conversation.unread_count, conversation.lead_id.omnichannel_unread_count), (2, 2)
        )
        self.answer(conversation, "three")
        conversation._tell("a note")
        conversation.invalidate_recordset()
        conversation.lead_id.invalidate_recordset()
        self.assertEqual(conversation.last_message_text, "three")
        self.assertEqual(
            (conversation.unread_count, conversation.lead_id.omnichannel_unread_count), (0, 0)
        )

    def test_a_channel_that_is_switched_off_answers_nobody(self):
        conversation = self.talk()
        self.assertTrue(conversation.answerable)
        self.channel.active = False
        conversation.invalidate_recordset()
        self.assertFalse(conversation.answerable)

    def test_the_kanban_of_leads_bears_the_sign(self):
        view = (
            self.env["crm.lead"]
            .with_user(self.seller)
            .get_view(self.env.ref("crm.crm_case_kanban_view_leads").id, "kanban")
        )
        self.assertIn("omnichannel_unread_count", view["arch"])

    def test_a_seller_without_the_role_knows_of_it_and_reads_nothing(self):
        conversation = self.taken(self.message("my secret"))
        lead = conversation.lead_id
        lead.user_id = self.seller
        summary = self.summary(lead, self.seller)
        for word in (conversation.name, "Shop", "Anna"):
            self.assertIn(word, summary)
        self.assertNotIn("secret", summary)
        self.assertFalse(self.block(lead, by=self.seller))
        for record in (conversation, conversation.identity_id, conversation.discuss_channel_id):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.seller).read(["name"])
        found = (
            self.env["mail.message"].with_user(self.seller).search([("body", "ilike", "secret")])
        )
        self.assertFalse(found)
        lead.with_user(self.seller).read()

    def test_he_asks_for_it(self):
        conversation = self.taken()
        conversation.lead_id.user_id = self.seller
        asked = conversation.lead_id.with_user(self.seller)
        asked.action_omnichannel_ask()
        asked.action_omnichannel_ask()
        activity = conversation.activity_ids
        self.assertEqual((activity.user_id, len(activity)), (self.anna, 1))
        self.assertIn("Seller", activity.summary)
        notes = conversation.discuss_channel_id.message_ids.filtered(
            lambda message: message.author_id == self.seller.partner_id
        )
        self.assertEqual(len(notes), 1)
        activity.with_user(self.anna).action_feedback("Done")
        self.assertIn("Done", self.lines(conversation)[-1])
        out = self.env["omnichannel.message"].search([("direction", "=", "out")])
        self.assertFalse(out, "the client gets nothing of it")

    def test_whoever_reads_it_need_not_ask(self):
        conversation = self.taken()
        with self.assertRaises(UserError):
            conversation.lead_id.with_user(self.anna).action_omnichannel_ask()

    def test_who_may_not_see_the_lead_does_not_ask_either(self):
        conversation = self.taken()
        with self.assertRaises(AccessError):
            conversation.lead_id.with_user(self.seller).action_omnichannel_ask()

    def test_where_the_channel_says_so_the_leads_salesperson_reads(self):
        conversation = self.taken(self.message("my secret"))
        lead, thread = conversation.lead_id, conversation.discuss_channel_id
        lead.user_id = self.seller
        self.channel.lead_salesperson_reads = True
        self.assertEqual(self.block(lead, by=self.seller), conversation)
        self.assertFalse(self.summary(lead, self.seller))
        mine = conversation.with_user(self.seller)
        self.assertEqual(mine.last_message_text, "my secret")
        self.assertEqual(mine.identity_id.guest_id.name, conversation.name)
        self.assertTrue(thread.with_user(self.seller).message_ids)
        mine.action_open()
        with self.assertRaises(AccessError):
            mine.action_take()
        with self.assertRaises(AccessError):
            self.answer(conversation, by=self.seller)
        with self.assertRaises(AccessError):
            mine.note = "Mine"

    def test_he_reads_as_long_as_it_is_his_lead(self):
        conversation = self.taken()
        self.channel.lead_salesperson_reads = True
        for change in ({"user_id": self.anna.id}, {"user_id": False}):
            conversation.lead_id.user_id = self.seller
            conversation.with_user(self.seller).check_access("read")
            conversation.lead_id.write(change)
            self.env.flush_all()
            for record in (conversation, conversation.discuss_channel_id):
                with self.assertRaises(AccessError):
                    record.with_user(self.seller).check_access("read")
        conversation.lead_id.user_id = self.seller
        self.channel.lead_salesperson_reads = False
        self.assertFalse(conversation.discuss_channel_id.omnichannel_reader_id)

    def test_other_conversations_of_the_channel_stay_closed_to_him(self):
        self.channel.lead_salesperson_reads = True
        mine, other = self.talk(), self.talk(chat="50")
        mine.lead_id.user_id = self.seller
        found = self.env["omnichannel.conversation"].with_user(self.seller).search([])
        self.assertEqual(found, mine)
        guests = (
            self.env["mail.guest"]
            .with_user(self.seller)
            .search([("omnichannel_channel_id", "!=", False)])
        )
        self.assertNotIn(other.identity_id.guest_id, guests)

    def test_another_company_sees_not_even_that_there_is_one(self):
        conversation = self.talk()
        conversation.with_user(self.anna).action_link(self.ivan.id)
        self.foreigner.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertFalse(self.summary(self.ivan, self.foreigner))
        self.assertFalse(self.block(self.ivan, by=self.foreigner))

    def test_an_employee_without_any_role_opens_a_customer(self):
        clerk = self.new_user("clerk", "base.group_user")
        self.talk().with_user(self.anna).action_link(self.ivan.id)
        customer = self.ivan.with_user(clerk)
        self.assertEqual(customer.read(["name"])[0]["name"], "Ivan Petrov")
        ours = [name for name in customer.fields_get() if name.startswith("omnichannel")]
        self.assertFalse(ours)
        with Form(customer) as form:
            self.assertNotIn("omnichannel_summary", form._view["fields"])

    def test_both_ways_there_and_back(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_convert()
        order = conversation.lead_id.order_ids
        [back] = self.block(order)
        self.assertEqual(
            back.with_user(self.anna).action_open_lead()["res_id"], order.opportunity_id.id
        )
        self.assertEqual(back.chat_ref, CHAT)
