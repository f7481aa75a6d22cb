import random
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from .test_distribution import DistributionCase

#: Conversations beside those that are to be given, of which none may be read.
MANY = 100_000
CAPACITY = 2
#: What happens, and how often beside the others.
HAPPENINGS = {
    "client_writes": 6,
    "operator_answers": 4,
    "operator_takes": 2,
    "operator_finishes": 3,
    "operator_leaves": 1,
    "operator_invites": 1,
    "somebody_comes_or_goes": 4,
    "time_passes": 4,
}


@tagged("-at_install", "post_install")
class TestDistributionRules(DistributionCase):
    """Whatever happens in whatever order, the right one answers in the end."""

    def setUp(self):
        super().setUp()
        self.channel.operator_ids |= self.stranger
        self.people |= self.stranger
        self.show(self.stranger, "online")
        self.people.omnichannel_capacity = CAPACITY
        self.channel.write(
            {
                "pass_on_minutes": 10,
                "resource_calendar_id": self.env["resource.calendar"]
                .create(
                    {
                        "name": "With a break",
                        "tz": "UTC",
                        "company_id": self.company.id,
                        "attendance_ids": [
                            Command.create(
                                {
                                    "name": f"{day} {begin}",
                                    "dayofweek": str(day),
                                    "hour_from": begin,
                                    "hour_to": begin + 3,
                                }
                            )
                            for day in range(7)
                            for begin in (8, 12, 16)
                        ],
                    }
                )
                .id,
            }
        )
        self.conversations = self.env["omnichannel.conversation"]

    # What may happen

    def pick(self, **wanted):
        found = self.conversations.filtered(
            lambda c: all(getattr(c, name) == value for name, value in wanted.items())
        )
        return self.chance.choice(found) if found else found

    def client_writes(self):
        self.conversations |= self.write_in(self.chance.randrange(1, 9))

    def operator_answers(self):
        if conversation := self.pick(state="open"):
            self.answer(conversation, by=conversation.operator_id)

    def operator_takes(self):
        user = self.chance.choice(self.people)
        conversation = self.pick(state="new")
        if conversation and self.load(user) < CAPACITY:
            conversation.with_user(user).action_take()

    def operator_finishes(self):
        if conversation := self.pick(state="open"):
            conversation.with_user(conversation.operator_id).action_finish()

    def operator_leaves(self):
        conversation = self.pick(state="open")
        if conversation and len(conversation.participant_ids) == 1:
            conversation.with_user(conversation.operator_id).action_leave()

    def operator_invites(self):
        if conversation := self.pick(state="open"):
            other = self.chance.choice(self.people)
            conversation.with_user(conversation.operator_id).action_invite(other.ids)

    def somebody_comes_or_goes(self):
        user = self.chance.choice(self.people)
        self.show(user, self.chance.choice(("online", "online", "away", "offline")))

    def time_passes(self):
        self.clock.tick(timedelta(minutes=self.chance.choice((1, 3, 10, 60))))

    # What is right

    def load(self, user):
        mine = [("state", "=", "open"), ("operator_id", "=", user.id)]
        return self.env["omnichannel.conversation"].search_count(mine)

    def picture(self):
        return [
            (c.id, c.state, c.operator_id.id, len(c.assignment_ids)) for c in self.conversations
        ]

    def check(self):
        is_open = self.channel._is_open()
        candidates = {one.user_id: one for one in self.channel._find_candidates()}
        free = [user for user, one in candidates.items() if not one.hindrance]
        for user in self.people:
            self.assertLessEqual(self.load(user), CAPACITY)
        for conversation in self.conversations:
            if conversation.state == "new":
                self.assertFalse(is_open and free, "it waits although somebody is free")
                self.assertTrue(conversation.assignment_ids, "it is said why it waits")
                self.assertFalse(conversation.participant_ids)
            if conversation.state == "open":
                operator = conversation.operator_id
                self.assertIn(operator, self.members(conversation))
                self.check_answered(conversation, is_open and free, candidates[operator.id])
        for row in self.conversations.assignment_ids.filtered("user_id"):
            self.assertTrue(row.reasons)
            self.assertTrue(self.channel._is_open(row.decided_at), row.kind)

    def check_answered(self, conversation, is_somebody_free, operator):
        if not conversation.waiting_since:
            return
        self.assertFalse(is_somebody_free and operator.absent, "its operator is gone")
        timer = self.env["omnichannel.timer"].search(
            [("conversation_id", "=", conversation.id), ("kind", "=", "unanswered")]
        )
        self.assertGreater(timer.due_at, fields.Datetime.now(), "somebody looks after it")

    def test_any_order_ends_in_a_right_state(self):
        for seed in range(3):
            with self.subTest(seed=seed):
                self.chance = random.Random(seed)  # noqa: S311 - no secret
                self.play()

    def play(self):
        names, weights = zip(*HAPPENINGS.items(), strict=True)
        for _step in range(10):
            for happening in self.chance.choices(names, weights, k=5):
                getattr(self, happening)()
            self.distribute()
            # Whatever somebody's change had to do with another's is done in the run after it.
            self.distribute()
            self.check()
            before = self.picture()
            self.distribute()
            self.assertEqual(self.picture(), before, "nothing happens twice")


@tagged("-at_install", "post_install")
class TestDistributionCost(DistributionCase):
    """What a run reads does not depend on how many conversations there are."""

    def make_many(self, first, last):
        """Half of them finished, half of them waiting, all of them later than what is to come."""
        pattern = self.conversation("1")
        self.env.cr.execute(
            """
            WITH made AS (
                INSERT INTO omnichannel_conversation
                            (channel_id, network, company_id, chat_ref, identity_id, session_id,
                             state, began_at, waiting_since, queued_at, last_message_at)
                     SELECT channel_id, network, company_id, 'many' || number, identity_id,
                            session_id, CASE WHEN number %% 2 = 0 THEN 'new' ELSE 'done' END,
                            now(), '2030-06-01'::timestamp + number * interval '1 s', now(), now()
                       FROM omnichannel_conversation, generate_series(%s, %s) AS number
                      WHERE id = %s
                  RETURNING id
            )
            INSERT INTO omnichannel_timer (conversation_id, kind, ref, due_at, attempts)
                 SELECT id, 'unanswered', '', '2031-01-01', 0 FROM made
            """,
            (first, last, pattern.id),
        )
        self.env.cr.execute("ANALYZE omnichannel_conversation, omnichannel_timer")
        self.env.invalidate_all()

    def cost(self, chat):
        """Return how many questions it takes to give one conversation, and to see no room left."""
        self.anna.omnichannel_capacity += 1
        self.write_in(chat)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.run_cron("timers", "distribution")
        self.assertEqual(self.conversation(str(chat)).operator_id, self.anna)
        return self.env.cr.sql_log_count - before

    def plan(self, domain, **options):
        """Return how the database looks for conversations."""
        query = self.env["omnichannel.conversation"]._search(domain, **options)
        rows = self.env.execute_query(SQL("EXPLAIN ANALYZE %s", query.select()))
        return "\n".join(line for (line,) in rows)

    def test_a_hundred_thousand_conversations_cost_nothing(self):
        self.show(self.boris, "offline")
        self.anna.omnichannel_capacity = 1
        self.given(1)
        self.make_many(1, 10)
        for chat in (2, 3):
            self.cost(chat)
        few = self.cost(4)
        self.make_many(11, MANY)
        self.assertEqual(self.cost(5), few)
        waiting = self.channel._waiting_domain()
        head = self.plan(waiting, order="waiting_since, id", limit=1)
        self.assertIn("omnichannel_conversation_queue_index", head)
        new = self.plan([*waiting, ("queued_at", "=", False)], limit=100)
        self.assertIn("omnichannel_conversation_unexplained_index", new)
        for plan in (head, new):
            self.assertNotIn("Seq Scan", plan)
            self.assertNotIn("Rows Removed", plan)
