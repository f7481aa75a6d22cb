from odoo import models


class OmnichannelChannel(models.Model):
    """What changed on a channel stands in its history in the company's language."""

    _inherit = "omnichannel.channel"

    def _mail_track(self, tracked_fields, initial_values):
        """Also where nobody asked: a scheduled action speaks no language of its own."""
        acting = self._acting()
        described = acting.fields_get(
            list(tracked_fields), attributes=("string", "type", "selection", "currency_field")
        )
        return super(OmnichannelChannel, acting)._mail_track(described, initial_values)
