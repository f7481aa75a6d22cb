import logging
import time

from odoo import api, fields, models
from odoo.tools import SQL

from ..protocols import SendError
from ..tools import transport
from .waking import wake

_logger = logging.getLogger(__name__)


class OmnichannelSignal(models.Model):
    """Something the client's messenger shows for a moment: that we type, that we have read.

    Worth a call, not worth a second one: a row is gone before the call is made.
    """

    _name = "omnichannel.signal"
    _description = "Signal to a client"
    _log_access = False

    conversation_id = fields.Many2one(
        "omnichannel.conversation", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection([("typing", "Typing"), ("read", "Read")], required=True, readonly=True)

    _kind_unique = models.UniqueIndex("(conversation_id, kind)")

    @api.model
    def _give(self, conversation, kind):
        """The client will see it in a moment, where his network can show it."""
        if kind == "typing" and not conversation.channel_id._protocol_class().capabilities.typing:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO omnichannel_signal (conversation_id, kind)
                     VALUES (%s, %s)
                ON CONFLICT DO NOTHING
                """,
                conversation.id,
                kind,
            ),
            log_exceptions=False,
        )
        wake(self.env, "signals")

    @api.model
    def _cron_give(self):
        """Signals are given in the order they came; one that cannot be given is dropped."""
        cron = self.env["ir.cron"]
        while signal := self.search([], order="id", limit=1):
            conversation, kind = signal.conversation_id, signal.kind
            wait = self.env["omnichannel.channel.pace"]._reserve(conversation.channel_id)
            signal.unlink()
            cron._commit_progress(1)
            if wait < 1:
                time.sleep(wait)
                self._call_network(conversation, kind)

    @api.model
    def _call_network(self, conversation, kind):
        protocol = conversation.channel_id._protocol()
        try:
            if kind == "typing":
                protocol.show_typing(conversation.chat_ref, transport.http)
            else:
                last = conversation._last_received()
                protocol.mark_read(conversation.chat_ref, last.network_ref, transport.http)
        except SendError as error:
            _logger.info("Conversation %d: no %s signal: %s", conversation.id, kind, error.code)
