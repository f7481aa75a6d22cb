from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_lead_line import Shop


@tagged("-at_install", "post_install")
class TestConvert(Shop):
    def setUp(self):
        super().setUp()
        self.talk = self.taken()
        self.lead = self.talk.lead_id
        self.identity = self.talk.identity_id

    def convert(self, lead=None, by=None):
        """Return the order that the button opens."""
        action = (lead or self.lead).with_user(by or self.anna).action_omnichannel_convert()
        self.assertEqual(action["res_model"], "sale.order")
        return self.env["sale.order"].browse(action["res_id"])

    def test_the_client_becomes_a_customer_with_a_quotation(self):
        self.lead.write({"phone": "+79161234567", "email_from": "ivan@example.com"})
        self.add(self.lead, self.chair, quantity=2, discount=10)
        self.add(self.lead, self.table, name="A table for eight", price_unit=200)
        order = self.convert()
        self.assertEqual((order.amount_untaxed, order.amount_tax), (380, 76))
        self.assertEqual(order.amount_total, self.lead.omnichannel_amount_total)
        self.assertEqual(order.order_line.mapped("name")[1], "A table for eight")
        customer = order.partner_id
        self.assertEqual(
            (customer.name, customer.phone, customer.email, customer.is_company),
            (self.identity.name, "+79161234567", "ivan@example.com", False),
        )
        self.assertEqual(self.lead.type, "opportunity")
        self.assertEqual(self.lead.partner_id, customer)
        self.assertEqual(self.identity.partner_id, customer)
        self.assertEqual(self.talk.partner_id, customer)
        self.assertEqual(order.opportunity_id, self.lead)
        self.assertEqual(order.omnichannel_conversation_ids, self.talk)
        self.assertEqual(customer.omnichannel_conversation_ids, self.talk)

    def test_the_quotation_is_as_odoos_own_conversion_would_make_it(self):
        team = self.env["crm.team"].create({"name": "Chats", "member_ids": self.anna.ids})
        campaign = self.env["utm.campaign"].create({"name": "Autumn"})
        medium = self.env["utm.medium"].create({"name": "Post"})
        tag = self.env["crm.tag"].create({"name": "Oak"})
        self.lead.write(
            {
                "team_id": team.id,
                "campaign_id": campaign.id,
                "medium_id": medium.id,
                "tag_ids": tag.ids,
            }
        )
        order = self.convert()
        self.assertEqual((order.user_id, order.team_id), (self.anna, team))
        self.assertEqual(order.source_id, self.channel.source_id)
        self.assertEqual((order.campaign_id, order.medium_id), (campaign, medium))
        self.assertEqual((order.tag_ids, order.origin), (tag, self.lead.name))
        self.assertEqual(order.company_id, self.company)

    def test_prices_are_those_the_lead_showed(self):
        community = self.pricelist("Community", 10)
        self.channel.pricelist_id = community
        line = self.add(self.lead, self.chair)
        order = self.convert()
        self.assertEqual(order.pricelist_id, community)
        self.assertEqual(order.amount_untaxed, line.price_subtotal)
        order.order_line.product_uom_qty = 2
        self.assertEqual(order.amount_untaxed, 180, "the quotation goes on as any other")

    def test_the_customers_pricelist_and_fiscal_position_hold_in_the_quotation(self):
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        friends = self.pricelist("Friends", 50)
        self.lead.partner_id = self.env["res.partner"].create(
            {
                "name": "Ivan",
                "property_account_position_id": position.id,
                "specific_property_product_pricelist": friends.id,
            }
        )
        self.add(self.lead, self.chair)
        order = self.convert()
        self.assertEqual((order.pricelist_id, order.fiscal_position_id), (friends, position))
        self.assertEqual(order.amount_untaxed, 50)

    def test_a_second_press_opens_what_exists(self):
        self.add(self.lead, self.chair)
        order = self.convert()
        self.assertEqual(self.convert(by=self.boris), order)
        self.assertEqual(self.talk.with_user(self.anna).action_convert()["res_id"], order.id)
        self.assertEqual(self.lead.order_ids, order)

    def test_the_button_is_there_while_it_does_something(self):
        self.assertTrue(self.lead.omnichannel_convertible)
        order = self.convert()
        self.assertFalse(self.lead.omnichannel_convertible)
        order._action_cancel()
        self.assertTrue(self.lead.omnichannel_convertible)
        self.assertNotEqual(self.convert(), order)
        plain = self.env["crm.lead"].create({"name": "By hand"})
        self.assertFalse(plain.omnichannel_convertible)

    def test_a_known_customer_is_not_made_again(self):
        known = self.env["res.partner"].create({"name": "Ivan", "email": "ivan@example.com"})
        by_phone = self.env["res.partner"].create({"name": "Petr", "phone": "+7 916 123-45-67"})
        cases = {
            "e-mail": ({"email_from": "Ivan <IVAN@example.com>"}, known),
            "phone": ({"phone": "+79161234567"}, by_phone),
        }
        for number, (name, (values, customer)) in enumerate(cases.items()):
            with self.subTest(name):
                lead = self.deliver(self.message(chat=f"7{number}")).lead_id
                lead.write(values)
                self.assertEqual(self.convert(lead).partner_id, customer)

    def test_a_known_identity_goes_before_a_phone(self):
        known, _other = self.env["res.partner"].create(
            [{"name": "Ivan"}, {"name": "Petr", "phone": "+79161234567"}]
        )
        self.identity.partner_id = known
        self.lead.phone = "+79161234567"
        self.assertEqual(self.convert().partner_id, known)

    def test_of_several_with_one_phone_it_is_the_one_of_that_name(self):
        company = self.env["res.partner"].create(
            {"name": "Oak", "is_company": True, "phone": "+79161234567"}
        )
        person = self.env["res.partner"].create(
            {"name": "Ivan", "parent_id": company.id, "phone": "+79161234567"}
        )
        self.lead.write({"phone": "+79161234567", "contact_name": "Ivan"})
        self.assertEqual(self.convert().partner_id, person)

    def test_a_client_who_speaks_for_a_company(self):
        self.lead.write({"partner_name": "Oak Ltd", "phone": "+79161234567"})
        customer = self.convert().partner_id
        self.assertEqual(
            (customer.parent_id.name, customer.parent_id.is_company), ("Oak Ltd", True)
        )
        self.assertEqual(customer.name, self.identity.name)
        phones = self.env["res.partner"].search_count([("phone_sanitized", "=", "+79161234567")])
        self.assertEqual(phones, 1)

    def test_another_person_of_a_known_company_joins_it(self):
        company = self.env["res.partner"].create({"name": "Oak Ltd", "is_company": True})
        self.lead.partner_name = "Oak Ltd"
        self.assertEqual(self.convert().partner_id.parent_id, company)

    def test_two_conversations_with_one_phone_are_one_customer(self):
        other = self.deliver(self.message(chat="50")).lead_id
        (self.lead | other).write({"phone": "+79161234567"})
        self.assertEqual(self.convert().partner_id, self.convert(other).partner_id)

    def test_where_the_policy_makes_no_lead_converting_does(self):
        self.channel.lead_policy = "manual"
        conversation = self.taken(self.message(chat="50"))
        conversation.with_user(self.anna).action_convert()
        self.assertEqual(len(conversation.lead_id.order_ids), 1)

    def test_a_lost_lead_is_restored_first(self):
        self.lead.action_set_lost()
        with self.assertRaises(UserError):
            self.convert()

    def test_a_seller_converts_his_own_leads_only(self):
        seller = self.new_user("seller", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.convert(by=seller)
        self.lead.user_id = seller
        order = self.convert(by=seller)
        self.assertEqual((order.user_id, order.create_uid), (seller, seller))
        self.assertEqual(self.identity.partner_id, order.partner_id)

    def test_an_order_of_somebody_else_is_neither_shown_nor_made_again(self):
        order = self.convert()
        seller = self.new_user("seller", "sales_team.group_sale_salesman")
        self.lead.user_id = seller
        with self.assertRaisesRegex(UserError, "Anna"):
            self.convert(by=seller)
        self.assertEqual(self.lead.order_ids, order)

    def test_others_convert_nothing(self):
        for user in (self.stranger, self.foreigner):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.talk.with_user(user).action_convert()

    def test_customers_of_another_company_are_not_found(self):
        foreign = self.env["res.partner"].create(
            {"name": "Ivan", "phone": "+79161234567", "company_id": self.company2.id}
        )
        self.lead.phone = "+79161234567"
        self.assertNotEqual(self.convert().partner_id, foreign)

    def test_leads_of_others_are_matched_as_odoo_does_it(self):
        self.env["res.partner"].create({"name": "Ivan", "phone": "+79161234567"})
        plain = self.env["crm.lead"].create({"name": "By hand", "phone": "+79161234567"})
        self.assertFalse(plain._find_matching_partner())

    def test_a_lead_made_by_hand_with_products_converts_too(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "By hand",
                "contact_name": "Olga",
                "omnichannel_line_ids": [Command.create({"product_id": self.chair.id})],
            }
        )
        order = self.convert(lead)
        self.assertEqual((order.partner_id.name, order.amount_untaxed), ("Olga", 100))
