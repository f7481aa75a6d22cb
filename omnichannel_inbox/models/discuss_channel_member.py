from odoo import api, models
from odoo.exceptions import UserError

from .discuss_channel import is_omnichannel


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    @api.model_create_multi
    def create(self, vals_list):
        """Core lets every member bring others in; into these threads only the conversation does."""
        members = super().create(vals_list)
        if any(map(is_omnichannel, members.sudo().channel_id)):
            self.env["discuss.channel"]._check_omnichannel_hand()
        return members

    def unlink(self):
        if any(map(is_omnichannel, self.sudo().channel_id)):
            self.env["discuss.channel"]._check_omnichannel_hand()
        return super().unlink()

    def _rtc_join_call(self, *args, **kwargs):
        """Nobody in a messenger can be called from here.

        After a call among colleagues, core shows the thread to none but its members.
        """
        if is_omnichannel(self.channel_id):
            raise UserError(self.env._("A client in a messenger cannot be called from here."))
        return super()._rtc_join_call(*args, **kwargs)

    def _notify_typing(self, is_typing):
        """The client sees as well that an operator types."""
        result = super()._notify_typing(is_typing)
        if is_typing:
            self._give_signal("typing")
        return result

    def _mark_as_read(self, last_message_id):
        result = super()._mark_as_read(last_message_id)
        self._give_signal("read")
        return result

    def _omnichannel_start_here(self):
        """What was said before they joined does not count as unread."""
        for member in self:
            last = self.env["mail.message"].search(
                [("model", "=", "discuss.channel"), ("res_id", "=", member.channel_id.id)],
                order="id desc",
                limit=1,
            )
            member._set_new_message_separator(last.id + 1)

    def _give_signal(self, kind):
        for member in self.filtered(lambda m: m.partner_id and is_omnichannel(m.channel_id)):
            # sudo: omnichannel.signal - what a participant does is shown to the client
            conversation_sudo = member.channel_id.sudo().omnichannel_conversation_id
            if conversation_sudo._is_written_by(self.env.user):
                self.env["omnichannel.signal"].sudo()._give(conversation_sudo, kind)
