from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import format_time

from ..protocols.core.texts import _lt
from .failures import translate
from .persist import forget

#: Longer than anybody asks why.
KEPT = timedelta(days=400)
#: Colleagues named one by one; how many more there are is only counted.
MAX_NAMES = 5

#: What each reason says.
REASONS = {
    "evenly": _lt("has the fewest open conversations"),
    "in_turn": _lt("is next in turn"),
    "only_one_free": _lt("nobody else is free"),
    "knows_client": _lt("knows the client"),
    "takes_part": _lt("takes part already"),
    "load": _lt("%(open)s of %(capacity)s conversations"),
    "load_unlimited": _lt("conversation %(open)s"),
    "load_here": _lt("%(open)s of %(capacity)s on this channel"),
    "shift": _lt("at work until %(time)s"),
    "nobody_free": _lt("nobody is free"),
    "closed": _lt("the channel is closed"),
    "silent": _lt("%(name)s did not answer within %(minutes)s min"),
    "absent": _lt("%(name)s is not there: %(why)s"),
    "skipped": _lt("%(name)s skipped: %(why)s"),
    "more_skipped": _lt("%(count)s more skipped"),
}

#: Why somebody is not free.
HINDRANCES = {
    "away": _lt("away"),
    "busy": _lt("busy"),
    "offline": _lt("offline"),
    "leave": _lt("on leave"),
    "off_shift": _lt("not at work now"),
    "full": _lt("has as many as he may have"),
    "full_here": _lt("has as many of this channel as he may have"),
}


class OmnichannelAssignment(models.Model):
    """One decision about who answers a client, with its reasons.

    ============= ==========================================================================
    kind          means
    ============= ==========================================================================
    ``given``     the operator got the conversation, which had waited
    ``queued``    nobody could get it: it waits, and goes to the first who is free
    ``passed_on`` it was another operator's, who did not answer or was not there
    ``kept``      he did not answer, and nobody else was free
    ``released``  he did not answer and is not there, nobody was free: it waits again
    ============= ==========================================================================
    """

    _name = "omnichannel.assignment"
    _description = "Assignment"
    _order = "id desc"
    _rec_name = "conversation_id"
    _log_access = False

    conversation_id = fields.Many2one(
        "omnichannel.conversation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    session_id = fields.Many2one(
        "omnichannel.session", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    channel_id = fields.Many2one(
        related="conversation_id.channel_id", store=True, index=True, precompute=True
    )
    decided_at = fields.Datetime(
        "Decided", required=True, readonly=True, index=True, default=fields.Datetime.now
    )
    kind = fields.Selection(
        [
            ("given", "Given"),
            ("queued", "Waits"),
            ("passed_on", "Passed on"),
            ("kept", "Stays"),
            ("released", "Waits again"),
        ],
        string="Decision",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Operator", readonly=True, index="btree_not_null")
    previous_user_id = fields.Many2one("res.users", "Before", readonly=True, index="btree_not_null")
    reasons = fields.Json(
        "Reasons as data", readonly=True, groups="omnichannel_inbox.group_supervisor"
    )
    words = fields.Text("Reasons", compute="_compute_words")

    @api.depends("reasons")
    @api.depends_context("lang", "tz", "uid")
    def _compute_words(self):
        """A supervisor reads all reasons; an operator nothing about his colleagues."""
        is_supervisor = self.env.user.has_group("omnichannel_inbox.group_supervisor")
        for assignment in self:
            # sudo: omnichannel.assignment - what speaks of others is left out
            reasons = assignment.sudo().reasons or []
            if not (is_supervisor or self.env.su):
                reasons = [one for one in reasons if "user_id" not in one]
            assignment.words = "; ".join(self._describe(reasons))

    def action_open(self):
        """Return the client action that opens the conversation."""
        return self.conversation_id.action_open()

    @api.model
    def _describe(self, reasons):
        """Yield the reasons in words."""
        skipped = [one for one in reasons if one["code"] == "skipped"]
        for reason in reasons:
            if reason["code"] != "skipped":
                yield self._describe_reason(reason)
        for reason in skipped[:MAX_NAMES]:
            yield self._describe_reason(reason)
        if more := len(skipped[MAX_NAMES:]):
            yield translate(self.env, REASONS["more_skipped"], {"count": more})

    @api.model
    def _describe_reason(self, reason):
        code, values = reason["code"], dict(reason)
        if code == "load" and not values["capacity"]:
            code = "load_unlimited"
        if "user_id" in values:
            # sudo: res.users - the name of a colleague
            user_sudo = self.env["res.users"].sudo().browse(values["user_id"]).exists()
            values["name"] = user_sudo.name or self.env._("somebody")
        if "why" in values:
            values["why"] = translate(self.env, HINDRANCES[values["why"]])
        if "until" in values:
            until = datetime.fromisoformat(values["until"])
            values["time"] = format_time(self.env, until, time_format="short")
        return translate(self.env, REASONS[code], values)

    @api.autovacuum
    def _gc_old(self):
        """Nobody asks any more why somebody got a conversation long ago."""
        return forget(self, "decided_at", fields.Datetime.now() - KEPT)
