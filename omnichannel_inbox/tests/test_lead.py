from odoo.tests import tagged

from .common import CHAT, InboxCase


@tagged("-at_install", "post_install")
class TestLead(InboxCase):
    """Every new appeal is a lead that says who writes, from where, and whose it is."""

    def leads(self, channel=None):
        source = (channel or self.channel).source_id
        return self.env["crm.lead"].search([("source_id", "=", source.id)], order="id")

    def know_as(self, first, last, number=CHAT):
        """The network tells the client's name."""
        self.network.says(
            "users.get", [{"id": int(number), "first_name": first, "last_name": last}]
        )
        self.fetch_people()

    def read_whole(self, record):
        """Return everything that a salesman without the role reads of a record."""
        self.env.invalidate_all()
        [values] = record.with_user(self.employee).read()
        return values

    def test_it_says_who_writes_and_from_where(self):
        team = self.env["crm.team"].create({"name": "Messengers"})
        self.channel.team_id = team
        lead = self.deliver(self.message()).lead_id
        self.assertEqual(lead.name, f"Shop: Client {CHAT}")
        self.assertEqual(lead.contact_name, f"Client {CHAT}")
        self.assertEqual(lead.source_id, self.channel.source_id)
        self.assertEqual(lead.source_id.name, "Shop")
        self.assertEqual((lead.team_id, lead.company_id), (team, self.channel.company_id))
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.omnichannel_conversation_ids, self.conversation())

    def test_it_is_a_lead_before_it_is_an_opportunity(self):
        self.assertEqual(self.deliver(self.message()).lead_id.type, "lead")

    def test_it_belongs_to_the_company_of_the_channel(self):
        channel = self.new_channel("Abroad", account_ref="777", company_id=self.company2.id)
        body = {**self.message(), "group_id": 777}
        conversation = self.deliver(body, channel=channel)
        self.assertEqual(conversation.lead_id.company_id, self.company2)
        self.assertEqual(conversation.company_id, self.company2)

    def test_it_follows_the_name_that_the_network_tells(self):
        conversation = self.deliver(self.message())
        self.know_as("Ivan", "Petrov")
        lead = conversation.lead_id
        self.assertEqual((lead.name, lead.contact_name), ("Shop: Ivan Petrov", "Ivan Petrov"))
        self.assertEqual(conversation.name, "Ivan Petrov")
        self.assertEqual(conversation.discuss_channel_id.name, "Ivan Petrov")
        self.assertEqual(conversation.identity_id.first_name, "Ivan")
        self.assertEqual(conversation.identity_id.last_name, "Petrov")

    def test_a_name_that_somebody_gave_it_stays(self):
        lead = self.deliver(self.message()).lead_id
        lead.with_user(self.anna).write({"name": "Wedding cake", "contact_name": "Mr. P."})
        self.know_as("Ivan", "Petrov")
        self.assertEqual((lead.name, lead.contact_name), ("Wedding cake", "Mr. P."))

    def test_a_client_who_returns_means_his_open_lead(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_finish()
        self.deliver(self.message())
        self.assertEqual(len(self.leads()), 1)
        self.assertEqual(len(conversation.session_ids), 2)
        self.assertEqual(conversation.session_ids.lead_id, self.leads())

    def test_a_client_who_returns_after_it_was_won_lost_or_deleted_has_a_new_one(self):
        won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        endings = {
            "won": lambda lead: lead.write({"stage_id": won.id}),
            "lost": lambda lead: lead.action_set_lost(),
            "deleted": lambda lead: lead.unlink(),
        }
        for number, (name, end) in enumerate(endings.items()):
            with self.subTest(name):
                conversation = self.taken(self.message(chat=f"60{number}"))
                lead = conversation.lead_id
                end(lead)
                conversation.with_user(self.anna).action_finish()
                self.deliver(self.message(chat=f"60{number}"))
                self.assertTrue(conversation.lead_id)
                self.assertNotEqual(conversation.lead_id, lead)

    def test_a_lead_for_each_appeal_where_the_channel_wants_it(self):
        self.channel.lead_policy = "each_session"
        conversation = self.taken(self.message(), self.message())
        self.assertEqual(len(self.leads()), 1)
        conversation.with_user(self.anna).action_finish()
        self.deliver(self.message(), self.message())
        self.assertEqual(len(self.leads()), 2)
        self.assertEqual(conversation.lead_id, self.leads()[1])
        self.assertEqual(conversation.session_ids.lead_id, self.leads())

    def test_no_lead_where_the_channel_wants_none(self):
        self.channel.lead_policy = "manual"
        conversation = self.taken()
        self.assertFalse(self.leads())
        self.assertEqual(conversation.state, "open")

    def test_restored_it_keeps_its_lead(self):
        conversation = self.taken()
        lead = conversation.lead_id
        conversation.with_user(self.anna).action_finish()
        conversation.with_user(self.anna).action_restore()
        self.deliver(self.message())
        self.assertEqual(conversation.lead_id, lead)
        self.assertEqual(len(self.leads()), 1)

    def test_merged_leads_keep_their_conversations_and_sessions(self):
        first = self.deliver(self.message(chat="1"))
        second = self.deliver(self.message(chat="2"))
        sessions = first.session_ids | second.session_ids
        remaining = (first.lead_id | second.lead_id).merge_opportunity()
        self.assertEqual(len(self.leads()), 1)
        self.assertEqual(remaining.omnichannel_conversation_ids, first | second)
        self.assertEqual(sessions.lead_id, remaining)

    def test_merging_by_a_salesman_who_sees_no_conversation_keeps_them_too(self):
        first = self.deliver(self.message(chat="1"))
        second = self.deliver(self.message(chat="2"))
        leads = (first.lead_id | second.lead_id).with_user(self.employee)
        remaining = leads.merge_opportunity(auto_unlink=False).sudo()
        self.assertEqual(remaining.omnichannel_conversation_ids, first | second)

    def test_a_deleted_lead_leaves_the_conversation(self):
        conversation = self.taken()
        conversation.lead_id.unlink()
        self.assertTrue(conversation.exists())
        self.assertEqual(conversation.state, "open")

    def test_the_team_of_the_channel_stays_when_an_operator_from_elsewhere_takes_it(self):
        team = self.env["crm.team"].create({"name": "Messengers"})
        elsewhere = self.env["crm.team"].create({"name": "Elsewhere"})
        elsewhere.member_ids = self.anna
        self.channel.team_id = team
        lead = self.taken().lead_id
        self.assertEqual((lead.user_id, lead.team_id), (self.anna, team))

    def test_a_salesman_without_the_role_reads_his_lead_whole(self):
        lead = self.deliver(self.message()).lead_id
        lead.user_id = self.employee
        values = self.read_whole(lead)
        self.assertEqual(values["name"], lead.name)
        self.assertFalse(values.get("omnichannel_conversation_ids"))

    def test_a_customer_shows_the_conversations_of_who_he_is(self):
        conversation = self.deliver(self.message())
        partner = self.env["res.partner"].create({"name": "Ivan Petrov"})
        conversation.identity_id.partner_id = partner
        self.assertEqual(partner.omnichannel_conversation_ids, conversation)
        self.assertEqual(conversation.partner_id, partner)
        self.env.invalidate_all()
        mine = partner.with_user(self.employee)
        self.assertFalse(
            mine.read(["omnichannel_conversation_ids"])[0].get("omnichannel_conversation_ids")
        )

    def test_an_order_shows_the_conversations_of_its_opportunity_and_customer(self):
        conversation = self.deliver(self.message())
        partner = self.env["res.partner"].create({"name": "Ivan Petrov"})
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "opportunity_id": conversation.lead_id.id}
        )
        self.assertEqual(order.omnichannel_conversation_ids, conversation)
        seen = order.with_user(self.anna).omnichannel_conversation_ids
        self.assertEqual(seen, conversation)
        order.user_id = self.employee
        self.assertEqual(self.read_whole(order)["name"], order.name)

    def test_an_employee_reads_the_messages_of_a_lead_whole(self):
        lead = self.deliver(self.message()).lead_id
        lead.user_id = self.employee
        message = lead.with_user(self.employee).message_post(body="A note of mine")
        self.assertFalse(self.read_whole(message).get("omnichannel_message_ids"))
