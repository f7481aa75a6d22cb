from pathlib import Path

from odoo import api, models
from odoo.exceptions import AccessError

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

    @api.model
    def _get_path(self, bin_data, sha):
        """Half a file, left by a full disk or a killed process, makes way for the whole one.

        Odoo takes it for another file of the same name and would refuse this content for ever.
        """
        # The same folders as Odoo's own, which has them in this very method.
        path = Path(self._full_path(f"{sha[:2]}/{sha}"))
        is_shorter = path.is_file() and path.stat().st_size < len(bin_data)
        if is_shorter and bin_data.startswith(path.read_bytes()):
            path.unlink(missing_ok=True)
        return super()._get_path(bin_data, sha)

    # What a client sent stays as he sent it

    def write(self, vals):
        if not self.env.su:
            self._check_not_from_client()
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._check_not_from_client()
        return super().unlink()

    def _delete_and_notify(self, message=None):
        """Discuss deletes as superuser what a member of the thread asks it to."""
        self._check_not_from_client()
        return super()._delete_and_notify(message)

    def _check_not_from_client(self):
        """:raises AccessError: a client sent one of these files"""
        # sudo: omnichannel.file - only whether there is one
        if (
            self.env["omnichannel.file"]
            .sudo()
            .search_count([("attachment_id", "in", self.ids)], limit=1)
        ):
            raise AccessError(self.env._("What a client sent stays as he sent it."))
