"""Waking scheduled actions, also sooner than the minute in which they look by themselves."""

import logging
import os
import queue
import threading

import psycopg2

from odoo import fields, modules
from odoo.sql_db import connection_info_for
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import ODOO_NOTIFY_FUNCTION

_logger = logging.getLogger(__name__)

#: Seconds after which every cron worker looks for itself.
POLL_INTERVAL = 60


def wake(env, name, at=None):
    """The scheduled action of this name runs once the transaction is there, or at that moment."""
    _insert_trigger(env, name, at)
    delay = (at - fields.Datetime.now()).total_seconds() if at else 0
    dbname = env.cr.dbname
    if delay <= 0:
        env.cr.postcommit.add(lambda: _bell.ring(dbname))
    elif delay < POLL_INTERVAL and not modules.module.current_test:
        env.cr.postcommit.add(lambda: _ring_later(dbname, delay))


def wake_in_time(env, name, at):
    """The same for an action that looks each minute by itself: what is further off it finds."""
    now = fields.Datetime.now()
    if (at - now).total_seconds() < POLL_INTERVAL:
        wake(env, name, at if at > now else None)


def _insert_trigger(env, name, at):
    # SQL: every webhook comes past here, and ir.cron's own way takes it three queries and a new
    # connection to the database server, which is more than all the rest of it.
    env.cr.execute(
        SQL(
            """
            INSERT INTO ir_cron_trigger (cron_id, call_at)
                 SELECT id, COALESCE(%s, now() AT TIME ZONE 'UTC')
                   FROM ir_cron
                  WHERE id = %s AND active
            """,
            at,
            env["ir.model.data"]._xmlid_to_res_id(
                f"omnichannel_inbox.ir_cron_{name}", raise_if_not_found=True
            ),
        )
    )


def _ring_later(dbname, delay):
    # Datetimes have whole seconds: a second later the moment has come for certain.
    timer = threading.Timer(delay + 1, _bell.ring, args=(dbname,))
    timer.daemon = True
    timer.start()


class _Bell:
    """Wakes the cron workers of all servers, through a connection that each process keeps.

    A thread does it, so that nobody waits for it. Only a kick: were it lost, the next look of a
    cron worker would find the work.
    """

    def __init__(self):
        self.forget()

    def forget(self):
        """In a new process nothing is rung yet; the connection is the parent's, and stays open."""
        self._inherited = getattr(self, "_connection", None)
        self._connection = self._thread = None
        self._lock, self._wanted = threading.Lock(), queue.SimpleQueue()

    def ring(self, dbname):
        """The cron workers look for work in this database, in a moment."""
        self._wanted.put(dbname)
        with self._lock:
            if not self._thread:
                self._thread = threading.Thread(target=self._serve, name="bell", daemon=True)
                self._thread.start()

    def _serve(self):
        while True:
            dbname = self._wanted.get()
            try:
                self._notify(dbname)
            except psycopg2.Error:
                self._connection = None  # the database server was restarted: once more
                self._notify_if_possible(dbname)

    def _notify_if_possible(self, dbname):
        try:
            self._notify(dbname)
        except psycopg2.Error as error:
            _logger.info("Cron workers not woken: %s", type(error).__name__)

    def _notify(self, dbname):
        if self._connection is None:
            # Cron workers listen in the database "postgres", whichever they work in.
            _name, info = connection_info_for("postgres")
            self._connection = psycopg2.connect(**info)
            self._connection.autocommit = True
        query = f"SELECT {ODOO_NOTIFY_FUNCTION}('cron_trigger', %s)"
        with self._connection.cursor() as cursor:
            cursor.execute(query, (dbname,))


_bell = _Bell()
os.register_at_fork(after_in_child=_bell.forget)
