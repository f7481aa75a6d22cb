"""Waking scheduled actions, also sooner than the minute in which they look by themselves."""

import logging
import threading

from odoo import fields, modules
from odoo.sql_db import db_connect
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Seconds after which every cron worker looks for itself.
POLL_INTERVAL = 60


def wake(env, name, at=None):
    """The scheduled action of this name runs once the transaction is there, or at that moment."""
    env.ref(f"omnichannel_inbox.ir_cron_{name}")._trigger(at=at)
    delay = (at - fields.Datetime.now()).total_seconds() if at else 0
    if 0 < delay < POLL_INTERVAL and not modules.module.current_test:
        dbname = env.cr.dbname
        env.cr.postcommit.add(lambda: _notify_later(dbname, delay))


def _notify_later(dbname, delay):
    """Only a kick: were it lost, the next look of a cron worker would find the work."""
    # Datetimes have whole seconds: a second later the moment has come for certain.
    timer = threading.Timer(delay + 1, _notify, args=(dbname,))
    timer.daemon = True
    timer.start()


def _notify(dbname):
    try:
        with db_connect("postgres").cursor() as cr:
            cr.execute(SQL("SELECT pg_notify('cron_trigger', %s)", dbname))
    except Exception as error:  # noqa: BLE001 - see above: only a kick
        _logger.info("Cron workers not woken: %s", type(error).__name__)
