from datetime import timedelta

from odoo import api, fields, models

from .automatic_text import fits


class OmnichannelChannel(models.Model):
    """How an appeal ends: by itself after silence, with a word of farewell, with a rating."""

    _inherit = "omnichannel.channel"

    silence_after = fields.Integer("End by itself after", help="0: it never ends by itself.")
    silence_unit = fields.Selection(
        [("hours", "hours"), ("days", "days")], "Unit of silence", required=True, default="hours"
    )
    silence_time = fields.Selection(
        [("calendar", "of any time"), ("business", "of working time")],
        "Kind of time",
        required=True,
        default="calendar",
        help="A day of working time is as long as in the working schedule.",
    )
    ends_unanswered = fields.Boolean(
        "Also when nobody has answered the client",
        help="Otherwise an appeal in which the client waits for an answer never ends by itself.",
    )
    closing_text = fields.Text(
        "Closing message",
        translate=True,
        help="Sent when a conversation is finished, by an operator, a bot or silence; not to spam. "
        "At most 250 characters.",
    )

    _closing_text_check = fits("closing_text")
    _silence_check = models.Constraint(
        "CHECK (silence_after >= 0)", "A number of hours or days is 0 or more."
    )

    def write(self, vals):
        """With another setting silence is counted anew: nothing ends the moment it is saved."""
        result = super().write(vals)
        if {"silence_after", "silence_unit", "silence_time", "resource_calendar_id"} & vals.keys():
            # sudo: omnichannel.conversation - follows from the channel's settings
            conversations_sudo = self.env["omnichannel.conversation"].sudo()
            for channel in self.filtered("silence_after"):
                going_on = [("channel_id", "=", channel.id), ("state", "in", ("new", "open"))]
                if due := channel._end_of_silence(fields.Datetime.now()):
                    conversations_sudo.search(going_on)._set_timer("silence", due)
        return result

    def _end_of_silence(self, since):
        """Return when an appeal in which nothing was said since then ends; False for never."""
        self.ensure_one()
        if not self.silence_after:
            return False
        if self.silence_time == "calendar":
            return since + timedelta(**{self.silence_unit: self.silence_after})
        day = self.resource_calendar_id.hours_per_day or 24
        hours = self.silence_after * (day if self.silence_unit == "days" else 1)
        return self._after_business_minutes(since, hours * 60)

    @api.model
    def _describe_silence(self):
        """Return how long a client was silent whose appeal ends, in words."""
        if self.silence_unit == "days":
            return self.env._("%(count)s d", count=self.silence_after)
        return self.env._("%(count)s h", count=self.silence_after)
