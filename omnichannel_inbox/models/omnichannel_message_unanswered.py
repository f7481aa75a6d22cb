from datetime import timedelta

from odoo import fields, models

from ..protocols import RecipientThrottled
from .waking import wake

HOUR = timedelta(hours=1)


class OmnichannelMessage(models.Model):
    """Networks that allow so many messages an hour to a client who does not answer.

    What is over the limit waits, and says why: until the client answers, or the hour is over.
    """

    _inherit = "omnichannel.message"

    def _call_network(self):
        if self.state == "sending":
            self._require_room()
        return super()._call_network()

    def _require_room(self):
        """:raises RecipientThrottled: the network allows no more until the client answers"""
        limit = self.channel_id._protocol_class().capabilities.unanswered_per_hour
        if not limit:
            return
        now = fields.Datetime.now()
        since = max(now - HOUR, self.conversation_id._last_received().create_date or now - HOUR)
        unanswered = self.search(
            [
                ("conversation_id", "=", self.conversation_id.id),
                ("direction", "=", "out"),
                ("sent_at", ">=", since),
            ],
            order="sent_at desc, id desc",
            limit=limit,
        )
        if len(unanswered) == limit:
            wait = unanswered[-1].sent_at + HOUR - now
            raise RecipientThrottled(retry_after=max(wait.total_seconds(), 1))


class OmnichannelConversation(models.Model):
    _inherit = "omnichannel.conversation"

    def _on_client_wrote(self, event, mail_message):
        result = super()._on_client_wrote(event, mail_message)
        self._send_what_waited()
        return result

    def _on_clients_wrote(self):
        result = super()._on_clients_wrote()
        self._send_what_waited()
        return result

    def _send_what_waited(self):
        """What waited for the client to answer goes out now."""
        limited = self.filtered(
            lambda one: one.channel_id._protocol_class().capabilities.unanswered_per_hour
        )
        if not limited:
            return
        now = fields.Datetime.now()
        waiting = self.env["omnichannel.message"].search(
            [
                ("conversation_id", "in", limited.ids),
                ("state", "=", "waiting"),
                ("failure_code", "=", RecipientThrottled.code),
                ("due_at", ">", now),
            ]
        )
        waiting.due_at = now
        for lane in set(waiting.mapped("lane")):
            wake(self.env, f"send_{lane}")
