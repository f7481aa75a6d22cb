from odoo import fields, models


class MailGuest(models.Model):
    _inherit = "mail.guest"

    omnichannel_channel_id = fields.Many2one(
        "omnichannel.channel",
        "Client of",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Set on the guests who are clients in a messenger; only their operators see them.",
    )
