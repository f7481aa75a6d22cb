from odoo import fields, models
from odoo.tools.misc import formatLang

from odoo.addons.mail.tools.discuss import Store

#: How many products of the lead the panel names.
PRODUCTS_SHOWN = 6


class OmnichannelConversation(models.Model):
    """What the side panel needs for selling: who it is, the products, and what the user may do."""

    _inherit = "omnichannel.conversation"

    def get_card(self):
        """Beside what is known of the client: whom he might be, and what can be sold to him."""
        # sudo: res.users - the name of a colleague
        return {
            **super().get_card(),
            "offered_to": self.sudo().offered_to_id.name or "",
            "proposals": self.get_proposals(),
            "products": self._describe_products(),
            "may": self._describe_rights(),
        }

    def _describe_products(self):
        """Return the products of the lead and what they cost; False where the user sees none."""
        lead = self._readable(self.sudo().lead_id)
        if not lead or not self.env["omnichannel.lead.line"].has_access("read"):
            return False
        lines = lead.omnichannel_line_ids
        if not lines:
            return False
        shown = lines[:PRODUCTS_SHOWN]
        currency = lead.omnichannel_currency_id
        return {
            "lines": [
                {
                    "id": line.id,
                    "name": line.product_id.display_name,
                    "quantity": f"{line.quantity:g}",
                    "amount": formatLang(self.env, line.price_subtotal, currency_obj=currency),
                }
                for line in shown
            ],
            "more": len(lines) - len(shown),
            "untaxed": formatLang(self.env, lead.omnichannel_amount_untaxed, currency_obj=currency),
            "total": formatLang(self.env, lead.omnichannel_amount_total, currency_obj=currency),
        }

    # What the user may do: buttons for the rest are not there

    def _describe_rights(self):
        """Return by what the panel offers whether the user may do it now."""
        serves = self.is_served
        sells = serves and self.state != "spam" and self._may_change_lead()
        # sudo: sale.order - an order that the user may not read is not made a second time
        lead_sudo = self.sudo().lead_id
        ordered = lead_sudo.active and lead_sudo._omnichannel_order()
        return {
            "edit": serves and self._is_managed(),
            "lead": serves and self.state != "spam" and self.env["crm.lead"].has_access("read"),
            "products": sells and self.env["omnichannel.lead.line"].has_access("create"),
            "convert": sells and not ordered and self.env["sale.order"].has_access("create"),
            "send": self._is_written_by(self.env.user),
        }

    def _may_change_lead(self):
        """Return whether the user may change the open lead; a new one is made for him."""
        if not self.env["crm.lead"].has_access("write"):
            return False
        # sudo: crm.lead - which one it is
        lead_sudo = self.sudo().lead_id
        return not lead_sudo._is_omnichannel_open() or lead_sudo.sudo(False).has_access("write")

    # Panels that are open follow

    def _announce_card(self):
        """What the panel shows has changed: whoever has it open reads it again."""
        stamp = fields.Datetime.to_string(self.env.cr.now())
        for channel, conversations in self.grouped("channel_id").items():
            Store(bus_channel=channel).add(conversations, {"card_stamp": stamp}).bus_send()

    def action_add_product(self, product_id, quantity=1):
        result = super().action_add_product(product_id, quantity)
        self.sudo()._announce_card()
        return result

    def _tell_order_event(self, order, event, line):
        result = super()._tell_order_event(order, event, line)
        self._announce_card()
        return result
