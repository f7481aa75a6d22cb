import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..protocols import SendError
from ..tools import transport
from .omnichannel_channel_renewal import ASKED_SINCE
from .persist import forget
from .waking import wake

_logger = logging.getLogger(__name__)

#: Numbers that one question to a network asks about.
ASKED_AT_ONCE = 100
#: More numbers missing in a row than this are no loss but another beginning.
LONGEST = 1000
#: Before a network is asked again that named a time, at the earliest, and one that named none.
SOON, LATER = timedelta(minutes=1), timedelta(minutes=10)
#: Much longer than ASKED_SINCE: a number that is looked at again would be found missing again.
KEPT = timedelta(days=400)


class OmnichannelGap(models.Model):
    """A number of a chat under which the network should have told us of a message, and did not.

    ============ ================================================================
    state        means
    ============ ================================================================
    ``missing``  not asked for yet, or the network could not be asked
    ``found``    the network had it, and it is in its conversation
    ``absent``   the network has nothing under this number (any more)
    ============ ================================================================
    """

    _name = "omnichannel.gap"
    _description = "Message that was not reported"
    _order = "conversation_id, sequence"
    _rec_name = "sequence"

    conversation_id = fields.Many2one(
        "omnichannel.conversation", required=True, readonly=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(
        related="conversation_id.channel_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer("Number in the chat", required=True, readonly=True)
    state = fields.Selection(
        [("missing", "Missing"), ("found", "Found"), ("absent", "Not on the network")],
        required=True,
        readonly=True,
        default="missing",
    )

    _sequence_unique = models.UniqueIndex("(conversation_id, sequence)")
    _missing_index = models.Index("(channel_id) WHERE state = 'missing'")

    @api.model
    def _cron_reconcile(self):
        """Every night, and when a channel works again: what was not reported is fetched."""
        delays = []
        for channel in self.env["omnichannel.channel"].search([("state", "!=", "draft")]):
            acting = channel._acting()
            can = acting._protocol().capabilities
            try:
                if can.numbered:
                    self._reconcile(acting)
                elif can.recalls:
                    acting._fetch_recent()
            except SendError as error:
                _logger.info("Channel %d: what was missed not fetched: %s", channel.id, error.code)
                if error.retry:
                    named = timedelta(seconds=error.retry_after)
                    delays.append(max(named, SOON) if named else LATER)
            self.env["ir.cron"]._commit_progress(1)
        if delays:
            self._ask_again(min(delays))

    @api.model
    def _ask_again(self, delay):
        """All are asked again then, unless that happens sooner anyway."""
        cron, now = self.env.ref("omnichannel_inbox.ir_cron_reconcile"), fields.Datetime.now()
        coming = [("cron_id", "=", cron.id), ("call_at", ">", now), ("call_at", "<=", now + delay)]
        if not self.env["ir.cron.trigger"].search_count(coming, limit=1):
            wake(self.env, "reconcile", now + delay)

    @api.model
    def _reconcile(self, channel):
        """The gaps of a channel's conversations are known, and what the network has is fetched.

        :raises SendError: it cannot be asked now
        """
        self._detect(channel)
        missing = self.search([("channel_id", "=", channel.id), ("state", "=", "missing")])
        for conversation, gaps in missing.grouped("conversation_id").items():
            for portion in split_every(ASKED_AT_ONCE, gaps.ids, self.browse):
                portion._fetch(channel, conversation)
        self._fetch_ends(channel)

    @api.model
    def _fetch_ends(self, channel):
        """What was said last shows no gap, nor does a chat of which nothing was reported."""
        since = channel._missed_since()
        question = channel._protocol().fetch_missed
        for chat_ref, numbers in self._find_ends(channel, since):
            found = channel._ask_about_chat(question, chat_ref, numbers) or {}
            channel._store_missed(found.values(), since)

    @api.model
    def _find_ends(self, channel, since):
        """Return the chats of the network that go on behind what we know, with those numbers."""
        channel._wait_for_turn()
        ends = channel._protocol().fetch_ends(since, transport.http)
        known = self._find_known(channel, ends)
        return [
            (chat_ref, range(max(known.get(chat_ref, 0), end - ASKED_AT_ONCE) + 1, end + 1))
            for chat_ref, end in ends.items()
            if end > known.get(chat_ref, 0)
        ]

    @api.model
    def _find_known(self, channel, chat_refs):
        """Return the last number we know of each of these chats, by chat."""
        talks = channel._find_conversations(chat_refs).values()
        last = self.env["omnichannel.message"]._read_group(
            [("conversation_id", "in", [talk.id for talk in talks]), ("sequence", ">", 0)],
            ["conversation_id"],
            ["sequence:max"],
        )
        return {conversation.chat_ref: number for conversation, number in last}

    @api.model
    def _detect(self, channel):
        """Numbers between two known ones, of messages of the last days, have rows."""
        self.env["omnichannel.message"].flush_model()
        self.flush_model()
        # SQL: the numbers of thousands of messages are looked at, and rarely one is missing.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO omnichannel_gap
                            (conversation_id, channel_id, sequence, state, create_date, create_uid)
                     SELECT conversation_id, %(channel)s, number, 'missing', now(), %(uid)s
                       FROM (SELECT conversation_id, sequence,
                                    lag(sequence) OVER (
                                        PARTITION BY conversation_id ORDER BY sequence
                                    ) AS previous
                               FROM omnichannel_message
                              WHERE channel_id = %(channel)s
                                AND sequence > 0
                                AND create_date > %(since)s) AS line
                 CROSS JOIN generate_series(previous + 1, sequence - 1) AS number
                      WHERE sequence - previous BETWEEN 2 AND %(longest)s
                ON CONFLICT DO NOTHING
                """,
                channel=channel.id,
                uid=self.env.uid,
                since=fields.Datetime.now() - ASKED_SINCE,
                longest=LONGEST,
            )
        )

    @api.autovacuum
    def _gc_old(self):
        """Nobody looks any more for what was missing so long ago."""
        return forget(self, "create_date", fields.Datetime.now() - KEPT)

    def _fetch(self, channel, conversation):
        """What the network has of these gaps of a conversation is worked off like every event."""
        question = channel._protocol().fetch_missed
        found = channel._ask_about_chat(question, conversation.chat_ref, self.mapped("sequence"))
        if found is None:
            return
        self.env["omnichannel.inbound"]._store(channel, found.values())
        for gap in self:
            gap.state = "found" if gap.sequence in found else "absent"
