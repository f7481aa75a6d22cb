from psycopg2.errors import SerializationFailure

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class OmnichannelConversation(models.Model):
    """What the staff do with a conversation; each action checks for itself who calls."""

    _inherit = "omnichannel.conversation"

    def action_take(self):
        """The caller becomes the operator.

        :raises UserError: a colleague was faster (it names him), or the conversation is closed
        """
        for conversation in self:
            conversation._check_serves()
            conversation._take(self.env.user)
        return True

    def _take(self, user):
        """Of any number of simultaneous takers exactly one wins."""
        self.flush_recordset(["state", "operator_id"])
        query = SQL(
            """
            UPDATE omnichannel_conversation
               SET state = 'open', operator_id = %s
             WHERE id = %s AND state = 'new'
         RETURNING id
            """,
            user.id,
            self.id,
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
                taken = self.env.cr.fetchall()
        except SerializationFailure:
            self._check_not_just_taken(user)
            raise  # somebody wrote something else: it is run again, that is no error
        self.invalidate_recordset(["state", "operator_id"])
        conversation_sudo = self.sudo()
        if taken:
            conversation_sudo._after_take(user)
        elif conversation_sudo.state != "open":
            raise UserError(self.env._("This conversation is closed. Restore it first."))
        elif conversation_sudo.operator_id != user:
            raise self._taken_by(conversation_sudo.operator_id)

    def _check_not_just_taken(self, user):
        """:raises UserError: a colleague won by an instant; his name is told without a second try

        Odoo tries again after up to two seconds, in which the loser would not know.
        """
        with self.env.registry.cursor() as cr:  # our own transaction still sees it waiting
            cr.execute(
                SQL(
                    """
                    SELECT operator_id FROM omnichannel_conversation
                     WHERE id = %s AND state = 'open' AND operator_id != %s
                    """,
                    self.id,
                    user.id,
                )
            )
            winner = cr.fetchone()
        if winner:
            # sudo: res.users - the name of a colleague
            raise self._taken_by(self.env["res.users"].sudo().browse(winner))

    def _taken_by(self, operator):
        return UserError(
            self.env._("%(operator)s has already taken this conversation.", operator=operator.name)
        )

    def _after_take(self, user):
        self._hand_to(user)
        self._log_line(self.env._("%(user)s took the conversation.", user=user.name))
        self._follow_responsible("taken", user)

    def _hand_to(self, user):
        """This user is the operator, of the conversation and of its session."""
        session = self._ensure_session() if not self.session_id else self.session_id
        if not session.taken_at:
            session.taken_at = fields.Datetime.now()
        self._change(state="open", operator_id=user, participant_ids=[Command.link(user.id)])

    def action_finish(self):
        """The appeal is over: done."""
        self._close("done", "done", self.env._("%(user)s finished the conversation."))
        return True

    def action_spam(self, reason=""):
        """The conversation is closed as spam; what the client still writes is kept apart."""
        line = self.env._("%(user)s closed the conversation as spam.")
        self._close("spam", "spam", f"{line} {reason}".strip(), spam_reason=reason)
        return True

    def _close(self, state, outcome, line, **values):
        for conversation in self:
            conversation._check_may_manage()
            if conversation.state not in ("new", "open"):
                raise UserError(self.env._("This conversation is already closed."))
            said = line.replace("%(user)s", self.env.user.name)
            conversation.sudo()._end(state, outcome, said, **values)

    def _end(self, state, outcome, line, **values):
        """The appeal is over, whoever ended it; the line says who, and why."""
        self._log_line(line)
        self.session_id._close(outcome)
        self._change(state=state, waiting_since=False, **values)

    def action_restore(self):
        """Open again, with its operator if he still serves the channel; otherwise it waits."""
        for conversation in self:
            conversation._check_serves()
            if conversation.state not in ("done", "spam"):
                raise UserError(self.env._("This conversation is not closed."))
            conversation.sudo()._restore()
        return True

    def _restore(self):
        """As it was: session, operator and invited, without those who no longer serve."""
        was_spam = self.state == "spam"
        self.session_id._reopen()
        lost = self.participant_ids.filtered(lambda user: not self.channel_id._can_serve(user))
        staying = self.participant_ids - lost
        operator = self.operator_id if self.operator_id in staying else staying[:1]
        self._change(
            state="open" if operator else "new",
            operator_id=operator,
            participant_ids=[Command.set(staying.ids)],
            waiting_since=self._find_waiting_since(),
            spam_reason=False,
        )
        self._log_line(self.env._("%(user)s restored the conversation.", user=self.env.user.name))
        if was_spam:
            self._release_held()

    def action_invite(self, user_ids):
        """These operators of the channel join and may write.

        :raises UserError: somebody does not serve the channel, or the conversation is not open
        """
        users = self._browse_operators(user_ids)
        for conversation in self:
            conversation._check_open()
            conversation._check_may_manage()
            new = users - conversation.participant_ids
            if new:
                conversation.sudo()._change(participant_ids=[Command.link(u.id) for u in new])
                conversation.sudo()._tell(
                    self.env._("Invited: %(names)s", names=", ".join(new.mapped("name")))
                )
        return True

    def action_delegate(self, user_id, note=""):
        """Another operator becomes responsible; the caller may stay or leave.

        :param note: for the new operator, the client does not see it
        :raises UserError: he does not serve the channel, or the conversation is closed
        """
        user = self._browse_operators([user_id])
        for conversation in self:
            conversation._check_may_delegate()
            conversation.sudo()._delegate(user, note)
        return True

    def _delegate(self, user, note=""):
        if not self.session_id.taken_at:
            self.session_id.taken_at = fields.Datetime.now()
        self._change(state="open", operator_id=user, participant_ids=[Command.link(user.id)])
        line = self.env._("Delegated to %(operator)s.", operator=user.name)
        self._tell(f"{line} {note}".strip())
        if user != self.env.user:
            self._tell_operator(user)

    def action_leave(self):
        """The caller leaves; if nobody is left, the conversation waits again.

        :raises UserError: he does not take part, or the conversation is closed
        """
        for conversation in self:
            if self.env.user not in conversation.participant_ids:
                raise UserError(self.env._("You do not take part in this conversation."))
            if conversation.state != "open":  # its participants are remembered for "Restore"
                raise UserError(self.env._("This conversation is closed. Restore it first."))
            conversation.sudo()._log_line(
                self.env._("%(user)s left the conversation.", user=self.env.user.name)
            )
            conversation.sudo()._remove_participants(self.env.user)
        return True

    def _remove_participants(self, users):
        """Without these users the first of the invited is the operator; nobody left: it waits."""
        self.ensure_one()
        remaining = self._participants_in_order() - users
        commands = [Command.unlink(user.id) for user in users]
        if not remaining:
            self._change(state="new", operator_id=False, participant_ids=commands)
        elif self.operator_id in users:
            self._change(operator_id=remaining[0], participant_ids=commands)
        else:
            self._change(participant_ids=commands)

    def _participants_in_order(self):
        """The participants as they joined the thread."""
        members = self.discuss_channel_id.channel_member_ids.filtered("partner_id").sorted("id")
        return members.partner_id.user_ids & self.participant_ids

    @api.model
    def _release_lost_operators(self, channels=None):
        """Whoever no longer serves a channel takes part in none of its conversations."""
        domain = [("state", "=", "open")]
        if channels is not None:
            domain.append(("channel_id", "in", channels.ids))
        # sudo: omnichannel.conversation - follows from the channel's settings, whoever changed them
        for conversation in self.sudo().search(domain):
            channel = conversation.channel_id
            present = conversation.participant_ids | conversation.operator_id
            lost = present.filtered(lambda user, channel=channel: not channel._can_serve(user))
            if lost:
                conversation._remove_participants(lost)

    # Who may

    def _check_serves(self):
        """:raises AccessError: the user is neither an operator of the channel nor its supervisor"""
        self.check_access("read")
        if not (self._is_served() or self._is_supervised()):
            raise AccessError(self.env._("You do not serve this channel."))

    def _is_served(self):
        # sudo: omnichannel.channel - only whether the user is one of its operators
        return self.channel_id.sudo()._is_served_by(self.env.user)

    def _is_supervised(self):
        return self.env.user.has_group("omnichannel_inbox.group_supervisor")

    def _is_written_by(self, user):
        """Return whether the user may write to the client now."""
        self.ensure_one()
        return self.state == "open" and user in self.participant_ids

    def _check_may_manage(self):
        """Anybody of the channel; the participants and supervisors while it is open."""
        self._check_serves()
        if not self._is_managed():
            raise AccessError(
                self.env._(
                    "This is the conversation of %(operator)s.", operator=self.operator_id.name
                )
            )

    def _is_managed(self):
        """Return whether nobody else has it, or the user takes part or supervises."""
        return (
            self.state != "open" or self.env.user in self.participant_ids or self._is_supervised()
        )

    def _check_open(self):
        if self.state != "open":
            raise UserError(self.env._("Take the conversation first."))

    def _check_may_delegate(self):
        if self.state == "new" and self._is_supervised():
            self._check_serves()
            return
        self._check_open()
        self._check_may_manage()

    def _browse_operators(self, user_ids):
        users = self.env["res.users"].browse(user_ids).exists()
        for conversation in self:
            # sudo: omnichannel.channel, res.users - only whether they serve it
            channel_sudo = conversation.channel_id.sudo()
            strangers = users.sudo().filtered(lambda user, c=channel_sudo: not c._can_serve(user))
            if strangers or not users:
                raise UserError(
                    self.env._(
                        "Only operators of the channel can take part: %(users)s.",
                        users=", ".join(strangers.mapped("name")),
                    )
                )
        return users
