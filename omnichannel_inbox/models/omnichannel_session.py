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
    participant_ids = fields.Many2many(
        "res.users",
        "omnichannel_session_participant_rel",
        string="Took part",
        readonly=True,
    )
    first_message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null")
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

    def _describe(self):
        """Return what the history shows of a session."""
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        # sudo: res.users - who took part is known to whoever may read the conversation
        people = self.sudo().participant_ids | self.sudo().operator_id
        return {
            "id": self.id,
            "discuss_channel_id": self.conversation_id.discuss_channel_id.id,
            "first_message_id": self.first_message_id.id,
            "channel": self.channel_id.name,
            "opened_at": self.opened_at,
            "taken_at": self.taken_at,
            "closed_at": self.closed_at,
            "outcome": outcomes.get(self.outcome, ""),
            "operator": self.sudo().operator_id.name or "",
            "people": people.mapped("name"),
        }

    @api.depends("conversation_id", "opened_at")
    def _compute_display_name(self):
        for session in self:
            date = fields.Date.to_string(session.opened_at) if session.opened_at else ""
            session.display_name = f"{session.conversation_id.name or ''} {date}".strip()
