from odoo import api, fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    omnichannel_message_ids = fields.One2many("omnichannel.message", "mail_message_id")
    omnichannel_delivery = fields.Json(compute="_compute_omnichannel_delivery", compute_sudo=True)

    @api.depends(
        "omnichannel_message_ids.state",
        "omnichannel_message_ids.change",
        "omnichannel_message_ids.failure_code",
    )
    def _compute_omnichannel_delivery(self):
        """What became of an answer: state, reason, what to do; False for everything else."""
        for message in self:
            parts = message.omnichannel_message_ids.filtered(lambda part: part.direction == "out")
            message.omnichannel_delivery = parts._describe_delivery() if parts else False

    def _to_store_defaults(self, target):
        defaults = super()._to_store_defaults(target)
        return [*defaults, "omnichannel_delivery"] if target.is_internal(self.env) else defaults
