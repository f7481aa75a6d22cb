import logging
import time
from datetime import timedelta

import psycopg2

from odoo import api, fields, models

from ..protocols import MalformedPayload, SendError, Throttled
from ..tools import transport
from .waking import wake

_logger = logging.getLogger(__name__)

#: How far back what was missed is asked for: as long as a network may still deliver by itself.
ASKED_SINCE = timedelta(days=8)
#: In how many conversations, the latest.
ASKED = 100
#: Seconds that a scheduled action stands and waits for the network's turn.
LONGEST_WAIT = 5


class OmnichannelChannel(models.Model):
    """What a network loses by itself is registered again, and what was missed is fetched."""

    _inherit = "omnichannel.channel"

    connected_at = fields.Datetime(
        "Connected on",
        compute="_compute_connected_at",
        store=True,
        help="What was written before is not asked for.",
    )

    @api.depends("state")
    def _compute_connected_at(self):
        """Trouble in between changes nothing; after a disconnection it begins anew."""
        for channel in self:
            began_at = channel.connected_at or fields.Datetime.now()
            channel.connected_at = channel.state != "draft" and began_at

    def _missed_since(self):
        """Return from when on what was written belongs to us and is still worth asking for."""
        latest = fields.Datetime.now() - ASKED_SINCE
        return max(latest, self.connected_at or latest)

    def _check_network(self):
        checks = super()._check_network()
        if self.state == "draft" or not any(check.renews for check in checks):
            return checks
        self._renew()
        return super()._check_network()

    def _renew(self):
        """The network knows our address, and we what it could not tell.

        :raises SendError: the network does not take the address
        """
        protocol = self._protocol()
        protocol.register(self.webhook_url, transport.http)
        _logger.info("Channel %d: registered again with its network", self.id)
        wake(self.env, "reconcile")

    def _fetch_recent(self):
        """What was said lately, and we do not know, is stored as events.

        What was said before the first message that we have is none of our business.
        """
        protocol = self._protocol()
        for conversation in self._conversations_of_late(ASKED):
            found = self._ask_about_chat(protocol.fetch_recent, conversation.chat_ref)
            since = max(conversation._find_first_written(), fields.Datetime.now() - ASKED_SINCE)
            self._store_missed(found or [], since)

    def _ask_about_chat(self, question, *args):
        """Return what the network answers in its turn, None where it says nothing of this chat.

        :raises SendError: it answers nothing about any chat now
        """
        self._wait_for_turn()
        try:
            return question(*args, transport.http)
        except SendError as error:
            if error.blames == "channel":
                raise
            _logger.info("Channel %d: nothing of a chat: %s", self.id, error.code)
            return None

    def _store_missed(self, envelopes, since):
        """What was written since then becomes events, unless we know it."""
        protocol = self._protocol()
        missed = [one for one in envelopes if _was_written_since(protocol, one, since)]
        self.env["omnichannel.inbound"]._store(self, missed)
        self.env["ir.cron"]._commit_progress()

    def _wait_for_turn(self):
        """The answers of the channel are not held up by our questions.

        What was done before is committed: it must not go when somebody else takes the same turn.

        :raises Throttled: its turn is further off than one can stand and wait for
        """
        self.env["ir.cron"]._commit_progress()
        try:
            wait = self.env["omnichannel.channel.pace"]._reserve(self)
            self.env["ir.cron"]._commit_progress()
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()  # somebody else took this turn: a question more does no harm
            return
        if wait > LONGEST_WAIT:
            raise Throttled(retry_after=wait)
        time.sleep(wait)

    def _conversations_of_late(self, limit):
        """Return the conversations that were alive lately, latest first."""
        since = fields.Datetime.now() - ASKED_SINCE
        domain = [("channel_id", "=", self.id), ("last_message_at", ">=", since)]
        return self.env["omnichannel.conversation"].search(
            domain, order="last_message_at desc", limit=limit
        )


def _was_written_since(protocol, envelope, moment):
    """Return whether an event tells of a message that was written then or later."""
    try:
        told = protocol.parse(envelope)
    except MalformedPayload:
        return True  # is stored, and says what is wrong with it
    return any(event.sent_at.replace(tzinfo=None) >= moment for event in told)
