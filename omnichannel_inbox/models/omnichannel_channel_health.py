from datetime import timedelta

from odoo import fields, models

from .ledger import count_by, describe

#: What the administrators see of a channel's traffic.
COUNTED = timedelta(days=1)


class OmnichannelChannel(models.Model):
    """How a channel has fared today."""

    _inherit = "omnichannel.channel"

    ledger = fields.Char("Last 24 hours", compute="_compute_ledger")

    def _compute_ledger(self):
        since = fields.Datetime.now() - COUNTED
        counts = count_by(self.env, "channel_id", self.ids, [("create_date", ">", since)])
        for channel in self:
            channel.ledger = describe(self.env, counts[channel.id])
