import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models

from ..tools.distribution import choose
from .persist import lock
from .waking import wake, wake_in_time

_logger = logging.getLogger(__name__)

#: Conversations of one transaction that only writes down why they wait.
BATCH = 100
#: Times in a row that somebody else may be faster.
MAX_CONFLICTS = 20


class OmnichannelChannel(models.Model):
    """To whom the conversations of a channel go.

    ============ ===========================================================================
    distribution a new conversation
    ============ ===========================================================================
    ``all``      waits, everybody sees it, the first to take it has it
    ``evenly``   is given to who has the fewest open ones; of these, to who has been without a
                 new one longest
    ``in_turn``  is given to who has been without a new one longest
    ============ ===========================================================================

    Nobody free, or the channel closed: it waits. One scheduled action gives what waits, the longest
    waiting first, whenever somebody may have become free; it reads no more conversations than it
    can give.
    """

    _inherit = "omnichannel.channel"

    distribution = fields.Selection(
        [
            ("all", "To all: the first to take it has it"),
            ("evenly", "Evenly: to whoever has the fewest"),
            ("in_turn", "In turn"),
        ],
        string="New conversations go",
        required=True,
        default="all",
    )
    known_first = fields.Boolean(
        "First to whoever knows the client",
        default=True,
        help="The salesperson of his lead or his customer, or who answered him last.",
    )
    operator_capacity = fields.Integer(
        "At most, for each operator",
        help="Open conversations of this channel that an operator is given at a time; 0 for as "
        "many as come. For all channels together it stands on the user.",
    )
    pass_on_minutes = fields.Integer(
        "Pass on when not answered within",
        help="Minutes of working time; 0 for never.",
    )
    is_distributing = fields.Boolean(compute="_compute_is_distributing")
    rules_words = fields.Text("In words", compute="_compute_rules_words")
    assignment_ids = fields.One2many("omnichannel.assignment", "channel_id", readonly=True)

    _capacity_check = models.Constraint(
        "CHECK (operator_capacity >= 0 AND pass_on_minutes >= 0)",
        "A number of conversations or minutes is 0 or more.",
    )

    @api.depends("distribution")
    def _compute_is_distributing(self):
        for channel in self:
            channel.is_distributing = channel.distribution != "all"

    @api.depends_context("lang")
    @api.depends(
        "distribution",
        "known_first",
        "operator_capacity",
        "pass_on_minutes",
        "resource_calendar_id",
    )
    def _compute_rules_words(self):
        for channel in self:
            channel.rules_words = " ".join(channel._describe_rules())

    def _describe_rules(self):
        """Yield the rules of the channel, as sentences."""
        if self.distribution == "all":
            yield self.env._("Every operator sees a new conversation; the first to take it has it.")
            if self.known_first:
                yield self.env._("Who knows the client is told first.")
            return
        if self.distribution == "evenly":
            yield self.env._("A new conversation is given to the operator with the fewest open.")
        else:
            yield self.env._("A new conversation is given to the operator whose turn it is.")
        if self.known_first:
            yield self.env._("Who knows the client comes first.")
        yield self.env._("Only who is online, at work by his own schedule and has room gets one.")
        if self.pass_on_minutes:
            yield self.env._(
                "Not answered within %(minutes)s minutes of working time, it is passed on.",
                minutes=self.pass_on_minutes,
            )
        yield self.env._("It is also passed on when its operator is gone while the client waits.")
        yield self.env._(
            "When nobody is free, and outside working time, it waits; who has waited longest "
            "comes first."
        )

    def write(self, vals):
        result = super().write(vals)
        rules = {"distribution", "known_first", "operator_capacity", "pass_on_minutes"}
        if (rules | {"resource_calendar_id", "operator_ids", "team_id"}) & vals.keys():
            self._wake_distribution()
        if {"distribution", "pass_on_minutes", "resource_calendar_id"} & vals.keys():
            # sudo: omnichannel.conversation - follows from the channel's settings
            conversations_sudo = self.env["omnichannel.conversation"].sudo()
            conversations_sudo.search(
                [("channel_id", "in", self.ids), *conversations_sudo._unanswered_domain()]
            )._expect_answer()
        return result

    @api.model
    def _wake_distribution(self, at=None):
        """Somebody may be free now, or then: what waits is given."""
        # sudo: omnichannel.channel - whether there is any work, whoever gave cause to ask
        distributing = [("distribution", "!=", "all")]
        if self.env["omnichannel.channel"].sudo().search_count(distributing, limit=1):
            wake(self.env, "distribution", at)

    # Giving what waits

    @api.model
    def _cron_distribute(self):
        """What waits is given to who is free, and what nobody answers passed on."""
        for channel in self.search([("distribution", "!=", "all")]):
            if not channel._acting()._distribute():
                wake(self.env, "distribution")  # nobody else wakes a cron that stops early
                return

    def _distribute(self):
        """Return whether everything was done in the time there is."""
        steps = [self._explain_waiting]
        if self._is_open():
            steps = [self._give_next, self._pass_on_next, self._explain_waiting]
        elif opening := self._next_opening():
            wake_in_time(self.env, "distribution", opening)
        return all(self._repeat(step) for step in steps)

    def _repeat(self, step):
        """Return whether it was repeated, each time in a transaction of its own, to the end."""
        cron, conflicts = self.env["ir.cron"], 0
        while conflicts < MAX_CONFLICTS:
            try:
                if not step():
                    return True
                self.env.flush_all()
            except TransactionRollbackError:
                # Somebody else changed a conversation or took one meanwhile: look again.
                self.env.cr.rollback()
                conflicts += 1
                continue
            conflicts = 0
            if not cron._commit_progress(1):
                return False
        return False

    def _give_next(self):
        """Return whether somebody was free for the conversation that has waited longest."""
        conversation = self.env["omnichannel.conversation"].search(
            self._waiting_domain(), order="waiting_since, id", limit=1
        )
        candidates = self._find_candidates() if conversation else []
        if all(candidate.hindrance for candidate in candidates):
            return False
        lock(conversation)
        decision = choose(self.distribution, candidates, conversation._find_known())
        conversation._give(decision)
        return True

    def _pass_on_next(self):
        """Return whether a client whose operator is not there was given to another one."""
        candidates = self._find_candidates()
        absent = {one.user_id: one for one in candidates if one.absent}
        if not absent or all(candidate.hindrance for candidate in candidates):
            return False
        conversations = self.env["omnichannel.conversation"]
        conversation = conversations.search(
            [
                ("channel_id", "=", self.id),
                ("operator_id", "in", list(absent)),
                *conversations._unanswered_domain(),
            ],
            order="waiting_since, id",
            limit=1,
        )
        if not conversation:
            return False
        lock(conversation)
        operator = absent[conversation.operator_id.id]
        conversation._pass_on(
            {"code": "absent", "user_id": operator.user_id, "why": operator.presence}, candidates
        )
        return True

    def _explain_waiting(self):
        """Return whether there were conversations of which nobody had written why they wait."""
        conversations = self.env["omnichannel.conversation"].search(
            [*self._waiting_domain(), ("queued_at", "=", False)], limit=BATCH
        )
        if not conversations:
            return False
        lock(conversations)
        if self._is_open():
            reasons = choose(self.distribution, self._find_candidates()).reasons
        else:
            reasons = [{"code": "closed"}]
        conversations._queue(list(reasons))
        return True

    def _waiting_domain(self):
        return [
            ("channel_id", "=", self.id),
            ("state", "=", "new"),
            ("session_id", "!=", False),
        ]

    # Who could answer

    def _find_candidates(self):
        """Return the operators of the channel as they are at this moment."""
        # sudo: res.users and what they have - decided for the channel, shown to supervisors only
        users_sudo = self.sudo().all_operator_ids
        total, here = self._count_open(users_sudo)
        shifts = self._find_shifts(users_sudo)
        turns_sudo = self.env["omnichannel.turn"].sudo().search([("user_id", "in", users_sudo.ids)])
        turns = {turn.user_id: turn.number for turn in turns_sudo}
        return [
            user._as_candidate(
                open=total.get(user, 0),
                capacity=user.omnichannel_capacity,
                channel_open=here.get(user, 0),
                channel_capacity=self.operator_capacity,
                on_shift=bool(shifts.get(user, True)),
                shift_until=shifts.get(user) or None,
                turn=turns.get(user, 0),
            )
            for user in users_sudo
        ]

    def _count_open(self, users):
        """Return how many conversations each user has open, and how many of this channel."""
        groups = (
            self.env["omnichannel.conversation"]
            .sudo()
            ._read_group(
                [("state", "=", "open"), ("operator_id", "in", users.ids)],
                ["operator_id", "channel_id"],
                ["__count"],
            )
        )
        total, here = {}, {}
        for user, channel, count in groups:
            total[user] = total.get(user, 0) + count
            if channel.id == self.id:
                here[user] = count
        return total, here
