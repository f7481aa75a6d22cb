from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.addons.mail.tools.discuss import Store
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .discuss_channel import OURS

STATES = [("new", "Waiting"), ("open", "In progress"), ("done", "Finished"), ("spam", "Spam")]


class OmnichannelConversation(models.Model):
    """One external chat on one channel, for ever; its history is one discuss channel.

    ======== ======================= ===================== ==============================
    state    means                   members of the thread who may write to the client
    ======== ======================= ===================== ==============================
    ``new``  waits for an operator   nobody                nobody
    ``open`` an operator has it      operator and invited  operator and invited
    ``done`` finished                nobody                nobody
    ``spam`` closed as spam          nobody                nobody
    ======== ======================= ===================== ==============================

    ``operator_id`` stays on a closed conversation: *Restore* gives it back to him.
    """

    _name = "omnichannel.conversation"
    _description = "Conversation"
    _inherit = ["mail.activity.mixin"]
    _order = "last_message_at desc, id desc"

    name = fields.Char(related="identity_id.name", store=True, index="trigram", string="Client")
    channel_id = fields.Many2one(
        "omnichannel.channel", required=True, readonly=True, index=True, ondelete="restrict"
    )
    network = fields.Selection(related="channel_id.network", store=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True, index=True)
    chat_ref = fields.Char("Chat on the network", required=True, readonly=True)
    identity_id = fields.Many2one(
        "omnichannel.identity", required=True, readonly=True, index=True, ondelete="restrict"
    )
    avatar_128 = fields.Image(related="identity_id.avatar_128")
    discuss_channel_id = fields.Many2one("discuss.channel", readonly=True, ondelete="cascade")
    state = fields.Selection(STATES, required=True, readonly=True, default="new", index=True)
    operator_id = fields.Many2one("res.users", readonly=True)
    participant_ids = fields.Many2many(
        "res.users",
        "omnichannel_conversation_participant_rel",
        string="Participants",
        readonly=True,
        help="The operator and the invited.",
    )
    session_id = fields.Many2one("omnichannel.session", "Current session", readonly=True)
    session_ids = fields.One2many("omnichannel.session", "conversation_id", readonly=True)
    lead_id = fields.Many2one(
        "crm.lead", "Lead", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        related="identity_id.partner_id", store=True, index="btree_not_null", string="Customer"
    )
    began_at = fields.Datetime(
        "Began", required=True, readonly=True, default=fields.Datetime.now
    )
    last_message_at = fields.Datetime("Last message", readonly=True)
    waiting_since = fields.Datetime(
        readonly=True, help="Since when the client has been waiting for an answer."
    )

    _chat_unique = models.UniqueIndex("(channel_id, chat_ref)")
    _discuss_channel_unique = models.UniqueIndex(
        "(discuss_channel_id) WHERE discuss_channel_id IS NOT NULL"
    )
    _active_index = models.Index("(channel_id, last_message_at DESC) WHERE state IN ('new', 'open')")
    _operator_index = models.Index(
        "(operator_id, last_message_at DESC) WHERE state IN ('new', 'open')"
    )
    _operator_check = models.Constraint(
        "CHECK (state != 'open' OR operator_id IS NOT NULL)", "An open conversation has an operator."
    )

    # Finding and making

    @api.model
    def _ensure(self, identity, chat_ref):
        """Return the conversation of this chat; a new one has a thread and waits."""
        conversation = identity.channel_id._find_conversation(chat_ref)
        if conversation:
            return conversation
        conversation = self.create(
            {
                "channel_id": identity.channel_id.id,
                "chat_ref": chat_ref,
                "identity_id": identity.id,
            }
        )
        conversation.discuss_channel_id = self.env["discuss.channel"]._create_omnichannel(
            conversation
        )
        return conversation

    def _ensure_session(self, **values):
        """Return the open session. Without one a new appeal begins: the conversation waits."""
        self.ensure_one()
        if not self.session_id or self.session_id.closed_at:
            session = self.env["omnichannel.session"].create({"conversation_id": self.id, **values})
            self._change(
                state="new", operator_id=False, participant_ids=[Command.clear()], session_id=session
            )
        return self.session_id

    def _ensure_lead(self):
        """Return the lead of the current session, made where the channel's policy wants one."""
        session = self.session_id
        if session.lead_id or self.channel_id.lead_policy == "manual":
            return session.lead_id
        lead = self.lead_id
        if self.channel_id.lead_policy == "each_session" or not lead._is_omnichannel_open():
            lead = self.env["crm.lead"]._create_from_conversation(self)
        session.lead_id = self.lead_id = lead
        return lead

    # Actions: each checks for itself who calls

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
        taken = self.env.execute_query(
            SQL(
                """
                UPDATE omnichannel_conversation
                   SET state = 'open', operator_id = %s
                 WHERE id = %s AND state = 'new'
             RETURNING id
                """,
                user.id,
                self.id,
            )
        )
        self.invalidate_recordset(["state", "operator_id"])
        conversation_sudo = self.sudo()
        if taken:
            conversation_sudo._after_take(user)
        elif conversation_sudo.state != "open":
            raise UserError(self.env._("This conversation is closed. Restore it first."))
        elif conversation_sudo.operator_id != user:
            raise UserError(
                self.env._(
                    "%(operator)s has already taken this conversation.",
                    operator=conversation_sudo.operator_id.name,
                )
            )

    def _after_take(self, user):
        session = self._ensure_session() if not self.session_id else self.session_id
        if not session.taken_at:
            session.taken_at = fields.Datetime.now()
        session.operator_id = user
        self._change(state="open", operator_id=user, participant_ids=[Command.link(user.id)])
        self._log_line(self.env._("%(user)s took the conversation.", user=user.name))
        self.lead_id._omnichannel_follow_operator(user)

    def action_finish(self):
        """The appeal is over: done."""
        self._close("done", "done", self.env._("%(user)s finished the conversation."))
        return True

    def action_spam(self):
        """The conversation is closed as spam; what the client still writes is kept apart."""
        self._close("spam", "spam", self.env._("%(user)s closed the conversation as spam."))
        return True

    def _close(self, state, outcome, line):
        for conversation in self:
            conversation._check_may_manage()
            if conversation.state not in ("new", "open"):
                raise UserError(self.env._("This conversation is already closed."))
            conversation_sudo = conversation.sudo()
            conversation_sudo._log_line(line % {"user": self.env.user.name})
            conversation_sudo.session_id._close(outcome)
            conversation_sudo._change(
                state=state, participant_ids=[Command.clear()], waiting_since=False
            )

    def action_restore(self):
        """Open again, with its operator if he still serves the channel; otherwise it waits."""
        for conversation in self:
            conversation._check_serves()
            if conversation.state not in ("done", "spam"):
                raise UserError(self.env._("This conversation is not closed."))
            conversation.sudo()._restore()
        return True

    def _restore(self):
        operator = self.operator_id
        self.session_id._reopen()
        if operator and self.channel_id._is_served_by(operator):
            self._change(state="open", participant_ids=[Command.set(operator.ids)])
        else:
            self._change(state="new", operator_id=False, participant_ids=[Command.clear()])
        self._log_line(
            self.env._("%(user)s restored the conversation.", user=self.env.user.name)
        )

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
                conversation.sudo()._log_line(
                    self.env._(
                        "%(user)s invited %(invited)s.",
                        user=self.env.user.name,
                        invited=", ".join(new.mapped("name")),
                    )
                )
        return True

    def action_delegate(self, user_id):
        """Another operator becomes responsible; the caller may stay or leave.

        :raises UserError: he does not serve the channel, or the conversation is closed
        """
        user = self._browse_operators([user_id])
        for conversation in self:
            conversation._check_may_delegate()
            conversation.sudo()._delegate(user)
        return True

    def _delegate(self, user):
        self.session_id.operator_id = user
        if not self.session_id.taken_at:
            self.session_id.taken_at = fields.Datetime.now()
        self._change(state="open", operator_id=user, participant_ids=[Command.link(user.id)])
        self._log_line(
            self.env._(
                "%(user)s delegated the conversation to %(operator)s.",
                user=self.env.user.name,
                operator=user.name,
            )
        )

    def action_leave(self):
        """The caller leaves; if nobody is left, the conversation waits again."""
        for conversation in self:
            if self.env.user not in conversation.participant_ids:
                raise UserError(self.env._("You do not take part in this conversation."))
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
            lost = conversation.participant_ids - conversation.channel_id.all_operator_ids
            if conversation.operator_id not in conversation.channel_id.all_operator_ids:
                lost |= conversation.operator_id
            if lost:
                conversation._remove_participants(lost)

    def action_open(self):
        """Return the client action that opens the conversation in Discuss."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "context": {"active_id": f"discuss.channel_{self.discuss_channel_id.id}"},
            "params": {"active_id": f"discuss.channel_{self.discuss_channel_id.id}"},
        }

    def action_open_lead(self):
        """Return the action that opens the lead.

        :raises UserError: there is none
        """
        self.ensure_one()
        if not self.lead_id:
            raise UserError(self.env._("This conversation has no lead."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _to_store_defaults(self, target):
        """What the browser needs to know of a conversation beside its thread."""
        return [
            "state",
            "waiting_since",
            "last_message_at",
            "began_at",
            Store.One("lead_id", [], sudo=True),
            Store.Attr("client_reachable", lambda c: c.sudo().identity_id.reachable),
        ]

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
        """Anybody of the channel while it waits, the participants while it is open."""
        self._check_serves()
        if self.state == "open" and not (
            self.env.user in self.participant_ids or self._is_supervised()
        ):
            raise AccessError(
                self.env._(
                    "This is the conversation of %(operator)s.", operator=self.operator_id.name
                )
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
            # sudo: omnichannel.channel - only whether they are its operators
            strangers = users - conversation.channel_id.sudo().all_operator_ids
            if strangers or not users:
                raise UserError(
                    self.env._(
                        "Only operators of the channel can take part: %(users)s.",
                        users=", ".join(strangers.mapped("name")),
                    )
                )
        return users

    # Changes reach the thread and the screens

    def _change(self, **values):
        """Write, and let the thread, its members and the screens of the operators follow."""
        self.ensure_one()
        # A set instead of ids: many2one values may be given as records.
        self.write(
            {k: v.id if isinstance(v, models.BaseModel) else v for k, v in values.items()}
        )
        self.discuss_channel_id._sync_with_conversation(self)
        self._notify_state()

    def _notify_state(self):
        """Everybody who serves the channel sees the conversation as it is now."""
        for conversation in self.filtered("discuss_channel_id"):
            discuss_channel = conversation.discuss_channel_id
            Store(bus_channel=conversation.channel_id).add(
                discuss_channel, discuss_channel._get_omnichannel_store_fields()
            ).bus_send()

    def _log_line(self, text):
        """The thread has a line about what happened, for the staff only."""
        self.ensure_one()
        self.discuss_channel_id.with_context(omnichannel_voice=OURS).message_post(
            body=Markup('<div class="o_mail_notification">%s</div>') % text,
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
        )

    def _on_renamed(self, old_name):
        """The client's name changed: so do the thread's and that of leads we had named."""
        for conversation in self:
            conversation.discuss_channel_id.name = conversation.name
            conversation.lead_id._omnichannel_rename(old_name, conversation)
        self._notify_state()
