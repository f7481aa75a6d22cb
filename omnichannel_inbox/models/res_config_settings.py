from odoo import api, fields, models

from .omnichannel_file import MAX_BYTES_PARAMETER

MEGABYTE = 1 << 20


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    omnichannel_max_incoming_mb = fields.Integer("Largest incoming file, MB")

    @api.model
    def get_values(self):
        largest = self.env["omnichannel.file"]._max_bytes() // MEGABYTE
        return {**super().get_values(), "omnichannel_max_incoming_mb": max(largest, 1)}

    def set_values(self):
        """Kept in bytes; without a number, as large as it is without a setting."""
        result = super().set_values()
        largest = max(self.omnichannel_max_incoming_mb, 0) * MEGABYTE
        self.env["ir.config_parameter"].set_param(MAX_BYTES_PARAMETER, largest or False)
        return result

    def action_view_omnichannel_channels(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "omnichannel_inbox.omnichannel_channel_action"
        )
