from functools import partial

from odoo import api, fields, models
from odoo.tools.misc import formatLang


class SaleOrder(models.Model):
    """What happens to an order is told in the thread of its client."""

    _inherit = "sale.order"

    omnichannel_told = fields.Json(
        readonly=True, copy=False, help="What the thread has been told; each thing once."
    )

    # When something happens

    def write(self, vals):
        states = {order: order.state for order in self} if "state" in vals else {}
        result = super().write(vals)
        changed = self.filtered(lambda order: order in states and order.state != states[order])
        changed.filtered(lambda order: order.state == "draft").omnichannel_told = False
        changed.filtered(lambda order: order.state == "sent")._omnichannel_tell("sent")
        if vals.get("signature"):
            self._omnichannel_tell("signed")
        changed.filtered(lambda order: order.state == "sale")._omnichannel_tell("confirmed")
        return result

    def message_post(self, **kwargs):
        """Odoo notes it when a client opens his quotation."""
        if kwargs.get("subtype_xmlid") == "sale.mt_order_viewed":
            self._omnichannel_tell("viewed")
        return super().message_post(**kwargs)

    def _omnichannel_tell_if_paid(self):
        for order in self:
            if order._omnichannel_is_paid():
                order._omnichannel_tell("paid")

    def _omnichannel_is_paid(self):
        """Return whether transactions or invoices have paid all of it."""
        if self.currency_id.compare_amounts(self.amount_paid, self.amount_total) >= 0:
            return bool(self.transaction_ids)
        invoices = self.invoice_ids.filtered(lambda invoice: invoice.state == "posted")
        return self.invoice_status == "invoiced" and all(
            invoice.payment_state in ("paid", "in_payment") for invoice in invoices
        )

    def _compute_field_value(self, field):
        """Stock, where it is installed, computes when an order is delivered."""
        result = super()._compute_field_value(field)
        if field.name == "delivery_status" and self.env.registry.ready:
            delivered = self.filtered(lambda order: order.delivery_status == "full")
            if delivered.ids:
                # Not in the middle of a computation.
                self.env.cr.precommit.add(partial(self._omnichannel_tell_delivered, delivered.ids))
        return result

    @api.model
    def _omnichannel_tell_delivered(self, order_ids):
        self.browse(order_ids).exists()._omnichannel_tell("delivered")
        self.env.flush_all()

    # Telling it

    def _omnichannel_tell(self, event):
        """The thread of the order's client has a line about the event, once."""
        for order in self:
            # sudo: sale.order, omnichannel.conversation - whoever moves the order on, clerk or
            # client, the operators are told
            order_sudo = order.sudo()
            told = order_sudo.omnichannel_told or []
            conversation_sudo = order_sudo._omnichannel_find_thread()
            if not conversation_sudo or (event in told and event != "viewed"):
                continue
            order_sudo.omnichannel_told = [*told, event]
            conversation_sudo._tell_order_event(
                order_sudo, event, order_sudo._omnichannel_line(event)
            )

    def _omnichannel_find_thread(self):
        """Return the conversation in which the order came about, else the one to answer in."""
        conversations = (
            self.opportunity_id.omnichannel_conversation_ids
            or self.partner_id.omnichannel_conversation_ids
        )
        return conversations._answerable_first()[:1]

    def _omnichannel_line(self, event):
        total = formatLang(self.env, self.amount_total, currency_obj=self.currency_id)
        values = {"order": self.name, "total": total, "name": self.signed_by or ""}
        return {
            "sent": self.env._("Quotation %(order)s of %(total)s has been sent.", **values),
            "viewed": self.env._("The client has opened quotation %(order)s.", **values),
            "signed": self.env._("%(name)s has signed %(order)s.", **values),
            "confirmed": self.env._("Order %(order)s of %(total)s is confirmed.", **values),
            "paid": self.env._("Order %(order)s is paid: %(total)s.", **values),
            "delivered": self.env._("Order %(order)s is delivered.", **values),
        }[event]


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self.invoice_line_ids.sale_line_ids.order_id._omnichannel_tell_if_paid()
        return result


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        result = super()._post_process()
        done = self.filtered(lambda transaction: transaction.state == "done")
        done.sale_order_ids._omnichannel_tell_if_paid()
        return result
