"""Changes that must not get lost because somebody else touches the same rows."""

import time

import psycopg2

from odoo.tools import SQL

ATTEMPTS = 20


def lock(records):
    """Keep others off these records until the transaction ends.

    :raises psycopg2.errors.SerializationFailure: they have changed since the transaction began
    """
    query = SQL(
        "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
        SQL.identifier(records._table),
        tuple(records.ids) or (0,),
    )
    records.env.cr.execute(query, log_exceptions=False)


def lock_fresh(*recordsets):
    """Begin a new transaction that sees the records as they are now, and keeps others off them.

    What was done before is committed. Returns whether it could be had; it is waited for a while.
    """
    env = recordsets[0].env
    for attempt in range(ATTEMPTS):
        env["ir.cron"]._commit_progress()
        try:
            with env.cr.savepoint(flush=False):
                for records in recordsets:
                    lock(records)
        except psycopg2.errors.SerializationFailure:
            time.sleep(0.01 * attempt)
        else:
            return True
    return False
