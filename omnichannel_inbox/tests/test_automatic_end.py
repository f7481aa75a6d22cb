import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import test_races
from .test_auto_answer import ByItself

SEEDS = range(6)
STEPS = 14


@tagged("-at_install", "post_install")
class TestAutomaticEnd(ByItself):
    """An appeal ends by itself when the client is silent; a message that comes meanwhile wins."""

    def setUp(self):
        super().setUp()
        self.channel.write({"silence_after": 24, "closing_text": "Goodbye"})

    def answered(self):
        client = self.taken()
        self.answer(client)
        return client

    def test_after_so_long_a_silence(self):
        client = self.answered()
        self.after(hours=23)
        self.assertEqual(client.state, "open")
        self.after(hours=1)
        self.assertEqual((client.state, client.session_id.outcome), ("done", "timeout"))
        self.assertEqual(self.told(client), ["Goodbye"])
        self.assertIn("24 h", self.lines(client)[-1])
        self.after(hours=24)
        self.assertEqual(len(self.told(client)), 1)

    def test_nothing_falls_due_for_what_is_over(self):
        self.auto_answer(delay=5)
        self.channel.write(
            {
                "distribution": "evenly",
                "pass_on_minutes": 5,
                "notice_user_ids": self.vera.ids,
                "notice_waiting_minutes": 5,
            }
        )
        timers = self.env["omnichannel.timer"]
        for action in ("action_finish", "action_spam"):
            with self.subTest(action):
                client = self.taken()
                mine = [("conversation_id", "=", client.id)]
                kinds = set(timers.search(mine).mapped("kind"))
                self.assertEqual(kinds, {"silence", "auto_answer", "unanswered", "waiting_notice"})
                getattr(client.with_user(self.anna), action)()
                self.assertFalse(timers.search(mine))

    def test_a_message_moves_it_off(self):
        client = self.answered()
        self.after(hours=23)
        self.deliver(self.message("Wait"))
        self.answer(client)
        self.after(hours=2)
        self.assertEqual(client.state, "open")
        self.after(hours=22)
        self.assertEqual(client.state, "done")

    def test_a_message_that_is_not_read_yet_wins(self):
        client = self.answered()
        session = client.session_id
        self.clock.tick(timedelta(hours=24))
        self.store(self.message("I am here"))
        self.run_cron("timers")
        self.assertEqual(client.state, "open")
        self.work_off()
        self.after(hours=1)
        self.assertEqual((client.state, client.session_id), ("open", session))

    def test_a_message_behind_it_is_a_new_appeal(self):
        client = self.answered()
        session = client.session_id
        self.after(hours=24)
        self.deliver(self.message("Hello again"))
        self.assertEqual(client.state, "new")
        self.assertNotEqual(client.session_id, session)

    def test_who_waits_for_us_is_not_ended(self):
        client = self.taken()
        for _day in range(3):
            self.after(hours=24)
        self.assertEqual(client.state, "open")
        self.answer(client)
        self.after(hours=24)
        self.assertEqual(client.state, "done")

    def test_unless_the_channel_wants_that(self):
        self.channel.ends_unanswered = True
        client = self.deliver(self.message())
        self.after(hours=24)
        self.assertEqual(client.session_id.outcome, "timeout")

    def test_in_days_and_in_working_time(self):
        self.open_from_nine_to_six()
        for unit, time, ends in (
            ("days", "calendar", "2030-01-04 12:00:00"),
            ("hours", "business", "2030-01-02 14:00:00"),
            ("days", "business", "2030-01-04 12:00:00"),
        ):
            with self.subTest(unit=unit, time=time):
                self.channel.write({"silence_after": 2, "silence_unit": unit, "silence_time": time})
                end = self.channel._end_of_silence(fields.Datetime.now())
                self.assertEqual(fields.Datetime.to_string(end), ends)

    def test_switched_on_it_holds_for_who_is_there(self):
        self.channel.silence_after = 0
        client = self.answered()
        self.clock.tick(timedelta(hours=50))
        self.channel.silence_after = 24
        self.after(hours=1)
        self.assertEqual(client.state, "open", "nothing ends the moment it is switched on")
        self.after(hours=23)
        self.assertEqual(client.state, "done")

    def test_restored_it_has_its_whole_time(self):
        client = self.answered()
        self.after(hours=24)
        client.with_user(self.anna).action_restore()
        self.after(hours=23)
        self.assertEqual(client.state, "open")
        self.after(hours=1)
        self.assertEqual(client.state, "done")
        self.assertEqual(self.told(client), ["Goodbye"], "once in an appeal")

    def test_last_words_of_an_operator_and_none_to_spam(self):
        client = self.answered()
        client.with_user(self.anna).action_finish()
        self.assertEqual(self.told(client), ["Goodbye"])
        self.assertEqual(self.env["omnichannel.timer"].search_count([]), 0)
        with self.assertRaises(UserError):
            client.with_user(self.anna).action_finish()
        self.assertEqual(len(self.told(client)), 1)
        other = self.deliver(self.message(chat="77"))
        other.with_user(self.anna).action_spam()
        self.assertFalse(self.told(other))

    def test_last_words_go_out_though_the_conversation_is_finished(self):
        client = self.answered()
        client.with_user(self.anna).action_finish()
        self.send_all()
        self.assertEqual(self.network.asked("messages.send")[-1]["message"], "Goodbye")

    def test_a_message_in_between_costs_nothing_more(self):
        """All rules together are looked at when a client begins to wait, and when they are due."""
        self.channel.write({"silence_after": 0, "closing_text": False})
        self.deliver(self.message())
        self.count_queries()
        few = self.count_queries()
        self.channel.write(
            {
                "silence_after": 24,
                "closing_text": "Goodbye",
                "asks_rating": True,
                "shows_operator": True,
                "notice_user_ids": self.vera.ids,
                "notice_waiting_minutes": 5,
            }
        )
        self.auto_answer(delay=5, repeat_every=5)
        self.count_queries()
        self.assertEqual(self.count_queries(), few)

    def count_queries(self):
        """Return how many questions one more message of a client who waits asks."""
        self.store(self.message("More"))
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.work_off()
        return self.env.cr.sql_log_count - before

    # Whatever happens

    def test_in_any_order(self):
        """Messages, timers, take, finish, restore, spam and settings, in any order."""
        self.channel.write({"shows_operator": True, "asks_rating": True})
        self.auto_answer(delay=30, repeat_every=60, most=2)
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self.interleave(random.Random(seed), str(9000 + seed))  # noqa: S311 - no secret

    def interleave(self, chance, chat):
        client = self.deliver(self.message(chat=chat))
        steps = {
            "write": lambda: self.deliver(self.message("Hello", chat=chat)),
            "rate": lambda: self.deliver(self.message("👍", chat=chat)),
            "store": lambda: self.store(self.message("Late", chat=chat)),
            "read": self.work_off,
            "answer": lambda: self.answer(client),
            "take": lambda: client.with_user(self.anna).action_take(),
            "finish": lambda: client.with_user(self.anna).action_finish(),
            "restore": lambda: client.with_user(self.anna).action_restore(),
            "spam": lambda: client.with_user(self.anna).action_spam(),
            "an hour": lambda: self.after(hours=1),
            "a day": lambda: self.after(hours=24),
            "again": lambda: self.run_cron("timers"),
        }
        for _number in range(STEPS):
            name = chance.choice(list(steps))
            try:
                with self.env.cr.savepoint():
                    steps[name]()
            except UserError:
                pass  # not possible in this state, and said so
            with self.subTest(step=name):
                self.check(client)

    def check(self, client):
        """The conversation is in a right state, and nobody was told too much."""
        self.env.invalidate_all()
        session = client.session_id
        is_going_on = client.state in ("new", "open")
        self.assertEqual(is_going_on, not session.closed_at)
        self.assertEqual(client.state == "open", bool(is_going_on and client.operator_id))
        self.assertFalse(client.waiting_since and not is_going_on)
        for each in client.session_ids:
            said = each.said_by_itself or {}
            self.assertLessEqual(said.get("closing", [0])[0], 1)
            answers = [times for key, (times, _at) in said.items() if key.startswith("answer")]
            self.assertLessEqual(max(answers, default=0), 2)
            self.assertLessEqual(len(each.rating_ids), 1)
            self.assertEqual(bool(each.rating_ids), bool(each.client_rating))
        timers = self.env["omnichannel.timer"].search([("conversation_id", "=", client.id)])
        if not is_going_on:
            self.assertFalse(timers.filtered(lambda timer: timer.kind == "silence"))
        else:
            self.assertTrue(timers.filtered(lambda timer: timer.kind == "silence"))


@tagged("-at_install", "post_install")
class TestEndsAtOnce(test_races.TestRaces):
    """A message, the end by silence and an operator who finishes, at the same moment."""

    ROUNDS = 3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.committed() as env:
            env["omnichannel.channel"].browse(cls.channel_id).write(
                {"silence_after": 24, "ends_unanswered": True, "closing_text": "Goodbye"}
            )

    def test_nothing_is_lost_and_nothing_said_twice(self):
        for number in range(self.ROUNDS):
            chat = 840 + number
            self.make_silent(chat)
            doing = (self.write, self.time_out, self.finish, self.time_out)
            with self.subTest(round=number), mute_logger("odoo.service.model", "odoo.sql_db"):
                self.at_once(lambda each, doing=doing, chat=chat: doing[each](chat), len(doing))
                self.work_off()
                self.check(chat)

    def make_silent(self, chat):
        """Somebody has this client, and nothing was said for two days."""
        self.store("Hello", f"silent-{chat}-{self.mark}", chat)
        self.work_off()
        with self.committed() as env:
            now = fields.Datetime.now()
            conversation = self.find(env, chat)
            conversation._take(env["res.users"].browse(self.user_ids[0]))
            long_ago = now - timedelta(days=2)
            conversation.write({"last_message_at": long_ago, "operator_since": long_ago})
            conversation.session_id.opened_at = long_ago
            conversation._set_timer("silence", now)

    def find(self, env, chat):
        return env["omnichannel.conversation"].search(
            [("channel_id", "=", self.channel_id), ("chat_ref", "=", str(chat))]
        )

    def write(self, chat):
        self.store("I am here", f"here-{chat}-{self.mark}", chat)
        self.work_off()

    def time_out(self, _chat):
        with self.committed() as env:
            env["omnichannel.timer"]._cron_work_off()

    def finish(self, chat):
        with self.committed(self.user_ids[0]) as env:
            try:
                retrying(self.find(env, chat).action_finish, env)
            except UserError:
                env.cr.rollback()  # it had ended already

    def check(self, chat):
        with self.committed() as env:
            conversation = self.find(env, chat)
            received = env["omnichannel.message"].search_count(
                [("conversation_id", "=", conversation.id), ("direction", "=", "in")]
            )
            said = env["omnichannel.message"].search_count(
                [("conversation_id", "=", conversation.id), ("text", "=", "Goodbye")]
            )
            closed = conversation.session_ids.filtered("closed_at")
            self.assertEqual(received, 2)
            self.assertEqual(said, len(closed))
            going_on = conversation.session_ids - closed
            self.assertEqual(conversation.state in ("new", "open"), bool(going_on))
            if "timeout" in closed.mapped("outcome"):
                self.assertEqual(len(conversation.session_ids), 2, "the message is a new appeal")
