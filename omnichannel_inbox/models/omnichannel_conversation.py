from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.mail.tools.discuss import Store

from .discuss_channel import OURS

#: Fields that whoever serves the channel writes directly.
EDITABLE = {"tag_ids", "priority", "note", "phone", "email", "activity_ids"}

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
        "crm.lead", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        related="identity_id.partner_id", store=True, index="btree_not_null", string="Customer"
    )
    began_at = fields.Datetime("Began", required=True, readonly=True, default=fields.Datetime.now)
    last_message_at = fields.Datetime("Last message", readonly=True)
    waiting_since = fields.Datetime(
        readonly=True, help="Since when the client has been waiting for an answer."
    )

    tag_ids = fields.Many2many("omnichannel.tag")
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High")], default="0", index="btree_not_null"
    )
    note = fields.Text("Internal note", help="About the client; he does not see it.")
    spam_reason = fields.Char(readonly=True)
    spam_message_count = fields.Integer(
        "Messages since then", compute="_compute_spam_message_count"
    )
    phone = fields.Char(related="identity_id.phone", readonly=False)
    email = fields.Char("E-mail", related="identity_id.email", readonly=False)
    message_text = fields.Char(
        "Text", compute="_compute_message_text", search="_search_message_text"
    )

    _chat_unique = models.UniqueIndex("(channel_id, chat_ref)")
    _discuss_channel_unique = models.UniqueIndex(
        "(discuss_channel_id) WHERE discuss_channel_id IS NOT NULL"
    )
    _active_index = models.Index(
        "(channel_id, last_message_at DESC) WHERE state IN ('new', 'open')"
    )
    _operator_index = models.Index(
        "(operator_id, last_message_at DESC) WHERE state IN ('new', 'open')"
    )
    # What access rules and the list's count look at is in these two, so that opening the list and
    # the inbox reads no row that is not shown.
    _list_index = models.Index(
        "(last_message_at DESC, id DESC) INCLUDE (channel_id, company_id, reader_id, state)"
        " WHERE state IN ('new', 'open')"
    )
    _waiting_index = models.Index(
        "(waiting_since, id) INCLUDE (channel_id, company_id, reader_id, discuss_channel_id)"
        " WHERE state = 'new'"
    )
    _operator_check = models.Constraint(
        "CHECK (state != 'open' OR operator_id IS NOT NULL)",
        "An open conversation has an operator.",
    )

    def _compute_spam_message_count(self):
        """What the client has written since he counts as spam."""
        for conversation in self:
            conversation.spam_message_count = (
                self.env["omnichannel.message"].search_count(
                    [
                        ("conversation_id", "=", conversation.id),
                        ("direction", "=", "in"),
                        ("create_date", ">=", conversation.session_id.closed_at),
                    ]
                )
                if conversation.state == "spam"
                else 0
            )

    # Texts are searched in the thread

    def _compute_message_text(self):
        self.message_text = False

    def _search_message_text(self, operator, value):
        """Conversations in which this was written, of the threads that the user may read."""
        if operator not in ("ilike", "="):
            return NotImplemented
        messages = self.env["mail.message"]._search(
            [("model", "=", "discuss.channel"), ("body", "ilike", value)]
        )
        return [("discuss_channel_id", "in", messages.subselect("res_id"))]

    # What the staff may change by themselves; everything else goes through the actions

    def write(self, vals):
        if not self.env.su and vals.keys() - EDITABLE:
            raise AccessError(
                self.env._("A conversation changes by its buttons only: take, finish, restore…")
            )
        if not self.env.su:
            for conversation in self:
                conversation._check_may_manage()
        return super().write(vals)

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
                state="new",
                operator_id=False,
                participant_ids=[Command.clear()],
                session_id=session,
                spam_reason=False,
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

    # Changes reach the thread and the screens

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

    def _change(self, **values):
        """Write, and let the thread, its members and the screens of the operators follow."""
        self.ensure_one()
        # A set instead of ids: many2one values may be given as records.
        self.write({k: v.id if isinstance(v, models.BaseModel) else v for k, v in values.items()})
        if "participant_ids" in values:
            self.session_id.participant_ids |= self.participant_ids
        if values.get("operator_id"):
            self.session_id.operator_id = self.operator_id
        self.discuss_channel_id._sync_with_conversation(self)
        self._notify_state()

    def _notify_state(self):
        """Everybody who serves the channels sees the conversations as they are now."""
        shown = self.filtered("discuss_channel_id")
        for channel, conversations in shown.grouped("channel_id").items():
            threads = conversations.discuss_channel_id
            Store(bus_channel=channel).add(
                threads, threads._get_omnichannel_store_fields()
            ).bus_send()

    def _log_line(self, text):
        """The thread has a line about what happened, for the staff only.

        It says who did it, unless a client or nobody did.
        """
        self.ensure_one()
        user = self.env.user
        is_staff = user.active and user._is_internal()
        if is_staff and user.name not in text:
            text = f"{user.name}: {text}"
        self.discuss_channel_id.with_context(omnichannel_voice=OURS).message_post(
            author_id=user.partner_id.id if is_staff else False,
            body=Markup('<div class="o_mail_notification">%s</div>') % text,
            email_from=user.email_formatted if is_staff else False,
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
        )

    def _tell(self, text):
        """The thread has a note for the staff; whoever has just joined finds it unread."""
        self.ensure_one()
        self.discuss_channel_id.with_context(omnichannel_voice=OURS).message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    def _on_renamed(self, old_name):
        """The client's name changed: so do the thread's and that of leads we had named."""
        for conversation in self:
            conversation.discuss_channel_id.name = conversation.name
            conversation.lead_id._omnichannel_rename(old_name, conversation)
        self._notify_state()
