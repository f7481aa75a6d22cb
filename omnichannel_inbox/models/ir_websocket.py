from odoo import models


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Operators hear of every conversation of their channels, also before they are members."""
        channels = list(channels)
        if self.env.user.has_group("omnichannel_inbox.group_operator"):
            # A company has tens of channels, and the rules leave those the operator serves.
            channels += self.env["omnichannel.channel"].search([("active", "=", True)])
        return super()._build_bus_channel_list(channels)
