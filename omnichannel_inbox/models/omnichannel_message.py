import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import get_lang

from odoo.addons.mail.tools.discuss import Store

from ..protocols import SendError
from ..tools import bodies, transport
from .discuss_channel import OURS
from .failures import CURES, describe_code, translate
from .persist import lock, lock_fresh
from .waking import wake

_logger = logging.getLogger(__name__)

STATES = [
    ("waiting", "Waiting"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("read", "Read"),
    ("failed", "Failed"),
    ("unknown", "Possibly sent"),
]
#: Which states a report of the network may replace: a message only moves forward.
REPLACED_BY = {
    "sent": ("waiting", "sending", "unknown"),
    "delivered": ("waiting", "sending", "unknown", "sent"),
    "read": ("waiting", "sending", "unknown", "sent", "delivered"),
    "failed": ("waiting", "sending", "unknown", "sent"),
}


#: What stands for a message of several parts: the first of these that one of its parts has.
WORST_FIRST = ("failed", "unknown", "waiting", "sending", "sent", "delivered", "read")


class OmnichannelMessage(models.Model):
    """One message as it exists on the network.

    ============== =======================================================================
    state (out)    means
    ============== =======================================================================
    ``waiting``    in the outbox; goes when it is ``due_at`` and first in its conversation
    ``sending``    a call to the network is under way; committed before the call
    ``sent``       the network has taken it
    ``delivered``  it is on the client's device
    ``read``       the client has seen it
    ``failed``     the network has not taken it: see ``failure_code`` and ``failure_reason``
    ``unknown``    a call was made and we do not know: a person decides
    ============== =======================================================================
    """

    _name = "omnichannel.message"
    _description = "Message on a network"
    _order = "id desc"
    _rec_name = "network_ref"

    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    conversation_id = fields.Many2one(
        "omnichannel.conversation", required=True, readonly=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(related="conversation_id.channel_id", store=True, precompute=True)
    direction = fields.Selection([("in", "In"), ("out", "Out")], required=True, readonly=True)
    network_ref = fields.Char("Network id", readonly=True)
    sequence = fields.Integer(
        "Number in the chat", readonly=True, help="The network's own, 0 where it has none."
    )
    state = fields.Selection(STATES, readonly=True)
    failure_code = fields.Char(readonly=True)
    failure_reason = fields.Char(readonly=True)
    failure_cure = fields.Char(readonly=True, help="The network's own, as it is in the source.")
    attempts = fields.Integer(readonly=True)
    due_at = fields.Datetime(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    incomplete = fields.Boolean(readonly=True, help="The network left parts out; they are fetched.")
    removed = fields.Boolean(readonly=True, help="The client has taken it back.")
    late = fields.Boolean(readonly=True, help="It came behind what was written after it.")

    part = fields.Integer(readonly=True, help="A long text or several files make several messages.")
    text = fields.Text(readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", readonly=True)
    reply_to_ref = fields.Char(readonly=True)
    send_key = fields.Char(readonly=True, help="The same at every attempt, never another's.")
    echo_ref = fields.Char(readonly=True, help="What the network's echo of it carries.")
    group_ref = fields.Char(
        "Album", readonly=True, help="What the network calls the message this is a piece of."
    )
    group_body = fields.Html(
        readonly=True, sanitize=False, help="What this piece brings to the message, rendered by us."
    )
    companion_of_id = fields.Many2one(
        "omnichannel.message",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="An album of ours is several messages on the network: the one with the text.",
    )
    lane = fields.Integer(readonly=True)
    change = fields.Selection(
        [("edit", "To be edited"), ("delete", "To be deleted")],
        readonly=True,
        help="What the operator did to it since, and the network does not know yet.",
    )

    _network_ref_unique = models.UniqueIndex(
        "(conversation_id, direction, network_ref) WHERE network_ref IS NOT NULL"
    )
    _channel_index = models.Index("(channel_id, direction, id)")
    _network_ref_index = models.Index("(channel_id, network_ref) WHERE network_ref IS NOT NULL")
    _echo_index = models.Index("(conversation_id, echo_ref) WHERE echo_ref IS NOT NULL")
    _group_index = models.Index("(conversation_id, group_ref) WHERE group_ref IS NOT NULL")
    _incomplete_index = models.Index("(id) WHERE incomplete")
    _outbox_index = models.Index(
        "(lane, conversation_id, id) WHERE state IN ('waiting', 'sending') OR change IS NOT NULL"
    )
    _trouble_index = models.Index("(channel_id, id) WHERE state IN ('failed', 'unknown')")
    _create_date_index = models.Index("USING brin (create_date)")
    _state_check = models.Constraint(
        "CHECK ((direction = 'out') = (state IS NOT NULL))",
        "A message to the client has a state, one of his has none.",
    )

    def write(self, vals):
        """Another failure has another cure."""
        if "failure_code" in vals:
            vals = {"failure_cure": False, **vals}
        return super().write(vals)

    # What the network reports

    def _expect_rest(self, event):
        """What the event only speaks of will be fetched: files, and parts the network left out."""
        self.env["omnichannel.file"]._expect(self, bodies.all_files(event))
        if event.incomplete:
            wake(self.env, "fetch_files")

    def _confirm_sent(self, event):
        """The network's echo of our message: it is there, and under this id."""
        lock(self)  # its sender is often about to write the same
        self.write({"network_ref": event.message_id, "sequence": event.sequence})
        if self.state in (*REPLACED_BY["sent"], "failed"):
            self._move_to("sent")

    def _move_to(self, state, detail=""):
        values = {"state": state, "failure_code": False, "failure_reason": False}
        if state == "failed":
            values |= {"failure_code": "refused", "failure_reason": detail or False}
        self.write(values)
        self.filtered(lambda message: not message.sent_at).sent_at = fields.Datetime.now()
        self._notify_delivery()

    def _follow(self, event):
        """The thread shows what was changed on the network, unless we did it: then it does so."""
        if self.send_key and (self.change or self._reads_like(event)):
            return
        if self.send_key:
            self.write({"text": event.text, "marks": False})
        self._rewrite(event)

    def _reads_like(self, event):
        """Return whether this message of ours says what the event tells, and carries as much."""
        says_so = (self.text or "").strip() == event.text.strip()
        return says_so and len(event.files) == len(self.attachment_ids)

    def _rewrite(self, event):
        """The thread shows the message as it reads on the network now, unless it is gone there."""
        if self.removed:
            return
        event = self.conversation_id._leave_out_known(event)
        if self.group_ref and self != self._find_pieces()[:1]:
            event = bodies.as_piece(event)
        known = self.env["omnichannel.file"].search([("message_id", "=", self.id)])
        fresh = known._find_fresh(bodies.all_files(event))[len(self.attachment_ids) :]
        body = self._render_changed(event)
        if self.group_ref:
            self.group_body = body
            body = self._render_group()
        else:
            body += self._render_late()
        self._update_thread(body + self.env["omnichannel.file"]._render_waiting(fresh))
        self.env["omnichannel.file"]._expect(self, fresh)

    def _render_changed(self, event):
        """Return the message as the event tells it; an answer in parts has the others beside it."""
        parts = self.mail_message_id.omnichannel_message_ids.filtered("send_key").sorted("part")
        if self in parts and len(parts) > 1:
            return bodies.render_paragraphs(part.text for part in parts)
        return self.conversation_id._render(event)

    # What comes in pieces

    def _find_pieces(self):
        """Return all pieces of the message that this one is a piece of, first to last."""
        return self.search(
            [
                ("conversation_id", "=", self.conversation_id.id),
                ("group_ref", "=", self.group_ref),
                ("direction", "=", self.direction),
            ],
            order="id",
        )

    def _render_group(self):
        """Return the whole message: the words of all its pieces, and the files not there yet."""
        pieces = self._find_pieces()
        files = self.env["omnichannel.file"].search([("message_id", "in", pieces.ids)], order="id")
        words = Markup("").join(piece.group_body for piece in pieces if piece.group_body)
        return words + pieces[:1]._render_late() + files._render_missing()

    def _render_late(self):
        """Return the line that says so, where this message came late."""
        return self.conversation_id._render_late() if self.late else Markup()

    def _show_body(self, body):
        """The message reads so now, without anybody having changed it; the screens follow."""
        mail_message = self.mail_message_id
        mail_message.body = body
        discuss_channel = self.env["discuss.channel"].browse(mail_message.res_id)
        Store(bus_channel=discuss_channel).add(
            mail_message, ["body", Store.Many("attachment_ids", sort="id")]
        ).bus_send()

    @api.model
    def _complete_due(self):
        """What the network left out of a long message is fetched and shown."""
        for message in self.search([("incomplete", "=", True)], limit=100):
            chat_ref = message.conversation_id.chat_ref
            try:
                protocol = message.channel_id._protocol()
                event = protocol.fetch_message(chat_ref, message.network_ref, transport.http)
            except SendError as error:
                _logger.info("Message %d is not whole yet: %s", message.id, error.code)
                continue
            lock_fresh(message)
            message.incomplete = False
            if event:
                message._rewrite(event)
            self.env["ir.cron"]._commit_progress()

    def _mark_deleted(self):
        """Nothing is left of these messages; what tells of them later changes nothing."""
        waiting = ("waiting", "held")
        files = self.env["omnichannel.file"].search([("message_id", "in", self.ids)])
        files.filtered(lambda file: file.state in waiting).unlink()
        for message in self:
            message._update_thread("", attachment_ids=[])
        self.removed = True

    def _update_thread(self, body, **values):
        self.conversation_id.discuss_channel_id.with_context(
            omnichannel_voice=OURS
        )._message_update_content(self.mail_message_id, body=body, strict=False, **values)

    # What the operator sees and does about it

    def _describe_delivery(self):
        """Return the state of these parts of one message as the browser shows it."""
        worst = min(self, key=lambda part: WORST_FIRST.index(part.state))
        code = worst.failure_code
        return {
            "ids": self.ids,
            "state": worst.state,
            "changing": bool(self.filtered("change")),
            "lang": get_lang(self.env).code,
            "reason": describe_code(self.env, code, worst.failure_reason) if code else "",
            "cure": translate(self.env, worst.failure_cure or CURES.get(code, "")) if code else "",
        }

    def _queue_change(self):
        """What the operator changed in the thread changes on the network.

        :raises UserError: the network cannot, or the new text needs another number of messages
        """
        out = self.filtered(lambda message: message.direction == "out").sorted("part")
        if not out:
            return
        mail_message = out.mail_message_id
        deleted = not mail_message.exists() or mail_message._filter_empty()
        can = out.channel_id._protocol_class().capabilities
        if not (can.deletes if deleted else can.edits):
            raise UserError(self.env._("This network does not let us change what was sent."))
        if deleted:
            out._delete_from_network()
        else:
            out._edit_on_network(mail_message)
        out._trigger_lanes()

    def _delete_from_network(self):
        unsent = self.filtered(lambda message: message.state in ("waiting", "failed"))
        unsent.write({"state": "failed", "failure_code": "withdrawn", "failure_reason": False})
        unknown = self.filtered(lambda message: message.state == "unknown")
        unknown.failure_code = "withdrawn"
        (self - unsent)._plan_change("delete")

    def _plan_change(self, change):
        """What is there, or may be in a moment, is changed; the network knows nothing else."""
        there = self.filtered(lambda message: message.state == "sending" or message.network_ref)
        there.write({"change": change, "attempts": 0, "due_at": fields.Datetime.now()})

    def _edit_on_network(self, mail_message):
        parts, _attachments = self.conversation_id._plan_answer(mail_message, self._get_buttons())
        own = self.filtered(lambda message: not message.companion_of_id)
        if len(parts) != len(own):
            raise UserError(
                self.env._("The text is too long now to change it: send a new message instead.")
            )
        for message, part in zip(own, parts, strict=True):
            if not message._reads_as(part):
                message.write(message._prepare_text_values(part))
                if message.state not in ("waiting", "failed"):
                    message._plan_change("edit")

    def action_open(self):
        """Return the action that opens the conversation of the message."""
        return self.conversation_id.action_open()

    def action_retry(self):
        """What has failed, or is possibly sent, goes into the outbox once more."""
        for message in self:
            if not message.conversation_id._is_written_by(self.env.user):
                raise AccessError(self.env._("Take the conversation before you write in it."))
        # sudo: omnichannel.message - a participant may have his conversation's answers sent again
        again_sudo = self.sudo().filtered(
            lambda message: (
                message.state in ("failed", "unknown") and message.failure_code != "withdrawn"
            )
        )
        again_sudo.write(
            {
                "state": "waiting",
                "attempts": 0,
                "due_at": fields.Datetime.now(),
                "failure_code": False,
                "failure_reason": False,
            }
        )
        again_sudo._trigger_lanes()
        again_sudo._notify_delivery()
        return True

    def _notify_delivery(self):
        """Whoever has the thread open sees what became of the message."""
        for mail_message in self.mail_message_id:
            discuss_channel = self.env["discuss.channel"].browse(mail_message.res_id)
            Store(bus_channel=discuss_channel, bus_subchannel="internal_users").add(
                mail_message, ["omnichannel_delivery", "omnichannel_buttons"]
            ).bus_send()
