from odoo import api, fields, models


class OmnichannelSession(models.Model):
    """One appeal of a client: opened, taken, closed. What reports count."""

    _name = "omnichannel.session"
    _description = "Session"
    _order = "opened_at desc, id desc"
    _rec_name = "conversation_id"

    conversation_id = fields.Many2one(
        "omnichannel.conversation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(
        related="conversation_id.channel_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True, precompute=True)
    identity_id = fields.Many2one(related="conversation_id.identity_id")
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, index="btree_not_null", ondelete="set null"
    )
    opened_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    taken_at = fields.Datetime(readonly=True)
    first_reply_at = fields.Datetime(readonly=True)
    closed_at = fields.Datetime(readonly=True)
    outcome = fields.Selection(
        [("done", "Finished"), ("spam", "Spam"), ("timeout", "Ended by silence")], readonly=True
    )
    operator_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    start_parameter = fields.Char(
        readonly=True, help="What the link that led the client here carried."
    )
    start_source = fields.Char(readonly=True)

    _one_open = models.UniqueIndex("(conversation_id) WHERE closed_at IS NULL")
    _outcome_check = models.Constraint(
        "CHECK ((closed_at IS NULL) = (outcome IS NULL))", "A closed session has an outcome."
    )

    def _close(self, outcome):
        """The open ones of these sessions end now, with this outcome."""
        self.filtered(lambda session: not session.closed_at).write(
            {"closed_at": fields.Datetime.now(), "outcome": outcome}
        )

    def _reopen(self):
        self.write({"closed_at": False, "outcome": False})

    @api.depends("conversation_id", "opened_at")
    def _compute_display_name(self):
        for session in self:
            date = fields.Date.to_string(session.opened_at) if session.opened_at else ""
            session.display_name = f"{session.conversation_id.name or ''} {date}".strip()
