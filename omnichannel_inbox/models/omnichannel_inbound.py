import logging
import random
import zlib
from datetime import timedelta

import psycopg2
from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.tools import SQL

from ..protocols import MalformedPayload
from .persist import forget, lock_free
from .put_off import recall
from .waking import wake

_logger = logging.getLogger(__name__)

#: Scheduled actions that work side by side; all events of a chat belong to the same one.
LANES = 4
#: Events of one transaction: as many as a commit is worth, as few as one may wait for.
BATCH = 64
#: Times in a row that a batch is begun again because somebody else was faster; then singly.
MAX_CONFLICTS = 5
#: Seconds before the second, third… attempt; after the last one the event is parked.
RETRY_AFTER = (1, 5, 20, 60, 180)
#: Longer than any network repeats itself (WhatsApp: 7 days).
KEPT = timedelta(days=30)
#: Long enough for whoever looks after them once a year.
FAILED_KEPT = timedelta(days=400)


class OmnichannelInbound(models.Model):
    """One event of a network, stored before the network is answered.

    ============ ==========================================================================
    state        means
    ============ ==========================================================================
    ``received`` waits for its lane, at ``due_at`` again after a failure; events of its chat
                 wait behind it
    ``done``     applied
    ``ignored``  authentic, and none of our business; ``error`` says why
    ``failed``   should have been understood or applied; ``error`` says why it was not. The
                 chat goes on, an administrator can run it again
    ============ ==========================================================================
    """

    _name = "omnichannel.inbound"
    _description = "Incoming event"
    _order = "id desc"
    _rec_name = "event_key"
    _log_access = False

    channel_id = fields.Many2one(
        "omnichannel.channel", required=True, readonly=True, ondelete="cascade"
    )
    event_key = fields.Char(required=True, readonly=True)
    chat_ref = fields.Char("Chat on the network", readonly=True)
    lane = fields.Integer(required=True, readonly=True)
    body = fields.Text(readonly=True)
    state = fields.Selection(
        [
            ("received", "Received"),
            ("done", "Done"),
            ("ignored", "Ignored"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="received",
    )
    attempts = fields.Integer(readonly=True)
    error = fields.Text("Reason", readonly=True)
    received_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    due_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    put_off = fields.Integer(readonly=True, help="Seconds for which it was put off last.")
    done_at = fields.Datetime(readonly=True)

    _event_key_unique = models.UniqueIndex("(channel_id, event_key)", "Already received.")
    _received_index = models.Index("(lane, id) WHERE state = 'received'")
    _failed_index = models.Index("(channel_id, id) WHERE state = 'failed'")
    _received_at_index = models.Index("(received_at) WHERE state != 'received'")

    # Storing

    @api.model
    def _store(self, channel, envelopes):
        """The events are stored, those known already are left alone; their lanes wake up."""
        lanes = set()
        for envelope in envelopes:
            if self._create_once(channel, envelope):
                lanes.add(self._lane_of(channel, envelope.chat_id))
        for lane in lanes:
            self._trigger(lane)

    @api.model
    def _create_once(self, channel, envelope):
        """Return the new record, or an empty recordset if the network repeats itself."""
        query = SQL(
            """
            SAVEPOINT storing;
            INSERT INTO omnichannel_inbound
                        (channel_id, event_key, chat_ref, lane, body, state, attempts,
                         received_at, due_at)
                 VALUES (%s, %s, %s, %s, %s, 'received', 0,
                         now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
            ON CONFLICT (channel_id, event_key) DO NOTHING
              RETURNING id
            """,
            channel.id,
            envelope.key,
            envelope.chat_id,
            self._lane_of(channel, envelope.chat_id),
            envelope.text(),
        )
        try:
            # The network waits: one question to the database, with its savepoint.
            self.env.cr.execute(query, log_exceptions=False)
        except psycopg2.errors.SerializationFailure:
            # The same event, committed by another connection since our snapshot: it is known.
            self.env.cr.execute("ROLLBACK TO SAVEPOINT storing")
            return self.browse()
        return self.browse(row_id for (row_id,) in self.env.cr.fetchall())

    @api.model
    def _lane_of(self, channel, chat_ref):
        return zlib.crc32(f"{channel.id}:{chat_ref}".encode()) % LANES

    @api.model
    def _trigger(self, lane):
        wake(self.env, f"inbound_{lane}")

    # Working off

    @api.model
    def _cron_work_off(self, lane):
        """The events of a lane are applied, in order within a chat, chats taking turns."""
        cron, conflicts = self.env["ir.cron"], 0
        recall(self, [("lane", "=", lane), ("state", "=", "received")])
        while True:
            try:
                batch = self._claim(lane)._in_written_order()
                left = batch._apply_together() if conflicts < MAX_CONFLICTS else batch
            except TransactionRollbackError:
                # Somebody else changed one of them or a conversation since we looked: look again.
                self.env.cr.rollback()
                conflicts += 1
                continue
            if not batch:
                break
            left._apply_all()
            conflicts = 0
            if not cron._commit_progress(len(batch), remaining=self._count_due(lane)):
                self._trigger(lane)  # nobody else wakes a cron that stops with work left
                break

    @api.model
    def _due_domain(self, lane):
        return [
            ("state", "=", "received"),
            ("lane", "=", lane),
            ("due_at", "<=", fields.Datetime.now()),
        ]

    @api.model
    def _count_due(self, lane):
        return self.search_count(self._due_domain(lane), limit=1)

    @api.model
    def _claim(self, lane):
        """Return the next events of a lane, and keep others off them.

        A lane has one worker at a time. One that was killed may still have a transaction that goes
        on to its end: what it holds is left to it, and what the same chats said later waits.
        """
        line = self._next_in_line(lane)
        free, held, ours = lock_free(line), set(), self.browse()
        for inbound in line:
            chat = (inbound.channel_id, inbound.chat_ref)
            if inbound in free and chat not in held:
                ours += inbound
            else:
                held.add(chat)
        if held:
            wake(self.env, f"inbound_{lane}", fields.Datetime.now() + timedelta(seconds=1))
        return ours

    @api.model
    def _next_in_line(self, lane):
        """Return the first event of each chat, then the second of each…

        Behind an event that is to be tried again later, its chat waits.
        """
        query = SQL(
            """
            WITH line AS (
                SELECT id,
                       row_number() OVER chat AS place,
                       max(due_at) OVER chat AS due_at
                  FROM omnichannel_inbound
                 WHERE state = 'received' AND lane = %(lane)s
                WINDOW chat AS (PARTITION BY channel_id, chat_ref ORDER BY id)
            )
            SELECT id
              FROM line
             WHERE due_at <= %(now)s
          ORDER BY place, id
             LIMIT %(limit)s
            """,
            lane=lane,
            now=fields.Datetime.now() + timedelta(seconds=1),
            limit=BATCH,
        )
        return self.browse(row_id for (row_id,) in self.env.execute_query(query))

    def _apply_all(self):
        """Apply these events; where one has to wait, the later ones of its chat wait as well."""
        waiting = set()
        for inbound in self:
            chat = (inbound.channel_id, inbound.chat_ref)
            if chat not in waiting and not inbound._apply_safely():
                waiting.add(chat)

    def _apply_safely(self):
        """Return whether the chat can go on: applied or parked, not to be tried again."""
        try:
            with self.env.cr.savepoint():
                reasons = self._apply()
        except MalformedPayload as error:
            self._park(str(error))
        except psycopg2.errors.SerializationFailure as error:
            # Our view of the database is too old: the next transaction has a new one.
            return self._postpone(error, 0)
        except Exception as error:  # noqa: BLE001 - one event must not stop the others
            return self._postpone(error, self._retry_delay())
        else:
            state = "ignored" if reasons else "done"
            self._settle(state, "\n".join(reasons))
        return True

    def _settle(self, state, error=False):
        self.write(
            {
                "state": state,
                "error": error or False,
                "attempts": self.attempts + 1,
                "done_at": fields.Datetime.now(),
            }
        )

    def _park(self, reason):
        """It waits for an administrator; the thread says that something is missing."""
        _logger.warning("Incoming event %d is parked", self.id)
        self._settle("failed", reason)
        if conversation := self.channel_id._find_conversation(self.chat_ref):
            conversation._log_line(
                self.env._(
                    "Something the client did could not be read. "
                    "An administrator finds it under incoming event %(number)s.",
                    number=self.id,
                )
            )

    def _retry_delay(self):
        """Return the seconds before the next attempt, never the same for two at once."""
        step = min(self.attempts, len(RETRY_AFTER) - 1)
        return RETRY_AFTER[step] * random.uniform(1, 1.5)  # noqa: S311 - no secret

    def _postpone(self, error, delay):
        """Return True when it was parked after too many attempts, False when it waits."""
        reason = f"{type(error).__name__}: {error}"
        if self.attempts >= len(RETRY_AFTER):
            self._park(reason)
            return True
        due_at = fields.Datetime.now() + timedelta(seconds=delay)
        _logger.info("Incoming event %d waits: %s", self.id, type(error).__name__)
        self.write(
            {
                "attempts": self.attempts + 1,
                "error": reason,
                "due_at": due_at,
                "put_off": int(delay),
            }
        )
        wake(self.env, f"inbound_{self.lane}", due_at)
        return False

    def action_run_again(self):
        """Failed events are worked off once more."""
        self.check_access("read")
        # sudo: omnichannel.inbound - whoever sees a failed event may have it tried again
        failed_sudo = self.sudo().filtered(lambda inbound: inbound.state == "failed")
        failed_sudo.write(
            {"state": "received", "attempts": 0, "due_at": fields.Datetime.now(), "done_at": False}
        )
        for lane in set(failed_sudo.mapped("lane")):
            self._trigger(lane)
        return True

    @api.autovacuum
    def _gc_old(self):
        """Settled events go once no network can repeat them; failed ones stay for long."""
        settled = SQL("state IN ('done', 'ignored')")
        return forget(self, "received_at", fields.Datetime.now() - KEPT, settled)

    @api.autovacuum
    def _gc_failed(self):
        """What nobody has looked at for so long is not run again: it holds what clients said."""
        failed = SQL("state = 'failed'")
        return forget(self, "received_at", fields.Datetime.now() - FAILED_KEPT, failed)
