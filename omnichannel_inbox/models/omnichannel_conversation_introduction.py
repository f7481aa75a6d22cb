from odoo import models


class OmnichannelConversation(models.Model):
    """The client learns who answers him, where the channel wants it.

    By a line with the name: none of the networks carries an operator's name or photo beside a
    bot's message.
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
        if channel_sudo.shows_operator:
            line = channel_sudo.operator_line or channel_sudo.env._("Operator: {operator}")
            # sudo: res.users - the client is told the name of who answers him
            name = self.operator_id.sudo().name
            self._say_once(f"operator:{self.operator_id.id}", line.replace("{operator}", name))
