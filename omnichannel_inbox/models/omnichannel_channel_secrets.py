import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import config

from ..tools import vault

_logger = logging.getLogger(__name__)

#: What a secret looks like to whoever reads the field.
MASK = "••••••••"


class OmnichannelChannel(models.Model):
    """What proves that we are who we are: kept sealed, shown to nobody who need not see it."""

    _inherit = "omnichannel.channel"

    access_token_sealed = fields.Char(groups=fields.NO_ACCESS, copy=False)
    access_token = fields.Char(
        compute="_compute_access_token",
        inverse="_inverse_access_token",
        groups="base.group_system",
        copy=False,
        exportable=False,
    )
    signing_secret_sealed = fields.Char(groups=fields.NO_ACCESS, copy=False)
    signing_secret = fields.Char(
        "Secret key",
        compute="_compute_signing_secret",
        inverse="_inverse_signing_secret",
        groups="base.group_system",
        copy=False,
        exportable=False,
    )
    confirmation_code = fields.Char(groups="base.group_system", copy=False, exportable=False)

    @api.depends("access_token_sealed")
    def _compute_access_token(self):
        for channel in self:
            # sudo: omnichannel.channel - only whether there is one, never what it is
            channel.access_token = MASK if channel.sudo().access_token_sealed else False

    def _inverse_access_token(self):
        for channel in self:
            if channel.access_token != MASK:
                channel._seal("access_token", channel.access_token)

    @api.depends("signing_secret_sealed")
    def _compute_signing_secret(self):
        for channel in self:
            channel.signing_secret = channel._unseal("signing_secret")

    def _inverse_signing_secret(self):
        for channel in self:
            channel._seal("signing_secret", channel.signing_secret)

    @api.model
    def _check_secret_values(self, vals):
        """Field groups guard reading and writing through the form; this guards every other way."""
        guarded = {"access_token", "signing_secret", "confirmation_code", "api_url"}
        if guarded & vals.keys() and not (self.env.su or self.env.user._is_system()):
            raise AccessError(
                self.env._("Only a system administrator changes the credentials of a channel.")
            )

    def _export_rows(self, fields, **options):
        """The browser offers no secret for export; whoever names one by hand gets an empty cell."""
        hidden = {
            number
            for number, (name, *_rest) in enumerate(fields)
            if name in self._fields and not self._fields[name].exportable
        }
        rows = super()._export_rows(fields, **options)  # refuses whoever may not read them
        return [["" if n in hidden else cell for n, cell in enumerate(row)] for row in rows]

    def _seal(self, name, secret):
        # sudo: omnichannel.channel - who may set the secret was checked, see _check_secret_values
        self.sudo()[f"{name}_sealed"] = vault.seal(secret or "", config.get("config") or None)

    def _unseal(self, name):
        # sudo: omnichannel.channel - opened for the protocol and for system administrators only
        stored = self.sudo()[f"{name}_sealed"]
        try:
            return vault.unseal(stored or "", config.get("config") or None)
        except vault.KeyMissing:
            # No traceback: it has nothing to add, and stands near a secret.
            _logger.error(  # noqa: TRY400
                "Channel %d: %s cannot be opened, is the key missing?", self.id, name
            )
            return ""

    def action_seal_again(self):
        """The secrets of these channels are sealed with the server's current key."""
        if not self.env.user._is_system():
            raise AccessError(self.env._("Only a system administrator changes the key."))
        for channel in self.sudo():
            for name in ("access_token", "signing_secret"):
                if secret := channel._unseal(name):
                    channel._seal(name, secret)
