from odoo import api, fields, models


class OmnichannelChannel(models.Model):
    _inherit = "omnichannel.channel"

    shows_operator_photo = fields.Boolean(
        "With his photo", default=True, help="The one of his user, where there is one."
    )
    can_show_sender = fields.Boolean(compute="_compute_can_show_sender")

    @api.depends("network")
    def _compute_can_show_sender(self):
        """Whether the network shows a name and a photo beside each message."""
        for channel in self:
            channel.can_show_sender = bool(
                channel.network and channel._protocol_class().capabilities.shows_sender
            )


class OmnichannelConversation(models.Model):
    """The client learns who answers him, where the channel wants it.

    Beside each of his messages, where the network can show a name and a photo there; otherwise by
    a line with the name.
    """

    _inherit = "omnichannel.conversation"

    def _change(self, **values):
        result = super()._change(**values)
        if values.get("operator_id") and self.state == "open":
            self._introduce()
        return result

    def _introduce(self):
        """The client is told the operator's name, once in an appeal."""
        # sudo: omnichannel.channel - its setting holds, whoever hands the conversation over
        channel_sudo = self._for_client(self.channel_id.sudo())
        if channel_sudo.shows_operator and not channel_sudo.can_show_sender:
            line = channel_sudo.operator_line or channel_sudo.env._("Operator: {operator}")
            # sudo: res.users - the client is told the name of who answers him
            name = self.operator_id.sudo().name
            self._say_once(f"operator:{self.operator_id.id}", line.replace("{operator}", name))
