from odoo import models

#: Beginning of the content type → kind of file on a network; anything else is a ``file``.
KINDS = {"image/": "image", "audio/": "audio", "video/": "video"}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _omnichannel_kind(self):
        """Return what the file is to a network: image, voice, audio, video or file."""
        self.ensure_one()
        # sudo: discuss.voice.metadata - whether it was recorded in the composer
        if self.sudo().voice_ids:
            return "voice"
        mimetype = self.mimetype or ""
        if mimetype.startswith("image/svg"):
            return "file"
        return next((kind for start, kind in KINDS.items() if mimetype.startswith(start)), "file")
