from odoo import api, fields, models

from ..tools.bot_script import State

OUTCOMES = [
    ("handed", "Handed over"),
    ("finished", "Finished by the bot"),
    ("taken", "Taken by a person"),
    ("closed", "Closed"),
]

RESULTS = [
    ("talking", "Talks"),
    ("finished", "Finished"),
    ("handed", "Handed over"),
    ("gave_up", "Gave up"),
    ("left", "Client left"),
    ("taken", "Taken by a person"),
    ("closed", "Closed by a person"),
]
#: Why it handed over, where the script did not want it.
GAVE_UP = ("not_understood", "too_much", "broken")


class OmnichannelBotRun(models.Model):
    """A bot talks with a client, once in an appeal: where it stands, and what was answered.

    Changed only while the conversation is locked.
    """

    _name = "omnichannel.bot.run"
    _description = "Conversation of a bot"
    _order = "id desc"
    _rec_name = "conversation_id"

    conversation_id = fields.Many2one(
        "omnichannel.conversation", required=True, readonly=True, ondelete="cascade"
    )
    session_id = fields.Many2one(
        "omnichannel.session", required=True, readonly=True, ondelete="cascade"
    )
    bot_id = fields.Many2one(
        "omnichannel.bot", required=True, readonly=True, index=True, ondelete="cascade"
    )
    step_id = fields.Many2one(
        "omnichannel.bot.step", "Waits at", readonly=True, ondelete="set null"
    )
    turn = fields.Integer(readonly=True, help="Counts what the client said.")
    tries = fields.Integer(readonly=True)
    said = fields.Integer(readonly=True)
    answers = fields.Json(readonly=True)
    began_at = fields.Datetime("Began", required=True, readonly=True, default=fields.Datetime.now)
    ended_at = fields.Datetime("Ended", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    why = fields.Char("Reason", readonly=True)
    result = fields.Selection(RESULTS, compute="_compute_result", store=True)
    channel_id = fields.Many2one(
        related="conversation_id.channel_id", store=True, index=True, precompute=True
    )
    last_step_id = fields.Many2one(
        "omnichannel.bot.step",
        "Got as far as",
        readonly=True,
        ondelete="set null",
        help="The last question that the client was asked.",
    )

    _once = models.UniqueIndex("(session_id)")
    _one_runs = models.UniqueIndex("(conversation_id) WHERE ended_at IS NULL")

    @api.depends("outcome", "why")
    def _compute_result(self):
        for run in self:
            run.result = run._find_result()

    def _find_result(self):
        if not self.outcome:
            return "talking"
        if self.why == "timeout":
            return "left"
        return "gave_up" if self.why in GAVE_UP else self.outcome

    def action_open(self):
        """Return the client action that opens the conversation."""
        return self.conversation_id.action_open()

    def _get_state(self):
        return State(self.step_id.id or None, self.tries, self.said, self.answers or {})

    def _set_state(self, state):
        self.write(
            {
                "step_id": state.at or False,
                "last_step_id": state.at or self.last_step_id.id,
                "turn": self.turn + 1,
                "tries": state.tries,
                "said": state.said,
                "answers": dict(state.answers),
            }
        )

    def _end(self, outcome, why=""):
        self.write(
            {
                "ended_at": fields.Datetime.now(),
                "outcome": outcome,
                "why": why,
                "step_id": False,
            }
        )
