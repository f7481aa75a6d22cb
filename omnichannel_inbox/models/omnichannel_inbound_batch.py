import logging
from operator import itemgetter
from typing import NamedTuple

from psycopg2.extensions import TransactionRollbackError

from odoo import fields, models

from ..protocols.core import events

_logger = logging.getLogger(__name__)


class Received(NamedTuple):
    """A message of a client, with the records it belongs to; without them it is not ordinary."""

    inbound: models.BaseModel
    event: events.MessageReceived
    identity: models.BaseModel | None
    conversation: models.BaseModel | None

    def is_ordinary(self):
        """Return whether nothing but the message is new."""
        return bool(
            self.identity
            and self.conversation
            and not self.event.group_id
            and not self.event.payload
            and self.identity._is_as_known(self.event.sender)
            and self.conversation._goes_on()
        )


class OmnichannelInbound(models.Model):
    """What is ordinary in a batch is applied at once: messages in conversations that go on.

    Everything else, and everything of its chat behind it, is left to be applied one by one.
    """

    _inherit = "omnichannel.inbound"

    def _in_written_order(self):
        """Return these events with what clients wrote in a row as they wrote it, however it came.

        Each row keeps the places in line that it has.
        """
        ordered, place = list(self), {inbound: number for number, inbound in enumerate(self)}
        for row in self._find_rows():
            places = sorted(place[inbound] for _written, inbound in row)
            as_written = sorted(row, key=itemgetter(0))
            for number, (_written, inbound) in zip(places, as_written, strict=True):
                ordered[number] = inbound
        return self.browse().concat(*ordered)

    def _find_rows(self):
        """Yield the messages of a chat with nothing else between, each with when it was written."""
        for channel, inbounds in self.filtered("chat_ref").grouped("channel_id").items():
            protocol = channel._acting()._protocol()
            for own in inbounds.grouped("chat_ref").values():
                row = []
                for inbound in own if len(own) > 1 else ():
                    if event := inbound._parse_message(protocol):
                        row.append(((event.sent_at, event.sequence), inbound))
                    else:
                        yield row
                        row = []
                yield row

    def _apply_together(self):
        """Return the events that are left: those that are not ordinary.

        :raises TransactionRollbackError: somebody else changed one of the conversations meanwhile
        """
        left = self
        for channel, inbounds in self.grouped("channel_id").items():
            try:
                with self.env.cr.savepoint():
                    left -= inbounds._apply_ordinary()
            except TransactionRollbackError:
                raise
            except Exception as error:  # noqa: BLE001 - one of them; which one is found out singly
                _logger.info(
                    "Channel %d: events are applied singly: %s", channel.id, type(error).__name__
                )
        return left

    def _apply_ordinary(self):
        """Apply what is ordinary in these events of one channel, and return it."""
        ordinary = self._find_ordinary(self._acting_channel())
        inbounds = self.browse([received.inbound.id for received in ordinary])
        if ordinary:
            ordinary[0].conversation._post_all_received(ordinary)
        for attempts, alike in inbounds.grouped("attempts").items():
            alike.write(
                {
                    "state": "done",
                    "error": False,
                    "attempts": attempts + 1,
                    "done_at": fields.Datetime.now(),
                }
            )
        return inbounds

    def _find_ordinary(self, channel):
        """Return what is ordinary, in its order: of each chat, what comes before all else."""
        found = self._parse_messages(channel)
        by_ref = channel._find_identities({event.sender.id for _inbound, event in found})
        by_chat = channel._find_conversations({event.chat_id for _inbound, event in found})
        known = self._find_known(by_chat.values(), [event.message_id for _inbound, event in found])
        ordinary, stopped = [], set()
        for inbound, event in found:
            received = Received(
                inbound, event, by_ref.get(event.sender.id), by_chat.get(event.chat_id)
            )
            place = (received.conversation, event.message_id)
            if event.chat_id in stopped or place in known or not received.is_ordinary():
                stopped.add(event.chat_id)
                continue
            known.add(place)
            ordinary.append(received)
        return ordinary

    def _find_known(self, conversations, network_refs):
        """Return which messages of clients we have of these, as (conversation, message)."""
        messages = self.env["omnichannel.message"].search_fetch(
            [
                ("conversation_id", "in", [conversation.id for conversation in conversations]),
                ("direction", "=", "in"),
                ("network_ref", "in", network_refs),
            ],
            ["conversation_id", "network_ref"],
        )
        return {(message.conversation_id, message.network_ref) for message in messages}

    def _parse_messages(self, channel):
        """Return these events with their messages: of each chat, what comes before all else."""
        protocol, found, stopped = channel._protocol(), [], set()
        for inbound in self.filtered("chat_ref"):
            event = inbound._parse_message(protocol)
            if not event:
                stopped.add(inbound.chat_ref)
            elif inbound.chat_ref not in stopped:
                found.append((inbound, event))
        return found

    def _parse_message(self, protocol):
        """Return the event if it is a client's message and nothing else."""
        try:
            [event] = protocol.parse(self._envelope())
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not ordinary
            return None
        is_message = type(event) is events.MessageReceived and event.chat_id == self.chat_ref
        return event if is_message else None
