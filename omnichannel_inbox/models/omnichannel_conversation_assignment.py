from odoo import Command, api, fields, models

from ..tools.distribution import choose
from .omnichannel_timer import HANDLED_BY

HANDLED_BY["unanswered"] = "_on_unanswered"


class OmnichannelConversation(models.Model):
    """Given to an operator, passed on, waiting in the queue: what was decided, and why."""

    _inherit = "omnichannel.conversation"

    assignment_ids = fields.One2many("omnichannel.assignment", "conversation_id", readonly=True)
    operator_since = fields.Datetime(
        readonly=True, help="Since when the conversation is its operator's."
    )
    queued_at = fields.Datetime(
        "Waits since", readonly=True, help="When nobody was free for it; written down why."
    )

    # The head of a channel's queue, and what is new in it, are found without reading the rest.
    _queue_index = models.Index("(channel_id, waiting_since, id) WHERE state = 'new'")
    _unexplained_index = models.Index("(channel_id) WHERE state = 'new' AND queued_at IS NULL")

    # What happens to a conversation decides about the next one

    def _change(self, **values):
        """Beside the change itself: turns, timers and whoever may have become free."""
        if "state" in values:
            values["queued_at"] = False
        if values.get("operator_id"):
            values["operator_since"] = fields.Datetime.now()
        result = super()._change(**values)
        if values.get("operator_id"):
            # sudo: omnichannel.turn - counted for whoever has the conversation now
            self.env["omnichannel.turn"].sudo()._pass(self.operator_id)
            self._expect_answer()
        if "state" in values or "operator_id" in values:
            self.env["omnichannel.channel"]._wake_distribution()
        return result

    def _on_client_wrote(self, event, mail_message):
        is_new = not self.waiting_since
        result = super()._on_client_wrote(event, mail_message)
        if is_new:
            self._expect_answer()
        return result

    def _on_clients_wrote(self):
        answered = self.filtered(lambda conversation: not conversation.waiting_since)
        result = super()._on_clients_wrote()
        answered._expect_answer()
        return result

    # An answer is expected in time

    @api.model
    def _unanswered_domain(self):
        """In progress, and the client waits for an answer."""
        return [("state", "=", "open"), ("waiting_since", "!=", False)]

    def _expect_answer(self):
        """When no answer comes in the time the channel allows, another operator gets it."""
        for conversation in self.filtered(lambda c: c.state == "open"):
            if deadline := conversation._find_deadline():
                conversation._set_timer("unanswered", deadline)

    def _find_deadline(self):
        """Return until when the operator has to answer the client; False if he has not."""
        # sudo: omnichannel.channel - its rules hold for whoever writes or answers
        channel_sudo = self.channel_id.sudo()
        minutes = channel_sudo.is_distributing and channel_sudo.pass_on_minutes
        if not minutes or not self.waiting_since:
            return False
        begin = max(self.waiting_since, self.operator_since or self.waiting_since)
        return channel_sudo._after_business_minutes(begin, minutes)

    def _on_unanswered(self, ref=""):
        """Whoever has not answered meanwhile loses it to another operator."""
        now = fields.Datetime.now()
        deadline = self.state == "open" and self._find_deadline()
        opening = deadline and self.channel_id._next_opening(now)
        if not opening:
            return
        if max(deadline, opening) > now:
            self._set_timer("unanswered", max(deadline, opening))
            return
        minutes = self.channel_id.pass_on_minutes
        why = {"code": "silent", "user_id": self.operator_id.id, "minutes": minutes}
        self._pass_on(why, self.channel_id._find_candidates())

    # Decisions

    def _find_known(self):
        """Return who comes before all others, as (user, reason)."""
        known = [(user.id, "takes_part") for user in self._participants_in_order()]
        if self.channel_id.known_first and self.offered_to_id:
            known.append((self.offered_to_id.id, "knows_client"))
        return known

    def _give(self, decision):
        """The operator who was chosen has the conversation."""
        user = self.env["res.users"].browse(decision.user_id)
        self._hand_to(user)
        self._follow_responsible("taken", user)
        self._record_assignment("given", decision.reasons, user)
        self._tell(self.env._("Given to %(operator)s.", operator=user.name))
        self._tell_operator(user)

    def _pass_on(self, why, candidates):
        """Another operator has it, if somebody is free; the reason is known."""
        previous = self.operator_id
        others = [one for one in candidates if one.user_id != previous.id]
        known = [one for one in self._find_known() if one[0] != previous.id]
        decision = choose(self.channel_id.distribution, others, known, self._find_tried())
        reasons = (why, *decision.reasons)
        if decision.user_id:
            self._hand_over(self.env["res.users"].browse(decision.user_id), why, reasons)
        elif self._is_absent(previous, candidates):
            self._release(why, reasons)
        else:
            self._record_assignment("kept", reasons, previous)
            self._ask_again()

    def _hand_over(self, user, why, reasons):
        previous = self.operator_id
        self._remove_participants_but(user)
        self._follow_pass_on(previous, user)
        self._record_assignment("passed_on", reasons, user, previous)
        self._tell(
            self.env._(
                "%(why)s: passed on to %(operator)s.",
                why=self.env["omnichannel.assignment"]._describe_reason(why),
                operator=user.name,
            )
        )
        self._tell_operator(user)

    def _remove_participants_but(self, user):
        """This user is the operator instead of the present one, who leaves; the invited stay."""
        leaving = Command.unlink(self.operator_id.id)
        self._change(operator_id=user, participant_ids=[leaving, Command.link(user.id)])

    def _release(self, why, reasons):
        previous = self.operator_id
        self._record_assignment("released", reasons, self.env["res.users"], previous)
        self._log_line(self.env["omnichannel.assignment"]._describe_reason(why))
        self._remove_participants(previous)

    def _ask_again(self):
        minutes = self.channel_id.pass_on_minutes
        again = self.channel_id._after_business_minutes(fields.Datetime.now(), minutes)
        if minutes and again:
            self._set_timer("unanswered", again)

    def _find_tried(self):
        """Return who had this appeal already, and has left it."""
        return set((self.session_id.sudo().participant_ids - self.participant_ids).ids)

    @api.model
    def _is_absent(self, user, candidates):
        return not any(one.user_id == user.id and not one.absent for one in candidates)

    def _follow_pass_on(self, previous, user):
        """A lead that became the previous operator's by being given goes on with the client."""
        # sudo: crm.lead - the channel's setting decides, whoever's it is
        lead_sudo = self.sudo().lead_id
        setting = self.channel_id.responsibility
        is_first_answer = setting == "first" and not self.session_id.first_reply_at
        if is_first_answer and lead_sudo.user_id == previous:
            lead_sudo._omnichannel_give_to(user)
        else:
            self._follow_responsible("delegated", user)

    def _queue(self, reasons):
        """Nobody could get these conversations: they wait, and it is written down why."""
        self.queued_at = fields.Datetime.now()
        for conversation in self:
            conversation._record_assignment("queued", reasons)

    def _record_assignment(self, kind, reasons, user=None, previous=None):
        # sudo: omnichannel.assignment - written by nobody but the rules themselves
        self.env["omnichannel.assignment"].sudo().create(
            {
                "conversation_id": self.id,
                "session_id": self.session_id.id,
                "kind": kind,
                "user_id": user.id if user else False,
                "previous_user_id": previous.id if previous else False,
                "reasons": list(reasons),
            }
        )

    def _tell_operator(self, user):
        self._pop_up(user, self._in_language_of(user).env._("A client for you"))

    def _pop_up(self, user, title):
        """Wherever he is in Odoo, a line tells him."""
        message = f"{self.name} · {self.channel_id.name}"
        user._bus_send("simple_notification", {"type": "info", "title": title, "message": message})

    def _in_language_of(self, user):
        # sudo: res.users - only the language, for whom something is written
        return self.with_context(lang=user.sudo().lang)
