from odoo import models

from .discuss_channel import is_omnichannel


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

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
