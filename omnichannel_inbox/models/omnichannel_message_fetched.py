import mimetypes
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from urllib.parse import quote

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.image import image_process
from odoo.tools.misc import limited_field_access_token

#: How long a network, or the phones behind it, may take to fetch a file.
FETCHABLE = timedelta(days=7)
#: Pictures that Odoo makes smaller without changing their kind.
SHRINKABLE = ("image/jpeg", "image/png")
#: The sides of the square that a picture is made to fit into, until it is small enough.
SIDES = (1920, 1280, 800)


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
        shown_bytes = self.channel_id._protocol_class().capabilities.shown_bytes
        return (
            attachment._omnichannel_as_fetched(upload, shown_bytes.get(upload.kind))
            for attachment, upload in zip(attachments, uploads, strict=True)
        )

    def _convert_voice(self, upload):
        """What is stored is what is fetched."""
        return upload if self._fetches_files() else super()._convert_voice(upload)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _omnichannel_as_fetched(self, upload, most):
        """Return the file as it is fetched: of a picture that is too large, a smaller one.

        :param most: bytes that the network shows of this kind, None for any number
        """
        if most and len(upload.content) > most and upload.mimetype in SHRINKABLE:
            for side in SIDES:
                content = _shrink(upload.content, side)
                if content and len(content) <= most:
                    return replace(upload, content=content, url=self._omnichannel_address(side))
        return replace(upload, url=self._omnichannel_address())

    def _omnichannel_address(self, side=0):
        """Return where whoever knows it can fetch this file for a few days.

        :param side: of a picture that shall be served as it fits into such a square
        """
        expires = hex(int(time.time() + FETCHABLE.total_seconds()))
        token = limited_field_access_token(self, "raw", expires, scope="binary")
        name = quote(self._omnichannel_public_name(), safe="")
        place = f"image/{self.id}/{side}x{side}" if side else f"content/{self.id}"
        return f"{self.get_base_url()}/web/{place}/{name}?access_token={token}"

    def _omnichannel_public_name(self):
        """Return the file's name as it can stand in an address, with the ending of its kind."""
        name = (self.name or "file").replace("/", "_").replace("\\", "_")
        if PurePosixPath(name).suffix:
            return name
        return name + (mimetypes.guess_extension(self.mimetype or "") or "")


def _shrink(content, side):
    """Return the picture as Odoo serves it at this size, None where it cannot."""
    try:
        return image_process(content, size=(side, side))
    except UserError:
        return None
