"""Changes that must not get lost because somebody else touches the same rows, and old rows."""

import time

import psycopg2

from odoo.tools import SQL

ATTEMPTS = 20
#: Rows that are deleted at a time: few enough to hold up nobody.
PORTION = 10_000


def lock(records):
    """Keep others off these records until the transaction ends.

    :raises psycopg2.errors.SerializationFailure: they have changed since the transaction began
    """
    _lock(records)


def lock_free(records):
    """Keep others off those of these records that nobody else has, and return them.

    :raises psycopg2.errors.SerializationFailure: one has changed since the transaction began
    """
    _lock(records, SQL("SKIP LOCKED"))
    return records.browse(record_id for (record_id,) in records.env.cr.fetchall())


def _lock(records, otherwise=SQL()):  # noqa: B008 - nothing changes it
    query = SQL(
        "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE %s",
        SQL.identifier(records._table),
        tuple(records.ids) or (0,),
        otherwise,
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


def forget(model, moment, before, condition=None):
    """Delete a portion of the rows of a model that are older than this.

    :param moment: the column that says how old a row is
    :return: what a method of the autovacuum returns: how many have gone, and whether more wait
    """
    query = SQL(
        "DELETE FROM %(table)s WHERE id IN (SELECT id FROM %(table)s"
        " WHERE %(moment)s < %(before)s AND %(condition)s ORDER BY %(moment)s LIMIT %(limit)s)",
        table=SQL.identifier(model._table),
        moment=SQL.identifier(moment),
        before=before,
        condition=condition or SQL("TRUE"),
        limit=PORTION,
    )
    model.flush_model()
    model.env.cr.execute(query)
    model.invalidate_model()
    return model.env.cr.rowcount, model.env.cr.rowcount == PORTION
