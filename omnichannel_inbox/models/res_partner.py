from odoo import api, fields, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "omnichannel.communication"]

    omnichannel_own_conversation_ids = fields.One2many(
        "omnichannel.conversation",
        "partner_id",
        "Own conversations",
        readonly=True,
        # Customers are shared by companies, and whoever searches by a relation learns whether there
        # is one, whatever the rules say of the other end.
        groups=fields.NO_ACCESS,
    )
    omnichannel_conversation_ids = fields.One2many(
        "omnichannel.conversation",
        string="Conversations",
        compute="_compute_omnichannel_conversation_ids",
        recursive=True,
        help="His own, and those of the people of a company.",
        groups="omnichannel_inbox.group_operator,sales_team.group_sale_salesman",
    )

    @api.depends("omnichannel_own_conversation_ids", "child_ids.omnichannel_conversation_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_omnichannel_conversation_ids(self):
        for partner in self:
            # sudo: omnichannel.conversation - the user gets those of them that he may read
            own_sudo = partner.sudo().omnichannel_own_conversation_ids
            partner.omnichannel_conversation_ids = (
                own_sudo.with_env(self.env)._filtered_access("read")
                | partner.child_ids.omnichannel_conversation_ids
            )

    def _omnichannel_conversations(self):
        return self.omnichannel_conversation_ids

    _omnichannel_phone_index = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    @api.model
    def _omnichannel_search_phone(self, number, company):
        """Return the partners with this number (E.164) whom the user may see, the oldest first."""
        if not number:
            return self.browse()
        domain = [("phone_sanitized", "=", number), ("company_id", "in", (False, company.id))]
        return self.search(domain, order="id")
