from contextlib import contextmanager
from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CHAT, InboxCase

#: Wednesday, 2 January 2030: 12:00 in UTC, 15:00 in Moscow; the channel closes at 18:00 there.
NOW = "2030-01-02 12:00:00"


class ByItself(InboxCase):
    """A channel that says things by itself, and a clock that we move."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(NOW))

    def open_from_nine_to_six(self):
        """The channel has working time: Monday to Friday in Moscow."""
        self.channel.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Moscow",
                "tz": "Europe/Moscow",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"Day {day}",
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 18,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )

    def auto_answer(self, text="Please wait.", **values):
        """Return a new automatic answer of the channel."""
        return self.env["omnichannel.auto.answer"].create(
            {"channel_id": self.channel.id, "text": text, "during": "always", **values}
        )

    def after(self, **time):
        """So much later what is due has happened."""
        self.clock.tick(timedelta(**time))
        self.run_cron("timers")

    def told(self, conversation):
        """Return the texts that the client was sent by itself."""
        messages = self.env["omnichannel.message"].search(
            [("conversation_id", "=", conversation.id), ("automatic_at", "!=", False)], order="id"
        )
        return messages.mapped("text")


@tagged("-at_install", "post_install")
class TestAutoAnswer(ByItself):
    """A client who waits is told something by itself, as often as a rule says and no more."""

    def test_it_comes_after_its_delay_and_the_client_still_waits(self):
        self.auto_answer(delay=5)
        client = self.deliver(self.message())
        waiting_since = client.waiting_since
        self.after(minutes=4)
        self.assertFalse(self.told(client), "not before its time")
        self.after(minutes=1)
        self.assertEqual(self.told(client), ["Please wait."])
        self.assertEqual(client.waiting_since, waiting_since, "that was no answer")
        self.assertFalse(client.session_id.first_reply_at)
        self.send_all()
        self.assertEqual(self.network.asked("messages.send")[-1]["message"], "Please wait.")

    def test_it_stands_in_the_thread_as_the_companys_and_marked(self):
        self.auto_answer()
        client = self.deliver(self.message())
        self.after()
        message = client.discuss_channel_id.message_ids[:1]
        self.assertEqual(message.author_id, self.company.partner_id)
        self.assertTrue(message.omnichannel_delivery["automatic"])
        client.with_user(self.anna).action_take()
        answer = self.answer(client)
        self.assertFalse(answer.mail_message_id.omnichannel_delivery["automatic"])

    def test_no_colleague_has_answered_meanwhile(self):
        self.auto_answer()
        client = self.taken()
        seen = client.discuss_channel_id.message_ids[:1]
        self.after()
        self.assertTrue(self.answer(client, omnichannel_seen_id=seen.id))

    def test_who_was_answered_gets_none(self):
        self.auto_answer(delay=5)
        client = self.taken()
        self.answer(client)
        self.after(minutes=5)
        self.assertFalse(self.told(client))

    def test_the_delay_counts_from_the_first_unanswered_message(self):
        self.auto_answer(delay=5)
        client = self.deliver(self.message())
        self.clock.tick(timedelta(minutes=4))
        self.deliver(self.message("Are you there?"))
        self.after(minutes=1)
        self.assertEqual(len(self.told(client)), 1)

    def test_once_in_an_appeal(self):
        self.auto_answer(delay=5)
        client = self.taken()
        self.after(minutes=5)
        self.answer(client)
        self.deliver(self.message("And?"))
        self.after(minutes=5)
        self.assertEqual(len(self.told(client)), 1)
        client.with_user(self.anna).action_finish()
        self.clock.tick(timedelta(hours=1))
        self.deliver(self.message("Something else"))
        self.after(minutes=5)
        self.assertEqual(len(self.told(client)), 2, "in another appeal again")

    def test_it_is_repeated_while_he_waits_and_no_more_often_than_that(self):
        self.auto_answer(delay=5, repeat_every=10, most=3)
        client = self.deliver(self.message())
        for expected in (1, 1, 2, 2, 3, 3, 3):
            self.after(minutes=5)
            self.assertEqual(len(self.told(client)), expected)
        self.assertFalse(self.env["omnichannel.timer"].search([("kind", "=", "auto_answer")]))

    def test_several_each_at_its_time(self):
        self.auto_answer("One", delay=1)
        self.auto_answer("Ten", delay=10)
        client = self.deliver(self.message())
        self.after(minutes=1)
        self.assertEqual(self.told(client), ["One"])
        self.after(minutes=9)
        self.assertEqual(self.told(client), ["One", "Ten"])

    def test_two_bots_do_not_talk_for_ever(self):
        self.auto_answer(repeat_every=1, most=10)
        self.channel.closing_text = "Goodbye"
        client = self.deliver(self.message())
        for _round in range(12):
            self.after(minutes=1)
            self.deliver(self.message("I am a bot"))
        self.assertEqual(len(self.told(client)), 10)
        client.with_user(self.anna).action_take()
        client.with_user(self.anna).action_finish()
        self.clock.tick(timedelta(seconds=2))
        self.deliver(self.message("I am a bot"))
        self.after(minutes=5)
        self.assertEqual(len(self.told(client)), 11, "nothing answers a bot's answer to Goodbye")

    def test_while_our_own_bot_talks_nothing_else_does(self):
        self.auto_answer()
        client = self.deliver(self.message())
        client.with_bot = True
        self.after(minutes=5)
        self.assertFalse(self.told(client))
        client.with_bot = False
        self.after(minutes=1)
        self.assertEqual(len(self.told(client)), 1)

    def test_there_is_an_end_to_what_goes_out_in_a_day(self):
        self.auto_answer(repeat_every=1, most=10)
        client = self.taken()
        for _appeal in range(4):
            for _minute in range(10):
                self.after(minutes=1)
            client.with_user(self.anna).action_finish()
            self.clock.tick(timedelta(minutes=1))
            self.taken(self.message("Again"))
        self.assertEqual(len(self.told(client)), 20)

    def test_spam_is_told_nothing(self):
        """Fails without: ``state`` in ``_say_automatically``, whoever calls it."""
        self.auto_answer(delay=5)
        client = self.deliver(self.message())
        client.with_user(self.anna).action_spam("adverts")
        self.deliver(self.message("Buy"))
        self.after(minutes=10)
        self.assertFalse(client._say_automatically("Goodbye"))
        self.assertFalse(self.told(client))
        self.send_all()
        self.assertFalse(self.network.asked("messages.send"))

    def test_many_at_once(self):
        """What comes in a batch is answered as what comes singly."""
        self.auto_answer()
        clients = self.deliver(self.message()) | self.deliver(self.message(chat="77"))
        for client in clients:
            client.with_user(self.anna).action_take()
            self.answer(client)
        self.channel.auto_answer_ids.repeat_every = 1
        self.deliver(self.message("One"), self.message("Two", chat="77"))
        self.after(minutes=2)
        self.assertEqual([len(self.told(client)) for client in clients], [1, 1])

    def test_in_the_clients_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        answer = self.auto_answer("Please wait.")
        answer.with_context(lang="ru_RU").text = "Подождите."
        client = self.deliver(self.message())
        client.identity_id.lang = "ru"
        other = self.deliver(self.message(chat="77"))
        other.identity_id.lang = "de"
        self.after()
        self.assertEqual(self.told(client), ["Подождите."])
        self.assertEqual(self.told(other), ["Please wait."])

    def test_it_cannot_be_too_long_in_any_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        answer = self.auto_answer("я" * 250)
        for change in ({"text": "я" * 251}, {"text": "a\n" * 126}):
            with self.subTest(change), self.refused():
                answer.with_context(lang="ru_RU").write(change)
                answer.flush_recordset()
            answer.invalidate_recordset()
        for field in ("closing_text", "operator_line", "rating_question"):
            with self.subTest(field), self.refused():
                self.channel[field] = "a" * 251
                self.channel.flush_recordset()
            self.channel.invalidate_recordset()

    @contextmanager
    def refused(self):
        """The database refuses what is written in here."""
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            yield

    def test_a_client_who_cannot_be_told_stops_nothing(self):
        self.auto_answer()
        client = self.deliver(self.message())
        client.identity_id.reachable = False
        self.after()
        self.assertFalse(self.told(client))
        self.assertTrue([line for line in self.lines(client) if "not sent" in line])

    def test_restored_he_waits_as_before(self):
        self.auto_answer(delay=1)
        self.channel.closing_text = "Goodbye"
        client = self.taken()
        waiting_since = client.waiting_since
        self.after(minutes=1)
        client.with_user(self.anna).action_finish()
        client.with_user(self.anna).action_restore()
        self.assertTrue(client.waiting_since, "nobody has answered him")
        self.assertEqual(waiting_since, fields.Datetime.to_datetime(NOW))
        self.assertEqual(client.unread_count, 1)


@tagged("-at_install", "post_install")
class TestOutsideHours(ByItself):
    """What happens while the channel is closed."""

    def setUp(self):
        super().setUp()
        self.open_from_nine_to_six()

    def close(self):
        """It is evening."""
        self.clock.tick(timedelta(hours=4))

    def test_each_in_its_time(self):
        self.auto_answer("We look.", during="open", delay=5)
        self.auto_answer("We sleep.", during="closed")
        day = self.deliver(self.message())
        self.after(minutes=5)
        self.assertEqual(self.told(day), ["We look."])
        self.close()
        night = self.deliver(self.message(chat="77"))
        self.after()
        self.assertEqual(self.told(night), ["We sleep."])
        self.after(hours=14)
        self.assertEqual(self.told(night), ["We sleep.", "We look."], "five minutes of the morning")

    def test_who_waits_when_the_channel_closes_hears_it_then(self):
        self.auto_answer("We sleep.", during="closed")
        client = self.deliver(self.message())
        self.after(hours=2, minutes=59)
        self.assertFalse(self.told(client))
        self.after(minutes=1)
        self.assertEqual(self.told(client), ["We sleep."])

    def test_nothing_is_said_where_that_is_chosen(self):
        self.auto_answer("Always", during="always")
        self.auto_answer("We sleep.", during="closed")
        self.channel.outside_hours = "silent"
        self.close()
        client = self.deliver(self.message())
        self.after(hours=1)
        self.assertFalse(self.told(client))
        self.after(hours=14)
        self.assertEqual(self.told(client), ["Always"], "at the opening")

    def test_a_bot_and_answers_exclude_each_other(self):
        answer = self.auto_answer(during="open")
        self.env.cr.execute(
            "UPDATE omnichannel_channel SET outside_hours = 'bot' WHERE id = %s", [self.channel.id]
        )
        self.channel.invalidate_recordset()
        with self.assertRaisesRegex(ValidationError, "never both"):
            answer.during = "closed"

    def test_each_message_is_one_email(self):
        self.channel.outside_email = "duty@example.com"
        self.deliver(self.message("By day"))
        self.close()
        mails = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        self.deliver(self.message("One"), self.message("Two <b>"))
        self.deliver(self.message("Three", chat="77"))
        found = self.env["mail.mail"].search([("id", ">", mails)], order="id")
        self.assertEqual(set(found.mapped("email_to")), {"duty@example.com"})
        self.assertEqual(len(found), 3)
        self.assertIn("Two &lt;b&gt;", found[1].body_html)
        self.assertIn("/odoo/omnichannel.conversation/", found[0].body_html)

    def test_only_one_address(self):
        with self.assertRaises(ValidationError):
            self.channel.outside_email = "nobody"

    def test_the_rules_are_told_in_words(self):
        self.auto_answer("We sleep.", during="closed")
        self.channel.outside_email = "duty@example.com"
        words = self.channel.automatic_words
        for said in ("waits in the queue", "Automatic answers", "duty@example.com", "never both"):
            self.assertIn(said, words)


@tagged("-at_install", "post_install")
class TestOperatorLine(ByItself):
    """The client learns who answers him."""

    def setUp(self):
        super().setUp()
        self.channel.shows_operator = True

    def test_once_for_each_operator(self):
        client = self.taken()
        self.assertEqual(self.told(client), ["Operator: Anna"])
        client.with_user(self.anna).action_delegate(self.boris.id)
        client.with_user(self.boris).action_delegate(self.anna.id)
        self.assertEqual(self.told(client), ["Operator: Anna", "Operator: Boris"])

    def test_as_the_channel_says_it(self):
        self.channel.operator_line = "{operator} is with you"
        self.assertEqual(self.told(self.taken()), ["Anna is with you"])
        with self.assertRaises(ValidationError):
            self.channel.operator_line = "{phone}"

    def test_off_nothing_is_said(self):
        self.channel.shows_operator = False
        self.assertFalse(self.told(self.taken()))


@tagged("-at_install", "post_install")
class TestNotices(ByItself):
    """The staff hear of what needs them."""

    def setUp(self):
        super().setUp()
        self.channel.write({"notice_user_ids": self.vera.ids, "notice_waiting_minutes": 10})

    def mails(self):
        return self.env["mail.mail"].search([("email_to", "ilike", "vera@")]).mapped("subject")

    def test_a_new_conversation_waits_long(self):
        self.deliver(self.message(chat=CHAT))
        self.after(minutes=9)
        self.assertFalse(self.mails())
        self.after(minutes=1)
        self.assertEqual(len(self.mails()), 1)
        self.assertIn("10 minutes", self.mails()[0])
        self.deliver(self.message("Hello?"))
        self.after(minutes=30)
        self.assertEqual(len(self.mails()), 1, "once in a wait")

    def test_a_schedule_that_changes_meanwhile_counts(self):
        """F13. Fails without: ``_find_notice`` again in ``_on_waiting_long``."""
        self.channel.notice_waiting_minutes = 240
        self.deliver(self.message())  # at three in the afternoon
        self.open_from_nine_to_six()
        self.after(hours=4)
        self.assertFalse(self.mails(), "an hour of working time is left")
        self.after(hours=14, minutes=59)
        self.assertFalse(self.mails())
        self.after(minutes=1)  # at ten
        self.assertEqual(len(self.mails()), 1)
        self.after(hours=24)
        self.assertEqual(len(self.mails()), 1)

    def test_with_whom_a_bot_talks_he_waits_from_when_it_is_silent(self):
        conversation = self.deliver(self.message())
        conversation.with_bot = True
        self.after(minutes=10)
        self.assertFalse(self.mails())
        conversation.with_bot = False
        self.after(minutes=10)
        self.assertEqual(len(self.mails()), 1)

    def test_who_was_taken_answered_or_closed_does_not_wait(self):
        """Fails without: ``state`` and ``waiting_since`` in ``_on_waiting_long``, or
        ``_cancel_timers`` in ``_end``.
        """
        ways = {
            "taken": lambda talk: talk.with_user(self.anna).action_take(),
            "finished": lambda talk: talk.with_user(self.anna).action_finish(),
            "spam": lambda talk: talk.with_user(self.anna).action_spam(),
            "answered on the network": lambda talk: self.deliver(
                self.echo(910_001, "We are here", chat=talk.chat_ref, admin_author_id=7)
            ),
        }
        for number, (name, act) in enumerate(ways.items()):
            with self.subTest(name):
                talk = self.deliver(self.message(chat=f"60{number}"))
                act(talk)
                # Even if its alarm were still there.
                talk._set_timer("waiting_notice", fields.Datetime.now())
                self.after(minutes=10)
                self.assertFalse(self.mails())

    def test_the_channel_fails(self):
        for _time in range(2):
            self.channel.write({"state": "error", "state_message": "The token is wrong"})
            self.channel._report_health()
        self.assertEqual(len(self.mails()), 1)
        self.assertIn("The token is wrong", self.mails()[0])

    def test_by_sms_where_odoo_has_them(self):
        self.channel.notice_by_sms = True
        self.vera.partner_id.phone = "+79030000000"
        self.deliver(self.message())
        self.after(minutes=10)
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(self.channel.can_sms, "sms.sms" in self.env)
        if self.channel.can_sms:
            self.assertTrue(self.env["sms.sms"].search([("number", "=", "+79030000000")]))


@tagged("-at_install", "post_install")
class TestWhetherTheyAreEverSaid(ByItself):
    """The channel's check-up sees answers that nobody will get."""

    def check(self, channel=None):
        """Return the line about automatic answers as a check-up finds it now."""
        return (channel or self.channel)._check_auto_answers()

    def test_who_expects_none_is_told_nothing(self):
        self.assertIsNone(self.check())
        self.open_from_nine_to_six()
        self.channel.outside_hours = "silent"
        self.assertIsNone(self.check())

    def test_none_for_the_time_outside_is_a_gap(self):
        self.open_from_nine_to_six()
        self.auto_answer(during="open")
        self.assertEqual(self.check().state, "warning")
        self.assertIn("no automatic answer is there", self.check().cause)
        self.auto_answer(during="closed")
        self.assertEqual((self.check().state, self.check().values), ("ok", {"count": "2"}))

    def test_answers_for_a_time_that_never_comes(self):
        self.auto_answer(during="closed")
        self.assertIn("always open", self.check().cause)
        self.open_from_nine_to_six()
        self.assertEqual(self.check().state, "ok")
        self.channel.outside_hours = "silent"
        self.assertIn("nothing shall be said", self.check().cause)

    def test_a_bot_that_cannot_talk_leaves_silence(self):
        self.open_from_nine_to_six()
        bot = self.env["omnichannel.bot"].create({"name": "Night"})
        self.channel.write({"outside_hours": "bot", "outside_bot_id": bot.id})
        self.assertFalse(bot._is_available())
        self.assertIn("bot", self.check().cause)
