import logging
import time

from odoo import api, fields, models
from odoo.tools import SQL

from ..protocols import SendError
from ..tools import transport
from .home import is_at_home
from .waking import wake

_logger = logging.getLogger(__name__)

#: Seconds that a channel's turn is waited for; later the signal is worth nothing.
PATIENCE = {"typing": 1, "read": 1, "button": 5}


class OmnichannelSignal(models.Model):
    """Something the client's messenger shows for a moment: that we type, that we have read, that
    the button he pressed has been taken notice of.

    Worth a call, not worth a second one: a row is gone before the call is made.
    """

    _name = "omnichannel.signal"
    _description = "Signal to a client"
    _log_access = False

    conversation_id = fields.Many2one(
        "omnichannel.conversation", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("typing", "Typing"), ("read", "Read"), ("button", "Button")], required=True, readonly=True
    )
    person_ref = fields.Char("Who pressed", readonly=True)
    answer_ref = fields.Char("What the press is answered by", readonly=True)

    _kind_unique = models.UniqueIndex("(conversation_id, kind, COALESCE(answer_ref, ''))")

    @api.model
    def _give(self, conversation, kind, person_ref=None, answer_ref=None):
        """The client will see it in a moment, where his network can show it."""
        if kind == "typing" and not conversation.channel_id._protocol_class().capabilities.typing:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO omnichannel_signal (conversation_id, kind, person_ref, answer_ref)
                     VALUES (%s, %s, %s, %s)
                ON CONFLICT DO NOTHING
                """,
                conversation.id,
                kind,
                person_ref,
                answer_ref,
            ),
            log_exceptions=False,
        )
        wake(self.env, "signals")

    @api.model
    def _cron_give(self):
        """Signals are given in the order they came; one that cannot be given is dropped."""
        cron = self.env["ir.cron"]
        if not is_at_home(self.env):
            self.search([], limit=1000).unlink()
            return
        while signal := self.search([], order="id", limit=1):
            conversation, kind = signal.conversation_id, signal.kind
            pressed = (signal.person_ref, signal.answer_ref)
            wait = self.env["omnichannel.channel.pace"]._reserve(conversation.channel_id)
            signal.unlink()
            cron._commit_progress(1)
            if wait < PATIENCE[kind]:
                time.sleep(wait)
                self._call_network(conversation, kind, *pressed)

    @api.model
    def _call_network(self, conversation, kind, person_ref=None, answer_ref=None):
        protocol = conversation.channel_id._protocol()
        chat_ref = conversation.chat_ref
        try:
            if kind == "typing":
                protocol.show_typing(chat_ref, transport.http)
            elif kind == "button":
                protocol.answer_button(chat_ref, person_ref, answer_ref, transport.http)
            else:
                last = conversation._last_received()
                protocol.mark_read(chat_ref, last.network_ref, transport.http)
        except SendError as error:
            _logger.info("Conversation %d: no %s signal: %s", conversation.id, kind, error.code)
