import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..protocols.core.events import Person
from ..tools import contacts
from .common import CHAT
from .test_lead_line import Shop

PHONE = "+79161234567"


@tagged("-at_install", "post_install")
class TestContacts(Shop):
    """What is a phone number or an e-mail address, and what only looks like one."""

    def test_addresses(self):
        cases = {
            "write to Ivan.Petrov+shop@Mail.Example.com, please": [
                "ivan.petrov+shop@mail.example.com"
            ],
            "почта ivan@example.com.": ["ivan@example.com"],
            "иван@почта.рф is not ours, ivan@почта.рф is": ["ivan@почта.рф"],
            "a@b": [],
            "@ivan, look": [],
            "one@example.com two@example.com one@example.com": [
                "one@example.com",
                "two@example.com",
            ],
        }
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertEqual(contacts.find_emails(text), expected)

    def test_numbers(self):
        self.company.country_id = self.env.ref("base.ru")
        normalize = self.deliver(self.message()).identity_id._normalize_phone
        cases = {
            "my number is +7 (916) 123-45-67, call me": [PHONE],
            "8 916 123 45 67": [PHONE],
            "8-916-123-45-67.": [PHONE],
            "Телефон:89161234567": [],
            "Телефон: 89161234567": [PHONE],
            "9161234567 Иван": [PHONE],
            "89161234567 2 стула": [PHONE],
            "79161234567 или +49 30 901820": [PHONE, "+4930901820"],
            "order 89161234567": [],
            "ИНН 7707083893": [],
            "2026-11-20 10:30": [],
            "20.11.2026 89161234567": [],
            "4111 1111 1111 1111": [],
            "40817810099910004312": [],
            "https://example.com/89161234567": [],
            "cost 1 000 000": [],
            "https://vk.com/id89161234567": [],
        }
        cases["20.11.2026, 89161234567"] = [PHONE]
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertEqual(contacts.find_phones(text, normalize), expected)

    def test_a_hostile_text_costs_no_more(self):
        texts = ["1" * 9999, "1 " * 9999, "a@" * 9999, "a." * 9999 + "@", "(1" * 9999, "+1-" * 9999]
        start = time.perf_counter()
        for text in texts:
            contacts.find_emails(text)
            contacts.find_phones(text, lambda _written: False)
        self.assertLess(time.perf_counter() - start, 0.5)


class Clients(Shop):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.ru")
        cls.ivan = cls.env["res.partner"].create(
            {"name": "Ivan Petrov", "phone": PHONE, "email": "ivan@example.com", "city": "Tver"}
        )

    def talk(self, text="Hello", chat=CHAT):
        """Return the conversation in which the client wrote this."""
        self.deliver(self.message(text, chat=chat))
        return self.env["omnichannel.conversation"].search([("chat_ref", "=", chat)])

    def kinds(self, conversation):
        evidence = conversation.identity_id.evidence_ids.sorted("id")
        return [(one.kind, one.value) for one in evidence]

    def merge_partners(self, *partners):
        """Return the partner that Odoo's merge leaves."""
        found = self.env["res.partner"].union(*partners)
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": found.ids, "dst_partner_id": partners[0].id}
        )
        wizard.action_merge()
        self.env.invalidate_all()
        return partners[0]

    def proposals(self, conversation, by=None):
        return conversation.with_user(by or self.anna).get_proposals()


@tagged("-at_install", "post_install")
class TestEvidence(Clients):
    def test_what_the_client_writes_is_evidence_with_its_message(self):
        conversation = self.talk("call 8 916 123-45-67 or Ivan@example.com")
        self.assertEqual(
            self.kinds(conversation),
            [("phone_written", PHONE), ("email_written", "ivan@example.com")],
        )
        evidence = conversation.identity_id.evidence_ids
        self.assertIn("call", evidence.message_id.preview)

    def test_written_twice_is_one_evidence(self):
        self.talk("8 916 123-45-67")
        conversation = self.talk("again: +79161234567")
        self.assertEqual(len(self.kinds(conversation)), 1)

    def test_messages_of_a_batch_are_looked_through_as_well(self):
        self.talk("Hello")
        self.deliver(self.message("one"), self.message("8 916 123-45-67"), self.message("two"))
        self.assertEqual(self.kinds(self.talk("three")), [("phone_written", PHONE)])

    def test_identity_and_lead_show_it_where_nothing_was_known(self):
        conversation = self.talk("8 916 123-45-67, ivan@example.com")
        lead, identity = conversation.lead_id, conversation.identity_id
        self.assertEqual((identity.phone, identity.email), (PHONE, "ivan@example.com"))
        self.assertEqual((lead.phone, lead.email_from), (PHONE, "ivan@example.com"))
        self.talk("no: +79260000000")
        self.assertEqual((identity.phone, lead.phone), (PHONE, PHONE))

    def test_what_operators_and_spammers_write_is_none(self):
        conversation = self.taken()
        self.answer(conversation, "our phone is 8 916 123-45-67")
        conversation.with_user(self.anna).action_spam()
        self.talk("8 916 123-45-67")
        self.assertFalse(self.kinds(conversation))

    def test_a_phone_that_the_network_confirms(self):
        conversation = self.talk()
        self.channel._ensure_identity(Person(id=CHAT, phone="79161234567"))
        self.assertEqual(self.kinds(conversation), [("phone_confirmed", PHONE)])

    def test_the_proposal_says_why(self):
        conversation = self.talk("8 916 123-45-67")
        [proposal] = self.proposals(conversation)
        self.assertEqual(proposal["partner_id"], self.ivan.id)
        self.assertIn("Ivan Petrov", proposal["words"])
        self.assertIn(PHONE, proposal["words"])

    def test_confirmed_goes_before_written(self):
        other = self.env["res.partner"].create({"name": "Petr", "phone": "+79260000000"})
        conversation = self.talk("8 916 123-45-67")
        self.channel._ensure_identity(Person(id=CHAT, phone="+79260000000"))
        found = [one["partner_id"] for one in self.proposals(conversation)]
        self.assertEqual(found, [other.id, self.ivan.id])

    def test_the_same_person_in_another_conversation(self):
        known = self.talk("+79031112233", chat="50")
        known.identity_id._link(self.ivan)
        conversation = self.talk("my number is +79031112233")
        [proposal] = self.proposals(conversation)
        self.assertEqual(proposal["partner_id"], self.ivan.id)
        self.assertIn(known.name, proposal["words"])

    def test_what_he_wrote_on_a_channel_of_others_stays_there(self):
        event = self.message("+79031112233", chat="50")
        known = self.deliver({**event, "group_id": 555}, channel=self.other_channel)
        known.identity_id._link(self.ivan)
        conversation = self.talk("my number is +79031112233")
        self.assertFalse(self.proposals(conversation))

    def test_customers_of_another_company_are_not_proposed(self):
        self.ivan.company_id = self.company2
        self.assertFalse(self.proposals(self.talk("8 916 123-45-67")))

    def test_not_him_is_remembered(self):
        conversation = self.talk("8 916 123-45-67")
        conversation.with_user(self.anna).action_not_him(self.ivan.id)
        self.assertFalse(self.proposals(conversation))
        self.talk("8 916 123-45-67, I said")
        self.assertFalse(self.proposals(conversation))

    def test_nobody_else_asks_or_decides(self):
        conversation = self.talk("8 916 123-45-67")
        for user in (self.stranger, self.foreigner, self.employee):
            mine = conversation.with_user(user)
            for call in (
                mine.get_proposals,
                lambda mine=mine: mine.action_link(self.ivan.id),
                lambda mine=mine: mine.action_not_him(self.ivan.id),
                mine.action_unlink_partner,
            ):
                with self.subTest(user=user.name), self.assertRaises(AccessError):
                    call()


@tagged("-at_install", "post_install")
class TestLink(Clients):
    def test_linking_reaches_conversation_and_lead(self):
        conversation = self.talk("8 916 123-45-67").with_user(self.anna)
        conversation.action_link(self.ivan.id)
        self.assertEqual(conversation.partner_id, self.ivan)
        self.assertEqual(conversation.lead_id.partner_id, self.ivan)
        self.assertEqual(self.ivan.omnichannel_conversation_ids, conversation)
        self.assertFalse(self.proposals(conversation))
        self.assertIn("Ivan Petrov", self.lines(conversation)[-1])

    def test_undoing_makes_everything_as_it_was(self):
        conversation = self.talk("call me")
        lead = conversation.lead_id
        lead.write({"phone": "+79031112233", "street": "Lenina 1"})
        before = lead._omnichannel_snapshot()
        conversation.with_user(self.anna).action_link(self.ivan.id)
        self.assertEqual((lead.phone, lead.city), (PHONE, "Tver"))
        conversation.with_user(self.anna).action_unlink_partner()
        self.assertEqual(lead._omnichannel_snapshot(), before)
        self.assertFalse(conversation.partner_id)
        self.assertFalse(self.ivan.omnichannel_conversation_ids)
        self.assertEqual((self.ivan.phone, self.ivan.city), (PHONE, "Tver"))

    def test_what_was_changed_since_stays_when_undone(self):
        conversation = self.talk()
        conversation.with_user(self.anna).action_link(self.ivan.id)
        conversation.lead_id.function = "Director"
        conversation.with_user(self.anna).action_unlink_partner()
        self.assertEqual(conversation.lead_id.function, "Director")
        self.assertFalse(conversation.lead_id.phone)

    def test_another_customer_takes_the_place_of_the_first(self):
        petr = self.env["res.partner"].create({"name": "Petr"})
        conversation = self.talk().with_user(self.anna)
        conversation.action_link(self.ivan.id)
        conversation.action_link(petr.id)
        self.assertEqual((conversation.partner_id, conversation.lead_id.partner_id), (petr, petr))
        self.assertFalse(conversation.lead_id.phone, "nothing of the first one is left")

    def test_a_quotation_in_draft_follows_to_the_right_customer(self):
        petr = self.env["res.partner"].create({"name": "Petr"})
        conversation = self.talk().with_user(self.anna)
        conversation.action_link(self.ivan.id)
        conversation.action_convert()
        order = conversation.lead_id.order_ids
        conversation.action_not_him(self.ivan.id)
        self.assertFalse(conversation.lead_id.partner_id)
        conversation.action_link(petr.id)
        self.assertEqual(order.partner_id, petr)
        conversation.action_convert()
        self.assertEqual(conversation.lead_id.order_ids, order)

    def test_a_confirmed_order_and_its_lead_stay_the_customers(self):
        conversation = self.talk().with_user(self.anna)
        conversation.action_link(self.ivan.id)
        conversation.action_convert()
        order = conversation.lead_id.order_ids
        order.action_confirm()
        conversation.action_unlink_partner()
        self.assertEqual(
            (order.partner_id, conversation.lead_id.partner_id), (self.ivan, self.ivan)
        )
        self.assertFalse(conversation.partner_id)

    def test_a_lead_that_had_its_customer_keeps_him(self):
        conversation = self.talk()
        conversation.lead_id.partner_id = self.ivan
        conversation.with_user(self.anna).action_link(self.ivan.id)
        conversation.with_user(self.anna).action_unlink_partner()
        self.assertEqual(conversation.lead_id.partner_id, self.ivan)

    def test_converting_is_undone_too_and_finds_the_same_customer_again(self):
        conversation = self.talk("+79031112233").with_user(self.anna)
        conversation.action_convert()
        customer = conversation.partner_id
        conversation.action_unlink_partner()
        self.assertFalse(conversation.lead_id.partner_id)
        conversation.lead_id.order_ids._action_cancel()
        conversation.action_convert()
        self.assertEqual(conversation.partner_id, customer)

    def test_a_customer_set_on_the_identity_by_hand_is_a_link(self):
        conversation = self.talk()
        conversation.identity_id.with_user(self.anna).partner_id = self.ivan
        self.assertEqual(conversation.lead_id.partner_id, self.ivan)
        conversation.identity_id.with_user(self.anna).partner_id = False
        self.assertFalse(conversation.lead_id.partner_id)

    def test_nobody_links_what_is_not_linked_or_not_there(self):
        conversation = self.talk().with_user(self.anna)
        with self.assertRaises(UserError):
            conversation.action_unlink_partner()
        with self.assertRaises(UserError):
            conversation.action_link(0)

    def test_by_itself_only_where_the_channel_says_so(self):
        for chat, policy, text, linked in (
            ("50", "never", PHONE, False),
            ("51", "confirmed", PHONE, False),
            ("52", "exact", PHONE, True),
            ("53", "exact", "ivan@example.com", True),
            ("54", "exact", "+79031112233", False),
        ):
            with self.subTest(policy=policy, text=text):
                self.channel.link_policy = policy
                conversation = self.talk(text, chat=chat)
                self.assertEqual(bool(conversation.partner_id), linked)
                self.assertEqual(conversation.lead_id.partner_id, conversation.partner_id)

    def test_a_confirmed_phone_links_by_itself(self):
        self.channel.link_policy = "confirmed"
        conversation = self.talk()
        self.channel._ensure_identity(Person(id=CHAT, phone=PHONE))
        self.assertEqual(conversation.partner_id, self.ivan)
        self.assertTrue(conversation.identity_id.link_ids.automatic)

    def test_two_who_match_are_left_to_an_operator(self):
        self.channel.link_policy = "exact"
        self.env["res.partner"].create({"name": "Ivan's wife", "phone": PHONE})
        conversation = self.talk(PHONE)
        self.assertFalse(conversation.partner_id)
        self.assertEqual(len(self.proposals(conversation)), 2)

    def test_once_undone_it_does_not_link_itself_to_him_again(self):
        self.channel.link_policy = "exact"
        conversation = self.talk(PHONE)
        conversation.with_user(self.anna).action_not_him(self.ivan.id)
        self.talk("ivan@example.com")
        self.assertFalse(conversation.partner_id)


@tagged("-at_install", "post_install")
class TestHistoryStays(Clients):
    def test_merged_customers_keep_conversations_evidence_and_undo(self):
        twin = self.env["res.partner"].create({"name": "Ivan P.", "email": "i@example.com"})
        conversation = self.talk().with_user(self.anna)
        conversation.action_link(twin.id)
        other = self.talk(chat="50").with_user(self.anna)
        other.action_not_him(twin.id)
        merged = self.merge_partners(self.ivan, twin)
        self.assertEqual(merged.omnichannel_conversation_ids, conversation)
        self.assertEqual(conversation.lead_id.partner_id, merged)
        self.assertEqual(other.identity_id.sudo().rejected_partner_ids, merged)
        conversation.action_unlink_partner()
        self.assertFalse(merged.omnichannel_conversation_ids)

    def test_a_deleted_lead_leaves_the_history(self):
        conversation = self.talk("one")
        lead = conversation.lead_id
        self.add(lead, self.chair)
        lead.unlink()
        self.assertEqual(self.said(conversation), ["one"])
        self.assertTrue(conversation.session_ids)
        self.talk("two")
        self.assertEqual(self.said(conversation), ["one", "two"])
        self.assertTrue(conversation.lead_id, "the client is a lead again")

    def test_a_deleted_customer_leaves_the_history(self):
        conversation = self.talk("one")
        conversation.with_user(self.anna).action_link(self.ivan.id)
        self.ivan.unlink()
        self.env.invalidate_all()
        self.assertEqual(self.said(conversation), ["one"])
        self.assertFalse(conversation.partner_id)
        self.talk("two")
        self.assertEqual(self.said(conversation)[-1], "two")
