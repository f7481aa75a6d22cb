import logging
from datetime import timedelta

from odoo import fields, models

from ..protocols import MalformedPayload, SendError
from ..tools import transport

_logger = logging.getLogger(__name__)

#: Conversations that are asked for what was missed: the latest, and none that is older.
ASKED, ASKED_SINCE = 100, timedelta(days=30)


class OmnichannelChannel(models.Model):
    """What a network loses by itself is registered again, and what was missed is fetched."""

    _inherit = "omnichannel.channel"

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
        self._fetch_missed(protocol)

    def _fetch_missed(self, protocol):
        """The latest messages are stored as events; those that we have are repetitions.

        What was said before the first one that we have is none of our business.
        """
        for conversation in self._conversations_of_late():
            try:
                envelopes = protocol.fetch_recent(conversation.chat_ref, transport.http)
            except SendError as error:
                _logger.info("Channel %d: nothing fetched: %s", self.id, error.code)
                if error.blames != "recipient":
                    return
                continue
            since = conversation._find_first_written()
            missed = [one for one in envelopes if _was_written_since(protocol, one, since)]
            # sudo: omnichannel.inbound - what the network tells is stored by us alone
            self.env["omnichannel.inbound"].sudo()._store(self.sudo(), missed)

    def _conversations_of_late(self):
        # sudo: omnichannel.conversation - all of the channel, whoever has it checked
        conversations_sudo = self.env["omnichannel.conversation"].sudo()
        since = fields.Datetime.now() - ASKED_SINCE
        domain = [("channel_id", "=", self.id), ("last_message_at", ">=", since)]
        return conversations_sudo.search(domain, order="last_message_at desc", limit=ASKED)


def _was_written_since(protocol, envelope, moment):
    """Return whether an event tells of a message that was written then or later."""
    try:
        told = protocol.parse(envelope)
    except MalformedPayload:
        return True  # is stored, and says what is wrong with it
    return any(event.sent_at.replace(tzinfo=None) >= moment for event in told)
