from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import test_races


@tagged("-at_install", "post_install")
class TestSellingRaces(test_races.TestRaces):
    """Several sellers at the same moment, each on a connection of his own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.committed() as env:
            sellers = env["res.users"].browse(cls.user_ids)
            sellers.group_ids += env.ref("sales_team.group_sale_salesman_all_leads")
            product = env["product.product"].create({"name": f"Chair {cls.mark}"})
            cls.product_id = product.id

    @classmethod
    def clean_up(cls):
        with cls.committed() as env:
            conversations = env["omnichannel.conversation"].search(
                [("channel_id", "=", cls.channel_id)]
            )
            leads, partners = conversations.session_ids.lead_id, conversations.partner_id
            orders = leads.order_ids
            orders._action_cancel()
            orders.unlink()
            leads.omnichannel_line_ids.unlink()
            leads.partner_id = False
            conversations.identity_id.sudo().partner_id = False
            partners.unlink()
            env["product.product"].browse(cls.product_id).unlink()
        super().clean_up()

    def talk(self, chat, text="Hello"):
        """Return the id of the conversation in which the client wrote this."""
        self.store(text, f"{chat}-{text}-{self.mark}", chat)
        self.work_off()
        with self.committed() as env:
            found = env["omnichannel.conversation"].search(
                [("channel_id", "=", self.channel_id), ("chat_ref", "=", str(chat))]
            )
            return found.id

    def press(self, method, *arguments):
        """Return what presses the button: of a seller and a conversation it returns the answer."""

        def press(number, conversation_id):
            with self.committed(self.user_ids[number]) as env:
                conversation = env["omnichannel.conversation"].browse(conversation_id)
                try:
                    return retrying(lambda: getattr(conversation, method)(*arguments), env)
                except UserError as error:
                    env.cr.rollback()
                    return str(error)

        return press

    def test_four_who_convert_one_lead_open_one_order(self):
        convert = self.press("action_convert")
        for chat in (821, 822, 823):
            conversation_id = self.talk(chat, f"+7902{chat}0000")
            with self.subTest(chat=chat), mute_logger("odoo.service.model", "odoo.sql_db"):
                opened = self.at_once(lambda n, c=conversation_id: convert(n, c), 4)
                self.assertEqual(len({action["res_id"] for action in opened}), 1)
                with self.committed() as env:
                    lead = env["omnichannel.conversation"].browse(conversation_id).lead_id
                    self.assertEqual(len(lead.order_ids), 1)
                    self.assertEqual(lead.order_ids.id, opened[0]["res_id"])

    def test_two_chats_with_one_phone_converted_at_once_are_one_customer(self):
        convert = self.press("action_convert")
        for first, second in ((831, 832), (833, 834)):
            phone = f"+7903{first}0000"
            ids = [self.talk(chat, f"my phone is {phone}") for chat in (first, second)]
            with self.subTest(phone=phone), mute_logger("odoo.service.model", "odoo.sql_db"):
                self.at_once(lambda n, i=ids: convert(n, i[n]), 2)
                with self.committed() as env:
                    conversations = env["omnichannel.conversation"].browse(ids)
                    self.assertEqual(len(conversations.partner_id), 1)
                    self.assertEqual(len(conversations.lead_id.order_ids), 2)

    def test_what_four_add_at_once_is_all_there(self):
        conversation_id = self.talk(841)
        add = self.press("action_add_product", self.product_id, 1)
        with mute_logger("odoo.service.model", "odoo.sql_db"):
            self.at_once(lambda number: add(number, conversation_id), 4)
        with self.committed() as env:
            lines = env["omnichannel.conversation"].browse(conversation_id).lead_id
            self.assertEqual(sum(lines.omnichannel_line_ids.mapped("quantity")), 4)
            self.assertEqual(lines.omnichannel_amount_untaxed, 4)
