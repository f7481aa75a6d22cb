from odoo import api, fields, models

from .failures import translate


class OmnichannelChannelCheck(models.Model):
    """One thing that must be true for a channel to work, and whether it is."""

    _name = "omnichannel.channel.check"
    _description = "Channel check"
    _order = "channel_id, id"
    _rec_name = "code"

    channel_id = fields.Many2one(
        "omnichannel.channel", required=True, readonly=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("ok", "OK"), ("warning", "Warning"), ("error", "Error"), ("unknown", "Unknown")],
        required=True,
        readonly=True,
    )
    cause = fields.Char(readonly=True)
    cure = fields.Char("What to do", readonly=True)
    checked_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    _code_unique = models.UniqueIndex("(channel_id, code)")

    @api.model
    def _store(self, channel, checks):
        """The rows of the channel are these checks, in their order."""
        channel.check_ids.unlink()
        self.create(
            [
                {
                    "channel_id": channel.id,
                    "code": check.code,
                    "state": check.state,
                    "cause": translate(self.env, check.cause, check.values),
                    "cure": translate(self.env, check.cure, check.values),
                }
                for check in checks
            ]
        )
