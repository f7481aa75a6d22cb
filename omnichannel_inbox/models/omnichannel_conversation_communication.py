from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date


class OmnichannelConversation(models.Model):
    """What the Communication block shows of a conversation."""

    _inherit = "omnichannel.conversation"

    reader_id = fields.Many2one(
        "res.users",
        "Salesperson who reads",
        compute="_compute_reader_id",
        store=True,
        index="btree_not_null",
        help="The lead's salesperson, where the channel lets him read.",
    )
    answerable = fields.Boolean(
        "Can be answered now",
        compute="_compute_answerable",
        help="The channel works, the network lets us write to the client, and still does so.",
    )
    is_served = fields.Boolean(
        "Served by the user",
        compute="_compute_is_served",
        help="He is an operator of the channel or a supervisor; others only read.",
    )
    last_message_text = fields.Char("Last words", compute="_compute_last_message_text")
    unread_count = fields.Integer(
        "Unanswered messages",
        compute="_compute_unread_count",
        help="What the client has written since our last answer.",
    )

    @api.depends("lead_id.user_id", "channel_id.lead_salesperson_reads")
    def _compute_reader_id(self):
        for conversation in self:
            # sudo: crm.lead - whose it is decides who reads
            reads = conversation.sudo().channel_id.lead_salesperson_reads
            conversation.reader_id = reads and conversation.sudo().lead_id.user_id

    @api.depends(
        "identity_id.reachable", "channel_id.active", "channel_id.state", "last_message_at"
    )
    def _compute_answerable(self):
        now = fields.Datetime.now()
        for conversation in self:
            # sudo: omnichannel.channel, omnichannel.identity - yes or no, nothing else
            conversation_sudo = conversation.sudo()
            channel_sudo = conversation_sudo.channel_id
            conversation.answerable = (
                channel_sudo.active
                and channel_sudo.state != "draft"
                and conversation_sudo.identity_id.reachable
                and conversation_sudo._is_window_open(now)
            )

    @api.depends_context("uid")
    def _compute_is_served(self):
        for conversation in self:
            conversation.is_served = conversation._is_served() or conversation._is_supervised()

    def _is_window_open(self, now):
        """Return whether the network still lets us answer the client's last message."""
        window = self.channel_id._protocol_class().capabilities.reply_window
        if window is None:
            return True
        last = self._last_received().create_date
        return bool(last) and now < last + window - timedelta(minutes=1)

    def _answerable_first(self):
        """Return these conversations: answerable, in work, recent ones first."""
        begin = fields.Datetime.from_string("2000-01-01")
        return self.sorted(
            lambda c: (c.answerable, c.state in ("new", "open"), c.last_message_at or begin),
            reverse=True,
        )

    @api.depends("last_message_at")
    def _compute_last_message_text(self):
        """The last message that the client wrote or got, no notes."""
        self.last_message_text = False
        threads = {c.discuss_channel_id.id: c for c in self if c.discuss_channel_id}
        if not threads:
            return
        query = SQL(
            """
            SELECT thread.id, message.id
              FROM unnest(%s) AS thread(id)
        CROSS JOIN LATERAL (
                       SELECT id FROM mail_message
                        WHERE model = 'discuss.channel'
                          AND res_id = thread.id
                          AND message_type = 'comment'
                          AND subtype_id = %s
                     ORDER BY id DESC
                        LIMIT 1
                   ) AS message
            """,
            list(threads),
            self.env.ref("mail.mt_comment").id,
        )
        self.env["mail.message"].flush_model()
        found = dict(self.env.execute_query(query))
        # sudo: mail.message - whoever reads the conversation reads its thread
        messages_sudo = self.env["mail.message"].sudo().browse(found.values())
        for thread_id, message_sudo in zip(found, messages_sudo, strict=True):
            threads[thread_id].last_message_text = message_sudo.preview

    @api.depends("last_message_at", "waiting_since", "state")
    def _compute_unread_count(self):
        counts = self._count_unread("id")
        for conversation in self:
            conversation.unread_count = counts.get(conversation.id, 0)

    def _count_unread(self, column):
        """Return how much of the clients is unanswered, by this column of the conversations."""
        self.env["omnichannel.message"].flush_model()
        self.flush_model()
        query = SQL(
            """
            SELECT %(column)s, sum(GREATEST(unanswered, 1))::int
              FROM (SELECT conversation.id, conversation.lead_id, count(message.id) AS unanswered
                      FROM omnichannel_conversation AS conversation
                 LEFT JOIN omnichannel_message AS message
                        ON message.conversation_id = conversation.id
                       AND message.direction = 'in'
                       AND message.id > COALESCE(
                               (SELECT max(id) FROM omnichannel_message
                                 WHERE conversation_id = conversation.id
                                   AND direction = 'out'
                                   AND automatic_at IS NULL), 0)
                     WHERE conversation.id IN %(ids)s
                       AND conversation.waiting_since IS NOT NULL
                       AND conversation.state IN ('new', 'open')
                  GROUP BY conversation.id) AS waiting
          GROUP BY %(column)s
            """,
            column=SQL.identifier(column),
            ids=tuple(self.ids) or (0,),
        )
        return dict(self.env.execute_query(query))

    def _describe_briefly(self):
        """Return with whom, where, since when and whose it is: not a word of what is said."""
        state = dict(self._fields["state"]._description_selection(self.env))[self.state]
        parts = [
            self.name,
            self.channel_id.name,
            self.env._("since %(date)s", date=format_date(self.env, self.began_at)),
            f"{state}: {self.operator_id.name}" if self.state == "open" else state,
        ]
        return " · ".join(filter(None, parts))

    def _ask_for(self, user):
        """The thread and the operator's activities say who asks for the conversation."""
        words = self.env._("%(user)s asks to be given this conversation.", user=user.name)
        if self.activity_ids.filtered(lambda activity: activity.summary == words):
            return
        self._tell(words)
        if self.operator_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo", summary=words, user_id=self.operator_id.id
            )
