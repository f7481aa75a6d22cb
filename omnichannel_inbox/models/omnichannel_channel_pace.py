from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.tools import SQL

#: Seconds a channel rests after the first, second, third… call in a row that got no answer.
REST_AFTER = (2, 5, 15, 30, 60)
#: Of the calls that a network allows, so many are made: one lane is late with its call, the next
#: one in time, and the network counts how many come within a second.
HEADROOM = 0.9


def exact_now():
    """Return the time as the database keeps it; turns are closer than Odoo's whole seconds."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


class OmnichannelChannelPace(models.Model):
    """When the next call may be made for a channel: the rate limit and the circuit breaker.

    While it is ``held`` no answer is sent: the network refuses us, or hears somebody else.

    A table of its own, because every message touches it and nobody else should have to wait.
    """

    _name = "omnichannel.channel.pace"
    _description = "Pace of a channel"
    _rec_name = "channel_id"
    _log_access = False

    channel_id = fields.Many2one(
        "omnichannel.channel", required=True, readonly=True, ondelete="cascade"
    )
    next_at = fields.Datetime(required=True, readonly=True)
    failures = fields.Integer(readonly=True)
    put_off = fields.Integer(readonly=True, help="Seconds of its last rest.")
    held = fields.Boolean(readonly=True, help="Answers wait until somebody has mended the channel.")

    _channel_unique = models.UniqueIndex("(channel_id)")

    @api.model
    def _reserve(self, channel, calls=1):
        """Return the seconds to wait until so many calls may be made; their time is now taken."""
        interval = calls / (channel._protocol_class().capabilities.calls_per_second * HEADROOM)
        now = exact_now()
        query = SQL(
            """
            INSERT INTO omnichannel_channel_pace AS pace (channel_id, next_at, failures)
                 VALUES (%(channel)s, %(now)s + %(step)s, 0)
            ON CONFLICT (channel_id) DO UPDATE
                    SET next_at = GREATEST(pace.next_at, %(now)s) + %(step)s
              RETURNING EXTRACT(EPOCH FROM next_at - %(step)s - %(now)s)
            """,
            channel=channel.id,
            now=now,
            step=timedelta(seconds=interval),
        )
        # Two lanes may want the same channel's turn: one of them asks again, that is no error.
        self.env.cr.execute(query, log_exceptions=False)
        [(wait,)] = self.env.cr.fetchall()
        return max(float(wait), 0)

    @api.model
    def _rest(self, channel, seconds=0):
        """Return until when no call is made for the channel; without a number, longer each time.

        Calls that were under way already and fail as well are the same trouble, not a worse one.
        """
        pace = self._of(channel)
        now = fields.Datetime.now()
        rests_already = pace.failures and pace.next_at > now + timedelta(seconds=1)
        failures = pace.failures if rests_already else pace.failures + 1
        step = REST_AFTER[min(failures, len(REST_AFTER)) - 1]
        until = now + timedelta(seconds=seconds or step)
        if rests_already:
            until = max(pace.next_at, now + timedelta(seconds=seconds))
        rest = int((until - now).total_seconds())
        values = {"next_at": until, "failures": failures, "put_off": rest}
        if pace:
            pace.write(values)
        else:
            pace.create({"channel_id": channel.id, **values})
        return until

    @api.model
    def _of(self, channel):
        """Return the pace of a channel; one that never sent anything has none yet."""
        return self.search([("channel_id", "=", channel.id)])

    @api.model
    def _failures(self, channel):
        """Return how many calls in a row got no answer."""
        return self._of(channel).failures

    @api.model
    def _recover(self, channel):
        """The channel answers again."""
        self._of(channel).filtered("failures").failures = 0

    @api.model
    def _hold(self, channel):
        """No answer is sent until the channel is released."""
        pace = self._of(channel)
        if pace and not pace.held:
            pace.held = True
        elif not pace:
            values = {"channel_id": channel.id, "next_at": fields.Datetime.now(), "held": True}
            self.create(values)

    @api.model
    def _release(self, channel):
        """Answers are sent again; return whether they were held."""
        held = self._of(channel).filtered("held")
        held.held = False
        return bool(held)
