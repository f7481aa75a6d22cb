import mimetypes
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from urllib.parse import quote

from odoo import models
from odoo.tools.misc import limited_field_access_token

#: How long a network, or the phones behind it, may take to fetch a file.
FETCHABLE = timedelta(days=7)


class OmnichannelMessage(models.Model):
    """Files for networks that take no uploads: they fetch them from an address of ours.

    The address is signed, shows one file, and nothing any more when its time is over.
    """

    _inherit = "omnichannel.message"

    def _fetches_files(self):
        return self.channel_id._protocol_class().capabilities.fetches_files

    def _prepare_uploads(self):
        uploads = super()._prepare_uploads()
        if not self._fetches_files():
            return uploads
        attachments = self.attachment_ids.sorted("id")
        return (
            replace(upload, url=attachment._omnichannel_address())
            for attachment, upload in zip(attachments, uploads, strict=True)
        )

    def _convert_voice(self, upload):
        """What is stored is what is fetched."""
        return upload if self._fetches_files() else super()._convert_voice(upload)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _omnichannel_address(self):
        """Return where whoever knows it can fetch this file for a few days."""
        expires = hex(int(time.time() + FETCHABLE.total_seconds()))
        token = limited_field_access_token(self, "raw", expires, scope="binary")
        name = quote(self._omnichannel_public_name(), safe="")
        return f"{self.get_base_url()}/web/content/{self.id}/{name}?access_token={token}"

    def _omnichannel_public_name(self):
        """Return the file's name as it can stand in an address, with the ending of its kind."""
        name = (self.name or "file").replace("/", "_").replace("\\", "_")
        if PurePosixPath(name).suffix:
            return name
        return name + (mimetypes.guess_extension(self.mimetype or "") or "")
