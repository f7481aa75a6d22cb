from odoo import fields, models

from .omnichannel_file import MAX_BYTES, MAX_BYTES_PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    omnichannel_max_incoming_bytes = fields.Integer(
        "Largest incoming file, bytes",
        default=MAX_BYTES,
        config_parameter=MAX_BYTES_PARAMETER,
    )

    def action_view_omnichannel_channels(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "omnichannel_inbox.omnichannel_channel_action"
        )
