from odoo import api, fields, models
from odoo.tools import SQL, format_datetime, format_time


class OmnichannelChannel(models.Model):
    """What a tile of the page of channels shows: how the channel is, and what passes through it.

    The figures of all tiles take one query each, whatever lies in the tables.
    """

    _inherit = "omnichannel.channel"

    state_text = fields.Char("How it is", compute="_compute_state_text")
    last_in_at = fields.Datetime("Last from a client", compute="_compute_last_messages")
    last_out_at = fields.Datetime("Last to a client", compute="_compute_last_messages")
    waiting_conversation_count = fields.Integer(
        "Clients who wait", compute="_compute_waiting_conversation_count"
    )
    waiting_answer_count = fields.Integer(
        "Answers that wait", compute="_compute_waiting_answer_count"
    )

    @api.depends("state", "account_ref", "active", "health", "health_message", "failing_since")
    @api.depends_context("lang", "tz")
    def _compute_state_text(self):
        for channel in self:
            channel.state_text = channel._describe_state()

    def _describe_state(self):
        if self.state == "draft":
            return self._describe_draft()
        if self.health == "error":
            return self.env._(
                "Failing since %(time)s: %(reason)s",
                time=self._format_moment(self.failing_since or fields.Datetime.now()),
                reason=self.health_message or "",
            )
        if self.health == "warning":
            return self.env._("Working, but: %(reason)s", reason=self.health_message)
        return self.env._("Working")

    def _describe_draft(self):
        if not self.active:
            return self.env._("Disconnected")
        if self.state_message:
            return self.env._("Not connected: %(reason)s", reason=self.state_message)
        if self.account_ref:
            return self.env._("Token accepted, not yet connected")
        return self.env._("Not connected")

    def _format_moment(self, moment):
        """Return the time of today, of another day its date too."""
        local = fields.Datetime.context_timestamp(self, moment)
        if local.date() == fields.Datetime.context_timestamp(self, fields.Datetime.now()).date():
            return format_time(self.env, local.time(), time_format="short")
        return format_datetime(self.env, moment, dt_format="short")

    def _compute_last_messages(self):
        """When the last messages came in and went out.

        The newest row of each channel and direction is the end of a range of the index.
        """
        self.env["omnichannel.message"].flush_model()
        query = SQL(
            """
            SELECT channel.id,
                   (SELECT create_date FROM omnichannel_message
                     WHERE channel_id = channel.id AND direction = 'in'
                  ORDER BY id DESC LIMIT 1),
                   (SELECT create_date FROM omnichannel_message
                     WHERE channel_id = channel.id AND direction = 'out'
                       AND state IN ('sent', 'delivered', 'read')
                  ORDER BY id DESC LIMIT 1)
              FROM omnichannel_channel AS channel
             WHERE channel.id = ANY(%s)
            """,
            self.ids,
        )
        # SQL: grouping would read every message; who may read the channel may know when it works
        found = {row[0]: row[1:] for row in self.env.execute_query(query)} if self.ids else {}
        for channel in self:
            channel.last_in_at, channel.last_out_at = found.get(channel._origin.id, (False, False))

    def _compute_waiting_conversation_count(self):
        counts = dict(
            self.env["omnichannel.conversation"]._read_group(
                [("channel_id", "in", self.ids), ("state", "=", "new")], ["channel_id"], ["__count"]
            )
        )
        for channel in self:
            channel.waiting_conversation_count = counts.get(channel._origin, 0)

    def _compute_waiting_answer_count(self):
        # sudo: omnichannel.message - a number tells nothing about anybody
        counts = dict(
            self.env["omnichannel.message"]
            .sudo()
            ._read_group(
                [("channel_id", "in", self.ids), ("state", "=", "waiting")],
                ["channel_id"],
                ["__count"],
            )
        )
        for channel in self:
            channel.waiting_answer_count = counts.get(channel._origin, 0)
