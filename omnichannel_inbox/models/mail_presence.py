from odoo import api, fields, models

from ..tools.distribution import GRACE


class MailPresence(models.Model):
    """Whoever comes online gets what waits; whose browser goes offline may soon lose it."""

    _inherit = "mail.presence"

    @api.model_create_multi
    def create(self, vals_list):
        presences = super().create(vals_list)
        presences._tell_distribution()
        return presences

    def write(self, vals):
        before = {presence: presence.status for presence in self}
        result = super().write(vals)
        self.filtered(lambda presence: before[presence] != presence.status)._tell_distribution()
        return result

    def _tell_distribution(self):
        group = self.env.ref("omnichannel_inbox.group_operator")
        operators = self.filtered(lambda presence: group in presence.user_id.all_group_ids)
        for status in set(operators.mapped("status")):
            gone_at = fields.Datetime.now() + GRACE if status == "offline" else None
            self.env["omnichannel.channel"]._wake_distribution(gone_at)
