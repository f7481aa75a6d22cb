from datetime import timedelta

from odoo import api, fields, models

from .put_off import recall

#: After a lane has not run for so long, the server was off or a backup was restored.
SLEPT = timedelta(hours=1)


class OmnichannelMessage(models.Model):
    """Looking after the outbox: nothing is left behind, and nothing is sent twice."""

    _inherit = "omnichannel.message"

    put_off = fields.Integer(readonly=True, help="Seconds for which it was put off last.")

    @api.model
    def _look_after(self, lane):
        """What died, slept or was misled by a wrong clock is in order before the lane sends."""
        self._recover_interrupted(lane)
        self._ask_after_sleep(lane)
        recall(self, [("lane", "=", lane), ("state", "=", "waiting")])
        recall(self.env["omnichannel.channel.pace"], [], "next_at")

    @api.model
    def _recover_interrupted(self, lane):
        """A lane has one sender at a time: what it finds in ``sending`` was left by a dead one."""
        left = self.search([("state", "=", "sending"), ("lane", "=", lane)])
        for message in left:
            if message.channel_id._protocol_class().capabilities.idempotent:
                message.write({"state": "waiting", "due_at": fields.Datetime.now()})
            else:
                message._fail("interrupted", state="unknown")
        if left:
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _ask_after_sleep(self, lane):
        """What waited while no lane ran may have been sent by the original of a restored backup."""
        awake_until = self.env.context.get("lastcall")
        if awake_until and fields.Datetime.now() - awake_until > SLEPT:
            waiting = [("state", "=", "waiting"), ("lane", "=", lane)]
            if self.search([*waiting, ("create_date", "<=", awake_until)])._hold_back():
                self.env["ir.cron"]._commit_progress()

    def _hold_back(self):
        """Return these messages: a person decides about each whether it is still to be sent."""
        for message in self.sorted("part"):
            if message.state == "waiting":  # the first part takes the later ones with it
                message._fail("stale", state="unknown")
        return self

    @api.model
    def _cron_watch(self):
        """Nothing is left behind: lanes with work are woken, operators without a channel leave."""
        self.env["omnichannel.conversation"]._release_lost_operators()
        waiting = self.search(
            [("state", "=", "waiting"), ("due_at", "<=", fields.Datetime.now())], limit=1000
        )
        waiting._trigger_lanes()
