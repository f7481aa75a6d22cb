from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import omnichannel_timer
from .common import InboxCase

TIMER_LOG = "odoo.addons.omnichannel_inbox.models.omnichannel_timer"
#: Conversations beside those that are due, of which none may be read.
MANY = 100_000


@tagged("-at_install", "post_install")
class TestTimer(InboxCase):
    """What falls due happens once, at its moment, to a conversation as it is then."""

    def setUp(self):
        super().setUp()
        self.happened = happened = []

        def ring(_conversation, ref="", **data):
            happened.append((ref, data))

        def ring_again(conversation, ref="", **data):
            ring(conversation, ref, **data)
            conversation._set_timer("ring_again", self.moment(minutes=5))

        def fail(conversation, **_data):
            conversation.note = "half done"
            raise ValueError("always")

        handlers = {"ring": ring, "ring_again": ring_again, "fail": fail}
        model = type(self.env["omnichannel.conversation"])
        for kind, handler in handlers.items():
            setattr(model, f"_on_{kind}", handler)
            self.addCleanup(delattr, model, f"_on_{kind}")
        handled_by = {kind: f"_on_{kind}" for kind in handlers}
        self.patch(omnichannel_timer, "HANDLED_BY", handled_by)
        self.clock = self.enterContext(freeze_time("2030-01-01 12:00:00"))
        self.client = self.deliver(self.message())
        self.timers().unlink()

    def moment(self, **after):
        return fields.Datetime.now() + timedelta(**after)

    def run_after(self, **after):
        """So much later the scheduled action runs; return what has happened since."""
        self.happened.clear()
        self.clock.tick(timedelta(**after))
        self.run_cron("timers")
        return self.happened

    def timers(self):
        return self.env["omnichannel.timer"].search([])

    def test_what_is_due_happens_once(self):
        self.client._set_timer("ring", self.moment(minutes=10), "first", word="hello")
        self.assertFalse(self.run_after(minutes=9), "not before its time")
        self.assertEqual(self.run_after(minutes=1), [("first", {"word": "hello"})])
        self.assertFalse(self.run_after(minutes=1))
        self.assertFalse(self.timers())

    def test_the_last_moment_counts(self):
        self.client._set_timer("ring", self.moment(minutes=10))
        self.client._set_timer("ring", self.moment(minutes=20))
        self.client._ensure_timer("ring", self.moment(minutes=1))
        self.assertEqual(len(self.timers()), 1)
        self.assertFalse(self.run_after(minutes=10))
        self.assertTrue(self.run_after(minutes=10))

    def test_several_of_a_kind_are_told_apart(self):
        for ref in ("a", "b"):
            self.client._set_timer("ring", self.moment(minutes=1), ref)
        self.assertEqual(self.run_after(minutes=1), [("a", {}), ("b", {})])

    def test_what_is_called_off_does_not_happen(self):
        self.client._set_timer("ring", self.moment(minutes=1))
        self.client.with_user(self.anna)._cancel_timers("ring")
        self.assertFalse(self.run_after(minutes=1))

    def test_it_may_set_itself_again(self):
        self.client._set_timer("ring_again", self.moment())
        for _round in range(3):
            self.assertTrue(self.run_after(minutes=5))

    def test_many_are_set_at_once(self):
        clients = self.client | self.deliver(self.message(chat="77"))
        clients._set_timer("ring", self.moment())
        with self.assertQueryCount(2):  # the rows, and the scheduled action's alarm
            clients._set_timer("ring", self.moment())
        self.assertEqual(len(self.run_after(minutes=1)), 2)

    def test_what_fails_is_undone_tried_again_and_given_up_in_the_end(self):
        self.client._set_timer("fail", self.moment())
        self.client._set_timer("ring", self.moment())
        with mute_logger(TIMER_LOG):
            self.assertTrue(self.run_after(minutes=1), "the others go on")
            self.assertFalse(self.client.note)
            self.assertEqual(self.timers().attempts, 1)
            self.run_after(minutes=1)
            self.run_after(minutes=5)
            self.assertEqual(self.timers().attempts, 3)
            self.run_after(minutes=30)
        self.assertFalse(self.timers())

    def test_what_nobody_handles_is_dropped(self):
        self.client._set_timer("of_an_addon_that_left", self.moment())
        with self.assertLogs(TIMER_LOG, "WARNING"):
            self.run_after(minutes=1)
        self.assertFalse(self.timers())

    def test_what_falls_due_soon_wakes_the_action(self):
        triggers = self.env["ir.cron.trigger"]
        cron = [("cron_id", "=", self.env.ref("omnichannel_inbox.ir_cron_timers").id)]
        triggers.search(cron).unlink()  # of tests that committed
        self.client._set_timer("ring", self.moment(hours=1))
        self.assertFalse(triggers.search(cron), "its run each minute finds it")
        self.run_after(minutes=59, seconds=30)
        self.assertEqual(triggers.search_count(cron), 1, "to the second")

    def test_a_run_reads_only_what_is_due(self):
        """A hundred thousand that are not due change neither the questions nor what is read."""
        self.client._set_timer("ring", self.moment(days=900), "later")
        self.count_queries()
        few = self.count_queries()
        self.env.cr.execute(
            """
            INSERT INTO omnichannel_timer
                        (conversation_id, kind, ref, due_at, attempts)
                 SELECT %s, 'ring', number, '2031-01-01'::timestamp + number * interval '1 s', 0
                   FROM generate_series(1, %s) AS number
            """,
            (self.client.id, MANY),
        )
        self.env.cr.execute("ANALYZE omnichannel_timer")
        self.assertEqual(self.count_queries(), few)
        self.env.cr.execute(
            "EXPLAIN ANALYZE SELECT id FROM omnichannel_timer WHERE due_at <= '2030-01-02'"
            " ORDER BY due_at, id LIMIT 1"
        )
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("omnichannel_timer_due_index", plan)
        self.assertNotIn("Rows Removed", plan)

    def count_queries(self):
        """Return how many questions a run asks in which two things are due."""
        for ref in ("a", "b"):
            self.client._set_timer("ring", self.moment(), ref)
        before = self.env.cr.sql_log_count
        self.run_cron("timers")
        return self.env.cr.sql_log_count - before
