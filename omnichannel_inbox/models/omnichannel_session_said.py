from odoo import fields, models


class OmnichannelSession(models.Model):
    _inherit = "omnichannel.session"

    said_by_itself = fields.Json(
        readonly=True, help="What the client was told automatically: how often, and when last."
    )

    def _count_said(self, key):
        """Return how often this was said by itself in the appeal, and when last (or None)."""
        times, last = (self.said_by_itself or {}).get(key, (0, None))
        return times, fields.Datetime.to_datetime(last)

    def _note_said(self, key):
        """It is remembered for the whole appeal that this was said now."""
        times, _last = self._count_said(key)
        now = fields.Datetime.to_string(fields.Datetime.now())
        self.said_by_itself = {**(self.said_by_itself or {}), key: [times + 1, now]}
