from odoo import api, fields, models

from .discuss_channel import is_omnichannel

#: The model of threads.
THREADS = "discuss.channel"


class MailMessage(models.Model):
    _inherit = "mail.message"

    omnichannel_message_ids = fields.One2many(
        "omnichannel.message",
        "mail_message_id",
        groups="omnichannel_inbox.group_operator,sales_team.group_sale_salesman",
    )
    omnichannel_delivery = fields.Json(compute="_compute_omnichannel_delivery", compute_sudo=True)
    omnichannel_buttons = fields.Json(compute="_compute_omnichannel_buttons", compute_sudo=True)

    # What was said in a thread of a client is said and changed through the thread alone. A record
    # made or changed by hand would show what the client never got, or never said.

    @api.model_create_multi
    def create(self, vals_list):
        threads = [vals.get("res_id") for vals in vals_list if vals.get("model") == THREADS]
        self._check_omnichannel_threads(threads)
        return super().create(vals_list)

    def write(self, vals):
        self._check_omnichannel_words()
        return super().write(vals)

    def unlink(self):
        self._check_omnichannel_words()
        return super().unlink()

    def _check_omnichannel_words(self):
        if not self.env.su:
            # sudo: mail.message - only where it stands
            messages_sudo = self.sudo().filtered(lambda message: message.model == THREADS)
            self._check_omnichannel_threads(messages_sudo.mapped("res_id"))

    def _check_omnichannel_threads(self, thread_ids):
        """:raises AccessError: one of the threads is a client's, and it is not its own hand"""
        threads = self.env[THREADS].browse(filter(None, thread_ids))
        if self.env.su or threads._is_omnichannel_checked():
            return
        # sudo: discuss.channel - only to see whether it is the thread of a client
        if any(map(is_omnichannel, threads.sudo())):
            threads._check_omnichannel_hand()

    def _get_forbidden_access(self, operation):
        """Core lets who created a message read it; clients' are created as the public user."""
        forbidden = super()._get_forbidden_access(operation)
        if self.env.user._is_internal():
            return forbidden
        # sudo: mail.message, discuss.channel - only where it stands
        messages = (self - forbidden).sudo().filtered(lambda m: m.model == THREADS)
        threads_sudo = self.env[THREADS].sudo().browse(messages.mapped("res_id"))
        ours = set(threads_sudo.filtered(is_omnichannel).ids)
        return forbidden + messages.filtered(lambda m: m.res_id in ours).sudo(False)

    @api.depends(
        "omnichannel_message_ids.state",
        "omnichannel_message_ids.change",
        "omnichannel_message_ids.failure_code",
    )
    @api.depends_context("lang")
    def _compute_omnichannel_delivery(self):
        """What became of an answer: state, reason, what to do; False for everything else."""
        for message in self:
            parts = message.omnichannel_message_ids.filtered(lambda part: part.direction == "out")
            message.omnichannel_delivery = parts._describe_delivery() if parts else False

    @api.depends("omnichannel_message_ids.buttons")
    def _compute_omnichannel_buttons(self):
        """What the client can press under an answer."""
        for message in self:
            message.omnichannel_buttons = message.omnichannel_message_ids._describe_buttons()

    def _to_store_defaults(self, target):
        defaults = super()._to_store_defaults(target)
        if not target.is_internal(self.env):
            return defaults
        return [*defaults, "omnichannel_delivery", "omnichannel_buttons"]
