from odoo import models

from ..tools import bodies


class OmnichannelConversation(models.Model):
    """Outside working time each message also goes to an address, where the channel wants it."""

    _inherit = "omnichannel.conversation"

    def _on_client_wrote(self, event, mail_message):
        result = super()._on_client_wrote(event, mail_message)
        self._mail_outside(event)
        return result

    def _post_all_received(self, received):
        result = super()._post_all_received(received)
        for one in received:
            one.conversation._mail_outside(one.event)
        return result

    def _mail_outside(self, event):
        """One e-mail with this message, if the channel is closed."""
        # sudo: omnichannel.channel - where it goes is the channel's
        channel_sudo = self.channel_id.sudo()
        if not channel_sudo.outside_email or channel_sudo._is_open():
            return
        paragraphs = [self._render(event)]
        if count := len(bodies.all_files(event)):
            paragraphs.append(self.env._("Files, to be seen in Odoo: %(count)s", count=count))
        channel_sudo._send_mail(
            [channel_sudo.outside_email], f"{self.name} · {channel_sudo.name}", paragraphs, self
        )
