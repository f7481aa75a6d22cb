from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.failures import translate
from ..models.home import is_at_home, move_in
from ..protocols.core.texts import _lt

#: Minutes without a run after which a scheduled action that runs every minute is not running.
ASLEEP = 10


@dataclass(frozen=True)
class Trouble:
    """Records that should not be there, or not for so long: what is wrong and what to do."""

    text: str
    cure: str
    model: str
    domain: list
    dated_by: str = ""
    minutes: int = 0  # older than this by ``dated_by``
    days: int = 0  # and not older than this
    severe: bool = True

    def find(self):
        """Return the domain of those that are to be found now."""
        domain, now = list(self.domain), fields.Datetime.now()
        if self.minutes:
            latest = now - timedelta(minutes=self.minutes)
            domain.append((self.dated_by, "<", fields.Datetime.to_string(latest)))
        if self.days:
            earliest = now - timedelta(days=self.days)
            domain.append((self.dated_by, ">", fields.Datetime.to_string(earliest)))
        return domain


# Domains; the tools that collect texts would take them for some beside one.
BROKEN = [("state", "=", "error")]
RECEIVED = [("state", "=", "received")]
MISSING = [("state", "=", "missing")]
WAITING = [("state", "=", "waiting")]
UNKNOWN = [("state", "=", "unknown")]
NOT_SENT = [("state", "=", "failed"), ("failure_code", "!=", "withdrawn")]
NEW = [("state", "=", "new")]
FAILED = [("state", "=", "failed")]

#: Texts to translate; the domain is what *Show* opens.
TROUBLES = (
    Trouble(
        _lt("Channels that do not work"),
        _lt("Open each: its checks say what to press."),
        "omnichannel.channel",
        BROKEN,
    ),
    Trouble(
        _lt("Incoming events that could not be read"),
        _lt("Open one, mend its reason, and run it again: nothing is lost."),
        "omnichannel.inbound",
        FAILED,
        "received_at",
    ),
    Trouble(
        _lt("Incoming events that wait for minutes"),
        _lt("The server has too few processes for scheduled actions, or an error repeats itself."),
        "omnichannel.inbound",
        RECEIVED,
        "received_at",
        minutes=5,
    ),
    Trouble(
        _lt("Messages that the network did not report"),
        _lt("They are asked for every night; press Reconcile to ask now."),
        "omnichannel.gap",
        MISSING,
        "create_date",
        severe=False,
    ),
    Trouble(
        _lt("Answers that wait for minutes"),
        _lt("Their channel does not answer: look at its checks. They go out when it is well."),
        "omnichannel.message",
        WAITING,
        "create_date",
        minutes=10,
    ),
    Trouble(
        _lt("Answers that were possibly sent"),
        _lt("The operator decides in the conversation: look into the network, then send again."),
        "omnichannel.message",
        UNKNOWN,
        "create_date",
        severe=False,
    ),
    Trouble(
        _lt("Answers that were not sent in the last seven days"),
        _lt("The reason stands under each, with what to do."),
        "omnichannel.message",
        NOT_SENT,
        "create_date",
        days=7,
        severe=False,
    ),
    Trouble(
        _lt("Clients who have waited for more than a day"),
        _lt("Somebody takes them, or more operators serve the channel."),
        "omnichannel.conversation",
        NEW,
        "waiting_since",
        minutes=24 * 60,
        severe=False,
    ),
)


class OmnichannelHealth(models.TransientModel):
    """What an administrator should know right now: what is wrong, how much of it, what to do."""

    _name = "omnichannel.health"
    _description = "Health"

    finding_ids = fields.One2many("omnichannel.health.finding", "health_id", readonly=True)
    channel_ids = fields.Many2many("omnichannel.channel", readonly=True)
    at_home = fields.Boolean(readonly=True)
    awake = fields.Boolean(readonly=True, help="The scheduled actions run.")
    looked_at = fields.Datetime(readonly=True)

    @api.depends("looked_at")
    def _compute_display_name(self):
        self.display_name = self.env._("Health")

    @api.model
    def action_look(self):
        """Return the action that shows how everything is now."""
        self._check_administrator()
        health = self.create(self._prepare_values())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Health"),
            "res_model": self._name,
            "res_id": health.id,
            "views": [(False, "form")],
            "target": "main",
        }

    def _check_administrator(self):
        if not (self.env.su or self.env.user.has_group("omnichannel_inbox.group_admin")):
            raise AccessError(self.env._("Only an administrator of Open Lines sees this."))

    @api.model
    def _prepare_values(self):
        findings = [self._prepare_finding(trouble) for trouble in TROUBLES]
        return {
            "at_home": is_at_home(self.env),
            "awake": self._are_lanes_awake(),
            "looked_at": fields.Datetime.now(),
            "channel_ids": self.env["omnichannel.channel"].search([("active", "=", True)]).ids,
            "finding_ids": [fields.Command.create(values) for values in findings if values],
        }

    @api.model
    def _are_lanes_awake(self):
        """Return whether the scheduled action of the first lane has run lately."""
        # sudo: ir.cron - when it ran is no secret to an administrator of Open Lines
        cron_sudo = self.env.ref("omnichannel_inbox.ir_cron_send_0").sudo()
        latest = fields.Datetime.now() - timedelta(minutes=ASLEEP)
        return bool(cron_sudo.active and cron_sudo.lastcall and cron_sudo.lastcall > latest)

    @api.model
    def _prepare_finding(self, trouble):
        """Return the values of a finding, nothing where all is well."""
        domain = trouble.find()
        aggregates = ["__count", *([f"{trouble.dated_by}:min"] if trouble.dated_by else [])]
        [(number, *oldest)] = self.env[trouble.model]._read_group(domain, [], aggregates)
        return number and {
            "text": translate(self.env, trouble.text),
            "cure": translate(self.env, trouble.cure),
            "severe": trouble.severe,
            "number": number,
            "oldest_at": oldest[0] if oldest else False,
            "model": trouble.model,
            "domain": repr(domain),
        }

    def action_reconcile(self):
        """What the networks numbered and did not report is asked for now."""
        self._check_administrator()
        # sudo: ir.cron - as if it were night
        self.env.ref("omnichannel_inbox.ir_cron_reconcile").sudo()._trigger()
        return self._tell(self.env._("The networks are being asked; look again in a minute."))

    def action_move_in(self):
        """From now on it is this database that speaks to clients.

        What waited when it was copied may have been sent by the original: a person decides.
        """
        self._check_administrator()
        # sudo: omnichannel.message - what waits in any channel
        message_sudo = self.env["omnichannel.message"].sudo()
        message_sudo.search([("state", "=", "waiting")])._hold_back()
        move_in(self.env)
        return self.action_look()

    def _tell(self, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": text, "type": "info"},
        }


class OmnichannelHealthFinding(models.TransientModel):
    """One thing that is wrong now."""

    _name = "omnichannel.health.finding"
    _description = "Finding"
    _order = "severe desc, id"

    health_id = fields.Many2one("omnichannel.health", required=True, ondelete="cascade")
    text = fields.Char("What is wrong", readonly=True)
    cure = fields.Char("What to do", readonly=True)
    severe = fields.Boolean(readonly=True)
    number = fields.Integer("How many", readonly=True)
    oldest_at = fields.Datetime("Since", readonly=True)
    model = fields.Char(readonly=True)
    domain = fields.Char(readonly=True)

    def action_show(self):
        """Return the action that shows what is meant."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.text,
            "res_model": self.model,
            "views": [(False, "list"), (False, "form")],
            "domain": self.domain,
        }
