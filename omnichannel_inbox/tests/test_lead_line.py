from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import InboxCase


class Shop(InboxCase):
    """Two products with a tax of 20 %, and a lead from a conversation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT", "amount": 20, "type_tax_use": "sale", "company_id": cls.company.id}
        )
        cls.chair, cls.table = (
            cls.env["product.product"].create(
                {
                    "name": name,
                    "list_price": price,
                    "taxes_id": [Command.set(cls.tax.ids)],
                    "description_sale": f"A {name.lower()} of oak",
                }
            )
            for name, price in (("Chair", 100), ("Table", 250.5))
        )
        cls.dozen = cls.env["uom.uom"].create(
            {"name": "Dozen", "relative_factor": 12, "relative_uom_id": cls.chair.uom_id.id}
        )
        cls.chair.uom_ids = cls.dozen

    def add(self, lead, product, **values):
        """Return a new line of the lead."""
        return self.env["omnichannel.lead.line"].create(
            {"lead_id": lead.id, "product_id": product.id, **values}
        )

    def pricelist(self, name, discount, **values):
        """Return a pricelist with so many percent off."""
        self.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        return self.env["product.pricelist"].create(
            {
                "name": name,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "formula",
                            "price_discount": discount,
                            "base": "list_price",
                        }
                    )
                ],
                **values,
            }
        )


@tagged("-at_install", "post_install")
class TestLeadLine(Shop):
    def setUp(self):
        super().setUp()
        self.talk = self.taken()
        self.lead = self.talk.lead_id

    def test_a_product_brings_words_unit_price_and_taxes(self):
        line = self.add(self.lead, self.table, quantity=2)
        self.assertEqual(line.name, "Table\nA table of oak")
        self.assertEqual(line.product_uom_id, self.table.uom_id)
        self.assertEqual(line.tax_ids, self.tax)
        self.assertEqual((line.price_subtotal, line.price_total), (501.0, 601.2))

    def test_the_lead_sums_up(self):
        self.add(self.lead, self.chair, quantity=3)
        self.add(self.lead, self.table, discount=10)
        amounts = (
            "omnichannel_amount_untaxed",
            "omnichannel_amount_tax",
            "omnichannel_amount_total",
        )
        self.assertEqual([self.lead[name] for name in amounts], [525.45, 105.09, 630.54])

    def test_the_form_shows_what_a_seller_would_see_on_an_order(self):
        with Form(self.lead.with_user(self.anna)) as form:
            with form.omnichannel_line_ids.new() as line:
                line.product_id = self.chair
                line.quantity = 2
                self.assertEqual(line.price_unit, 100)
                self.assertEqual(line.price_subtotal, 200)
                line.price_unit = 90
            with form.omnichannel_line_ids.edit(0) as line:
                line.quantity = 5
        self.assertEqual(self.lead.omnichannel_line_ids.price_unit, 90, "set by hand: stays")
        self.assertEqual(self.lead.expected_revenue, 450)

    def test_the_channels_pricelist_holds_until_the_customer_has_his_own(self):
        self.channel.pricelist_id = self.pricelist("Community", 10)
        line = self.add(self.lead, self.chair)
        self.assertEqual(line.price_subtotal, 90)
        customer = self.env["res.partner"].create({"name": "Ivan"})
        customer.specific_property_product_pricelist = self.pricelist("Friends", 50)
        self.lead.partner_id = customer
        self.assertEqual(line.price_subtotal, 50)
        self.assertEqual(self.lead.expected_revenue, 50)

    def test_another_unit_has_another_price(self):
        line = self.add(self.lead, self.chair, product_uom_id=self.dozen.id)
        self.assertEqual(line.price_unit, 1200)

    def test_the_customers_fiscal_position_maps_taxes_and_a_sellers_choice_stays(self):
        exempt = self.env["account.tax"].create(
            {"name": "None", "amount": 0, "type_tax_use": "sale", "company_id": self.company.id}
        )
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        exempt.write({"fiscal_position_ids": position.ids, "original_tax_ids": self.tax.ids})
        line, chosen = self.add(self.lead, self.chair), self.add(self.lead, self.table)
        self.lead.partner_id = self.env["res.partner"].create(
            {"name": "Ivan", "property_account_position_id": position.id}
        )
        self.assertEqual(line.tax_ids, exempt)
        chosen.tax_ids = self.tax
        self.lead.partner_id = self.lead.partner_id.copy()
        self.assertEqual(chosen.tax_ids, self.tax)

    def test_the_expected_revenue_follows_unless_the_seller_set_it(self):
        line = self.add(self.lead, self.chair)
        self.assertEqual(self.lead.expected_revenue, 100)
        line.quantity = 4
        self.assertEqual(self.lead.expected_revenue, 400)
        self.lead.expected_revenue = 1000
        line.quantity = 5
        self.assertEqual(self.lead.expected_revenue, 1000)
        line.unlink()
        self.assertEqual(self.lead.expected_revenue, 1000)

    def test_without_products_nothing_is_expected_any_more(self):
        self.add(self.lead, self.chair).unlink()
        self.assertEqual(self.lead.expected_revenue, 0)

    def test_merged_leads_keep_all_products_and_their_worth(self):
        self.add(self.lead, self.chair)
        other = self.deliver(self.message(chat="50")).lead_id
        self.add(other, self.table)
        merged = (self.lead | other).merge_opportunity()
        self.assertEqual(merged.omnichannel_line_ids.product_id, self.chair | self.table)
        self.assertEqual(merged.expected_revenue, 350.5)
        merged.omnichannel_line_ids[0].quantity += 1
        self.assertGreater(merged.expected_revenue, 350.5, "it follows still")

    def test_merged_leads_keep_a_sellers_own_estimate(self):
        self.add(self.lead, self.chair)
        other = self.deliver(self.message(chat="50")).lead_id
        other.expected_revenue = 7000
        merged = (self.lead | other).merge_opportunity()
        self.assertEqual(merged.expected_revenue, 7000)

    def test_a_seller_changes_the_products_of_his_leads_only(self):
        seller = self.new_user("seller", "sales_team.group_sale_salesman")
        line = self.add(self.lead, self.chair)
        with self.assertRaises(AccessError):
            line.with_user(seller).quantity = 2
        with self.assertRaises(AccessError):
            self.env["omnichannel.lead.line"].with_user(seller).create(
                {"lead_id": self.lead.id, "product_id": self.chair.id}
            )
        self.assertFalse(line.with_user(seller).search([("id", "=", line.id)]))
        self.lead.user_id = seller
        line.with_user(seller).quantity = 2
        self.assertEqual(line.quantity, 2)

    def test_products_of_another_company_stay_there(self):
        line = self.add(self.lead, self.chair)
        foreigner = self.foreigner
        foreigner.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertFalse(line.with_user(foreigner).search([]))
        self.chair.company_id = self.company2
        with self.assertRaises(UserError):
            self.add(self.lead, self.chair)


@tagged("-at_install", "post_install")
class TestAddProduct(Shop):
    def test_a_product_from_the_conversation_stands_on_its_lead(self):
        conversation = self.taken()
        told = conversation.with_user(self.anna).action_add_product(self.chair.id, 2)
        line = conversation.lead_id.omnichannel_line_ids
        self.assertEqual((line.product_id, line.quantity), (self.chair, 2))
        self.assertEqual((told["lead_id"], told["line_id"]), (conversation.lead_id.id, line.id))
        self.assertIn("240", told["amount_total"])
        self.assertIn("2 × Chair", self.lines(conversation)[-1])

    def test_the_same_again_is_more_of_it(self):
        conversation = self.taken().with_user(self.anna)
        conversation.action_add_product(self.chair.id)
        conversation.action_add_product(self.chair.id, 3)
        self.assertEqual(conversation.lead_id.omnichannel_line_ids.quantity, 4)

    def test_nothing_or_less_is_no_quantity(self):
        conversation = self.taken().with_user(self.anna)
        with self.assertRaises(UserError):
            conversation.action_add_product(self.chair.id, 0)

    def test_where_the_policy_makes_no_lead_the_product_does(self):
        self.channel.lead_policy = "manual"
        conversation = self.taken()
        self.assertFalse(conversation.lead_id)
        conversation.with_user(self.anna).action_add_product(self.chair.id)
        lead = conversation.lead_id
        self.assertEqual(lead.omnichannel_line_ids.product_id, self.chair)
        self.assertEqual((lead.user_id, lead.source_id), (self.anna, self.channel.source_id))
        self.assertEqual(conversation.session_id.lead_id, lead)

    def test_a_lead_is_made_on_demand_once(self):
        self.channel.lead_policy = "manual"
        conversation = self.taken().with_user(self.anna)
        first, again = conversation.action_create_lead(), conversation.action_create_lead()
        self.assertEqual(first["res_id"], again["res_id"])

    def test_a_lost_lead_is_left_alone(self):
        conversation = self.taken()
        lost = conversation.lead_id
        lost.action_set_lost()
        conversation.with_user(self.anna).action_add_product(self.chair.id)
        self.assertNotEqual(conversation.lead_id, lost)
        self.assertFalse(lost.omnichannel_line_ids)

    def test_spam_gets_no_lead(self):
        conversation = self.taken().with_user(self.anna)
        conversation.action_spam()
        with self.assertRaises(UserError):
            conversation.action_add_product(self.chair.id)

    def test_others_add_nothing(self):
        conversation = self.taken()
        for user in (self.stranger, self.employee):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                conversation.with_user(user).action_add_product(self.chair.id)
        self.assertFalse(conversation.lead_id.omnichannel_line_ids)
