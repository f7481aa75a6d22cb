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

    def _get_guest_from_token(self, token=""):
        """A client comes in through his network; the token that core gives every guest is no key.

        With it a browser would read his thread and write in his name.
        """
        guest = super()._get_guest_from_token(token)
        # sudo: mail.guest - whoever asks is nobody yet
        return guest.filtered(lambda one: not one.sudo().omnichannel_channel_id)
