from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from .working_time import find_spans, iter_spans


class OmnichannelChannel(models.Model):
    """When a channel is open: its working time, by one of Odoo's working schedules.

    Without a schedule it is always open. Moments are as fields keep them, in UTC; the schedule has
    a time zone of its own. Time off of the schedule and of the company (holidays, a day off, an
    early end) closes the channel.
    """

    _inherit = "omnichannel.channel"

    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        "Working time",
        check_company=True,
        domain="[('flexible_hours', '=', False)]",
        help="When the channel is served. Holidays and exceptions are the schedule's time off. "
        "Without a schedule it is always open.",
    )
    hours_words = fields.Char("Now", compute="_compute_hours_words")

    @api.depends_context("lang", "tz")
    @api.depends("resource_calendar_id")
    def _compute_hours_words(self):
        for channel in self:
            channel.hours_words = channel._describe_hours()

    def _describe_hours(self):
        if not self.resource_calendar_id:
            return self.env._("Always open.")
        zone = self.resource_calendar_id.tz
        if self._is_open():
            if not (closing := self._next_closing()):
                return self.env._("Always open.")
            return self.env._("Open now, until %(moment)s.", moment=self._format(closing, zone))
        if opening := self._next_opening():
            return self.env._("Closed now, opens %(moment)s.", moment=self._format(opening, zone))
        return self.env._("Closed, and this schedule never opens.")

    def _format(self, moment, zone):
        return format_datetime(self.env, moment, tz=zone, dt_format="EEE d MMM HH:mm")

    def _is_open(self, at=None):
        """Return whether the channel is open at this moment; now, if none is given."""
        self.ensure_one()
        if not self.resource_calendar_id:
            return True
        at = at or fields.Datetime.now()
        spans = find_spans(self.resource_calendar_id, at, at + timedelta(hours=1), self.company_id)
        return bool(spans) and spans[0][0] <= at

    def _next_opening(self, at=None):
        """Return when the channel opens: this moment itself while it is open, False if never."""
        self.ensure_one()
        at = at or fields.Datetime.now()
        if not self.resource_calendar_id:
            return at
        return next((begin for begin, _end in self._iter_open(at)), False)

    def _next_closing(self, at=None):
        """Return when the channel, open at this moment, closes; False if it does not."""
        self.ensure_one()
        if not self.resource_calendar_id:
            return False
        at = at or fields.Datetime.now()
        return next((end for _begin, end in self._iter_open(at)), False)

    def _business_minutes(self, start, end):
        """Return how many minutes the channel was open between two moments."""
        self.ensure_one()
        if end <= start:
            return 0.0
        if not self.resource_calendar_id:
            return (end - start).total_seconds() / 60
        spans = find_spans(self.resource_calendar_id, start, end, self.company_id)
        return sum((stop - begin).total_seconds() for begin, stop in spans) / 60

    def _business_minutes_since(self, moments, now):
        """Return for each of these moments how many minutes the channel was open since."""
        self.ensure_one()
        spans = [(min(moments, default=now), now)]
        if self.resource_calendar_id:
            spans = find_spans(self.resource_calendar_id, *spans[0], self.company_id)
        return [
            sum(max((end - max(begin, moment)).total_seconds(), 0) for begin, end in spans) / 60
            for moment in moments
        ]

    def _after_business_minutes(self, start, minutes):
        """Return when the channel will have been open for so many minutes; False if never."""
        self.ensure_one()
        left = timedelta(minutes=minutes)
        if not self.resource_calendar_id:
            return start + left
        for begin, end in self._iter_open(start):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return False

    def _iter_open(self, start):
        return iter_spans(self.resource_calendar_id, start, self.company_id)
