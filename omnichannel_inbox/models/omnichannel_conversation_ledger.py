from odoo import api, fields, models

from .ledger import count_by, describe


class OmnichannelConversation(models.Model):
    """What was received and delivered, counted."""

    _inherit = "omnichannel.conversation"

    ledger = fields.Char(compute="_compute_ledger", help="Everything ever said, counted.")

    @api.depends("last_message_at")
    def _compute_ledger(self):
        counts = count_by(self.env, "conversation_id", self.ids)
        for conversation in self:
            conversation.ledger = describe(self.env, counts[conversation.id])
