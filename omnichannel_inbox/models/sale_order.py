from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    omnichannel_conversation_ids = fields.One2many(
        "omnichannel.conversation",
        string="Conversations",
        compute="_compute_omnichannel_conversation_ids",
        groups="omnichannel_inbox.group_operator",
    )

    def _compute_omnichannel_conversation_ids(self):
        """Those of the opportunity first, then those of the customer."""
        for order in self:
            order.omnichannel_conversation_ids = (
                order.opportunity_id.omnichannel_conversation_ids
                | order.partner_id.omnichannel_conversation_ids
            )

    def _omnichannel_open(self):
        """Return the action that opens the order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }
