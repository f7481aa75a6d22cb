from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_evidence import PHONE, Clients

OWN_LEADS = "sales_team.group_sale_salesman"
OPERATOR = "omnichannel_inbox.group_operator"


@tagged("-at_install", "post_install")
class TestPanel(Clients):
    """What stands beside the thread, and what of it the user may press."""

    def card(self, conversation, by=None):
        return conversation.with_user(by or self.anna).get_card()

    def may(self, conversation, by=None):
        """Return what the panel offers the user."""
        rights = self.card(conversation, by)["may"]
        return {name for name, allowed in rights.items() if allowed}

    def operator(self, login, groups):
        user = self.new_user(login, groups)
        self.channel.operator_ids += user
        return user

    def test_it_proposes_whom_the_evidence_speaks_for(self):
        conversation = self.talk(f"My number is {PHONE}")
        [proposal] = self.card(conversation)["proposals"]
        self.assertEqual(proposal["partner_id"], self.ivan.id)
        conversation.with_user(self.anna).action_link(self.ivan.id)
        card = self.card(conversation)
        self.assertFalse(card["proposals"])
        self.assertEqual(card["customer"]["id"], self.ivan.id)

    def test_it_sums_up_the_products_of_the_lead(self):
        conversation = self.talk()
        self.assertFalse(self.card(conversation)["products"])
        self.add(conversation.lead_id, self.chair, quantity=2)
        self.add(conversation.lead_id, self.table)
        products = self.card(conversation)["products"]
        self.assertEqual([line["name"] for line in products["lines"]], ["Chair", "Table"])
        self.assertEqual(products["lines"][0]["quantity"], "2")
        self.assertIn("540.60", products["total"])
        self.assertEqual(products["more"], 0)

    def test_many_products_are_counted(self):
        conversation = self.talk()
        for _number in range(8):
            self.add(conversation.lead_id, self.chair)
        products = self.card(conversation)["products"]
        self.assertEqual((len(products["lines"]), products["more"]), (6, 2))

    def test_whom_it_is_offered_to(self):
        self.ivan.user_id = self.boris
        conversation = self.talk()
        conversation.with_user(self.anna).action_link(self.ivan.id)
        conversation.with_user(self.anna).action_finish()
        self.talk("again")
        self.assertEqual(self.card(conversation)["offered_to"], "Boris")

    def test_an_operator_who_sells_does_everything(self):
        conversation = self.taken()
        everything = {"edit", "lead", "products", "convert", "send"}
        self.assertEqual(self.may(conversation), everything)
        conversation.with_user(self.anna).action_convert()
        self.assertEqual(self.may(conversation), everything - {"convert"}, "there is an order")

    def test_only_who_has_it_sends(self):
        self.assertNotIn("send", self.may(self.taken(), self.boris))

    def test_an_operator_who_sells_nothing_is_offered_no_selling(self):
        helper = self.operator("helper", OPERATOR)
        conversation = self.talk()
        self.add(conversation.lead_id, self.chair)
        self.assertEqual(self.may(conversation, helper), {"edit"})
        card = self.card(conversation, helper)
        self.assertFalse(card["products"] or card["lead"] or card["orders"])

    def test_the_lead_of_a_colleague_is_not_his_to_change(self):
        seller = self.operator("seller", f"{OPERATOR},{OWN_LEADS}")
        conversation = self.talk()
        self.assertIn("products", self.may(conversation, seller))
        conversation.lead_id.user_id = self.anna
        self.assertFalse(self.may(conversation, seller) & {"products", "convert"})

    def test_spam_gets_nothing(self):
        conversation = self.talk()
        conversation.with_user(self.anna).action_spam()
        self.assertEqual(self.may(conversation), {"edit"})

    def test_every_offer_is_kept(self):
        """Whatever the panel offers, the server does; whatever it does not, it refuses."""
        seller = self.operator("seller", f"{OPERATOR},{OWN_LEADS}")
        for user in (self.anna, seller, self.operator("helper", OPERATOR)):
            for owner in (self.env["res.users"], self.anna):
                with self.subTest(user=user.name, owner=owner.name):
                    conversation = self.talk(chat=f"7{user.id}{owner.id or 0}")
                    conversation.lead_id.user_id = owner
                    allowed = "products" in self.may(conversation, user)
                    mine = conversation.with_user(user)
                    try:
                        mine.action_add_product(self.chair.id)
                        mine.action_convert()
                    except AccessError:
                        self.assertFalse(allowed)
                    else:
                        self.assertTrue(allowed)


@tagged("-at_install", "post_install")
class TestReader(Clients):
    """The lead's salesperson who is no operator, where the channel lets him read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.new_user("seller", f"base.group_user,{OWN_LEADS}")
        cls.channel.lead_salesperson_reads = True

    def setUp(self):
        super().setUp()
        conversation = self.taken(self.message(f"My number is {PHONE}"))
        conversation.tag_ids = [Command.create({"name": "VIP"})]
        conversation.lead_id.user_id = self.seller
        self.read = conversation.with_user(self.seller)

    def test_the_panels_open_for_him(self):
        card = self.read.get_card()
        self.assertEqual(card["client"]["name"], self.read.name)
        self.assertEqual((card["channel"], card["tags"][0]["name"]), ("Shop", "VIP"))
        self.assertEqual(card["lead"]["salesperson"], "Seller")
        self.assertEqual(len(self.read.get_history()), 1)
        self.assertIn("Anna", [one["name"] for one in self.read.get_operators()])
        self.assertFalse(self.read.get_trouble())
        self.assertTrue(self.read.announce_viewer(True))

    def test_he_decides_nothing(self):
        self.assertFalse(self.read.get_proposals())
        self.assertFalse(any(self.read.get_card()["may"].values()))
        self.assertFalse(self.read.is_served)
        for press in (
            self.read.action_take,
            self.read.action_restore,
            self.read.action_convert,
            self.read.action_send_quotation,
            lambda: self.read.action_link(self.ivan.id),
            lambda: self.read.action_add_product(self.chair.id),
        ):
            with self.assertRaises(AccessError):
                press()

    def test_a_seller_of_other_leads_opens_none_of_it(self):
        other = self.new_user("other", f"base.group_user,{OWN_LEADS}")
        for ask in ("get_card", "get_history", "get_operators", "get_proposals", "get_trouble"):
            with self.subTest(ask), self.assertRaises(AccessError):
                getattr(self.read.with_user(other), ask)()
