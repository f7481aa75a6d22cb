import logging
import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.mail.tools.discuss import Store

from ..protocols import PROTOCOLS, Settings
from ..tools import transport
from .home import is_at_home

_logger = logging.getLogger(__name__)

#: What is read of a channel to receive a webhook.
WEBHOOK_FIELDS = (
    "network",
    "account_ref",
    "account_name",
    "api_url",
    "confirmation_code",
    "greeting",
    "access_token_sealed",
    "signing_secret_sealed",
)


class OmnichannelChannel(models.Model):
    """One connected bot, community, page, number, mailbox or site widget.

    ============== =========================================================================
    state          means
    ============== =========================================================================
    ``draft``      not connected; authentic webhooks are stored all the same, because some
                   networks confirm an address before anything else works
    ``connected``  the network knows our address and accepts our credentials
    ``error``      it was connected and something has to be done: see ``state_message``
    ============== =========================================================================
    """

    _name = "omnichannel.channel"
    _description = "Channel"
    _inherit = ["mail.thread", "mail.activity.mixin", "bus.listener.mixin"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, tracking=True)
    network = fields.Selection("_selection_network", required=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("draft", "Not connected"), ("connected", "Connected"), ("error", "Needs attention")],
        required=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    state_message = fields.Char(copy=False, readonly=True, translate=True)

    operator_ids = fields.Many2many(
        "res.users",
        "omnichannel_channel_operator_rel",
        string="Operators",
        domain="[('share', '=', False), ('all_group_ids', 'in', operator_group_id)]",
    )
    operator_group_id = fields.Many2one("res.groups", compute="_compute_operator_group_id")
    team_id = fields.Many2one(
        "crm.team",
        "Sales team",
        check_company=True,
        help="Its members who are operators serve the channel too; its leads belong to it.",
    )
    all_operator_ids = fields.Many2many(
        "res.users",
        "omnichannel_channel_all_operator_rel",
        string="Serving operators",
        compute="_compute_all_operator_ids",
        store=True,
        compute_sudo=True,
    )
    source_id = fields.Many2one(
        "utm.source",
        help="Source of the leads; also stands first in their names. "
        "When empty, it is made from the channel's name.",
    )
    lead_policy = fields.Selection(
        [
            ("no_open_lead", "For a new appeal, unless the client's lead is still open"),
            ("each_session", "For each new appeal"),
            ("manual", "Never by itself"),
        ],
        required=True,
        default="no_open_lead",
        string="A lead is created",
    )

    account_ref = fields.Char(copy=False, help="The id of our side on the network.")
    account_name = fields.Char(copy=False, readonly=True)
    api_url = fields.Char(
        "API address",
        groups="base.group_system",
        copy=False,
        help="Only for a local API server, a proxy or the simulator: https://host[:port]. "
        "Leave it empty for the network's own address.",
    )
    greeting = fields.Text(help="What whoever opens the chat for the first time is shown.")
    webhook_token = fields.Char(
        required=True, readonly=True, copy=False, default=lambda _self: secrets.token_urlsafe(24)
    )
    webhook_url = fields.Char(compute="_compute_webhook_url")
    check_ids = fields.One2many("omnichannel.channel.check", "channel_id", "Checks")
    failed_inbound_count = fields.Integer(compute="_compute_failed_inbound_count")
    open_conversation_count = fields.Integer(compute="_compute_open_conversation_count")

    _webhook_token_unique = models.UniqueIndex("(webhook_token)")

    # Defaults and computes

    @api.model
    def _selection_network(self):
        return [(code, protocol.label) for code, protocol in PROTOCOLS.items()]

    def _compute_operator_group_id(self):
        self.operator_group_id = self.env.ref("omnichannel_inbox.group_operator")

    @api.depends(
        "company_id",
        "operator_ids.active",
        "operator_ids.all_group_ids",
        "operator_ids.company_ids",
        "team_id.crm_team_member_ids.active",
        "team_id.crm_team_member_ids.user_id.active",
        "team_id.crm_team_member_ids.user_id.all_group_ids",
        "team_id.crm_team_member_ids.user_id.company_ids",
    )
    def _compute_all_operator_ids(self):
        """Who is not of the channel's company sees none of its conversations, and serves none."""
        group = self.env.ref("omnichannel_inbox.group_operator")
        for channel in self:
            members = channel.team_id.crm_team_member_ids.filtered("active").user_id
            channel.all_operator_ids = (channel.operator_ids | members).filtered(
                lambda user, company=channel.company_id: (
                    user.active and group in user.all_group_ids and company in user.company_ids
                )
            )

    @api.depends("webhook_token")
    def _compute_webhook_url(self):
        for channel in self:
            channel.webhook_url = (
                f"{channel.get_base_url()}/omnichannel/webhook/{channel.webhook_token}"
            )

    def _compute_failed_inbound_count(self):
        # sudo: omnichannel.inbound - a number tells nothing about anybody
        counts = dict(
            self.env["omnichannel.inbound"]
            .sudo()
            ._read_group(
                [("channel_id", "in", self.ids), ("state", "=", "failed")],
                ["channel_id"],
                ["__count"],
            )
        )
        for channel in self:
            channel.failed_inbound_count = counts.get(channel, 0)

    def _compute_open_conversation_count(self):
        counts = dict(
            self.env["omnichannel.conversation"]._read_group(
                [("channel_id", "in", self.ids), ("state", "in", ("new", "open"))],
                ["channel_id"],
                ["__count"],
            )
        )
        for channel in self:
            channel.open_conversation_count = counts.get(channel, 0)

    @api.constrains("api_url")
    def _check_api_url(self):
        for channel in self.filtered("api_url"):
            if not transport.is_origin(channel.api_url):
                raise ValidationError(
                    self.env._(
                        "%(url)s is not an API address: write only https://host or "
                        "https://host:port.",
                        url=channel.api_url,
                    )
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_secret_values(vals)
        channels = super().create(vals_list)
        for channel in channels:
            # sudo: omnichannel.channel - the secret is made here, whoever creates the channel
            channel_sudo = channel.sudo()
            if not channel_sudo.signing_secret_sealed:
                channel_sudo._seal("signing_secret", secrets.token_urlsafe(24))
            channel._ensure_source()
        return channels

    def write(self, vals):
        self._check_secret_values(vals)
        result = super().write(vals)
        if {"operator_ids", "team_id", "active", "company_id"} & vals.keys():
            self.env["omnichannel.conversation"]._release_lost_operators(self)
        if "state" in vals:
            for channel in self:
                Store(bus_channel=channel).add(channel, ["state"]).bus_send()
        return result

    def _ensure_source(self):
        """Return the source of the channel's leads."""
        self.ensure_one()
        if not self.source_id:
            # sudo: utm.source - a channel without a source could not be told from another
            source = self.env["utm.source"].sudo()
            self.source_id = source.search([("name", "=", self.name)], limit=1) or source.create(
                {"name": self.name}
            )
        return self.source_id

    # The network

    def _protocol(self):
        """Return the network's protocol with the credentials of this channel."""
        self.ensure_one()
        # sudo: omnichannel.channel - the protocol needs the secrets, its caller does not see them
        channel_sudo = self.sudo()
        return self._protocol_class()(
            Settings(
                access_token=channel_sudo._unseal("access_token"),
                signing_secret=channel_sudo._unseal("signing_secret"),
                confirmation_code=channel_sudo.confirmation_code or "",
                account_ref=channel_sudo.account_ref or "",
                account_name=channel_sudo.account_name or "",
                api_url=channel_sudo.api_url or "",
                greeting=channel_sudo.greeting or "",
            )
        )

    @api.model
    def _find_by_token(self, token):
        """Return the channel that receives webhooks under this address, if there is one.

        A channel that was disconnected or archived does not.
        """
        self.flush_model(["webhook_token", "active", *WEBHOOK_FIELDS])
        # SQL: the network waits, and reading the same through the ORM takes three times as long.
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM omnichannel_channel WHERE webhook_token = %s AND active",
                SQL(", ").join(map(SQL.identifier, WEBHOOK_FIELDS)),
                token,
            )
        )
        channel = self.browse(row[0] for row in rows)
        for row in rows:
            for name, value in zip(WEBHOOK_FIELDS, row[1:], strict=True):
                self._fields[name]._insert_cache(channel, [value])
        return channel

    # Actions

    @api.model
    def _cron_check(self):
        if not is_at_home(self.env):
            return
        for channel in self.search([("state", "!=", "draft")]):
            try:
                channel._acting()._run_checks()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Channel %d cannot be checked", channel.id)
            self.env["ir.cron"]._commit_progress(1)

    def action_view_failed_inbound(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "omnichannel_inbox.omnichannel_inbound_action"
        )
        return {**action, "domain": [("channel_id", "=", self.id), ("state", "=", "failed")]}

    # Who and what

    def _acting(self):
        """Return the channel as it acts by itself: in its company, in the company's language."""
        company = self.company_id
        return self.with_company(company).with_context(lang=company.partner_id.lang)

    def _protocol_class(self):
        """Return the network's protocol: what it can do, without anybody's credentials."""
        self.ensure_one()
        return PROTOCOLS[self.network]

    def _is_served_by(self, user):
        """Return whether the user may take conversations of this channel."""
        self.ensure_one()
        return user in self.all_operator_ids

    def _can_serve(self, user):
        """Return whether the user may have conversations: its operators and its supervisors."""
        supervisors = self.env.ref("omnichannel_inbox.group_supervisor")
        is_supervisor = supervisors in user.all_group_ids and self.company_id in user.company_ids
        return user.active and (self._is_served_by(user) or is_supervisor)

    def _company_author(self):
        """Return the partner in whose name the company speaks."""
        return self.company_id.partner_id

    def _ensure_identity(self, person):
        """Return the identity of this person on this channel."""
        return self.env["omnichannel.identity"]._ensure(self, person)

    def _to_store_defaults(self, target):
        """What the browser needs to know of a channel; nothing of it is secret."""
        return [
            "name",
            "network",
            Store.Attr("network_label", lambda channel: channel._protocol_class().label),
            Store.Attr("state", lambda channel: channel.state),
            Store.Attr("capabilities", lambda channel: channel._describe_capabilities()),
        ]

    def _describe_capabilities(self):
        """Return what the network can carry, as the composer reads it."""
        can = self._protocol().capabilities
        return {
            "max_text": can.max_text,
            "files": sorted(can.files),
            "max_file_bytes": dict(can.max_file_bytes),
            "receipts": sorted(can.receipts),
            "quotes": can.quotes,
            "edits": can.edits,
            "deletes": can.deletes,
            "buttons": {
                "kinds": sorted(can.buttons.kinds),
                "count": can.buttons.count,
                "label": can.buttons.label,
                "alone": sorted(can.buttons.alone),
            },
        }

    def _find_conversation(self, chat_ref):
        """Return the conversation of this chat, if there is one."""
        return self.env["omnichannel.conversation"].search(
            [("channel_id", "=", self.id), ("chat_ref", "=", chat_ref)], limit=1
        )

    def _find_conversations(self, chat_refs):
        """Return the conversations of these chats that there are, by chat."""
        found = self.env["omnichannel.conversation"].search(
            [("channel_id", "=", self.id), ("chat_ref", "in", list(chat_refs))]
        )
        return {conversation.chat_ref: conversation for conversation in found}

    def _find_identities(self, network_refs):
        """Return those of these people who have written before, by their id on the network."""
        found = self.env["omnichannel.identity"].search(
            [("channel_id", "=", self.id), ("network_ref", "in", list(network_refs))]
        )
        return {identity.network_ref: identity for identity in found}
