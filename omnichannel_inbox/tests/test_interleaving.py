import random

from odoo.tests import tagged

from .test_evidence import Clients

SEEDS = range(8)
STEPS = 16


@tagged("-at_install", "post_install")
class TestWhateverHappens(Clients):
    """Three chats of clients who may be one person; what the staff do, in any order.

    However it goes: no conversation is without its history, no order is made twice for a lead, no
    customer twice for a phone, no product gets lost.
    """

    def test_in_any_order(self):
        taken = set()
        for seed in SEEDS:
            with self.subTest(seed=seed):
                taken |= self.interleave(random.Random(seed))  # noqa: S311 - no secret
        self.assertEqual(taken, {step.__name__ for step in self.steps()}, "each had its turn")

    def steps(self):
        return [
            self.step_write,
            self.step_phone,
            self.step_add_product,
            self.step_convert,
            self.step_merge_leads,
            self.step_link,
            self.step_reject,
            self.step_undo,
            self.step_finish,
            self.step_restore,
            self.step_delete_lead,
            self.step_lose_lead,
            self.step_merge_partners,
            self.step_delete_partner,
        ]

    def interleave(self, chance):
        """Return the names of the steps that were taken."""
        self.chance, self.taken_steps = chance, set()
        self.chats = [f"9{chance.randrange(10**6, 10**7)}" for _number in range(3)]
        self.phone = f"+7903{chance.randrange(10**6, 10**7)}"
        self.said_by = {chat: [] for chat in self.chats}
        self.petr = self.env["res.partner"].create({"name": "Petr"})
        self.on_leads = 0
        for chat in self.chats:
            self.write(chat, "Hello")
        for _number in range(STEPS):
            step = chance.choice(self.steps())
            with self.subTest(step=step.__name__):
                if step() is not False:
                    self.taken_steps.add(step.__name__)
                self.check()
        return self.taken_steps

    def conversation_of(self, chat):
        return self.env["omnichannel.conversation"].search([("chat_ref", "=", chat)])

    def any_one(self):
        """Return one of the conversations, as Anna has it."""
        return self.conversation_of(self.chance.choice(self.chats)).with_user(self.anna)

    def two(self, field):
        """Return two different records that this field of two conversations holds, or nothing."""
        first, second = (
            self.conversation_of(chat)[field] for chat in self.chance.sample(self.chats, 2)
        )
        return (first, second) if first and second and first != second else None

    def write(self, chat, text):
        self.said_by[chat].append(text)
        self.talk(text, chat=chat)

    # What happens; False: it could not

    def step_write(self):
        chat = self.chance.choice(self.chats)
        self.write(chat, f"text {len(self.said_by[chat])}")

    def step_phone(self):
        self.write(self.chance.choice(self.chats), f"my number: {self.phone}")

    def step_add_product(self):
        conversation = self.any_one()
        before = sum(conversation.lead_id.omnichannel_line_ids.mapped("quantity"))
        if not conversation.lead_id.sudo()._is_omnichannel_open():
            before = 0
        conversation.action_add_product(self.chair.id)
        after = sum(conversation.lead_id.omnichannel_line_ids.mapped("quantity"))
        self.assertEqual(after, before + 1)
        self.on_leads += 1

    def step_convert(self):
        conversation = self.any_one()
        lead = conversation.lead_id.sudo()
        had = lead.order_ids if lead.active else lead.order_ids.browse()
        made = conversation.action_convert()["res_id"]
        self.assertEqual(conversation.action_convert()["res_id"], made, "the same order again")
        orders = conversation.lead_id.order_ids
        self.assertEqual(len(orders), len(had) or 1, "an order is made where there was none")
        self.assertTrue(orders.partner_id)

    def step_merge_leads(self):
        leads = self.two("lead_id")
        if not leads or not all(lead.active for lead in leads):
            return False
        merged = leads[0].union(*leads).merge_opportunity()
        self.assertEqual(leads[0].union(*leads).exists(), merged)
        return True

    def step_link(self):
        known = self.chance.choice([self.ivan, self.petr.exists() or self.ivan])
        self.any_one().action_link(known.id)

    def step_reject(self):
        conversation = self.any_one()
        conversation.action_not_him(self.ivan.id)
        self.assertNotEqual(conversation.partner_id, self.ivan)

    def step_undo(self):
        conversation = self.any_one()
        if not conversation.partner_id:
            return False
        conversation.action_unlink_partner()
        self.assertFalse(conversation.partner_id)
        return True

    def step_finish(self):
        conversation = self.any_one()
        if conversation.state not in ("new", "open"):
            return False
        conversation.action_finish()
        return True

    def step_restore(self):
        conversation = self.any_one()
        if conversation.state != "done":
            return False
        conversation.action_restore()
        return True

    def step_delete_lead(self):
        lead = self.any_one().sudo().lead_id
        if not lead or lead.order_ids:
            return False
        self.on_leads -= sum(lead.omnichannel_line_ids.mapped("quantity"))
        lead.unlink()
        return True

    def step_lose_lead(self):
        lead = self.any_one().sudo().lead_id
        if not lead.active or lead.order_ids:
            return False
        lead.action_set_lost()
        return True

    def step_merge_partners(self):
        partners = self.two("partner_id")
        if not partners:
            return False
        # Whom the other tests know stays.
        self.merge_partners(*sorted(partners, key=lambda partner: partner != self.ivan))
        return True

    def step_delete_partner(self):
        partner = self.any_one().sudo().partner_id
        if not partner or partner == self.ivan or partner.sale_order_ids:
            return False
        partner.unlink()
        self.env.invalidate_all()
        return True

    # What holds all the same

    def check(self):
        for chat in self.chats:
            conversation = self.conversation_of(chat)
            self.assertEqual(len(conversation), 1)
            self.assertEqual(self.said(conversation), self.said_by[chat], "the whole history")
            self.assertTrue(conversation.session_ids)
            self.assertEqual(conversation.partner_id, conversation.identity_id.partner_id)
            self.assertFalse(conversation.lead_id.exists() - conversation.lead_id)
        of_phone = self.env["res.partner"].search([("phone_sanitized", "=", self.phone)])
        self.assertLessEqual(len(of_phone), 1, "one customer for a phone")
        lines = self.env["omnichannel.lead.line"].search([("product_id", "=", self.chair.id)])
        mine = lines.filtered(lambda line: line.create_date and line.lead_id in self.leads())
        self.assertEqual(sum(mine.mapped("quantity")), self.on_leads, "all products")

    def leads(self):
        """Return all leads that the chats ever had and that are there, merged or lost too."""
        conversations = self.conversation_of(self.chats[0])
        for chat in self.chats[1:]:
            conversations |= self.conversation_of(chat)
        return conversations.lead_id | conversations.session_ids.lead_id
