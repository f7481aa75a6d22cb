import threading

import psycopg2

from odoo.tests import TransactionCase, tagged

from ..models import waking


@tagged("-at_install", "post_install")
class TestWaking(TransactionCase):
    """Scheduled actions are woken as ir.cron itself would wake them, only sooner."""

    def triggers(self, cron):
        self.env.flush_all()
        return self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])

    def test_the_action_is_due_at_once_or_at_its_moment(self):
        cron = self.env.ref("omnichannel_inbox.ir_cron_inbound_0")
        self.triggers(cron).unlink()
        waking.wake(self.env, "inbound_0")
        self.assertLessEqual(self.triggers(cron).call_at, self.env.cr.now())
        self.triggers(cron).unlink()
        moment = self.env.cr.now().replace(year=2040, microsecond=0)
        waking.wake(self.env, "inbound_0", moment)
        self.assertEqual(self.triggers(cron).call_at, moment)

    def test_what_is_switched_off_is_not_woken(self):
        cron = self.env.ref("omnichannel_inbox.ir_cron_inbound_0")
        self.triggers(cron).unlink()
        cron.active = False
        self.env.flush_all()
        waking.wake(self.env, "inbound_0")
        self.assertFalse(self.triggers(cron))

    def test_the_bell_rings_again_after_the_database_server_was_restarted(self):
        bell, rung, told = waking._Bell(), [], threading.Event()

        def notify(dbname):
            rung.append(dbname)
            if len(rung) == 1:
                raise psycopg2.OperationalError
            told.set()

        bell._notify = notify
        bell.ring("somewhere")
        self.assertTrue(told.wait(5))
        self.assertEqual(rung, ["somewhere", "somewhere"])

    def test_a_new_process_rings_for_itself(self):
        bell, told = waking._Bell(), threading.Event()
        bell._connection = parents = object()
        bell.forget()
        bell._notify = lambda _dbname: told.set()
        bell.ring("somewhere")
        self.assertTrue(told.wait(5))
        self.assertIs(bell._inherited, parents, "it is not closed, which would end the parent's")
