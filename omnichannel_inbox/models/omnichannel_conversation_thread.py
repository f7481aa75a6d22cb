from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from ..protocols import UnsupportedContent
from ..tools import bodies
from .discuss_channel import OURS
from .failures import describe_failure
from .omnichannel_message import REPLACED_BY
from .persist import lock
from .waking import wake


class EventTooEarly(Exception):
    """It speaks of a message whose id we are about to learn: it is tried again."""


class OmnichannelConversation(models.Model):
    """What is said in a conversation: from the network into the thread, and from it outwards."""

    _inherit = "omnichannel.conversation"

    # Finding what was said

    def _find_message(self, direction, network_ref):
        """Return the message with this id on the network, if it is known."""
        return self.env["omnichannel.message"].search(
            [
                ("conversation_id", "in", self.ids),
                ("direction", "=", direction),
                ("network_ref", "=", network_ref),
            ],
            limit=1,
        )

    def _knows_message(self, direction, network_ref):
        return bool(self._find_message(direction, network_ref))

    def _find_sent(self, network_ref, echo_ref):
        """Return the message of ours that the network speaks of, by its id or by our key."""
        found = self._find_message("out", network_ref)
        if found or not echo_ref:
            return found
        return self.env["omnichannel.message"].search(
            [
                ("conversation_id", "in", self.ids),
                ("direction", "=", "out"),
                ("echo_ref", "=", echo_ref),
            ],
            limit=1,
        )

    def _find_replied(self, network_ref):
        """Return the mail.message that has this id on the network, whoever wrote it."""
        if not network_ref:
            return self.env["mail.message"]
        return (
            self.env["omnichannel.message"]
            .search(
                [("conversation_id", "in", self.ids), ("network_ref", "=", network_ref)], limit=1
            )
            .mail_message_id
        )

    def _find_waiting_since(self):
        """Return when the client first wrote after our last answer, False when he is answered.

        What was sent by itself is no answer.
        """
        messages = self.env["omnichannel.message"]
        mine = [("conversation_id", "in", self.ids)]
        ours = [("direction", "=", "out"), ("automatic_at", "=", False)]
        answer = messages.search([*mine, *ours], limit=1)
        unanswered = messages.search(
            [*mine, ("direction", "=", "in"), ("id", ">", answer.id or 0)], order="id", limit=1
        )
        return unanswered.create_date or False

    def _find_first_written(self):
        """Return when the first message that we have was written, by the network's clock."""
        domain = [("conversation_id", "in", self.ids), ("mail_message_id", "!=", False)]
        first = self.env["omnichannel.message"].search(domain, order="id", limit=1)
        return first.mail_message_id.date or self.began_at

    def _release_held(self):
        """What a client sent while he counted as spam is fetched now."""
        held = self.env["omnichannel.file"].search(
            [("message_id.conversation_id", "in", self.ids), ("state", "=", "held")]
        )
        held.write({"state": "waiting", "due_at": fields.Datetime.now()})
        if held:
            wake(self.env, "fetch_files")

    def _last_received(self):
        """Return the client's last message."""
        return self.env["omnichannel.message"].search(
            [
                ("conversation_id", "in", self.ids),
                ("direction", "=", "in"),
                ("network_ref", "!=", False),  # a pressed button is no message of its own there
            ],
            limit=1,
        )

    # In

    def _post_received(self, event, identity):
        """Return the client's message as it stands in the thread; its files follow."""
        mail_message = self._post_of_client(event, identity)
        if self.state != "spam":
            self._on_client_wrote(event, mail_message)
        return mail_message

    def _post_of_client(self, event, identity):
        """The same, and nothing follows from it: nobody has to answer."""
        event = self._leave_out_known(event)
        guest = identity.guest_id
        thread = (
            self.discuss_channel_id.with_user(self.env.ref("base.public_user"))
            .with_context(guest=guest, omnichannel_voice=OURS)
            .sudo()
        )
        mail_message = thread.message_post(**self._prepare_post_values(event))
        self._record_received(event, mail_message.with_user(self.env.user), "in")
        self._note_written(event)
        return mail_message

    def _keep_out(self, event):
        """A message that the client has taken back before it came will not be shown."""
        self.env["omnichannel.message"].create(
            {
                "conversation_id": self.id,
                "direction": "in",
                "network_ref": event.message_id,
                "removed": True,
            }
        )

    def _join(self, event):
        """Return whether the event was a further piece of a message: it stands in that one now."""
        if not event.group_id:
            return False
        pieces = self.env["omnichannel.message"].search(
            [
                ("conversation_id", "in", self.ids),
                ("group_ref", "=", event.group_id),
                ("direction", "=", "in"),
            ],
            limit=1,
        )
        if not pieces:
            return False
        event = bodies.as_piece(self._leave_out_known(event))
        piece = self._record_received(event, pieces.mail_message_id, "in")
        self._note_written(event)
        piece._show_body(piece._render_group())
        return True

    def _post_echo(self, event):
        """What our side said outside of here stands there as the company's.

        Whom the network names has answered; what nobody wrote, such as the network's own greeting,
        leaves the client waiting.
        """
        event = self._leave_out_known(event)
        thread = self.discuss_channel_id.with_context(omnichannel_voice=OURS)
        mail_message = thread.message_post(
            author_id=self.channel_id._company_author().id, **self._prepare_post_values(event)
        )
        message, now = self._record_received(event, mail_message, "out"), fields.Datetime.now()
        if event.author_id:
            self.write({"last_message_at": now, "waiting_since": False})
        else:
            message.automatic_at = self.last_message_at = now
        self._notify_state()

    def _leave_out_known(self, event):
        """Return the event without the quote of a message that the thread shows anyway."""
        return bodies.without_answered(event) if self._find_replied(event.reply_to) else event

    def _render(self, event):
        """Return the event's message as it reads in the thread, without its own files."""
        return bodies.render_message(event, self.env._, self._name_authors(event))

    def _name_authors(self, event):
        """Return the names of everybody quoted whom we know: clients, and the company itself."""
        authors = bodies.all_authors(event)
        if not authors:
            return {}
        channel = self.channel_id
        identities = self.env["omnichannel.identity"].search(
            [("channel_id", "=", channel.id), ("network_ref", "in", list(authors))]
        )
        names = {identity.network_ref: identity.name for identity in identities}
        return names | dict.fromkeys(channel._protocol().own_ids(), channel.name)

    def _prepare_post_values(self, event):
        files = bodies.all_files(event)
        body = self._render(event)
        late = self._render_late() if self._is_late(event) else Markup()
        waiting = self.env["omnichannel.file"]._render_waiting(files)
        return {
            "body": body + late + waiting if body or waiting else Markup("<p>…</p>") + late,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "date": min(event.sent_at.replace(tzinfo=None), fields.Datetime.now()),
            "parent_id": self._find_replied(event.reply_to).id,
        }

    def _record_received(self, event, mail_message, direction):
        message = self.env["omnichannel.message"].create(
            self._prepare_received_values(event, mail_message, direction)
        )
        message._expect_rest(event)
        return message

    def _prepare_received_values(self, event, mail_message, direction):
        return {
            "mail_message_id": mail_message.id,
            "conversation_id": self.id,
            "direction": direction,
            "state": "sent" if direction == "out" else False,
            "network_ref": event.message_id or False,
            "sequence": event.sequence,
            "incomplete": event.incomplete,
            "late": self._is_late(event),
            "group_ref": event.group_id,
            "group_body": event.group_id and self._render(event),
        }

    def _on_client_wrote(self, event, mail_message):
        now = fields.Datetime.now()
        if not self.session_id.first_message_id:
            self.session_id.first_message_id = mail_message.id
        self.write({"last_message_at": now, "waiting_since": self.waiting_since or now})
        if event.sender.id == self.identity_id.network_ref and not self.identity_id.lang:
            self.identity_id.lang = event.sender.lang
        self._notify_state()

    def _apply_receipt(self, event):
        """The state of what the receipt speaks of moves forward, never back."""
        about = self._find_message("out", event.message_id)
        if not about and self._is_sending():
            raise EventTooEarly
        if event.up_to:
            about = self._find_up_to(event)
        lock(about)
        about.filtered(lambda m: m.state in REPLACED_BY[event.receipt])._move_to(
            event.receipt, event.detail
        )

    def _find_up_to(self, event):
        """Return our messages up to the one the event names, by id or by number in the chat.

        Where ids are numbers, the message itself need not be known.
        """
        network_ref = event.message_id
        sent = self.env["omnichannel.message"].search(
            [
                ("conversation_id", "in", self.ids),
                ("direction", "=", "out"),
                ("state", "in", ("sending", "sent", "delivered", "unknown")),
                ("network_ref", "!=", False),
            ]
        )
        if network_ref.isdecimal():
            return sent.filtered(
                lambda m: m.network_ref.isdecimal() and int(m.network_ref) <= int(network_ref)
            )
        last = self._find_message("out", network_ref)
        return sent.filtered(lambda m: m.id <= last.id or 0 < m.sequence <= event.sequence)

    def _is_sending(self):
        return bool(
            self.env["omnichannel.message"].search_count(
                [("conversation_id", "in", self.ids), ("state", "=", "sending")], limit=1
            )
        )

    def _show_client_typing(self):
        """Whoever has the thread open sees that the client types."""
        for conversation in self.filtered(lambda c: c.state in ("new", "open")):
            guest = conversation.identity_id.guest_id
            conversation.discuss_channel_id.channel_member_ids.filtered_domain(
                [("guest_id", "=", guest.id)]
            )._notify_typing(True)

    def _show_reaction(self, event):
        """The client's reaction stands on the message; he has one at a time."""
        for conversation in self:
            message = conversation._find_by_event(event).mail_message_id
            guest = conversation.identity_id.guest_id
            nobody = self.env["res.partner"]
            for old in message.reaction_ids.filtered(lambda r, guest=guest: r.guest_id == guest):
                message._message_reaction(old.content, "remove", nobody, guest)
            if message and event.emoji:
                message._message_reaction(event.emoji, "add", nobody, guest)

    def _find_by_event(self, event):
        """Return the message an event speaks of, by its id or by its number in the chat."""
        domain = [("conversation_id", "in", self.ids)]
        if event.message_id:
            domain.append(("network_ref", "=", event.message_id))
        else:
            domain.append(("sequence", "=", event.sequence or -1))
        return self.env["omnichannel.message"].search(domain, limit=1)

    # Out

    def _queue_answer(self, mail_message, buttons=()):
        """An operator's answer is put into the outbox; notes never are.

        :raises UserError: the network cannot carry it, said before anything is sent
        """
        self.ensure_one()
        if mail_message.message_type != "comment" or mail_message.subtype_id.internal:
            return
        now = fields.Datetime.now()
        self.env["omnichannel.message"]._queue(self, mail_message, buttons)
        if not self.session_id.first_reply_at:
            self.session_id.first_reply_at = now
        self.write({"last_message_at": now, "waiting_since": False})
        self._notify_state()

    def _plan_answer(self, mail_message, buttons=()):
        """Return the parts in which the network will carry this message.

        :raises UserError: it cannot carry it
        """
        protocol = self.channel_id._protocol()
        text = protocol.read_text(mail_message.body)
        attachments = mail_message.attachment_ids.sorted("id")
        kinds = [attachment._omnichannel_kind() for attachment in attachments]
        for attachment, kind in zip(attachments, kinds, strict=True):
            limit = protocol.capabilities.max_file_bytes.get(kind)
            if limit and attachment.file_size > limit:
                raise UserError(
                    self.env._(
                        "%(file)s is too large for this network: at most %(limit)d MB.",
                        file=attachment.name,
                        limit=limit >> 20,
                    )
                )
        if buttons and not text.text.strip():
            raise UserError(self.env._("Buttons need a text above them."))
        try:
            return protocol.plan(text, kinds, buttons), attachments
        except UnsupportedContent as error:
            raise UserError(describe_failure(self.env, error)) from error
