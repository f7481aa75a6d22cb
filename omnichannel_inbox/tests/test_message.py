import io
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from markupsafe import Markup
from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import omnichannel_message_outbox
from ..protocols import NetworkUnavailable, OutcomeUnknown
from .common import CHAT, InboxCase, refusal, reply

LOGGER = "odoo.addons.omnichannel_inbox"


class OutboxCase(InboxCase):
    def setUp(self):
        super().setUp()
        self.open = self.taken()
        # The database's clock stands still during a test: this one is ahead of it, and ours.
        self.clock = self.startPatcher(
            freeze_time(fields.Datetime.now().replace(microsecond=0) + timedelta(hours=1))
        )
        self.network.calls.clear()

    def after(self, **delay):
        """Some time passes, and the lanes look again."""
        self.clock.tick(timedelta(**delay))
        self.send_all()

    def state(self, message):
        return message.state, message.failure_code or ""

    def picture(self, name="picture.png", size=(4, 4)):
        content = io.BytesIO()
        Image.new("RGB", size, "red").save(content, "PNG")
        return self.file(name, content.getvalue())

    def file(self, name, content=b"content"):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": "discuss.channel",
                "res_id": self.open.discuss_channel_id.id,
            }
        )


@tagged("-at_install", "post_install")
class TestOutbox(OutboxCase):
    """What an operator writes reaches the client once, or the operator knows why not."""

    def test_an_answer_waits_in_the_outbox_and_is_sent(self):
        message = self.answer(self.open, "Yes, we deliver")
        self.assertEqual(message.state, "waiting")
        self.assertFalse(self.network.calls, "nothing is said inside the operator's request")
        self.send_all()
        [said] = self.network.asked("messages.send")
        self.assertEqual((said["peer_id"], said["message"]), (CHAT, "Yes, we deliver"))
        self.assertEqual(said["random_id"], message.echo_ref)
        self.assertEqual((message.state, message.network_ref), ("sent", "900001"))
        self.assertTrue(message.sent_at)
        self.assertFalse(self.open.waiting_since)
        self.assertTrue(self.open.session_id.first_reply_at)

    def test_files_take_their_share_of_the_calls_a_network_allows(self):
        pace = self.env["omnichannel.channel.pace"]
        self.assertEqual(pace._reserve(self.channel, 3), 0)
        self.assertAlmostEqual(pace._reserve(self.channel), 3 / 18, places=3)
        message = self.answer(self.open)
        self.assertEqual(message._count_calls(), 1)
        message.attachment_ids = self.env["ir.attachment"].create(
            [{"name": f"{number}.txt", "raw": b"x"} for number in range(2)]
        )
        self.assertEqual(message._count_calls(), 5)

    def test_a_turn_that_has_become_far_away_is_not_waited_for(self):
        """Another lane is told to rest, or the clock jumps back, between two looks at the channel.

        Fails without: ``LONGEST_WAIT`` in ``_claim_turn``; the lane slept.
        """
        message, pace = self.answer(self.open), type(self.env["omnichannel.channel.pace"])
        reserve = pace._reserve
        with patch.object(pace, "_reserve", lambda *args: reserve(*args) + 3000):
            self.send_all()
        self.assertEqual((message.state, self.slept), ("waiting", []))
        self.send_all()
        self.assertEqual(message.state, "sent")

    def test_people_go_before_what_is_said_by_itself(self):
        """Fails without: ``automatic_at`` in the order of ``_claim``."""
        others = [self.deliver(self.message(chat=f"7{number}")) for number in range(4)]
        lanes = omnichannel_message_outbox.LANES
        [other] = [one for one in others if one.id % lanes == self.open.id % lanes]
        other._say_automatically("We answer soon")
        self.clock.tick(timedelta(seconds=5))
        self.answer(self.open, "Here I am")
        self.send_all()
        said = [call["message"] for call in self.network.asked("messages.send")]
        self.assertEqual(said, ["Here I am", "We answer soon"])

    def test_it_is_sent_once(self):
        self.answer(self.open)
        self.send_all()
        self.after(days=1)
        self.assertEqual(len(self.network.asked("messages.send")), 1)

    def test_what_is_rolled_back_was_never_said(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.answer(self.open)
            raise ZeroDivisionError
        self.send_all()
        self.assertFalse(self.network.calls)

    def test_answers_leave_in_order(self):
        for number in range(5):
            self.answer(self.open, f"Answer {number}")
        self.send_all()
        said = [call["message"] for call in self.network.asked("messages.send")]
        self.assertEqual(said, [f"Answer {number}" for number in range(5)])

    def test_mark_up_becomes_text(self):
        self.answer(self.open, "a < b & <i>c</i>")
        self.answer(self.open, Markup("<p>one<br>two</p><p><b>three</b></p>"))
        self.send_all()
        said = [call["message"] for call in self.network.asked("messages.send")]
        self.assertEqual(said[0], "a < b & <i>c</i>")
        self.assertEqual(said[1].split(), ["one", "two", "three"])

    def test_a_long_text_leaves_in_parts_that_break_no_word(self):
        text = " ".join(f"word{number}" for number in range(1200))
        parts = self.answer(self.open, text)
        self.send_all()
        said = [call["message"] for call in self.network.asked("messages.send")]
        self.assertEqual(len(said), len(parts))
        self.assertGreater(len(parts), 1)
        self.assertTrue(all(len(piece) <= 4096 for piece in said))
        self.assertEqual(" ".join(said).split(), text.split())
        self.assertEqual(len(set(parts.mapped("echo_ref"))), len(parts))
        self.assertEqual(set(parts.mapped("state")), {"sent"})

    def test_when_a_part_fails_the_later_ones_are_not_sent(self):
        parts = self.answer(self.open, " ".join(["word"] * 2000))
        self.network.says("messages.send", 1, refusal(901))
        self.send_all()
        self.assertEqual(
            [self.state(part) for part in parts],
            [("sent", ""), ("failed", "recipient_unavailable"), ("failed", "previous_part")],
        )
        self.assertEqual(len(self.network.asked("messages.send")), 2)
        delivery = parts.mail_message_id.omnichannel_delivery
        self.assertEqual(delivery["state"], "failed")

    def test_a_failed_part_is_sent_again_without_those_before(self):
        parts = self.answer(self.open, " ".join(["word"] * 2000))
        self.network.says("messages.send", 1, refusal(901))
        self.send_all()
        parts.with_user(self.anna).action_retry()
        self.send_all()
        self.assertEqual(set(parts.mapped("state")), {"sent"})
        self.assertEqual(len(self.network.asked("messages.send")), 4)

    def test_a_picture_and_a_document_travel_with_the_text(self):
        files = self.picture() | self.file("terms.pdf", b"%PDF-1.4 terms")
        self.answer(self.open, "Here", attachment_ids=files.ids)
        self.send_all()
        [said] = self.network.asked("messages.send")
        self.assertEqual((said["message"], said["attachment"]), ("Here", "photo2_1,doc4_3"))
        self.assertEqual(self.network.asked("photo")[0]["files"], {"photo": "picture.png"})
        self.assertEqual(self.network.asked("file")[0]["files"], {"file": "terms.pdf"})

    def test_what_the_network_cannot_carry_is_said_before_anything_is_sent(self):
        file = self.file("big.bin")
        self.env.cr.execute(
            "UPDATE ir_attachment SET file_size = %s WHERE id = %s", (300 << 20, file.id)
        )
        file.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "big.bin is too large"), self.env.cr.savepoint():
            self.answer(self.open, "Here", attachment_ids=file.ids)
        self.assertEqual(self.said(self.open), ["Hello"])

    def test_a_file_that_the_server_lost_fails_with_its_name(self):
        file = self.file("lost.pdf", b"%PDF-1.4 lost")
        message = self.answer(self.open, "Here", attachment_ids=file.ids)
        file.sudo().write({"raw": b""})
        self.send_all()
        self.assertEqual(self.state(message), ("failed", "file_missing"))
        self.assertIn("lost.pdf", message.mail_message_id.omnichannel_delivery["reason"])

    def test_an_answer_to_a_message_names_it(self):
        received = self.env["omnichannel.message"].search(
            [("conversation_id", "=", self.open.id), ("direction", "=", "in")]
        )
        self.answer(self.open, parent_id=received.mail_message_id.id)
        self.send_all()
        self.assertEqual(self.network.asked("messages.send")[0]["reply_to"], received.network_ref)


@tagged("-at_install", "post_install")
class TestTrouble(OutboxCase):
    """When the network refuses or is silent, the state says so and no client hears it twice."""

    def test_waits_as_long_as_the_network_asks(self):
        message = self.answer(self.open)
        self.network.says("messages.send", refusal(9))
        self.send_all()
        self.assertEqual(self.state(message), ("waiting", "recipient_throttled"))
        self.assertEqual(message.due_at, fields.Datetime.now() + timedelta(seconds=300))
        self.after(seconds=299)
        self.assertEqual(len(self.network.calls), 1, "not before its time")
        self.after(seconds=1)
        self.assertEqual(self.state(message), ("sent", ""))

    def test_a_retry_after_of_the_connection_is_obeyed(self):
        message = self.answer(self.open)
        self.network.says("messages.send", reply(429, "", {"Retry-After": "77"}))
        self.send_all()
        self.assertEqual(message.due_at, fields.Datetime.now() + timedelta(seconds=77))

    def test_a_throttled_channel_rests_as_a_whole_and_other_channels_do_not(self):
        other = self.deliver(self.message(chat="88"))
        other.with_user(self.anna).action_take()
        far = self.new_channel("Far", account_ref="777", operator_ids=self.anna.ids)
        apart = self.taken_on(far)
        self.answer(self.open)
        self.network.says("messages.send", reply(429, "", {"Retry-After": "60"}))
        self.send_all()
        second, third = self.answer(other), self.answer(apart)
        self.send_all()
        self.assertEqual((second.state, third.state), ("waiting", "sent"))
        self.after(seconds=61)
        self.assertEqual(second.state, "sent")

    def test_when_a_channel_has_rested_all_its_lanes_go_on(self):
        self.answer(self.open)
        self.network.says("messages.send", NetworkUnavailable("no connection"))
        self.send_all()
        pace = self.env["omnichannel.channel.pace"].search([])
        for lane in range(omnichannel_message_outbox.LANES):
            cron = self.env.ref(f"omnichannel_inbox.ir_cron_send_{lane}")
            triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            self.assertIn(pace.next_at, triggers.mapped("call_at"))

    def test_calls_that_fail_at_the_same_time_are_one_trouble(self):
        pace = self.env["omnichannel.channel.pace"]
        until = pace._rest(self.channel)
        self.assertEqual(pace._rest(self.channel), until)
        self.assertEqual(pace.search([]).failures, 1)
        longer = pace._rest(self.channel, 60)
        self.assertEqual(longer, fields.Datetime.now() + timedelta(seconds=60))
        self.clock.move_to(longer + timedelta(seconds=1))
        pace._rest(self.channel)
        self.assertEqual(pace.search([]).failures, 2)

    def taken_on(self, channel):
        body = {**self.message(chat="99"), "group_id": int(channel.account_ref)}
        self.deliver(body, channel=channel)
        conversation = self.conversation(chat="99", channel=channel)
        conversation.with_user(self.anna).action_take()
        return conversation

    def test_a_silent_network_is_asked_again_later_and_later_until_the_message_has_failed(self):
        message = self.answer(self.open)
        self.network.says("messages.send", *[NetworkUnavailable("no connection")] * 99)
        delays = []
        self.send_all()
        while message.state == "waiting":
            delays.append((message.due_at - fields.Datetime.now()).total_seconds())
            self.clock.move_to(message.due_at + timedelta(seconds=310))
            self.send_all()
            self.assertLess(len(delays), 50)
        self.assertEqual(tuple(delays), omnichannel_message_outbox.RETRY_AFTER)
        self.assertEqual(self.state(message), ("failed", "network_unavailable"))
        self.assertEqual(len(self.network.calls), len(delays) + 1)

    def test_each_attempt_carries_the_same_key(self):
        self.answer(self.open)
        self.network.says("messages.send", *[NetworkUnavailable()] * 2)
        self.send_all()
        self.after(minutes=10)
        self.after(minutes=10)
        keys = [said["random_id"] for said in self.network.asked("messages.send")]
        self.assertEqual(len(keys), 3)
        self.assertEqual(len(set(keys)), 1)

    def test_behind_an_answer_that_waits_the_next_ones_wait(self):
        self.answer(self.open, "first")
        self.network.says("messages.send", refusal(9))
        self.send_all()
        second = self.answer(self.open, "second")
        self.send_all()
        self.assertEqual(second.state, "waiting")
        self.after(minutes=6)
        said = [call["message"] for call in self.network.asked("messages.send")]
        self.assertEqual(said, ["first", "first", "second"])

    def test_a_refusal_fails_at_once_with_its_reason_and_its_cure(self):
        message = self.answer(self.open)
        self.network.says("messages.send", refusal(901, "Can't send messages without permission"))
        self.send_all()
        delivery = message.mail_message_id.omnichannel_delivery
        self.assertEqual(self.state(message), ("failed", "recipient_unavailable"))
        self.assertIn("never allowed us to write", delivery["reason"])
        self.assertIn("without permission", delivery["reason"])
        self.assertIn("press Allow messages", delivery["cure"])
        self.after(days=1)
        self.assertEqual(len(self.network.calls), 1)

    def test_everybody_reads_in_his_language_why_an_answer_did_not_arrive(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        told = self.answer(self.open).mail_message_id
        self.network.says("messages.send", refusal(901, "Can't send messages without permission"))
        self.send_all()
        for lang, words in (("en_US", "press Allow messages"), ("ru_RU", "Разрешить сообщения")):
            delivery = told.with_context(lang=lang).omnichannel_delivery
            self.assertEqual(delivery["lang"], lang)
            self.assertIn(words, delivery["cure"])

    def test_what_to_do_is_said_for_this_refusal_and_no_other(self):
        message = self.answer(self.open)
        self.network.says("messages.send", refusal(900), refusal(902), refusal(7))
        for words in ("black list", "Wait until the client writes", "Ask your administrator"):
            self.after(minutes=10)
            self.assertIn(words, message.mail_message_id.omnichannel_delivery["cure"])
            message.with_user(self.anna).action_retry()
            self.assertFalse(message.failure_cure)

    def test_a_client_who_refuses_is_shown_so_until_an_answer_reaches_him(self):
        message = self.answer(self.open)
        self.network.says("messages.send", refusal(901), NetworkUnavailable())
        self.send_all()
        self.assertFalse(self.open.identity_id.reachable)
        message.with_user(self.anna).action_retry()
        self.send_all()
        self.assertFalse(self.open.identity_id.reachable, "nobody knows")
        self.after(minutes=10)
        self.assertEqual(message.state, "sent")
        self.assertTrue(self.open.identity_id.reachable)

    def test_a_client_who_refuses_and_then_allows_is_shown_so(self):
        self.answer(self.open)
        self.network.says("messages.send", refusal(901))
        self.send_all()
        self.assertFalse(self.open.identity_id.reachable)
        self.deliver("allow.json")
        self.assertTrue(self.open.identity_id.reachable)

    def test_a_refused_key_turns_the_channel_red(self):
        message = self.answer(self.open)
        self.network.says("messages.send", refusal(5, "User authorization failed"))
        self.send_all()
        self.assertEqual(self.state(message), ("waiting", "credentials_refused"))
        self.assertEqual(self.channel.state, "error")
        self.assertIn("refuses our access", self.channel.state_message)

    def test_a_lost_answer_is_repeated_where_the_key_makes_it_harmless(self):
        message = self.answer(self.open)
        self.network.says("messages.send", OutcomeUnknown("the connection broke"))
        self.send_all()
        self.assertEqual(message.state, "waiting")
        self.after(minutes=5)
        self.assertEqual(self.state(message), ("sent", ""))

    def test_an_answer_that_cannot_be_read_is_repeated_as_well(self):
        message = self.answer(self.open)
        self.network.says("messages.send", reply(200, "<html>"), reply(200, '{"response": "x"}'))
        self.send_all()
        self.assertEqual(message.state, "waiting")
        self.after(minutes=5)
        self.assertEqual(message.state, "waiting")
        self.after(minutes=5)
        self.assertEqual(message.state, "sent")

    def test_after_a_crash_in_the_middle_it_is_sent_under_the_same_key(self):
        message = self.answer(self.open)
        message.state = "sending"
        self.send_all()
        self.assertEqual(self.state(message), ("sent", ""))
        [said] = self.network.asked("messages.send")
        self.assertEqual(said["random_id"], message.echo_ref)

    def test_something_unexpected_here_leaves_unknown_and_the_next_goes_on(self):
        message = self.answer(self.open)
        self.network.says("messages.send", ZeroDivisionError())
        with self.assertLogs(LOGGER, "ERROR"):
            self.send_all()
        self.assertEqual(message.state, "unknown")
        second = self.answer(self.open)
        self.send_all()
        self.assertEqual(second.state, "sent")

    def test_the_echo_of_a_lost_answer_says_that_it_was_sent(self):
        message = self.answer(self.open)
        key = int(message.echo_ref)

        def lost(said):
            self.store(self.echo(910001, random_id=key))
            return OutcomeUnknown("the connection broke")

        self.network.says("messages.send", lost)
        self.send_all()
        self.work_off()
        self.assertEqual((message.state, message.network_ref), ("sent", "910001"))
        self.after(hours=1)
        self.assertEqual(len(self.network.calls), 1)
        self.assertEqual(self.said(self.open), ["Hello", "Hi"])

    def test_a_failure_that_comes_after_the_echo_changes_nothing(self):
        message = self.answer(self.open)
        key = int(message.echo_ref)

        def lost(said):
            self.deliver_inside(self.echo(910001, random_id=key))
            return OutcomeUnknown("the connection broke")

        self.network.says("messages.send", lost)
        self.send_all()
        self.assertEqual(self.state(message), ("sent", ""))
        self.assertEqual(self.lines(self.open), ["Anna took the conversation."])

    def deliver_inside(self, body):
        """The network's event is applied while a call is under way."""
        self.store(body)
        for lane in range(4):
            batch = self.env["omnichannel.inbound"]._claim(lane)
            batch._apply_all()
        self.env.flush_all()


@tagged("-at_install", "post_install")
class TestReceipts(OutboxCase):
    """The state of an answer only moves forward."""

    def sent(self, text="Hi"):
        message = self.answer(self.open, text)
        self.send_all()
        return message

    def test_read_holds_for_everything_before(self):
        first, second, third = self.sent("1"), self.sent("2"), self.sent("3")
        self.deliver(self.read(int(second.network_ref)))
        self.assertEqual([m.state for m in (first, second, third)], ["read", "read", "sent"])

    def test_a_late_echo_does_not_hide_a_read(self):
        message = self.sent()
        self.deliver(self.read(int(message.network_ref)))
        self.deliver(self.echo(int(message.network_ref), random_id=int(message.echo_ref)))
        self.assertEqual(message.state, "read")

    def test_a_read_of_another_chat_changes_nothing(self):
        message = self.sent()
        self.deliver(self.message(chat="88"))
        self.deliver(self.read(int(message.network_ref), chat="88"))
        self.assertEqual(message.state, "sent")

    def test_the_operator_sees_what_became_of_it(self):
        message = self.sent()
        self.assertEqual(message.mail_message_id.omnichannel_delivery["state"], "sent")
        self.deliver(self.read(int(message.network_ref)))
        self.env.invalidate_all()
        self.assertEqual(message.mail_message_id.omnichannel_delivery["state"], "read")

    def test_what_a_colleague_writes_in_the_network_stands_there_as_the_companys(self):
        self.deliver("echo_colleague.json")
        messages = self.open.discuss_channel_id.message_ids
        [echo] = messages.filtered(lambda m: "Отвечаю из VK" in (m.body or ""))
        self.assertEqual(echo.author_id, self.channel.company_id.partner_id)
        self.after(minutes=1)
        self.assertFalse(self.network.asked("messages.send"))

    def test_whom_a_colleague_answers_waits_no_longer_and_whom_a_greeting_meets_does(self):
        conversation = self.deliver(self.message("Hello?"))
        self.deliver(self.echo(78, "Welcome! We answer within an hour."))
        self.assertTrue(conversation.waiting_since)
        self.assertTrue(conversation._find_waiting_since())
        self.deliver(self.echo(79, "Here I am", admin_author_id=1003344))
        self.assertFalse(conversation.waiting_since)
        self.assertFalse(conversation._find_waiting_since())

    def test_a_colleague_who_writes_first_begins_a_conversation(self):
        conversation = self.deliver(self.echo(77, "We have news", chat="4242"))
        self.assertEqual(conversation.chat_ref, "4242")
        self.assertEqual(self.said(conversation), ["We have news"])
        self.assertFalse(conversation.lead_id)


@tagged("-at_install", "post_install")
class TestChanges(OutboxCase):
    """What the operator edits or deletes changes for the client as well."""

    def setUp(self):
        super().setUp()
        self.mine = self.answer(self.open, "Tomorow")

    def change(self, by=None, **values):
        thread = self.open.discuss_channel_id.with_user(by or self.anna)
        message = self.mine.mail_message_id.with_user(by or self.anna).sudo()
        thread._message_update_content(message, **values)

    def test_an_edit_is_carried_over(self):
        self.send_all()
        self.change(body="Tomorrow")
        self.send_all()
        [said] = self.network.asked("messages.edit")
        self.assertEqual((said["message"], said["message_id"]), ("Tomorrow", "900001"))
        self.assertEqual(self.state(self.mine), ("sent", ""))
        self.assertFalse(self.mine.change)

    def test_a_deletion_is_carried_over(self):
        self.send_all()
        self.change(body="", attachment_ids=[])
        self.send_all()
        [said] = self.network.asked("messages.delete")
        self.assertEqual((said["message_ids"], said["delete_for_all"]), ("900001", "1"))

    def test_what_waits_is_sent_as_it_reads_now(self):
        self.change(body="Tomorrow")
        self.send_all()
        self.assertEqual(self.network.asked("messages.send")[0]["message"], "Tomorrow")
        self.assertFalse(self.network.asked("messages.edit"))

    def test_what_waits_and_is_deleted_is_never_sent_nor_sent_again(self):
        self.change(body="", attachment_ids=[])
        self.send_all()
        self.assertEqual(self.state(self.mine), ("failed", "withdrawn"))
        self.mine.with_user(self.anna).action_retry()
        self.send_all()
        self.assertFalse(self.network.asked("messages.send"))

    def test_an_edited_failed_answer_is_sent_as_it_reads_now_when_tried_again(self):
        self.network.says("messages.send", refusal(901))
        self.send_all()
        self.change(body="Tomorrow")
        self.send_all()
        self.assertEqual(self.state(self.mine), ("failed", "recipient_unavailable"))
        self.mine.with_user(self.anna).action_retry()
        self.send_all()
        self.assertEqual(self.network.asked("messages.send")[-1]["message"], "Tomorrow")
        self.assertFalse(self.network.asked("messages.edit"))

    def test_deleted_while_it_is_being_sent_and_refused_nothing_is_left_to_do(self):
        self.mine.state = "sending"
        self.change(body="", attachment_ids=[])
        self.network.says("messages.send", refusal(901))
        self.send_all()
        self.assertEqual(self.mine.state, "failed")
        self.after(hours=1)
        self.assertFalse(self.mine.change)
        self.assertFalse(self.network.asked("messages.delete"))

    def test_a_change_the_network_refuses_keeps_the_state_and_is_told(self):
        self.send_all()
        self.change(body="Tomorrow")
        self.network.says("messages.edit", refusal(909, "Edit time expired"))
        self.send_all()
        self.assertEqual(self.mine.state, "sent")
        self.assertFalse(self.mine.change)
        self.assertIn("could not be changed", self.lines(self.open)[-1])
        self.assertIn("about a day", self.lines(self.open)[-1])

    def test_a_change_waits_for_a_network_that_is_slow(self):
        self.send_all()
        self.change(body="Tomorrow")
        self.network.says("messages.edit", refusal(6), NetworkUnavailable())
        self.send_all()
        self.assertTrue(self.mine.change)
        self.after(minutes=5)
        self.after(minutes=5)
        self.assertFalse(self.mine.change)
        self.assertEqual(len(self.network.asked("messages.edit")), 3)
        self.assertEqual(self.state(self.mine), ("sent", ""))

    def test_nobody_changes_it_after_the_end(self):
        self.send_all()
        self.open.with_user(self.anna).action_finish()
        with self.assertRaises(UserError):
            self.change(body="Tomorrow")

    def test_a_text_that_needs_another_number_of_messages_is_refused(self):
        self.send_all()
        with self.assertRaisesRegex(UserError, "too long"):
            self.change(body="word " * 2000)


@tagged("-at_install", "post_install")
class TestRetry(OutboxCase):
    """A failed answer is sent again by who may write, and by nobody else."""

    def failed(self):
        message = self.answer(self.open)
        self.network.says("messages.send", refusal(901))
        self.send_all()
        self.network.calls.clear()
        return message

    def test_the_operator_sends_it_again(self):
        message = self.failed()
        message.with_user(self.anna).action_retry()
        self.assertEqual(self.state(message), ("waiting", ""))
        self.send_all()
        self.assertEqual(self.state(message), ("sent", ""))

    def test_others_do_not(self):
        message = self.failed()
        for user in self.boris | self.vera | self.stranger | self.employee | self.foreigner:
            with self.subTest(user.name), self.assertRaises(AccessError):
                message.with_user(user).action_retry()
        self.assertEqual(message.state, "failed")

    def test_nobody_does_after_the_end(self):
        message = self.failed()
        self.open.with_user(self.anna).action_finish()
        with self.assertRaises(AccessError):
            message.with_user(self.anna).action_retry()

    def test_what_was_sent_is_not_sent_again(self):
        message = self.answer(self.open)
        self.send_all()
        message.with_user(self.anna).action_retry()
        self.send_all()
        self.assertEqual(len(self.network.asked("messages.send")), 1)
