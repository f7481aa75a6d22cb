from odoo import fields, models


class OmnichannelConversation(models.Model):
    """Many messages of clients at once: the same as ``_post_received`` for each of them."""

    _inherit = "omnichannel.conversation"

    def _goes_on(self):
        """Return whether one more message of the client changes nothing but what was said."""
        session = self.session_id
        return (
            self.state in ("new", "open")
            and bool(session)
            and not session.closed_at
            and bool(session.first_message_id)
            and (bool(session.lead_id) or self.channel_id.lead_policy == "manual")
        )

    def _post_all_received(self, received):
        """The clients' messages stand in their threads; their files follow.

        :param received: for each message, its event, identity and conversation
        """
        posts = []
        for _inbound, event, identity, conversation in received:
            values = conversation._prepare_post_values(conversation._leave_out_known(event))
            posts.append((conversation.discuss_channel_id, identity.guest_id, values))
        mail_messages = self.env["discuss.channel"]._post_of_clients(posts)
        self._record_all_received(received, mail_messages.with_env(self.env))
        identities = self.env["omnichannel.identity"].union(*(one.identity for one in received))
        identities._ask_for_profile()
        for one in received:
            one.conversation._note_written(one.event)
        conversations = self.union(*(one.conversation for one in received))
        conversations._on_clients_wrote()

    def _record_all_received(self, received, mail_messages):
        values_list = [
            one.conversation._prepare_received_values(one.event, mail_message, "in")
            for one, mail_message in zip(received, mail_messages, strict=True)
        ]
        messages = self.env["omnichannel.message"].create(values_list)
        for one, message in zip(received, messages, strict=True):
            message._expect_rest(one.event)

    def _on_clients_wrote(self):
        now = fields.Datetime.now()
        self.last_message_at = now
        self.filtered(lambda conversation: not conversation.waiting_since).waiting_since = now
        self._notify_state()
