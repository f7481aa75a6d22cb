import logging

from odoo import api, fields, models, modules
from odoo.exceptions import AccessError, UserError

from ..protocols import PROTOCOLS, SendError
from ..protocols.core.texts import _lt
from ..tools import transport
from .failures import describe_failure, translate
from .waking import wake

_logger = logging.getLogger(__name__)

SETTING_LABELS = {
    "access_token": _lt("Access token"),
    "signing_secret": _lt("Secret key"),
    "confirmation_code": _lt("Confirmation code"),
}


class OmnichannelChannel(models.Model):
    """Connecting a channel: by one button, or in three steps that lead through it.

    The steps are kept on the channel itself. Who breaks off leaves a draft that says how far it
    came, and goes on from there.
    """

    _inherit = "omnichannel.channel"

    connect_step = fields.Selection(
        [("token", "Access"), ("people", "Who answers"), ("done", "Check")],
        required=True,
        default="token",
        copy=False,
        readonly=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("name") and vals.get("network") in PROTOCOLS:
                vals["name"] = PROTOCOLS[vals["network"]].label
        return super().create(vals_list)

    # One button

    def action_connect(self):
        """The network knows our address, and we know who answers there.

        :raises UserError: a credential is missing, or the network refuses; it says what to do
        """
        for channel in self:
            channel._check_administrator()
            channel._check_required_settings()
            try:
                channel._connect()
            except SendError as error:
                raise UserError(describe_failure(self.env, error)) from error
        return self.action_check()

    def _check_administrator(self):
        if not self.env.user._is_system():
            raise AccessError(self.env._("Only a system administrator connects channels."))

    def _check_required_settings(self):
        protocol = self._protocol()
        for check in protocol.check_settings():
            cause, cure = (
                translate(self.env, text, check.values) for text in (check.cause, check.cure)
            )
            raise UserError(f"{cause} {cure}".strip())
        if missing := self._missing_settings(protocol):
            raise UserError(
                self.env._(
                    "%(channel)s cannot work without: %(settings)s.",
                    channel=self.name,
                    settings=", ".join(translate(self.env, label) for label in missing),
                )
            )

    def _missing_settings(self, protocol):
        """Return what the required settings that have no value are called, to be translated."""
        return [
            SETTING_LABELS.get(name, name)
            for name in sorted(protocol.required_settings)
            if not getattr(protocol.settings, name)
        ]

    def _connect(self):
        self._store_account(self._protocol().identify(transport.http))
        # The network asks our webhook for the confirmation code while it registers the address:
        # another process has to find the channel and its code by then.
        self.active = True
        self._commit_unless_tested()
        self._protocol().register(self.webhook_url, transport.http)
        # Registering an address may change the code, and its confirmation has come in meanwhile.
        account = self._protocol().identify(transport.http)
        self._commit_unless_tested()
        self._store_account(account)
        self.write({"state": "connected", "state_message": False, "connect_step": "done"})
        wake(self.env, "reconcile")  # whatever kept it from working, something may be missing
        self._commit_unless_tested()

    def _store_account(self, account):
        """Who answers on the network's side is known, and the code that confirms our address."""
        values = {"account_ref": account.id, "account_name": account.name}
        if account.confirmation_code:
            values["confirmation_code"] = account.confirmation_code
        self.write(values)

    def _commit_unless_tested(self):
        if not modules.module.current_test:
            self.env.cr.commit()  # pylint: disable=invalid-commit

    def action_disconnect(self):
        """The network no longer sends events here, and this address answers 404."""
        for channel in self:
            channel._check_administrator()
            try:
                channel._protocol().unregister(channel.webhook_url, transport.http)
            except SendError as error:
                # What the network keeps calls an address that no longer exists: it gives up.
                _logger.warning("Channel %d: not unregistered: %s", channel.id, error.code)
            channel._forget_confirmations()
            channel.write({"state": "draft", "state_message": False, "active": False})
            channel._report_health()
        return True

    def _forget_confirmations(self):
        """When the channel is connected again by hand, its confirmation is news again.

        It carries no number of its own, so it would be taken for a repetition.
        """
        # sudo: omnichannel.inbound - the rows of a channel that its administrator disconnects
        inbound_sudo = self.env["omnichannel.inbound"].sudo()
        inbound_sudo.search(
            [
                ("channel_id", "=", self.id),
                ("chat_ref", "in", ("", False)),
                ("state", "=", "done"),
            ]
        ).unlink()

    # Three steps

    def action_begin(self, step=None):
        """Return the action that leads through connecting, from where it was left."""
        self.ensure_one()
        self._check_administrator()
        if step:
            self.connect_step = step
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "omnichannel_inbox.omnichannel_channel_action_connect"
        )
        return {**action, "res_id": self.id}

    def action_enter_token(self):
        """The network says whose the credentials are, or why it does not take them."""
        self._check_administrator()
        message = self._try_token()
        self.write({"state_message": message, "connect_step": "token" if message else "people"})
        return self.action_begin()

    def _try_token(self):
        """Return what is wrong with the credentials, nothing once they are known to be right."""
        try:
            self._check_required_settings()
            account = self._protocol().identify(transport.http)
        except UserError as error:
            return str(error)
        except SendError as error:
            return describe_failure(self.env, error)
        if self.name == self._protocol_class().label:
            self.name = account.name or self.name
        self._store_account(account)
        return False

    def action_choose_people(self):
        """Who answers is known; the network is told our address, and the channel checks itself."""
        self._check_administrator()
        if not self.all_operator_ids:
            self.state_message = self.env._(
                "Nobody would receive what clients write. Choose operators, or a sales team whose "
                "members are operators."
            )
            return self.action_begin()
        self.connect_step = "done"
        return self.action_finish_connecting()

    def action_finish_connecting(self):
        """It is connected, or says why not; either way one sees all its checks."""
        self._check_administrator()
        try:
            self.action_connect()
        except UserError as error:
            self.state_message = str(error)
        return self.action_begin()

    def action_step_back(self):
        """Return to the step before."""
        steps = [step for step, _label in self._fields["connect_step"].selection]
        before = steps[max(steps.index(self.connect_step) - 1, 0)]
        return self.action_begin(before)

    def action_open_form(self):
        """Return the action that shows everything of the channel."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "omnichannel_inbox.omnichannel_channel_action"
        )
        return {**action, "res_id": self.id, "views": [(False, "form")], "view_mode": "form"}
