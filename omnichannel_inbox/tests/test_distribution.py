import random
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from ..tools.distribution import Candidate, choose
from .common import InboxCase


@tagged("-at_install", "post_install")
class TestChoice(BaseCase):
    """Who gets a conversation follows from what is known at the moment, and from nothing else."""

    def test_ten_thousand_conversations_are_spread_evenly_over_twenty_operators(self):
        chance = random.Random(6)  # noqa: S311 - no secret
        load = dict.fromkeys(range(1, 21), 0)
        turn = dict.fromkeys(load, 0)
        open_ones = []
        for number in range(1, 10_001):
            candidates = [Candidate(user, open=load[user], turn=turn[user]) for user in load]
            decision = choose("evenly", candidates)
            self.assertTrue(decision.reasons)
            load[decision.user_id] += 1
            turn[decision.user_id] = number
            open_ones.append(decision.user_id)
            self.assertLessEqual(max(load.values()) - min(load.values()), 1, number)
            if number % 20 == 0:  # each of them finishes as many, one after the other
                done = open_ones[: chance.randrange(0, len(open_ones) // 20 + 1) * 20]
                for user in load:
                    load[user] -= len(done) // 20
                del open_ones[: len(done)]

    def test_in_turn_everybody_gets_as_many(self):
        turn = dict.fromkeys(range(1, 8), 0)
        got = []
        for number in range(1, 71):
            decision = choose("in_turn", [Candidate(user, turn=turn[user]) for user in turn])
            turn[decision.user_id] = number
            got.append(decision.user_id)
        self.assertEqual(got, list(range(1, 8)) * 10)

    def test_who_is_not_free_is_skipped_and_it_is_said_why(self):
        candidates = [
            Candidate(1, presence="away"),
            Candidate(2, open=5, capacity=5),
            Candidate(3, channel_open=2, channel_capacity=2),
            Candidate(4, on_shift=False),
            Candidate(5, open=9, capacity=10),
        ]
        decision = choose("evenly", candidates)
        self.assertEqual(decision.user_id, 5)
        skipped = {one["user_id"]: one["why"] for one in decision.reasons if "why" in one}
        self.assertEqual(skipped, {1: "away", 2: "full", 3: "full_here", 4: "off_shift"})
        nobody = choose("evenly", candidates[:4])
        self.assertEqual((nobody.user_id, nobody.reasons[0]), (0, {"code": "nobody_free"}))

    def test_who_knows_the_client_comes_first_if_he_is_free(self):
        anna, boris = Candidate(1, open=4), Candidate(2)
        known = [(9, "takes_part"), (1, "knows_client")]
        self.assertEqual(choose("evenly", [anna, boris], known).user_id, 1)
        busy = Candidate(1, presence="busy")
        self.assertEqual(choose("evenly", [busy, boris], known).user_id, 2)

    def test_who_had_it_already_gets_it_only_if_nobody_else_is_free(self):
        anna, boris = Candidate(1), Candidate(2, open=4)
        self.assertEqual(choose("evenly", [anna, boris], avoided={1}).user_id, 2)
        self.assertEqual(choose("evenly", [anna], avoided={1}).user_id, 1)


class DistributionCase(InboxCase):
    """A channel that gives its conversations evenly, and people who come and go."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2030-01-07 09:00:00"))
        self.channel.distribution = "evenly"
        self.people = self.anna | self.boris
        for user in self.people:
            self.show(user, "online")

    def show(self, user, status):
        """The user's browser says that he is there, idle or gone."""
        values = {"status": status}
        if status != "offline":
            values["last_poll"] = fields.Datetime.now()
        if presence := user.sudo().presence_ids:
            presence.write(values)
        else:
            self.env["mail.presence"].create({"user_id": user.id, **values})

    def distribute(self, **after):
        """So much later the scheduled actions have run."""
        self.clock.tick(timedelta(**after))
        self.run_cron("timers", "distribution")

    def write_in(self, chat, text="Hello", channel=None):
        """A client writes; return his conversation, not yet given to anybody."""
        self.deliver(self.message(text, chat=str(chat)), channel=channel)
        return self.conversation(str(chat))

    def given(self, chat, **after):
        conversation = self.write_in(chat)
        self.distribute(**after)
        return conversation

    def told(self, conversation):
        """Return the decisions about a conversation, oldest first, as (kind, operator)."""
        rows = conversation.assignment_ids.sorted("id")
        return [(row.kind, row.user_id) for row in rows]

    def reasons(self, conversation, by=None):
        """Return the reasons for the last decision as a supervisor reads them."""
        row = conversation.assignment_ids.sorted("id")[-1:]
        return row.with_user(by or self.vera).words


@tagged("-at_install", "post_install")
class TestDistribution(DistributionCase):
    """Conversations go to who is there and has time, the longest waiting first."""

    def test_to_all_nobody_is_given_anything(self):
        self.channel.distribution = "all"
        conversation = self.given(1)
        self.assertEqual(conversation.state, "new")
        self.assertFalse(conversation.assignment_ids)

    def test_each_gets_his_share(self):
        conversations = [self.given(chat) for chat in range(1, 5)]
        self.assertEqual({one.state for one in conversations}, {"open"})
        operators = [one.operator_id for one in conversations]
        self.assertEqual([operators.count(user) for user in self.people], [2, 2])
        self.assertEqual(self.members(conversations[0]), operators[0])
        self.assertEqual(conversations[0].session_id.operator_id, operators[0])
        self.assertIn(f"Given to {operators[0].name}.", self.said(conversations[0])[-1])

    def test_in_turn_it_does_not_matter_how_many_one_has(self):
        self.channel.distribution = "in_turn"
        first = self.given(1)
        first.with_user(first.operator_id).action_finish()
        self.assertNotEqual(self.given(2).operator_id, first.operator_id)

    def test_whoever_takes_one_himself_has_had_his_turn(self):
        self.show(self.boris, "offline")
        mine = self.given(1)
        self.assertEqual(mine.operator_id, self.anna)
        self.show(self.boris, "online")
        other = self.write_in(2)
        other.with_user(self.boris).action_take()
        self.assertEqual(self.given(3).operator_id, self.anna)
        self.assertFalse(other.assignment_ids, "nobody decided that")

    def test_who_knows_the_client_gets_him(self):
        first = self.given(1)
        knows = first.operator_id
        self.answer(first, by=knows)
        first.with_user(knows).action_finish()
        for chat in (2, 3):  # now he has more than the other one
            self.write_in(chat).with_user(knows).action_take()
        first.lead_id.user_id = False
        self.assertEqual(self.given(1), first)
        self.assertEqual(first.operator_id, knows)
        self.assertIn("knows the client", self.reasons(first))
        first.with_user(knows).action_finish()
        self.channel.known_first = False
        self.assertNotEqual(self.given(1).operator_id, knows)

    def test_nobody_gets_more_than_he_may_have(self):
        self.anna.omnichannel_capacity = 1
        self.channel.operator_capacity = 2
        conversations = [self.given(chat) for chat in range(1, 6)]
        self.assertEqual([one.state for one in conversations], ["open"] * 3 + ["new"] * 2)
        self.assertEqual([one.operator_id for one in conversations].count(self.anna), 1)
        waiting = conversations[3]
        self.assertEqual(self.told(waiting), [("queued", self.env["res.users"])])
        self.assertIn("nobody is free", self.reasons(waiting))
        self.assertIn("Anna skipped: has as many as he may have", self.reasons(waiting))
        conversations[0].with_user(conversations[0].operator_id).action_finish()
        self.distribute()
        self.assertEqual(waiting.state, "open", "the oldest, as soon as somebody has finished")
        self.assertEqual(conversations[4].state, "new")

    def test_the_queue_is_given_oldest_first_to_who_comes_online(self):
        for user in self.people:
            self.show(user, "offline")
        waiting = [self.given(chat, minutes=1) for chat in range(1, 4)]
        self.assertEqual({one.state for one in waiting}, {"new"})
        self.anna.omnichannel_capacity = 2
        self.show(self.anna, "online")
        self.distribute()
        self.assertEqual([one.state for one in waiting], ["open", "open", "new"])

    def test_coming_online_finishing_and_status_wake_the_distribution(self):
        cron = self.env.ref("omnichannel_inbox.ir_cron_distribution")
        triggers = self.env["ir.cron.trigger"]
        conversation = self.given(1)

        def wakes(act):
            self.env.flush_all()
            before = triggers.search_count([("cron_id", "=", cron.id)])
            act()
            self.env.flush_all()
            return triggers.search_count([("cron_id", "=", cron.id)]) > before

        self.assertTrue(wakes(lambda: self.show(self.anna, "away")))
        self.assertTrue(wakes(lambda: self.show(self.anna, "online")))
        self.assertFalse(wakes(lambda: self.show(self.anna, "online")), "nothing new")
        self.assertTrue(wakes(lambda: self.anna.write({"manual_im_status": "busy"})))
        operator = conversation.operator_id
        self.assertTrue(wakes(conversation.with_user(operator).action_finish))
        self.assertTrue(wakes(lambda: self.write_in(2)))
        self.assertFalse(wakes(lambda: self.show(self.employee, "online")), "no operator")

    def test_who_is_away_busy_or_on_leave_gets_nothing(self):
        self.show(self.anna, "away")
        self.boris.manual_im_status = "busy"
        conversation = self.given(1)
        self.assertEqual(conversation.state, "new")
        self.assertIn("Anna skipped: away; Boris skipped: busy", self.reasons(conversation))

    def test_the_working_time_of_an_employee_counts_where_odoo_knows_it(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Mornings",
                "tz": "UTC",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create(
                        {"name": str(day), "dayofweek": str(day), "hour_from": 8, "hour_to": 12}
                    )
                    for day in range(5)
                ],
            }
        )
        resource = self.env["resource.resource"].create(
            {
                "name": "Anna",
                "user_id": self.anna.id,
                "company_id": self.company.id,
                "calendar_id": calendar.id,
                "tz": "UTC",
            }
        )
        self.show(self.boris, "offline")
        first = self.given(1)
        self.assertEqual(first.operator_id, self.anna)
        self.assertIn("at work until", self.reasons(first))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "At the doctor's",
                "resource_id": resource.id,
                "date_from": fields.Datetime.now(),
                "date_to": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        second = self.given(2, minutes=1)
        self.assertEqual(second.state, "new")
        self.assertIn("Anna skipped: not at work now", self.reasons(second))
        self.distribute(hours=1)
        self.assertEqual(second.operator_id, self.anna, "she is back")
        self.assertEqual(self.given(3, hours=3).state, "new", "her shift is over")

    def test_outside_working_time_everything_waits_for_the_opening(self):
        self.channel.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "From ten",
                "tz": "UTC",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create({"name": "0", "dayofweek": "0", "hour_from": 10, "hour_to": 12})
                ],
            }
        )
        conversation = self.given(1)
        self.assertEqual(self.told(conversation), [("queued", self.env["res.users"])])
        self.assertEqual(self.reasons(conversation), "the channel is closed")
        self.distribute(minutes=59)
        self.assertEqual(conversation.state, "new")
        self.distribute(minutes=1)
        self.assertEqual(conversation.state, "open")

    def test_what_is_not_answered_in_time_is_passed_on(self):
        self.channel.pass_on_minutes = 5
        conversation = self.given(1)
        first = conversation.operator_id
        second = self.people - first
        self.distribute(minutes=4)
        self.assertEqual(conversation.operator_id, first)
        self.distribute(minutes=1)
        self.assertEqual(conversation.operator_id, second)
        self.assertEqual(self.members(conversation), second)
        self.assertEqual(
            self.said(conversation)[-1],
            f"{first.name} did not answer within 5 min: passed on to {second.name}.",
        )
        self.assertEqual(conversation.lead_id.user_id, second, "he did not earn the lead")
        self.answer(conversation, by=second)
        self.distribute(minutes=30)
        self.assertEqual(conversation.operator_id, second, "answered in time")
        self.write_in(1, "And now?")
        self.distribute(minutes=5)
        self.assertEqual(conversation.operator_id, first, "each time anew")
        self.assertEqual([kind for kind, _user in self.told(conversation)][1:], ["passed_on"] * 2)

    def test_an_answer_in_the_last_moment_wins(self):
        self.channel.pass_on_minutes = 5
        conversation = self.given(1)
        operator = conversation.operator_id
        self.clock.tick(timedelta(minutes=5))
        self.answer(conversation, by=operator)
        self.distribute()
        self.assertEqual(conversation.operator_id, operator)

    def test_with_nobody_else_free_it_stays_or_waits_again(self):
        self.channel.pass_on_minutes = 5
        self.show(self.boris, "away")
        conversation = self.given(1)
        self.distribute(minutes=5)
        self.assertEqual(self.told(conversation)[-1], ("kept", self.anna))
        self.show(self.anna, "offline")
        self.distribute(minutes=5)
        self.assertEqual(conversation.state, "new", "she is gone, and whoever comes shall have it")
        self.assertIn("released", [kind for kind, _user in self.told(conversation)])
        self.show(self.boris, "online")
        self.distribute()
        self.assertEqual(conversation.operator_id, self.boris)

    def test_who_goes_offline_keeps_his_client_for_two_minutes(self):
        conversation = self.given(1)
        operator = conversation.operator_id
        self.show(operator, "offline")
        self.distribute(minutes=1)
        self.assertEqual(conversation.operator_id, operator, "his page is loaded anew")
        self.distribute(minutes=1)
        self.assertEqual(conversation.operator_id, self.people - operator)
        self.assertIn(f"{operator.name} is not there: offline", self.reasons(conversation))

    def test_whose_client_is_answered_keeps_him_over_night(self):
        conversation = self.given(1)
        operator = conversation.operator_id
        self.answer(conversation, by=operator)
        self.show(operator, "offline")
        self.distribute(hours=10)
        self.assertEqual(conversation.operator_id, operator)

    def test_the_invited_comes_before_others(self):
        self.channel.operator_ids |= self.stranger
        self.show(self.stranger, "online")
        conversation = self.given(1)
        operator = conversation.operator_id
        invited = self.people - operator
        for chat in (2, 3, 4):
            self.write_in(chat).with_user(invited).action_take()
        conversation.with_user(operator).action_invite(invited.ids)
        self.show(operator, "away")
        self.distribute()
        self.assertEqual(conversation.operator_id, invited)
        self.assertIn("takes part already", self.reasons(conversation))

    def test_supervisors_read_all_reasons_operators_their_own(self):
        self.show(self.boris, "away")
        conversation = self.given(1)
        self.assertEqual(
            self.reasons(conversation), "nobody else is free; conversation 1; Boris skipped: away"
        )
        self.assertNotIn("Boris", self.reasons(conversation, by=self.anna))
        rows = conversation.assignment_ids
        with self.assertRaises(AccessError):
            rows.with_user(self.boris).read(["words"])
        with self.assertRaises(AccessError):
            rows.with_user(self.anna).read(["reasons"])
        with self.assertRaises(AccessError):
            rows.with_user(self.foreigner).read(["words"])
        with self.assertRaises(AccessError):
            rows.with_user(self.vera).unlink()

    def test_fairness_through_the_database(self):
        """What is true of ten thousand, see above, is true of what is stored."""
        group = self.env.ref("omnichannel_inbox.group_operator")
        colleagues = [
            {"name": f"Colleague {number}", "login": f"colleague{number}", "group_ids": group.ids}
            for number in range(5)
        ]
        people = self.env["res.users"].with_context(no_reset_password=True).create(colleagues)
        for user in people:
            self.show(user, "online")
        self.channel.write({"operator_ids": people.ids, "lead_policy": "manual"})
        self.deliver(*(self.message(chat=str(chat)) for chat in range(1, 13)))
        self.distribute()
        conversations = self.env["omnichannel.conversation"].search(
            [("channel_id", "=", self.channel.id)]
        )
        loads = [
            len(conversations.filtered(lambda c, user=user: c.operator_id == user))
            for user in people
        ]
        self.assertEqual(sorted(loads), [2, 2, 2, 3, 3])
        self.assertEqual(len(conversations.assignment_ids.filtered("reasons")), 12)
