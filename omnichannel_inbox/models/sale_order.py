from odoo import api, fields, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "omnichannel.communication"]

    omnichannel_conversation_ids = fields.One2many(
        "omnichannel.conversation",
        string="Conversations",
        compute="_compute_omnichannel_conversation_ids",
        groups="omnichannel_inbox.group_operator,sales_team.group_sale_salesman",
    )

    @api.depends(
        "opportunity_id.omnichannel_conversation_ids", "partner_id.omnichannel_conversation_ids"
    )
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_omnichannel_conversation_ids(self):
        """Those of the opportunity first, then those of the customer."""
        for order in self:
            order.omnichannel_conversation_ids = (
                order.opportunity_id.omnichannel_conversation_ids
                | order.partner_id.omnichannel_conversation_ids
            )

    def _omnichannel_conversations(self):
        return self.omnichannel_conversation_ids

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
