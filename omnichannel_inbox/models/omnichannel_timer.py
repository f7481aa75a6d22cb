import logging
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError
from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from .waking import wake, wake_in_time

_logger = logging.getLogger(__name__)

#: What happens when each kind falls due; the name of a method of the conversation, which is given
#: ``ref`` and the data as keywords. It finds the conversation locked and as it is now, and looks
#: again whether there is still anything to do: whatever came meanwhile has won.
HANDLED_BY = {}

#: Seconds before the second, third… attempt of one that failed; after the last one it is dropped.
RETRY_AFTER = (60, 300, 1800)
#: Times in a row that somebody else may be faster.
MAX_CONFLICTS = 20


class OmnichannelTimer(models.Model):
    """One thing that falls due for a conversation.

    A row is gone, in the same transaction, when its kind has been handled: what happens then
    happens once. Only rows that are due are ever read, so a run costs the same however many
    conversations there are.
    """

    _name = "omnichannel.timer"
    _description = "Timer"
    _order = "due_at, id"
    _rec_name = "kind"
    _log_access = False

    conversation_id = fields.Many2one(
        "omnichannel.conversation", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Char(required=True, readonly=True)
    ref = fields.Char(
        "Which", required=True, readonly=True, help="Tells several of a kind from each other."
    )
    due_at = fields.Datetime(required=True, readonly=True)
    data = fields.Json(readonly=True)
    attempts = fields.Integer(required=True, readonly=True, default=0)

    _once = models.UniqueIndex("(conversation_id, kind, ref)")
    _due_index = models.Index("(due_at, id)")

    # Setting: see the conversation's _set_timer

    @api.model
    def _store(self, conversations, kind, due_at, ref, data, *, replace):
        if not conversations:
            return
        # SQL: the database decides whether there is one, and a batch of messages asks once.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO omnichannel_timer AS timer
                            (conversation_id, kind, ref, due_at, data, attempts)
                     SELECT id, %(kind)s, %(ref)s, %(due_at)s, %(data)s, 0
                       FROM unnest(%(ids)s) AS id
                ON CONFLICT (conversation_id, kind, ref) %(conflict)s
                """,
                kind=kind,
                ref=ref,
                due_at=due_at,
                data=Json(data),
                ids=conversations.ids,
                conflict=SQL(
                    "DO UPDATE SET due_at = EXCLUDED.due_at, data = EXCLUDED.data, attempts = 0"
                )
                if replace
                else SQL("DO NOTHING"),
            )
        )
        self.invalidate_model()
        wake_in_time(self.env, "timers", due_at)

    # Working off

    @api.model
    def _cron_work_off(self):
        """What is due happens, each in a transaction of its own."""
        cron, conflicts = self.env["ir.cron"], 0
        while conflicts < MAX_CONFLICTS:
            try:
                if not (timer := self._claim()):
                    break
                timer._work_off()
            except TransactionRollbackError:
                # Somebody else changed the conversation since we looked: look again.
                self.env.cr.rollback()
                conflicts += 1
                continue
            conflicts = 0
            if not cron._commit_progress(1, remaining=self._count_due()):
                wake(self.env, "timers")  # nobody else wakes a cron that stops with work left
                return
        self._wake_for_next()

    @api.model
    def _due_domain(self):
        return [("due_at", "<=", fields.Datetime.now())]

    @api.model
    def _count_due(self):
        return self.search_count(self._due_domain(), limit=1)

    @api.model
    def _claim(self):
        """Return what has been due longest, and keep others off its conversation; or nothing.

        A conversation that somebody changes at this moment is left for the next look.
        """
        query = SQL(
            """
            SELECT timer.id
              FROM omnichannel_timer timer
              JOIN omnichannel_conversation conversation
                ON conversation.id = timer.conversation_id
             WHERE timer.due_at <= %s
          ORDER BY timer.due_at, timer.id
             LIMIT 1
               FOR UPDATE OF timer SKIP LOCKED
               FOR NO KEY UPDATE OF conversation SKIP LOCKED
            """,
            fields.Datetime.now(),
        )
        self.env.cr.execute(query, log_exceptions=False)
        return self.browse(row_id for (row_id,) in self.env.cr.fetchall())

    def _work_off(self):
        """It has happened, or is tried again later.

        :raises TransactionRollbackError: somebody else was faster; nothing was done
        """
        try:
            with self.env.cr.savepoint():
                self._handle()
        except TransactionRollbackError:
            raise
        except Exception:
            _logger.exception("Timer %d (%s) failed", self.id, self.kind)
            self.invalidate_recordset()
            self._postpone()

    def _handle(self):
        handler, ref, data = HANDLED_BY.get(self.kind), self.ref, self.data or {}
        channel = self.conversation_id.channel_id._acting()
        conversation = self.conversation_id.with_env(channel.env)
        if not handler:
            _logger.warning("Timer %d: nobody handles %s", self.id, self.kind)
        self.unlink()
        if handler:
            getattr(conversation, handler)(ref=ref, **data)

    def _postpone(self):
        if self.attempts >= len(RETRY_AFTER):
            _logger.error("Timer %d (%s) is given up", self.id, self.kind)
            self.unlink()
            return
        due_at = fields.Datetime.now() + timedelta(seconds=RETRY_AFTER[self.attempts])
        self.write({"attempts": self.attempts + 1, "due_at": due_at})

    @api.model
    def _wake_for_next(self):
        """The cron runs again when the next one falls due, or one that was locked."""
        if upcoming := self.search([], limit=1):
            soon = fields.Datetime.now() + timedelta(seconds=1)
            wake_in_time(self.env, "timers", max(upcoming.due_at, soon))
