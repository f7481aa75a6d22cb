from datetime import timedelta

from odoo import fields, models

#: So many messages go to a client by themselves in a day: whatever two bots do to each other ends.
MOST_A_DAY = 20
DAY = timedelta(days=1)


class OmnichannelMessage(models.Model):
    """Messages that nobody wrote: the company said them by itself."""

    _inherit = "omnichannel.message"

    automatic_at = fields.Datetime(
        "Sent by itself", readonly=True, help="When a rule sent it; empty: somebody wrote it."
    )

    _automatic_index = models.Index(
        "(conversation_id, automatic_at) WHERE automatic_at IS NOT NULL"
    )

    def _count_automatic(self, conversation, since, until):
        """Return how often something was said by itself from one moment until before another."""
        return self.search_count(
            [
                ("conversation_id", "=", conversation.id),
                ("automatic_at", ">=", since),
                ("automatic_at", "<", until),
            ],
            limit=MOST_A_DAY,
        )

    def _describe_delivery(self):
        return {**super()._describe_delivery(), "automatic": any(self.mapped("automatic_at"))}
