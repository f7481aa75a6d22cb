import logging

from odoo import models

_logger = logging.getLogger(__name__)


class Exported(models.AbstractModel):
    """Who takes what is about clients out of the database is in the server's log."""

    _name = "omnichannel.exported"
    _description = "Export that is logged"

    def _export_rows(self, fields, **options):
        rows = super()._export_rows(fields, **options)  # refuses whoever may not read them
        _logger.info("User %d exports %d records of %s", self.env.uid, len(self), self._name)
        return rows


class OmnichannelConversation(models.Model):
    _name = "omnichannel.conversation"
    _inherit = ["omnichannel.conversation", "omnichannel.exported"]


class OmnichannelSession(models.Model):
    _name = "omnichannel.session"
    _inherit = ["omnichannel.session", "omnichannel.exported"]


class OmnichannelIdentity(models.Model):
    _name = "omnichannel.identity"
    _inherit = ["omnichannel.identity", "omnichannel.exported"]


class OmnichannelMessage(models.Model):
    _name = "omnichannel.message"
    _inherit = ["omnichannel.message", "omnichannel.exported"]


class OmnichannelInbound(models.Model):
    _name = "omnichannel.inbound"
    _inherit = ["omnichannel.inbound", "omnichannel.exported"]


class OmnichannelEvidence(models.Model):
    _name = "omnichannel.evidence"
    _inherit = ["omnichannel.evidence", "omnichannel.exported"]


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message", "omnichannel.exported"]


class MailGuest(models.Model):
    _name = "mail.guest"
    _inherit = ["mail.guest", "omnichannel.exported"]
