from odoo import api, fields, models

from .discuss_channel import is_omnichannel


class MailMessage(models.Model):
    _inherit = "mail.message"

    omnichannel_message_ids = fields.One2many(
        "omnichannel.message",
        "mail_message_id",
        groups="omnichannel_inbox.group_operator,sales_team.group_sale_salesman",
    )
    omnichannel_delivery = fields.Json(compute="_compute_omnichannel_delivery", compute_sudo=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever may not post in a thread of a client may not put a message there either."""
        if not self.env.su:
            for vals in vals_list:
                self._check_omnichannel_thread(vals.get("model"), vals.get("res_id"))
        return super().create(vals_list)

    def _check_omnichannel_thread(self, model, res_id):
        if model != "discuss.channel" or not res_id:
            return
        # sudo: discuss.channel - only to see whether it is the thread of a client
        thread_sudo = self.env["discuss.channel"].sudo().browse(res_id)
        if is_omnichannel(thread_sudo) and not thread_sudo._is_omnichannel_voice_ours():
            thread_sudo._check_may_post(is_note=True)

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
