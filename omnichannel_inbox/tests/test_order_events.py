from base64 import b64encode
from unittest.mock import Mock, patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..protocols import PROTOCOLS
from .common import PIXEL
from .test_evidence import Clients


class Orders(Clients):
    def setUp(self):
        super().setUp()
        self.talked = self.taken()
        self.mine = self.talked.with_user(self.anna)
        self.mine.action_add_product(self.chair.id, 2)
        self.mine.action_convert()
        self.lead, self.order = self.talked.lead_id, self.talked.lead_id.order_ids

    def sent(self):
        """Return what has been sent to the client, text and names of files."""
        self.send_all()
        messages = self.env["omnichannel.message"].search([("direction", "=", "out")], order="id")
        return [(one.text or "", one.attachment_ids.mapped("name")) for one in messages]

    def template(self, event, **values):
        found = self.env.ref(f"omnichannel_inbox.order_template_{event}")
        found.write(values)
        return found

    def report(self, content=b"%PDF-1.7 quotation", kind="pdf"):
        """The server makes this of a quotation."""
        made = Mock(return_value=(content, kind))
        return patch.object(type(self.env["ir.actions.report"]), "_render_qweb_pdf", made)

    def pay(self):
        """The order is invoiced, and the invoice paid."""
        self.order.order_line.qty_delivered = 2
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()


@tagged("-at_install", "post_install")
class TestSendQuotation(Orders):
    def test_the_client_gets_words_link_and_pdf(self):
        with self.report():
            self.mine.action_send_quotation()
        texts, files = zip(*self.sent(), strict=True)
        words = "\n".join(texts)
        for part in (self.order.name, "240", f"/my/orders/{self.order.id}?access_token="):
            self.assertIn(part, words)
        self.assertEqual([name for names in files for name in names], [f"{self.order.name}.pdf"])
        self.assertEqual(self.order.state, "sent")
        self.assertIn(self.order.name, self.lines(self.talked)[-1])

    def test_where_the_network_carries_no_files_the_link_does(self):
        vk = PROTOCOLS["vk"]
        without = vk.capabilities.__class__(**{**vk.capabilities.__dict__, "files": frozenset()})
        self.patch(vk, "capabilities", without)
        self.mine.action_send_quotation()
        [(text, files)] = self.sent()
        self.assertIn("access_token=", text)
        self.assertFalse(files)

    def test_a_server_that_makes_no_pdf_sends_the_link(self):
        broken = Mock(side_effect=UserError("no wkhtmltopdf"))
        report = type(self.env["ir.actions.report"])
        logger = "odoo.addons.omnichannel_inbox.models.omnichannel_conversation_quotation"
        with patch.object(report, "_render_qweb_pdf", broken), self.assertLogs(logger, "WARNING"):
            self.mine.action_send_quotation()
        [(_text, files)] = self.sent()
        self.assertFalse(files)

    def test_only_who_may_write_to_the_client_sends_it(self):
        for user in (self.boris, self.vera, self.stranger, self.foreigner):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.talked.with_user(user).action_send_quotation()
        self.mine.action_finish()
        with self.assertRaises(UserError):
            self.mine.action_send_quotation()
        self.assertFalse(self.sent())
        self.assertEqual(self.order.state, "draft")

    def test_orders_of_others_are_not_sent(self):
        other = self.env["sale.order"].create({"partner_id": self.ivan.id})
        with self.assertRaises(UserError):
            self.mine.action_send_quotation(other.id)

    def test_without_an_order_there_is_nothing_to_send(self):
        self.order._action_cancel()
        with self.assertRaises(UserError):
            self.mine.action_send_quotation()

    def test_a_confirmed_order_is_sent_as_it_is(self):
        self.order.action_confirm()
        with self.report():
            self.mine.action_send_quotation()
        self.assertEqual(self.order.state, "sale")


@tagged("-at_install", "post_install")
class TestOrderEvents(Orders):
    def test_the_thread_tells_what_happens_and_the_client_hears_nothing(self):
        self.order.action_quotation_sent()
        self.order.message_post(body="x", subtype_xmlid="sale.mt_order_viewed")
        self.order.write(
            {"signed_by": "Ivan", "signed_on": fields.Datetime.now(), "signature": b64encode(PIXEL)}
        )
        self.order.action_confirm()
        words = ("has been sent", "opened", "Ivan has signed", "is confirmed")
        for line, word in zip(self.lines(self.talked)[-4:], words, strict=True):
            self.assertIn(word, line)
            self.assertIn(self.order.name, line)
        self.assertFalse(self.sent())

    def test_once_each(self):
        self.order.action_confirm()
        self.order._omnichannel_tell("confirmed")
        told = [line for line in self.lines(self.talked) if "is confirmed" in line]
        self.assertEqual(len(told), 1)

    def test_the_client_hears_it_where_somebody_wants_it(self):
        body = "{client}: {order} {total}\n{link}"
        self.template("confirmed", channel_ids=self.channel.ids, body=body)
        self.order.action_confirm()
        [(text, _files)] = self.sent()
        self.assertTrue(text.startswith(f"{self.order.partner_id.name}: {self.order.name}"))
        self.assertIn("access_token=", text)
        self.assertTrue(self.talked.waiting_since, "he waits for his answer still")
        self.assertEqual(self.lead.omnichannel_unread_count, 1)

    def test_in_his_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        template = self.template("confirmed", channel_ids=self.channel.ids, body="Confirmed")
        template.with_context(lang="ru_RU").body = "Подтверждён"
        self.order.partner_id.lang = "ru_RU"
        self.order.action_confirm()
        self.assertEqual(self.sent(), [("Подтверждён", [])])

    def test_nobody_writes_after_the_end_and_the_operators_know_it(self):
        for state, told in (("done", "Restore it to write to him"), ("spam", "is paid")):
            with self.subTest(state):
                event = "confirmed" if state == "done" else "paid"
                self.template(event, channel_ids=self.channel.ids)
                self.talked.state = state
                self.order._omnichannel_tell(event)
                self.assertFalse(self.sent())
                self.assertIn(told, self.lines(self.talked)[-1])
                self.assertEqual(self.talked.state, state)

    def test_whoever_restores_it_tells_him(self):
        self.mine.action_finish()
        self.order.action_confirm()
        with self.assertRaises(UserError):
            self.mine.action_send_quotation()
        self.mine.action_restore()
        with self.report():
            self.mine.action_send_quotation()
        self.assertEqual(len(self.sent()), 1)

    def test_a_line_says_who_did_it_where_somebody_did(self):
        self.order.with_user(self.anna).action_confirm()
        self.assertIn("Anna: Order", self.lines(self.talked)[-1])
        self.order._omnichannel_tell("paid")
        line = self.talked.discuss_channel_id.message_ids.sorted("id")[-1]
        self.assertFalse(line.author_id or line.email_from)

    def test_who_cannot_be_told_holds_up_no_order(self):
        self.template("confirmed", channel_ids=self.channel.ids)
        self.talked.identity_id._set_reachable(False)
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")
        self.assertFalse(self.sent())
        self.assertIn("was not told", self.lines(self.talked)[-1])

    def test_a_quotation_sent_from_the_conversation_is_not_announced_besides(self):
        self.template("sent", channel_ids=self.channel.ids)
        with self.report():
            self.mine.action_send_quotation()
        messages = self.env["omnichannel.message"].search([("direction", "=", "out")])
        self.assertEqual(len(messages.mail_message_id), 1)

    def test_a_clerk_who_sees_no_conversation_moves_the_order_on(self):
        seller = self.new_user("seller", "sales_team.group_sale_salesman")
        self.lead.user_id = self.order.user_id = seller
        self.order.with_user(seller).action_confirm()
        self.assertIn("is confirmed", self.lines(self.talked)[-1])

    def test_an_order_without_a_conversation_is_none_of_our_business(self):
        plain = self.env["sale.order"].create({"partner_id": self.ivan.id})
        plain.action_confirm()
        self.assertFalse(plain.omnichannel_told)

    def test_an_order_made_elsewhere_for_the_customer_is_told_where_he_can_be_answered(self):
        order = self.env["sale.order"].create({"partner_id": self.order.partner_id.id})
        order.action_confirm()
        self.assertIn(order.name, self.lines(self.talked)[-1])

    def test_a_message_with_a_place_that_nobody_fills_is_refused(self):
        for body in ("{price}", "{client.name}", "{", "{0}", "{client!r}", "{client:>99}"):
            with self.subTest(body), self.assertRaises(ValidationError):
                self.template("confirmed", body=body)

    def test_paid_by_invoice(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        self.order.action_confirm()
        self.pay()
        self.assertIn("is paid", self.lines(self.talked)[-1])

    def test_paid_by_transaction(self):
        self.order.action_confirm()
        provider = self.env["payment.provider"].search([("code", "=", "none")], limit=1)
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": "T1",
                "amount": self.order.amount_total,
                "currency_id": self.order.currency_id.id,
                "partner_id": self.order.partner_id.id,
                "sale_order_ids": [Command.set(self.order.ids)],
                "state": "done",
            }
        )
        core = type(self.env["payment.transaction"]).mro()
        base = next(
            c for c in core if c.__module__ == "odoo.addons.payment.models.payment_transaction"
        )
        sale = next(
            c for c in core if c.__module__ == "odoo.addons.sale.models.payment_transaction"
        )
        with patch.object(sale, "_post_process", base._post_process):
            transaction._post_process()
        self.assertIn("is paid", self.lines(self.talked)[-1])

    def test_delivered_where_stock_is_installed(self):
        if "delivery_status" not in self.order:
            self.skipTest("stock is not installed")
        self.order.action_confirm()
        for move in self.order.picking_ids.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        self.order.picking_ids.button_validate()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertIn("is delivered", self.lines(self.talked)[-1])


@tagged("-at_install", "post_install")
class TestResponsible(Clients):
    def test_the_first_taker_gets_the_lead(self):
        conversation = self.taken()
        self.assertEqual(conversation.lead_id.user_id, self.anna)
        conversation.with_user(self.anna).action_leave()
        conversation.with_user(self.boris).action_take()
        self.assertEqual(conversation.lead_id.user_id, self.anna, "it stays with the first")

    def test_or_always_the_operator_or_nobody(self):
        for number, (setting, salesperson) in enumerate((("operator", "boris"), ("never", False))):
            with self.subTest(setting):
                self.channel.responsibility = setting
                conversation = self.talk(chat=f"5{number}")
                conversation.with_user(self.anna).action_take()
                conversation.with_user(self.anna).action_delegate(self.boris.id)
                expected = salesperson and getattr(self, salesperson)
                self.assertEqual(conversation.lead_id.user_id or False, expected)

    def test_delegation_asks_whether_the_lead_goes_too(self):
        conversation = self.taken().with_user(self.anna)
        conversation.action_convert()
        order = conversation.lead_id.order_ids
        conversation.action_delegate(self.boris.id)
        self.assertEqual((conversation.lead_id.user_id, order.user_id), (self.anna, self.anna))
        conversation.action_delegate(self.boris.id, with_lead=True)
        self.assertEqual((conversation.lead_id.user_id, order.user_id), (self.boris, self.boris))

    def test_a_confirmed_order_stays_with_whom_it_was_confirmed(self):
        conversation = self.taken().with_user(self.anna)
        conversation.action_convert()
        order = conversation.lead_id.order_ids
        order.action_confirm()
        conversation.action_delegate(self.boris.id, with_lead=True)
        self.assertEqual(order.user_id, self.anna)

    def test_a_known_client_is_offered_to_who_knows_him(self):
        self.ivan.user_id = self.boris
        conversation = self.talk()
        self.assertFalse(conversation.offered_to_id)
        conversation.with_user(self.anna).action_link(self.ivan.id)
        conversation.with_user(self.anna).action_finish()
        self.talk("again")
        self.assertEqual(conversation.offered_to_id, self.boris)
        conversation.with_user(self.anna).action_take()
        self.assertFalse(conversation.offered_to_id, "anybody may take it")

    def test_whoever_does_not_serve_the_channel_is_offered_nothing(self):
        self.ivan.user_id = self.stranger
        conversation = self.talk()
        conversation.identity_id._link(self.ivan)
        conversation.with_user(self.anna).action_finish()
        self.talk("again")
        self.assertFalse(conversation.offered_to_id)

    def test_who_takes_it_changes_nothing_about_the_customer(self):
        self.ivan.user_id = self.boris
        conversation = self.talk()
        conversation.identity_id._link(self.ivan)
        conversation.with_user(self.anna).action_take()
        self.assertEqual(self.ivan.user_id, self.boris)
