from base64 import b64decode
from dataclasses import replace

from odoo import models
from odoo.tools.mimetypes import guess_mimetype
from odoo.tools.misc import limited_field_access_token

SHOWN = ("image/jpeg", "image/png")


class OmnichannelMessage(models.Model):
    """An operator's messages are in his name, where the channel shows who answers.

    Where the network shows it beside each of them; elsewhere he is introduced by a line.
    """

    _inherit = "omnichannel.message"

    def _prepare_outgoing(self):
        outgoing = super()._prepare_outgoing()
        channel, author = self.channel_id, self.mail_message_id.author_id
        # What the company says by itself, or a bot says, has another author.
        is_operators = any(user._is_internal() for user in author.user_ids)
        if not (is_operators and channel.shows_operator and channel.can_show_sender):
            return outgoing
        picture = author._omnichannel_photo_address() if channel.shows_operator_photo else ""
        return replace(outgoing, sender_name=author.name, sender_picture=picture)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _omnichannel_photo_address(self):
        """Return where whoever knows it sees the photo for some weeks; empty without a photo."""
        # Odoo draws initials for whoever has none, which phones do not show.
        kind = guess_mimetype(b64decode(self.image_256 or ""))
        if kind not in SHOWN:
            return ""
        token = limited_field_access_token(self, "image_256", scope="binary")
        path = f"/web/image/res.partner/{self.id}/image_256/photo.jpg"
        return f"{self.get_base_url()}{path}?access_token={token}"
