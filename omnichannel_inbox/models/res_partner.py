from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    omnichannel_conversation_ids = fields.One2many(
        "omnichannel.conversation",
        "partner_id",
        "Conversations",
        readonly=True,
        groups="omnichannel_inbox.group_operator",
    )

    _omnichannel_phone_index = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    @api.model
    def _omnichannel_search_phone(self, number, company):
        """Return the partners with this number (E.164) whom the user may see, the oldest first."""
        if not number:
            return self.browse()
        domain = [("phone_sanitized", "=", number), ("company_id", "in", (False, company.id))]
        return self.search(domain, order="id")
