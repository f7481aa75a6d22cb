from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..protocols import Check, NetworkUnavailable, SendError, Throttled
from ..protocols.core.texts import _lt
from ..tools import certificate, transport
from .failures import CURES, describe_code, describe_failure, in_each_language, translate
from .waking import wake

#: Calls in a row without an answer after which the channel itself is in trouble.
STREAK = 4
#: So far the clock of a server may be off before it matters.
CLOCK_TOLERANCE = timedelta(minutes=1)
#: Certificates are renewed before this is all they have.
RENEWED_BEFORE = timedelta(days=10)

MISSING = _lt("The channel cannot work without: %(settings)s.")
ENTER_TOKEN = _lt("Press Enter the token: it says where to find it.")
OPERATORS_THERE = _lt("Somebody is there to answer: %(count)s.")
NOBODY = _lt("Nobody receives what clients write: no operator is chosen.")
NOBODY_ABLE = _lt("Nobody receives what clients write: no one who is chosen is an active operator.")
CHOOSE_OPERATORS = _lt("Choose operators or a sales team, and save.")
MAKE_OPERATORS = _lt("Choose others, or make them operators: Settings ▸ Users ▸ Open Lines.")
OWN_SERVER = _lt("Our address is %(host)s, and the network's server is one of our own.")
NOT_SAFE = _lt("Our address is not a safe one: %(host)s. Most networks deliver by https only.")
SET_ADDRESS = _lt("Open Odoo under its https address as administrator, or set web.base.url to it.")
BAD_CERTIFICATE = _lt("The certificate of %(host)s is not accepted: %(reason)s.")
RENEW_CERTIFICATE = _lt("Renew the certificate of the server, with its whole chain.")
NOT_SEEN_FROM_HERE = _lt("%(host)s cannot be reached from this server itself.")
LOOK_FROM_OUTSIDE = _lt("This may be right behind a router: open the address from outside.")
ENDS_SOON = _lt("The certificate of %(host)s ends in %(days)s days.")
ADDRESS_SAFE = _lt("%(host)s has a valid certificate.")
EVENTS_UNREAD = _lt("Incoming events that could not be read: %(count)s.")
READ_AGAIN = _lt("Open them: each says why, and can be read again.")
CLOCK_OFF = _lt("The clock of this server is %(minutes)s minutes off the network's.")
SET_CLOCK = _lt("Switch on the synchronisation of time (NTP) on the server.")

HEALTH = [("ok", "Working"), ("warning", "Working, but"), ("error", "Failing")]


class WatchedDoor(transport.Door):
    """The way out, which notes how far our clock is from the network's."""

    def __init__(self):
        self.clock_is_off = timedelta()

    def __call__(self, call):
        reply = transport.http(call)
        try:
            theirs = parsedate_to_datetime(reply.header("Date"))
        except (TypeError, ValueError):
            return reply
        self.clock_is_off = datetime.now(timezone.utc) - theirs
        return reply


class OmnichannelChannel(models.Model):
    """The channel finds out by itself whether it works, and says what to press when it does not.

    ``state`` is how it stands with the network, ``health`` adds what is wrong on our side: nobody
    who answers, an address that will soon not work any more.
    """

    _inherit = "omnichannel.channel"

    health = fields.Selection(HEALTH, compute="_compute_health", store=True)
    health_message = fields.Char(compute="_compute_health_message")
    failing_since = fields.Datetime(compute="_compute_health", store=True)
    trouble_began_at = fields.Datetime(
        copy=False, readonly=True, help="When the trouble began that its administrators know of."
    )
    trouble_told = fields.Boolean(
        copy=False, readonly=True, help="Its administrators know that it does not work."
    )

    @api.depends("state", "check_ids.state")
    def _compute_health(self):
        now = fields.Datetime.now()
        for channel in self:
            channel.health, _message = channel._judge()
            fails = channel.health == "error"
            channel.failing_since = (channel.failing_since or now) if fails else False

    @api.depends("state", "state_message", "check_ids.state", "check_ids.cause")
    @api.depends_context("lang")
    def _compute_health_message(self):
        for channel in self:
            _health, channel.health_message = channel._judge()

    def _judge(self):
        """Return how the channel fares, and why; a draft does not fare yet."""
        if self.state == "draft":
            return False, False
        if self.state == "error":
            return "error", self.state_message
        for worst in self.check_ids.filtered(lambda check: check.state == "error")[:1]:
            return "error", worst.cause
        for worst in self.check_ids.filtered(lambda check: check.state == "warning")[:1]:
            return "warning", worst.cause
        return "ok", False

    # Checking

    def action_check(self):
        """Ask the network how it sees our connection, and keep the answers as ``check_ids``."""
        self.check_access("write")
        for channel in self:
            channel._run_checks()
        return True

    def _run_checks(self):
        """Checks, state and whether answers wait are as of now; administrators know of a change."""
        try:
            answers = self._check_network()
        except Throttled:
            return  # it is there, and knows us: nothing else can be asked now
        except SendError as error:
            answers = [self._describe_error(error)]
        own = [self._in_words_of_network(check) for check in self._check_here() if check]
        # sudo: omnichannel.channel.check - what the network answers, written down by us alone
        self.env["omnichannel.channel.check"].sudo()._store(self.sudo(), [*answers, *own])
        if self.state != "draft":
            self._take_state_from(answers)
            self._hold_answers_while(answers)
        self._report_health()

    def _check_network(self):
        """:raises SendError: the network cannot be asked now"""
        protocol = self._protocol()
        if wrong := protocol.check_settings():
            return wrong
        if missing := self._missing_settings(protocol):
            values = {"settings": lambda env: ", ".join(translate(env, label) for label in missing)}
            return [Check("token", "error", MISSING, ENTER_TOKEN, values, "token")]
        door = WatchedDoor()
        checks = protocol.check(self.webhook_url, door)
        return [*checks, *_check_clock(door.clock_is_off)]

    def _describe_error(self, error):
        words = {"words": lambda env: describe_code(env, error.code, error.detail)}
        code = "network" if error.retry else "token"
        return Check(code, "error", "%(words)s", error.cure or CURES.get(error.code, ""), words)

    def _take_state_from(self, answers):
        """The state is what the network says."""
        codes = [check.code for check in answers if check.state == "error"]
        broken = self.check_ids.filtered(lambda check: check.code in codes)[:1]
        if broken:
            self._show_trouble(lambda env: broken.with_env(env).cause)
        elif (self.state, self.state_message) != ("connected", False):
            self.write({"state": "connected", "state_message": False})

    def _show_trouble(self, describe):
        """It needs attention, and says why to each reader in his language.

        :param describe: returns the reason in the language of an environment
        """
        message = describe(self.env)
        if (self.state, self.state_message) == ("error", message):
            return
        self.write({"state": "error", "state_message": message})
        for told in in_each_language(self):
            told.state_message = describe(told.env)

    def _hold_answers_while(self, answers):
        """Answers wait while none would arrive, or none should; of an outage nobody knows more."""
        errors = [check for check in answers if check.state == "error"]
        # sudo: omnichannel.channel.pace - whoever checks the channel lets its answers go, or not
        pace_sudo = self.env["omnichannel.channel.pace"].sudo()
        if any(check.holds or check.code == "token" for check in errors):
            pace_sudo._hold(self)
        elif not any(check.code == "network" for check in errors):
            self._let_answers_go()

    def _let_answers_go(self):
        """What waited for the channel goes out, in its order."""
        # sudo: omnichannel.channel.pace, omnichannel.message - as in _hold_answers_while
        if self.env["omnichannel.channel.pace"].sudo()._release(self):
            self.env["omnichannel.message"].sudo()._wake_lanes()

    # What is looked at on our side; rules of the channel add theirs

    def _check_here(self):
        """Return the checks of our own side, an empty one for what does not apply.

        Whoever adds a rule that can keep a channel from working extends this.
        """
        return [self._check_operators(), self._check_address(), self._check_inbound()]

    def _in_words_of_network(self, check):
        """Return a check as the network's own help calls it: what is looked up there is found."""
        known = self._protocol_class().diagnoses.get(check.code)
        if not known or check.state == "ok":
            return check
        cause, cure = known
        return replace(check, cause=cause, cure=cure)

    def _check_operators(self):
        # sudo: res.users - who checks the channel may know who serves it
        channel_sudo = self.sudo()
        count = len(channel_sudo.all_operator_ids)
        if count:
            return Check("operators", "ok", OPERATORS_THERE, values={"count": str(count)})
        chosen = channel_sudo.operator_ids or channel_sudo.team_id
        cause, cure = (NOBODY_ABLE, MAKE_OPERATORS) if chosen else (NOBODY, CHOOSE_OPERATORS)
        return Check("operators", "error", cause, cure, button="operators")

    def _check_address(self):
        """What can be seen of our address from inside; whether it is reached the network knows."""
        address = urlsplit(self.webhook_url)
        values = {"host": address.netloc}
        # sudo: omnichannel.channel - only whether another address of the network is set
        if address.scheme != "https" and self.sudo().api_url:
            return Check("address", "ok", OWN_SERVER, values=values)
        if address.scheme != "https":
            return Check("address", "warning", NOT_SAFE, SET_ADDRESS, values)
        return self._check_certificate(address, values)

    def _check_certificate(self, address, values):
        try:
            ends_at = certificate.ends_at(address.hostname, address.port or 443)
        except certificate.NotAccepted as error:
            values |= {"reason": str(error)}
            return Check("address", "error", BAD_CERTIFICATE, RENEW_CERTIFICATE, values)
        except NetworkUnavailable:
            return Check("address", "unknown", NOT_SEEN_FROM_HERE, LOOK_FROM_OUTSIDE, values)
        left = ends_at - fields.Datetime.now()
        if left < RENEWED_BEFORE:
            values |= {"days": str(left.days)}
            return Check("address", "warning", ENDS_SOON, RENEW_CERTIFICATE, values)
        return Check("address", "ok", ADDRESS_SAFE, values=values)

    def _check_inbound(self):
        if count := self.failed_inbound_count:
            values = {"count": str(count)}
            return Check("inbound", "warning", EVENTS_UNREAD, READ_AGAIN, values, "inbound")
        return None

    # What traffic tells

    def _learn(self, error):
        """A call for the channel failed, or one that follows failures went well (no error)."""
        pace = self.env["omnichannel.channel.pace"]
        if error is None:
            pace._recover(self)
            if self.state == "error":
                wake(self.env, "check_channels")
        elif error.retry:
            self._rest_after(error)
        else:
            if error.code == "credentials_refused":
                pace._hold(self)
            self._set_trouble(error)

    def _rest_after(self, error):
        """It rests, longer each time; of a network that is silent for long people are told."""
        pace = self.env["omnichannel.channel.pace"]
        until = pace._rest(self, error.retry_after)
        self.env["omnichannel.message"]._wake_lanes(until)
        if isinstance(error, NetworkUnavailable) and pace._failures(self) >= STREAK:
            self._set_trouble(error)

    def _set_trouble(self, error):
        """A connected channel shows what is wrong with it."""
        if self.state == "draft":
            return
        self._show_trouble(lambda env: describe_failure(env, error))
        self._report_health()

    # Who is told

    def _report_health(self):
        """Its administrators are told once that it fails, and see when it works again."""
        for channel in self:
            is_failing = channel.health == "error"
            if is_failing and not channel.trouble_told:
                channel._tell_administrators()
            elif channel.trouble_told and not is_failing:
                channel._tell_well_again()

    def _tell_administrators(self):
        # sudo: omnichannel.channel, mail.activity - whoever's message found it out
        channel_sudo = self.sudo()
        channel_sudo.write({"trouble_told": True, "trouble_began_at": channel_sudo.failing_since})
        for user in channel_sudo._administrators():
            channel_sudo.with_context(lang=user.lang).activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.with_context(lang=user.lang).env._(
                    "The channel %(name)s does not work", name=self.name
                ),
                note=self.with_context(lang=user.lang).health_message,
                user_id=user.id,
            )

    def _tell_well_again(self):
        # sudo: omnichannel.channel, mail.activity - as in _tell_administrators
        channel_sudo = self.sudo()
        channel_sudo.trouble_told = False
        channel_sudo.activity_unlink(["mail.mail_activity_data_warning"])
        if channel_sudo.health:
            channel_sudo._message_log(body=channel_sudo._describe_missed_period())
            wake(self.env, "reconcile")

    def _describe_missed_period(self):
        """Return since when to when the channel failed, for whoever looks for what was missed."""
        there = self.with_context(tz=self.company_id.partner_id.tz or self.env.user.tz)
        now = fields.Datetime.now()
        return self.env._(
            "The channel works again. It did not from %(begin)s to %(end)s: what clients wrote "
            "meanwhile comes late, or has to be looked for on the network.",
            begin=format_datetime(there.env, self.trouble_began_at or now, dt_format="short"),
            end=format_datetime(there.env, now, dt_format="short"),
        )

    def _administrators(self):
        """Return who looks after this channel: administrators of Open Lines in its company."""
        group = self.env.ref("omnichannel_inbox.group_admin")
        return group.all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )

    # What a check offers to press

    def _cure_connect(self):
        self.action_connect()
        return False

    def _cure_token(self):
        return self.action_begin("token")

    def _cure_operators(self):
        return self.action_open_form()

    def _cure_inbound(self):
        return self.action_view_failed_inbound()


def _check_clock(off):
    """Yield a warning when our clock and the network's differ: a date of ours may be refused."""
    if abs(off) > CLOCK_TOLERANCE:
        minutes = round(abs(off).total_seconds() / 60)
        yield Check("clock", "warning", CLOCK_OFF, SET_CLOCK, {"minutes": str(minutes)})
