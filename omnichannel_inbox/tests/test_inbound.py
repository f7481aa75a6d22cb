import itertools
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..models import omnichannel_inbound
from ..protocols import ReceiptReported
from .common import CHAT, InboxCase
from .network.common import FIXTURES


@tagged("-at_install", "post_install")
class TestWorkingOff(InboxCase):
    """What the network said is applied once, in order, whatever happens in between."""

    def break_applying(self, is_poisonous):
        """Applying a message fails when its text says so; return the texts that were tried."""
        tried, model = [], self.registry["omnichannel.conversation"]
        original = model._prepare_post_values

        def prepare_post_values(conversation, event):
            tried.append(event.text)
            if is_poisonous(event.text):
                raise ZeroDivisionError("by zero")
            return original(conversation, event)

        self.patch(model, "_prepare_post_values", prepare_post_values)
        return tried

    def test_a_message_becomes_a_conversation_a_session_and_a_lead(self):
        conversation = self.deliver(self.message("Do you deliver?"))
        self.assertEqual(self.said(conversation), ["Do you deliver?"])
        self.assertEqual((conversation.state, conversation.chat_ref), ("new", CHAT))
        self.assertEqual(conversation.session_id.lead_id, conversation.lead_id)
        self.assertTrue(conversation.lead_id)
        self.assertEqual(self.inbound().mapped("state"), ["done"])

    def test_the_same_event_again_is_nothing_new(self):
        event = self.message()
        self.deliver(event, event)
        conversation = self.deliver(event)
        self.assertEqual(self.said(conversation), ["Hello"])
        self.assertEqual(len(self.inbound()), 1)

    def test_the_same_message_under_another_key_is_nothing_new(self):
        first, again = self.message(id=5001), self.message(id=5001)
        conversation = self.deliver(first, again)
        self.assertEqual(self.said(conversation), ["Hello"])
        self.assertEqual(len(conversation.lead_id.omnichannel_conversation_ids.session_ids), 1)

    def test_ten_messages_of_a_new_client_are_one_appeal(self):
        texts = [f"Message {number}" for number in range(10)]
        conversation = self.deliver(*map(self.message, texts))
        self.assertEqual(self.said(conversation), texts)
        self.assertEqual(len(self.env["omnichannel.conversation"].search([])), 1)
        self.assertEqual(len(conversation.session_ids), 1)
        source = conversation.channel_id.source_id
        self.assertEqual(self.env["crm.lead"].search_count([("source_id", "=", source.id)]), 1)

    def test_chats_take_turns(self):
        tried = self.break_applying(lambda _text: False)
        chats = [str(chat) for chat in range(1000, 1040)]
        lane_of = {}
        for chat in chats:
            self.store(self.message(f"{chat} first", chat))
            lane_of[chat] = self.inbound()[-1].lane
        talkative = next(c for c in chats if list(lane_of.values()).count(lane_of[c]) > 1)
        quiet = next(c for c in chats if c != talkative and lane_of[c] == lane_of[talkative])
        self.inbound().unlink()
        self.store(*(self.message(f"much {n}", talkative) for n in range(40)))
        self.store(self.message("a question", quiet))
        self.work_off()
        self.assertLess(tried.index("a question"), 2, "it does not wait behind the forty")
        self.assertEqual(
            [text for text in tried if text.startswith("much")], [f"much {n}" for n in range(40)]
        )

    def test_an_event_that_cannot_be_applied_is_tried_again_later_and_later(self):
        self.break_applying(lambda _text: True)
        with freeze_time("2030-01-01 12:00:00") as clock:
            self.deliver(self.message())
            inbound, delays = self.inbound(), []
            while inbound.state == "received":
                delays.append((inbound.due_at - fields.Datetime.now()).total_seconds())
                self.work_off()
                self.assertEqual(inbound.attempts, len(delays), "not before its time")
                clock.move_to(inbound.due_at + timedelta(seconds=1))
                if len(delays) < len(omnichannel_inbound.RETRY_AFTER):
                    self.work_off()
                else:
                    with self.assertLogs("odoo.addons.omnichannel_inbox", "WARNING"):
                        self.work_off()
        for delay, planned in zip(delays, omnichannel_inbound.RETRY_AFTER, strict=True):
            self.assertTrue(planned - 1 <= delay <= planned * 1.5, delay)
        self.assertEqual(inbound.state, "failed")
        self.assertEqual(inbound.error, "ZeroDivisionError: by zero")

    def test_behind_an_event_that_waits_its_chat_waits_and_others_go_on(self):
        poison = {"poison"}
        self.break_applying(lambda text: text in poison)
        with freeze_time("2030-01-01 12:00:00") as clock:
            self.deliver(
                self.message("poison"), self.message("behind it"), self.message("other", chat="77")
            )
            self.assertEqual(self.said(self.conversation(chat="77")), ["other"])
            self.assertFalse(self.conversation(chat=CHAT))
            poison.clear()
            clock.tick(timedelta(seconds=3))
            self.work_off()
        self.assertEqual(self.said(self.conversation(chat=CHAT)), ["poison", "behind it"])

    def park(self, *others, poison=("poison",)):
        """A poisonous event is parked after its last attempt; the texts behind it are applied."""
        self.deliver(self.message("before"))
        self.break_applying(lambda text: text in poison)
        self.store(self.message("poison", event_id="poison"), *map(self.message, others))
        self.inbound("poison").attempts = len(omnichannel_inbound.RETRY_AFTER)
        with self.assertLogs("odoo.addons.omnichannel_inbox", "WARNING") as logs:
            self.work_off()
        self.assertEqual(len(logs.output), 1)
        self.assertNotIn("poison", logs.output[0])
        return self.inbound("poison")

    def test_a_poisonous_event_is_parked_and_its_chat_goes_on(self):
        inbound = self.park("after")
        conversation = self.conversation()
        self.assertEqual(inbound.state, "failed")
        self.assertEqual(self.said(conversation), ["before", "after"])
        self.assertIn(f"under incoming event {inbound.id}", self.lines(conversation)[-1])
        self.assertEqual(self.channel.failed_inbound_count, 1)

    def test_an_administrator_runs_a_parked_event_again(self):
        poison = {"poison"}
        inbound = self.park(poison=poison)
        poison.clear()
        inbound.with_user(self.administrator).action_run_again()
        self.work_off()
        self.assertEqual(inbound.state, "done")
        self.assertFalse(inbound.error)
        self.assertEqual(self.said(self.conversation()), ["before", "poison"])

    def test_an_event_without_what_it_must_have_is_parked_with_the_path(self):
        event = self.message(event_id="broken")
        del event["object"]["message"]["from_id"]
        with self.assertLogs("odoo.addons.omnichannel_inbox", "WARNING"):
            self.deliver(event, self.message("after"))
        self.assertEqual(self.inbound("broken").state, "failed")
        self.assertIn("from_id", self.inbound("broken").error)
        self.assertEqual(self.said(self.conversation()), ["after"])

    def test_what_is_none_of_our_business_is_ignored_with_its_reason(self):
        self.deliver("unknown_kind.json")
        self.assertEqual(self.inbound().state, "ignored")
        self.assertIn("donut_money_withdraw", self.inbound().error)

    def test_settled_events_are_kept_as_long_as_a_network_may_repeat_them(self):
        self.deliver(self.message(event_id="old"), self.message(event_id="new"))
        park = self.message(event_id="failed")
        del park["object"]["message"]["from_id"]
        with self.assertLogs("odoo.addons.omnichannel_inbox", "WARNING"):
            self.deliver(park)
        self.store(self.message(event_id="waiting"))
        old = fields.Datetime.now() - omnichannel_inbound.KEPT - timedelta(hours=1)
        self.inbound("old", "failed", "waiting").received_at = old
        self.inbound("new").received_at = fields.Datetime.now() - timedelta(days=9)
        self.env.flush_all()
        self.env["omnichannel.inbound"]._gc_old()
        self.assertEqual(self.inbound().mapped("event_key"), ["new", "failed", "waiting"])

    def test_every_event_of_the_network_ends_in_a_state_and_the_next_message_gets_through(self):
        for path in sorted((FIXTURES / "vk" / "webhook").glob("*.json")):
            with self.subTest(fixture=path.stem):
                with self.assertNoLogs("odoo.addons.omnichannel_inbox", "WARNING"):
                    self.deliver(path.name)
                self.assertFalse({"received", "failed"} & set(self.inbound().mapped("state")))
        self.deliver(self.message("still here", id=999001, conversation_message_id=999))
        self.assertEqual(self.said(self.conversation(chat=CHAT))[-1], "still here")


@tagged("-at_install", "post_install")
class TestOutOfOrder(InboxCase):
    """The final state is right in whatever order the network tells the story."""

    def in_every_order(self, story, check):
        """Deliver the events in every order, each time from the same beginning, and look."""
        for order in itertools.permutations(range(len(story))):
            with self.subTest(order=order), self.env.cr.savepoint() as savepoint:
                for number in order:
                    self.deliver(story[number])
                check()
                self.env.invalidate_all()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_read_receipt_an_echo_and_its_repetition_leave_read(self):
        conversation = self.taken()
        message = self.answer(conversation)
        self.send_all()
        number = int(message.network_ref)
        story = (
            self.echo(number, random_id=int(message.echo_ref)),
            self.read(number),
            self.echo(number, random_id=int(message.echo_ref)),
        )

        def is_read_and_said_once():
            self.assertEqual(message.state, "read")
            self.assertEqual(self.said(conversation), ["Hello", "Hi"])

        self.in_every_order(story, is_read_and_said_once)

    def test_receipts_in_any_order_leave_the_furthest(self):
        conversation = self.taken()
        message = self.answer(conversation)
        self.send_all()
        ref = message.network_ref
        for order in itertools.permutations(("delivered", "read", "delivered", "failed")):
            message.state = "sent"
            for receipt in order:
                event = ReceiptReported("", chat_id=CHAT, message_id=ref, receipt=receipt)
                conversation._apply_receipt(event)
            # What failed first is not there, whatever is told about it later.
            furthest = "failed" if order[0] == "failed" else "read"
            with self.subTest(order=order):
                self.assertEqual(message.state, furthest)

    def test_an_edit_before_its_original_shows_the_new_text_once(self):
        conversation = self.deliver(self.message("begin"))
        number = 7001
        story = (
            self.message("original", id=number),
            self.edited(number, "changed"),
            self.message("original", id=number),
        )
        self.in_every_order(
            story, lambda: self.assertEqual(self.said(conversation), ["begin", "changed"])
        )

    def test_what_is_read_before_the_call_returns_is_read(self):
        conversation = self.taken()
        message = self.answer(conversation)

        def read_at_once(said):
            self.store(self.read(910001))
            return 910001

        self.network.says("messages.send", read_at_once)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)) as clock:
            self.send_all()
            self.work_off()
            clock.tick(timedelta(seconds=5))
            self.work_off()
        self.assertEqual(message.state, "read")

    def test_a_receipt_that_overtakes_the_call_is_not_lost(self):
        conversation = self.taken()
        older = self.answer(conversation, "one")
        self.send_all()
        message = self.answer(conversation, "two")
        message.state = "sending"
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)) as clock:
            self.deliver(self.read(int(older.network_ref) + 1))
            message.write({"state": "sent", "network_ref": str(int(older.network_ref) + 1)})
            clock.tick(timedelta(seconds=5))
            self.work_off()
        self.assertEqual((older.state, message.state), ("read", "read"))
