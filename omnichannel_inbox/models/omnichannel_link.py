from odoo import api, fields, models


class OmnichannelLink(models.Model):
    """That a client is a certain customer: decided by whom, why, and what it changed.

    What it changed on leads is kept, so that it can be undone.
    """

    _name = "omnichannel.link"
    _description = "Link between a client and a customer"
    _order = "id desc"
    _rec_name = "partner_id"

    identity_id = fields.Many2one(
        "omnichannel.identity", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    evidence_id = fields.Many2one("omnichannel.evidence", readonly=True, ondelete="set null")
    automatic = fields.Boolean(readonly=True, help="Nobody pressed a button.")
    user_id = fields.Many2one("res.users", "Decided by", readonly=True)
    changes = fields.Json(readonly=True, help="By lead and field: the value before, and after.")
    undone_at = fields.Datetime(readonly=True)

    @api.model
    def _find(self, identity):
        """Return the link that holds for the identity now."""
        return self.search(
            [
                ("identity_id", "=", identity.id),
                ("partner_id", "=", identity.partner_id.id),
                ("undone_at", "=", False),
            ],
            limit=1,
        )
