from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    omnichannel_conversation_ids = fields.One2many(
        "omnichannel.conversation", "partner_id", "Conversations", readonly=True
    )
