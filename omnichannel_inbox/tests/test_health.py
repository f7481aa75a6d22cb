import time
from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import home, omnichannel_channel_renewal, omnichannel_message_watch
from .common import CHAT, InboxCase, refusal

#: The method by which VK hands out messages by their numbers.
HAS, LISTS = "messages.getByConversationMessageId", "messages.getConversations"


@tagged("-at_install", "post_install")
class TestHome(InboxCase):
    """A restored or copied database speaks to nobody before somebody says that it is meant."""

    def setUp(self):
        super().setUp()
        home.move_in(self.env)
        self.patch(omnichannel_message_watch, "SLEPT", timedelta(hours=1))
        self.talk = self.taken()

    def restore_elsewhere(self):
        self.env["ir.config_parameter"].set_param(home.KEY, "7710200489647518123:16384")

    def test_at_home_answers_go_out(self):
        message = self.answer(self.talk)
        self.send_all()
        self.assertEqual(message.state, "sent")

    def test_in_a_copy_they_wait_and_the_operator_sees_why(self):
        message = self.answer(self.talk)
        self.restore_elsewhere()
        self.send_all()
        self.assertEqual(message.state, "waiting")
        self.assertEqual(self.network.asked("messages.send"), [])
        self.assertIn("nothing is sent", self.talk.with_user(self.anna).get_trouble()["message"])

    def test_a_copy_leaves_the_network_alone(self):
        self.channel.state = "connected"
        self.restore_elsewhere()
        self.env["omnichannel.signal"]._give(self.talk, "typing")
        self.run_cron("check_channels", "signals")
        self.assertEqual(self.network.calls, [])

    def test_once_it_is_meant_what_waited_is_asked_about_and_new_answers_go_out(self):
        old = self.answer(self.talk)
        self.restore_elsewhere()
        self.env["omnichannel.health"].with_user(self.administrator).action_move_in()
        new = self.answer(self.talk, "Again")
        self.send_all()
        self.assertEqual((old.state, old.failure_code), ("unknown", "stale"))
        self.assertEqual(new.state, "sent")

    def test_what_waited_while_nothing_ran_is_asked_about(self):
        message = self.answer(self.talk)
        lane = self.env.ref(f"omnichannel_inbox.ir_cron_send_{message.lane}")
        lane.lastcall = fields.Datetime.now() + timedelta(seconds=1)
        self.env.cr.execute(
            "UPDATE omnichannel_message SET create_date = create_date - interval '3 hours'"
        )
        lane.lastcall -= timedelta(hours=2)
        self.send_all()
        self.assertEqual((message.state, message.failure_code), ("unknown", "stale"))
        self.assertEqual(self.network.asked("messages.send"), [])

    def test_what_is_written_after_the_sleep_goes_out(self):
        message = self.answer(self.talk)
        lane = self.env.ref(f"omnichannel_inbox.ir_cron_send_{message.lane}")
        lane.lastcall = fields.Datetime.now() - timedelta(hours=2)
        self.send_all()
        self.assertEqual(message.state, "sent")

    def test_only_an_administrator_moves_in(self):
        with self.assertRaises(AccessError):
            self.env["omnichannel.health"].with_user(self.vera).action_move_in()


@tagged("-at_install", "post_install")
class TestWrongClock(InboxCase):
    """While a server's clock is wrong, nothing is put off for longer than was meant."""

    def later(self, **delay):
        return fields.Datetime.now() + timedelta(**delay)

    def test_an_answer_written_when_the_clock_was_ahead_goes_out(self):
        message = self.answer(self.taken())
        message.due_at = self.later(minutes=50)
        self.send_all()
        self.assertEqual(message.state, "sent")

    def test_a_channel_that_rested_when_the_clock_was_ahead_goes_on(self):
        talk = self.taken()
        self.answer(talk)
        self.send_all()
        pace = self.env["omnichannel.channel.pace"].search([("channel_id", "=", self.channel.id)])
        pace.next_at = self.later(minutes=50)
        message = self.answer(talk)
        self.send_all()
        self.assertEqual(message.state, "sent")

    def test_what_the_network_asked_to_wait_for_waits(self):
        self.network.says("messages.send", refusal(9))
        message = self.answer(self.taken())
        self.send_all()
        self.assertGreater(message.put_off, 60)
        self.send_all()
        self.assertEqual(message.state, "waiting")

    def test_an_event_put_off_when_the_clock_was_ahead_is_worked_off(self):
        self.store(self.message())
        self.inbound().due_at = self.later(minutes=50)
        self.work_off()
        self.assertEqual(self.inbound().state, "done")


@tagged("-at_install", "post_install")
class TestReconciliation(InboxCase):
    """What the network numbered and did not report is noticed and fetched."""

    def setUp(self):
        super().setUp()
        self.env["omnichannel.channel"].search([]).state = "draft"
        self.channel.state = "connected"

    def kept(self, *numbers, chat=CHAT, ago=timedelta()):
        """Return what the network answers that it has."""
        items = [self.kept_one(number, chat, ago) for number in numbers]
        return {"count": len(items), "items": items}

    def kept_one(self, number, chat=CHAT, ago=timedelta()):
        values = {"id": 7000 + number, "conversation_message_id": number}
        date = int(time.time() - ago.total_seconds())
        return self.message_object(str(number), chat, date=date, peer_id=int(chat), **values)

    def listed(self, *ends):
        """Return what the network answers of its chats: each with its last message."""
        return {"count": len(ends), "items": [{"last_message": last} for last in ends]}

    def reported(self, *numbers):
        """Return the events of messages with these numbers."""
        return [self.message(str(n), id=7000 + n, conversation_message_id=n) for n in numbers]

    def reconcile(self):
        self.run_cron("reconcile")
        self.work_off()

    def gaps(self):
        gaps = self.env["omnichannel.gap"].search([])
        return [(gap.sequence, gap.state) for gap in gaps]

    def test_a_lost_message_is_fetched_and_counted(self):
        talk = self.deliver(*self.reported(1, 2, 4))
        self.network.says(HAS, self.kept(3, ago=timedelta(days=5000)))
        self.reconcile()
        self.assertEqual(self.gaps(), [(3, "found")])
        *in_time, late = self.said(talk)
        self.assertEqual(in_time, ["1", "2", "4"])
        self.assertEqual(late, "3 Came late: written before the messages above it.")
        self.assertIn("received 4 of 4", talk.ledger)

    def test_what_the_network_does_not_have_either_is_said(self):
        self.deliver(*self.reported(1, 4))
        self.network.says(HAS, self.kept())
        self.reconcile()
        self.assertEqual(self.gaps(), [(2, "absent"), (3, "absent")])

    def test_a_network_that_does_not_answer_is_asked_again(self):
        talk = self.deliver(*self.reported(1, 3))
        self.reconcile()
        self.assertEqual(self.gaps(), [(2, "missing")])
        self.assertIn("received 2 of 3", talk.ledger)
        self.network.says(HAS, self.kept(2))
        self.reconcile()
        self.assertEqual(self.gaps(), [(2, "found")])
        self.assertIn("received 3 of 3", talk.ledger)

    def waits(self):
        """Return in how many seconds the networks are asked next, outside of the night."""
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("omnichannel_inbox.ir_cron_reconcile").id)]
        )
        now = fields.Datetime.now()
        return [(trigger.call_at - now).total_seconds() for trigger in triggers]

    def test_a_network_that_has_no_time_is_asked_again_soon(self):
        self.network.says(LISTS, refusal(6))
        self.reconcile()
        [wait] = self.waits()
        self.assertTrue(50 <= wait <= 60, wait)

    def test_a_network_that_does_not_answer_is_asked_again_later_and_once(self):
        """Fails without: what is coming, in ``_ask_again``."""
        for _time in range(3):
            self.reconcile()
        [wait] = self.waits()
        self.assertGreater(wait, 500)

    def test_whose_turn_somebody_else_takes_loses_nothing(self):
        """Fails without: the first commit in ``_wait_for_turn``."""
        talk = self.deliver(*self.reported(1, 3))
        self.network.says(HAS, self.kept(2))
        failure = psycopg2.errors.SerializationFailure
        pace = self.registry["omnichannel.channel.pace"]
        with patch.object(pace, "_reserve", side_effect=failure):
            self.reconcile()
        self.assertEqual(self.gaps(), [(2, "found")])
        self.assertEqual(len(self.said(talk)), 3)

    def test_a_network_that_refuses_us_is_asked_when_somebody_has_mended_that(self):
        self.network.says(LISTS, refusal(5))
        self.reconcile()
        self.assertEqual(self.waits(), [])

    def test_a_channel_that_rests_for_long_keeps_nobody_waiting(self):
        self.env["omnichannel.channel.pace"]._rest(self.channel, 600)
        with patch.object(omnichannel_channel_renewal.time, "sleep"):
            self.reconcile()
        self.assertEqual(self.network.asked(LISTS), [])
        [wait] = self.waits()
        self.assertGreater(wait, 500)

    def test_what_arrives_late_by_itself_is_not_doubled(self):
        talk = self.deliver(*self.reported(1, 3))
        self.network.says(HAS, self.kept(2))
        self.reconcile()
        self.deliver(*self.reported(2))
        self.assertEqual([words[0] for words in self.said(talk)], ["1", "3", "2"])

    def test_what_was_lost_last_is_fetched_although_nothing_followed(self):
        talk = self.deliver(*self.reported(1, 2))
        self.network.says(LISTS, self.listed(self.kept_one(4)))
        self.network.says(HAS, self.kept(3, 4))
        self.reconcile()
        [asked] = self.network.asked(HAS)
        self.assertEqual(asked["conversation_message_ids"], "3,4")
        self.assertEqual(self.said(talk), ["1", "2", "3", "4"])
        self.assertEqual(self.gaps(), [], "no number that does not exist yet is missing")

    def test_a_client_of_whom_nothing_was_reported_becomes_a_lead(self):
        self.network.says(LISTS, self.listed(self.kept_one(2, "88")))
        self.network.says(HAS, self.kept(1, 2, chat="88"))
        self.reconcile()
        [asked] = self.network.asked(HAS)
        self.assertEqual((asked["peer_id"], asked["conversation_message_ids"]), ("88", "1,2"))
        talk = self.conversation("88")
        self.assertEqual(self.said(talk), ["1", "2"])
        self.assertTrue(talk.lead_id)

    def test_what_was_written_before_the_channel_was_connected_is_none_of_ours(self):
        self.channel.connected_at = fields.Datetime.now() - timedelta(hours=2)
        self.network.says(LISTS, self.listed(self.kept_one(2, "88")))
        before, after = (self.kept_one(n, "88", timedelta(hours=4 - n)) for n in (1, 3))
        self.network.says(HAS, {"count": 2, "items": [before, after]})
        self.reconcile()
        self.assertEqual(self.said(self.conversation("88")), ["3"])

    def test_a_client_who_wrote_before_that_alone_is_not_asked_about(self):
        old = self.kept_one(2, "88", timedelta(hours=1))
        self.network.says(LISTS, self.listed(old))
        self.reconcile()
        self.assertFalse(self.network.asked(HAS))

    def test_of_an_old_acquaintance_only_the_latest_is_asked_for(self):
        self.network.says(LISTS, self.listed(self.kept_one(5000, "88")))
        self.reconcile()
        [asked] = self.network.asked(HAS)
        numbers = asked["conversation_message_ids"].split(",")
        self.assertEqual((numbers[0], numbers[-1]), ("4901", "5000"))

    def test_a_chat_that_cannot_be_asked_keeps_nobody_from_the_others(self):
        self.network.says(LISTS, self.listed(self.kept_one(1), self.kept_one(1, "88")))
        self.network.says(HAS, refusal(917), self.kept(1, chat="88"))
        self.reconcile()
        self.assertEqual(self.said(self.conversation("88")), ["1"])

    def test_a_chat_of_which_all_is_known_is_not_asked(self):
        self.deliver(*self.reported(1))
        self.network.says(LISTS, self.listed(self.kept_one(1)))
        self.reconcile()
        self.assertFalse(self.network.asked(HAS))

    def test_trouble_in_between_does_not_move_the_beginning(self):
        began_at = self.channel.connected_at
        self.channel.state = "error"
        self.channel.state = "connected"
        self.assertEqual(self.channel.connected_at, began_at)
        self.channel.state = "draft"
        self.assertFalse(self.channel.connected_at)

    def test_a_chat_that_began_before_us_misses_nothing(self):
        self.deliver(*self.reported(5000, 5001, 1))
        self.reconcile()
        self.assertEqual(self.gaps(), [])


@tagged("-at_install", "post_install")
class TestHealth(InboxCase):
    """The administrator's page says what is wrong, how much of it, and what to do."""

    def look(self, user=None):
        health = self.env["omnichannel.health"].with_user(user or self.administrator)
        return health.browse(health.action_look()["res_id"])

    def found(self):
        return {finding.model: finding.number for finding in self.look().finding_ids}

    def test_all_is_well_at_first(self):
        self.deliver(self.message())
        self.assertEqual(self.found(), {})

    def test_an_event_that_cannot_be_read_is_found_and_shown(self):
        self.deliver(self.message())
        self.inbound().write({"state": "failed", "error": "message.text"})
        finding = self.look().finding_ids
        self.assertEqual((finding.model, finding.number), ("omnichannel.inbound", 1))
        action = finding.action_show()
        shown = self.env[action["res_model"]].search(literal_eval(action["domain"]))
        self.assertEqual(shown, self.inbound())

    def test_an_answer_that_is_stuck_or_in_doubt_is_found(self):
        message = self.answer(self.taken())
        message.state = "unknown"
        self.assertEqual(self.found(), {"omnichannel.message": 1})
        message.state = "waiting"
        self.assertEqual(self.found(), {})
        self.env.cr.execute(
            "UPDATE omnichannel_message SET create_date = create_date - interval '1 hour'"
        )
        self.assertEqual(self.found(), {"omnichannel.message": 1})

    def test_a_broken_channel_and_a_sleeping_server_are_found(self):
        self.channel.write({"state": "error", "state_message": "revoked"})
        lane = self.env.ref("omnichannel_inbox.ir_cron_send_0")
        lane.lastcall = fields.Datetime.now() - timedelta(hours=1)
        health = self.look()
        self.assertEqual(health.finding_ids.model, "omnichannel.channel")
        self.assertFalse(health.awake)
        lane.lastcall = fields.Datetime.now()
        self.assertTrue(self.look().awake)

    def test_each_channel_has_its_ledger(self):
        talk = self.taken(self.message("1"), self.message("2"))
        self.answer(talk)
        self.send_all()
        ledger = self.look().channel_ids.filtered(lambda c: c == self.channel).ledger
        self.assertEqual(ledger, "received 2 of 2, delivered 1 of 1, possibly sent 0")

    def test_others_do_not_look(self):
        for user in (self.anna, self.vera, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.look(user)

    def test_the_counts_of_all_channels_cost_two_queries(self):
        channels = self.channel | self.other_channel
        with self.assertQueryCount(2):
            channels.mapped("ledger")
