from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .automatic_text import fits


class OmnichannelAutoAnswer(models.Model):
    """One thing that is said by itself to a client who waits for an answer.

    Never more often than its limit in one appeal, however often the client or a bot of his writes.
    """

    _name = "omnichannel.auto.answer"
    _description = "Automatic answer"
    _order = "channel_id, sequence, id"
    _rec_name = "text"

    sequence = fields.Integer(default=10)
    channel_id = fields.Many2one(
        "omnichannel.channel", required=True, index=True, ondelete="cascade"
    )
    text = fields.Text(required=True, translate=True, help="At most 250 characters.")
    delay = fields.Integer(
        "After, minutes", help="Counted from the client's first message that nobody has answered."
    )
    during = fields.Selection(
        [
            ("open", "In working time"),
            ("closed", "Outside working time"),
            ("always", "At any time"),
        ],
        "When",
        required=True,
        default="open",
    )
    repeat_every = fields.Integer(
        "Again after, minutes", help="While he still waits; 0: it is said once in an appeal."
    )
    most = fields.Integer(
        "At most, times",
        required=True,
        default=3,
        help="In one appeal, where it is repeated.",
    )

    _text_check = fits("text")
    _numbers_check = models.Constraint(
        "CHECK (delay >= 0 AND repeat_every >= 0)", "A number of minutes is 0 or more."
    )
    _most_check = models.Constraint(
        "CHECK (most BETWEEN 1 AND 10)", "An automatic answer is said 1 to 10 times in an appeal."
    )

    @api.constrains("text")
    def _check_text(self):
        for answer in self:
            if not (answer.text or "").strip():
                raise ValidationError(self.env._("An automatic answer needs a text."))

    @api.constrains("during", "channel_id")
    def _check_outside_hours(self):
        self.channel_id._check_outside_hours()

    def _find_due(self, waiting_since, times, last):
        """Return when it is said next to a client who waits since then; False: not any more.

        :param times: how often it was said in his appeal
        :param last: when it was said last, None if never
        """
        self.ensure_one()
        if times >= (self.most if self.repeat_every else 1):
            return False
        if self.during == "open":
            due = self.channel_id._after_business_minutes(waiting_since, self.delay)
        else:
            due = waiting_since + timedelta(minutes=self.delay)
        if due and last:
            due = max(due, last + timedelta(minutes=self.repeat_every))
        return due and self._find_moment(due)

    def _find_moment(self, due):
        """Return the first moment from this one on at which it may be said; False for never."""
        channel = self.channel_id
        when_open = self.during != "closed"
        when_closed = self.during != "open" and channel.outside_hours == "answers"
        if channel._is_open(due):
            if when_open:
                return due
            return when_closed and channel._next_closing(due)
        if when_closed:
            return due
        return when_open and channel._next_opening(due)
