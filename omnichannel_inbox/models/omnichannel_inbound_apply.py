from odoo import models

from ..protocols import Envelope
from ..protocols.core import events

#: What each kind of event does; the name of a method below.
APPLIED_BY = {
    events.AccountConfirmed: "_apply_confirmation",
    events.MessageReceived: "_apply_message",
    events.MessageEdited: "_apply_edit",
    events.MessageDeleted: "_apply_deletion",
    events.MessageEchoed: "_apply_echo",
    events.ReceiptReported: "_apply_receipt",
    events.TypingReported: "_apply_typing",
    events.ReachabilityChanged: "_apply_reachability",
    events.ReactionChanged: "_apply_reaction",
    events.ButtonPressed: "_apply_button",
    events.ChatMoved: "_apply_move",
    events.ChatStarted: "_apply_start",
}


class OmnichannelInbound(models.Model):
    """Applying: what each kind of event does."""

    _inherit = "omnichannel.inbound"

    def _apply(self):
        """Return the reasons for which parts of the event are none of our business."""
        channel, reasons = self._acting_channel(), []
        for event in channel._protocol().parse(self._envelope()):
            if isinstance(event, events.Ignored):
                reasons.append(event.reason)
            else:
                getattr(self, APPLIED_BY[type(event)])(channel, event)
        return reasons

    def _acting_channel(self):
        """Return the channel as it acts by itself: in its company, in the company's language."""
        return self.channel_id._acting()

    def _envelope(self):
        return Envelope(self.event_key, (self.body or "").encode(), self.chat_ref or "")

    def _apply_confirmation(self, channel, event):
        if not channel.account_ref:
            channel.account_ref = event.account_id
        if channel.state == "draft":
            channel.write({"state": "connected", "state_message": False})

    def _apply_message(self, channel, event):
        """Put the message where it belongs: person, conversation, session, lead."""
        identity = channel._ensure_identity(event.sender)
        conversation = channel.env["omnichannel.conversation"]._ensure(identity, event.chat_id)
        if conversation._knows_message("in", event.message_id):
            return
        if not identity.reachable:
            identity._set_reachable(True)
        if not conversation._join(event):
            self._hear(conversation, event, identity)

    def _hear(self, conversation, event, identity):
        """What a client said stands in the thread; who is listened to has a session and a lead."""
        if conversation.state != "spam":
            conversation._ensure_session(**identity._take_start(event))
            conversation._ensure_lead()
        conversation._post_received(event, identity)

    def _apply_edit(self, channel, event):
        conversation = channel._find_conversation(event.chat_id)
        message = conversation._find_message("in", event.message_id)
        if message:
            message._rewrite(event)
        else:
            self._apply_message(channel, event)

    def _apply_deletion(self, channel, event):
        conversation = channel._find_conversation(event.chat_id)
        known = self.env["omnichannel.message"].union(
            *(conversation._find_message(way, event.message_id) for way in ("in", "out"))
        )
        known._mark_deleted()
        if conversation and not known:
            conversation._keep_out(event)

    def _apply_echo(self, channel, event):
        """Our own messages come back with their id; a colleague's appear as the company's."""
        conversation = channel._find_conversation(event.chat_id)
        own = conversation._find_sent(event.message_id, event.send_key)
        if own and event.edited:
            own._follow(event)
        elif own:
            own._confirm_sent(event)
        elif conversation:
            conversation._post_echo(event)
        else:
            identity = channel._ensure_identity(events.Person(id=event.chat_id))
            conversation = channel.env["omnichannel.conversation"]._ensure(identity, event.chat_id)
            conversation._post_echo(event)

    def _apply_receipt(self, channel, event):
        conversation = channel._find_conversation(event.chat_id)
        conversation._apply_receipt(event)

    def _apply_typing(self, channel, event):
        channel._find_conversation(event.chat_id)._show_client_typing()

    def _apply_start(self, channel, event):
        """Nobody has to do anything yet; where he came from is kept for when he says something."""
        identity = channel._ensure_identity(event.person)
        identity._set_reachable(event.reachable)
        session = channel._find_conversation(event.chat_id).session_id
        if not session or session.closed_at:
            identity._keep_start(event)

    def _apply_reachability(self, channel, event):
        self.env["omnichannel.identity"].search(
            [("channel_id", "=", channel.id), ("network_ref", "=", event.person_id)]
        )._set_reachable(event.reachable)

    def _apply_reaction(self, channel, event):
        channel._find_conversation(event.chat_id)._show_reaction(event)

    def _apply_button(self, channel, event):
        """A press counts as a message of the client; whom we do not listen to is only answered."""
        identity = channel._ensure_identity(events.Person(id=event.person_id))
        chat = event.chat_id or identity._latest_chat()
        conversation = channel.env["omnichannel.conversation"]._ensure(identity, chat)
        if not identity.reachable:
            identity._set_reachable(True)
        if event.answer_id:
            self.env["omnichannel.signal"]._give(
                conversation, "button", event.person_id, event.answer_id
            )
        if conversation.state != "spam":
            said = conversation._say_pressed(event, self.received_at)
            self._hear(conversation, said, identity)

    def _apply_move(self, channel, event):
        """The conversation goes on under the new name of its chat, unless that one has its own."""
        if not channel._find_conversation(event.new_chat_id):
            channel._find_conversation(event.chat_id).chat_ref = event.new_chat_id
