from dataclasses import replace

from odoo import fields, models


class OmnichannelMessage(models.Model):
    """What an attempt to send a message has achieved though the message did not go out.

    A file that the network has taken and still works on is not given to it again.
    """

    _inherit = "omnichannel.message"

    progress = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    def _prepare_outgoing(self):
        # sudo: omnichannel.message - the names of files on the network, for the network alone
        return replace(super()._prepare_outgoing(), progress=self.sudo().progress or "")

    def _postpone(self, error):
        if error.progress:
            # sudo: omnichannel.message - as above
            self.sudo().progress = error.progress
        return super()._postpone(error)
