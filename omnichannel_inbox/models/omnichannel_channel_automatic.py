from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from ..protocols import Check
from ..protocols.core.texts import _lt
from .automatic_text import fits

ANSWERS_SET_UP = _lt("Automatic answers are set up: %(count)s.")
NOT_SET_UP = _lt("Nothing is said outside working time: no automatic answer is there for it.")
SWITCHED_OFF = _lt(
    "Automatic answers for outside working time are never sent: nothing shall be said then."
)
NEVER_CLOSED = _lt(
    "Automatic answers for outside working time are never sent: the channel is always open."
)
SET_ANSWERS = _lt(
    "In the channel, under Automatic answers, choose what is said outside working time; if "
    "necessary, add automatic answers and set their times."
)
CHOOSE_SCHEDULE = _lt("In the channel, choose a working schedule under Who answers.")


class OmnichannelChannel(models.Model):
    """What is said to clients by itself, and what happens outside working time."""

    _inherit = "omnichannel.channel"

    auto_answer_ids = fields.One2many(
        "omnichannel.auto.answer", "channel_id", "Automatic answers", copy=True
    )
    outside_hours = fields.Selection(
        [("silent", "Nothing is said"), ("answers", "Automatic answers")],
        "Outside working time",
        required=True,
        default="answers",
        help="The client's messages wait for the opening in any case.",
    )
    outside_email = fields.Char(
        "Each message also to",
        help="An e-mail address; each message that comes outside working time arrives there as one "
        "e-mail.",
    )
    shows_operator = fields.Boolean(
        "Tell the client who answers",
        help="His name beside each of his messages, where the network can show it there; otherwise "
        "a line with it, once he has the conversation.",
    )
    operator_line = fields.Text(
        translate=True, help="{operator} is filled in. Empty: “Operator: {operator}”."
    )
    automatic_words = fields.Text("Automatic, in words", compute="_compute_automatic_words")

    _operator_line_check = fits("operator_line")

    @api.constrains("outside_email")
    def _check_outside_email(self):
        for channel in self:
            if channel.outside_email and not email_normalize(channel.outside_email):
                raise ValidationError(
                    self.env._(
                        "“%(email)s” is not one e-mail address.", email=channel.outside_email
                    )
                )

    @api.constrains("outside_hours")
    def _check_outside_hours(self):
        """Whoever else speaks outside working time, a bot, speaks alone."""
        for channel in self:
            speaks = channel.auto_answer_ids.filtered(lambda answer: answer.during != "open")
            if speaks and channel.outside_hours not in ("silent", "answers"):
                raise ValidationError(
                    self.env._(
                        "Outside working time either a bot or automatic answers speak, never both: "
                        "they would talk across each other, and the client would get two answers "
                        "to one message. Choose automatic answers there, or let these be said "
                        "in working time only: %(texts)s",
                        texts="; ".join(speaks.mapped("text")),
                    )
                )

    @api.constrains("operator_line")
    def _check_operator_line(self):
        for channel in self:
            rest = (channel.operator_line or "").replace("{operator}", "")
            if "{" in rest or "}" in rest:
                raise ValidationError(self.env._("Only this can be filled in: {operator}."))

    # Whether what is set up is ever said

    def _check_here(self):
        return [*super()._check_here(), self._check_auto_answers()]

    def _check_auto_answers(self):
        """Return nothing where nobody expects to be answered by itself."""
        if silence := self._find_silence():
            cause, cure = silence
            return Check("auto_answers", "warning", cause, cure)
        count = len(self.auto_answer_ids)
        values = {"count": str(count)}
        return Check("auto_answers", "ok", ANSWERS_SET_UP, values=values) if count else None

    def _find_silence(self):
        """Return why something that shall be said by itself never is, and what to do about it."""
        times = set(self.auto_answer_ids.mapped("during"))
        speaks = self.outside_hours == "answers"
        if "closed" in times and not self.resource_calendar_id:
            return NEVER_CLOSED, CHOOSE_SCHEDULE
        if "closed" in times and not speaks:
            return SWITCHED_OFF, SET_ANSWERS
        if self.resource_calendar_id and speaks and not times & {"closed", "always"}:
            return NOT_SET_UP, SET_ANSWERS
        return None

    # In words

    @api.depends_context("lang")
    @api.depends(
        "resource_calendar_id",
        "outside_hours",
        "outside_email",
        "distribution",
        "auto_answer_ids.during",
    )
    def _compute_automatic_words(self):
        for channel in self:
            channel.automatic_words = " ".join(channel._describe_automatic())

    def _describe_automatic(self):
        """Yield what happens outside working time, as sentences."""
        if not self.resource_calendar_id:
            yield self.env._(
                "The channel is always open: answers for outside working time are never sent, "
                "until a working schedule is chosen under “Who answers”."
            )
            return
        yield self.env._(
            "Outside working time what clients write waits in the queue, and is given to operators "
            "at the opening, who has waited longest first; whoever is there may take it before."
        )
        yield self._describe_outside()
        if self.outside_email:
            yield self.env._(
                "Each message is also sent to %(email)s, one e-mail each.", email=self.outside_email
            )
        yield self.env._("Either a bot or automatic answers speak then, never both.")

    def _describe_outside(self):
        """Return who speaks outside working time, as a sentence."""
        if self.outside_hours != "answers":
            return self.env._("Nothing is said to them by itself then.")
        if self.auto_answer_ids.filtered(lambda answer: answer.during != "open"):
            return self.env._("Automatic answers for this time are sent to them.")
        return self.env._("No automatic answer is there for this time, so nothing is said.")
