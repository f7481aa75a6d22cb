from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_evidence import PHONE, Clients

SELLER = "base.group_user,sales_team.group_sale_salesman"
ALL_LEADS = "base.group_user,sales_team.group_sale_salesman_all_leads"
#: What belongs to a conversation, and how it is found.
OF_CONVERSATION = {
    "omnichannel.conversation": "id",
    "omnichannel.identity": "conversation_ids",
    "omnichannel.session": "conversation_id",
    "omnichannel.message": "conversation_id",
    "omnichannel.evidence": "identity_id.conversation_ids",
    "omnichannel.link": "identity_id.conversation_ids",
}
FIELDS = (
    "omnichannel_conversation_ids",
    "omnichannel_communication_ids",
    "omnichannel_summary",
    "omnichannel_unread_count",
)


@tagged("-at_install", "post_install")
class TestSellingAccess(Clients):
    """What is known of a client on a lead, a customer, an order reaches nobody by a side door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Of another company, with every right there; a customer is shared between the two.
        groups = f"omnichannel_inbox.group_supervisor,{ALL_LEADS}"
        cls.neighbour = cls.new_user("neighbour", groups, company_id=cls.company2.id)
        cls.neighbour.company_ids = [Command.set(cls.company2.ids)]
        cls.seller = cls.new_user("seller", SELLER)
        cls.clerk = cls.new_user("clerk", "base.group_user")
        export = cls.env.ref("base.group_allow_export")
        for user in cls.neighbour | cls.seller | cls.clerk:
            user.group_ids += export

    def setUp(self):
        super().setUp()
        self.client = self.taken(self.message(f"my secret, {PHONE}"))
        mine = self.client.with_user(self.anna)
        mine.action_link(self.ivan.id)
        mine.action_add_product(self.chair.id)
        mine.action_convert()
        self.lead = self.client.lead_id
        self.order = self.lead.order_ids
        self.env.flush_all()
        self.env.invalidate_all()

    def about(self):
        """Return the records that say something of the conversation, by model."""
        own = {
            model: self.env[model].search([(path, "in", self.client.ids)])
            for model, path in OF_CONVERSATION.items()
        }
        return {**own, "omnichannel.lead.line": self.lead.omnichannel_line_ids}

    def test_nothing_of_a_conversation_is_read_searched_counted_or_exported(self):
        for model, records in self.about().items():
            self.assertTrue(records, model)
            for user in self.neighbour | self.clerk:
                theirs = records.with_user(user)
                with self.subTest(model=model, user=user.name):
                    for ask in (
                        lambda r: r.read(["display_name"]),
                        lambda r: r.mapped("display_name"),
                        lambda r: r.export_data(["display_name"]),
                    ):
                        with self.assertRaises(AccessError):
                            ask(theirs)
                    try:
                        self.assertFalse(theirs.search([("id", "in", records.ids)]))
                        self.assertFalse(theirs.search_count([("id", "in", records.ids)]))
                        grouped = theirs.formatted_read_group(
                            [("id", "in", records.ids)], aggregates=["__count"]
                        )
                        self.assertFalse(sum(group["__count"] for group in grouped))
                    except AccessError:
                        self.assertEqual(user, self.clerk, "the model itself is closed to him")

    def test_a_shared_customer_says_nothing_to_another_company(self):
        customer = self.ivan.with_user(self.neighbour)
        [said] = customer.read(list(FIELDS))
        for field in FIELDS:
            self.assertFalse(said[field], field)
        self.assertNotIn("secret", str(customer.export_data(list(FIELDS))["datas"]))
        self.assertNotIn(self.client.name, str(customer.export_data(list(FIELDS))["datas"]))
        for domain in (
            [("omnichannel_own_conversation_ids", "!=", False)],
            [("omnichannel_own_conversation_ids", "in", self.client.ids)],
        ):
            with self.assertRaises(AccessError):
                customer.search(domain)

    def test_lead_and_order_stay_in_their_company(self):
        for record in (self.lead, self.order):
            theirs = record.with_user(self.neighbour)
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                theirs.read(list(FIELDS))
            self.assertFalse(theirs.search([("id", "=", record.id)]))

    def test_a_supervisor_of_two_companies_sees_those_he_has_chosen(self):
        self.neighbour.company_ids += self.company
        chosen = self.ivan.with_user(self.neighbour)
        for companies, seen in ((self.company2, 0), (self.company2 | self.company, 1)):
            with self.subTest(companies=companies.mapped("name")):
                customer = chosen.with_context(allowed_company_ids=companies.ids)
                customer.invalidate_recordset()
                self.assertEqual(len(customer.omnichannel_communication_ids), seen)
                self.assertEqual(customer.omnichannel_unread_count, seen)

    def test_a_seller_without_the_role_knows_with_whom_and_nothing_more(self):
        self.lead.user_id = self.order.user_id = self.seller
        for record in (self.lead, self.order, self.ivan):
            theirs = record.with_user(self.seller)
            with self.subTest(model=record._name):
                [said] = theirs.read(list(FIELDS))
                self.assertIn(self.client.name, said["omnichannel_summary"])
                self.assertFalse(said["omnichannel_communication_ids"])
                self.assertNotIn("secret", str(said))
                for conversation_id in said["omnichannel_conversation_ids"]:
                    conversation = self.client.with_user(self.seller).browse(conversation_id)
                    with self.assertRaises(AccessError):
                        conversation.read(["name"])
                exported = str(theirs.export_data([f"{FIELDS[0]}/name", FIELDS[0]])["datas"])
                self.assertNotIn("secret", exported)
        for domain in (
            [("omnichannel_conversation_ids.note", "ilike", "x")],
            [("omnichannel_conversation_ids.message_text", "ilike", "secret")],
            [("omnichannel_conversation_ids.identity_id.phone", "=", PHONE)],
        ):
            with self.subTest(domain=domain):
                self.assertFalse(self.lead.with_user(self.seller).search(domain))

    def test_a_lead_of_a_colleague_is_as_closed_as_odoo_has_it(self):
        for record in (self.lead, self.order, self.lead.omnichannel_line_ids):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.seller).read(["display_name"])

    def test_an_employee_without_any_role_is_told_of_no_field(self):
        for record in (self.ivan,):
            known = record.with_user(self.clerk).fields_get()
            self.assertFalse([name for name in known if name.startswith("omnichannel")])
            with self.assertRaises(AccessError):
                record.with_user(self.clerk).read(["omnichannel_unread_count"])
            with self.assertRaises(AccessError):
                record.with_user(self.clerk).search([("omnichannel_conversation_ids", "!=", False)])
