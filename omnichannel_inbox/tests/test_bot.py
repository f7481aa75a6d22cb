import random
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import omnichannel_conversation_bot
from ..protocols import NetworkUnavailable
from .common import InboxCase
from .test_buttons import Buttons

PHONE = "+7 903 123-45-67"


class Bots(InboxCase):
    """A channel on which a bot asks for topic and phone, and hands over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["omnichannel.tag"].create({"name": "Wants to buy"})
        cls.script = cls.new_bot(
            {"kind": "say", "text": "Hello"},
            {
                "kind": "choice",
                "name": "topic",
                "text": "What about?",
                "timeout": 30,
                "choice_ids": [
                    Command.create({"name": "Order", "words": "buy", "target": "tag"}),
                    Command.create({"name": "Something else", "target": "people"}),
                    Command.create({"name": "Nothing", "target": "bye"}),
                ],
            },
            {"kind": "tag", "name": "tag", "tag_ids": [Command.link(cls.tag.id)]},
            {"kind": "text", "text": "Your name?", "save_to": "name"},
            {"kind": "phone", "text": "Your phone?", "save_to": "phone", "when_phone": "unknown"},
            {"kind": "text", "text": "What?", "save_to": "description", "name": "Wish"},
            {"kind": "lead"},
            {"kind": "hand", "name": "people", "text": "One moment", "command": "/operator"},
            {"kind": "finish", "name": "bye", "text": "Bye"},
        )
        cls.channel.write({"answers_by": "bot", "bot_id": cls.script.id})

    @classmethod
    def new_bot(cls, *steps, **values):
        commands = [
            Command.create({"sequence": number, **step}) for number, step in enumerate(steps)
        ]
        return cls.env["omnichannel.bot"].create(
            {"name": "Helper", "step_ids": commands, "retry_text": "Pardon?", **values}
        )

    def says(self, *texts):
        """The client says this; return the conversation."""
        for text in texts:
            self.deliver(self.message(text))
        return self.conversation()

    def run_of(self, conversation):
        return self.env["omnichannel.bot.run"].search(
            [("conversation_id", "=", conversation.id)], limit=1
        )


@tagged("-at_install", "post_install")
class TestBot(Bots):
    """A bot talks with a client, and hands him to people."""

    def test_the_whole_talk(self):
        conversation = self.says("hi")
        self.assertTrue(conversation.with_bot)
        self.assertEqual(conversation.state, "new")
        self.assertFalse(conversation.waiting_since, "he waits for nobody")
        self.says("I would buy", "Olga", f"call {PHONE}", "a red chair")
        self.assertEqual(
            self.said(conversation),
            [
                "hi",
                "Hello",
                "What about?",
                "I would buy",
                "Your name?",
                "Olga",
                "Your phone?",
                f"call {PHONE}",
                "What?",
                "a red chair",
                "One moment",
            ],
        )
        self.assertFalse(conversation.with_bot)
        self.assertEqual(conversation.state, "new")
        self.assertTrue(conversation.waiting_since, "now he waits for a person")
        lead = conversation.lead_id
        self.assertEqual(lead.phone, "+79031234567")
        self.assertEqual(conversation.phone, "+79031234567")
        self.assertEqual(lead.contact_name, "Olga")
        self.assertIn("a red chair", lead.description)
        self.assertEqual(conversation.tag_ids, self.tag)
        self.assertFalse(conversation.session_id.first_reply_at, "nobody has answered yet")
        self.assertIn("The bot handed over.", self.lines(conversation))
        self.assertEqual(self.run_of(conversation).outcome, "handed")
        self.says("and one more")
        self.assertEqual(self.said(conversation)[-1], "and one more", "people go on")

    def test_its_messages_are_the_companys_and_are_marked(self):
        conversation = self.says("hi")
        self.send_all()
        messages = conversation.discuss_channel_id.message_ids.filtered("omnichannel_delivery")
        self.assertEqual(messages.author_id, self.channel._company_author())
        delivery = messages[:1].with_user(self.anna).omnichannel_delivery
        self.assertEqual((delivery["bot"], delivery["state"]), ("Helper", "sent"))
        answer = self.answer(self.taken_from_bot(conversation))
        self.assertFalse(answer.mail_message_id.omnichannel_delivery["bot"])

    def taken_from_bot(self, conversation, by=None):
        conversation.with_user(by or self.anna).action_take()
        return conversation

    def test_whoever_takes_it_ends_the_talk(self):
        conversation = self.taken_from_bot(self.says("hi"))
        self.assertEqual(self.run_of(conversation).outcome, "taken")
        self.assertFalse(conversation.with_bot)
        before = len(self.said(conversation))
        self.says("Order")
        self.assertEqual(len(self.said(conversation)), before + 1, "the bot is silent")
        self.assertTrue(conversation.waiting_since)
        self.assertFalse(self.env["omnichannel.timer"].search([("kind", "=", "bot")]))

    def test_an_answer_from_the_networks_own_interface_ends_it(self):
        conversation = self.says("hi")
        self.deliver(self.echo(7007, "I am here", admin_author_id=1003344))
        self.assertEqual(self.run_of(conversation).outcome, "taken")
        self.assertFalse(conversation.with_bot or conversation.waiting_since)

    def test_the_networks_own_greeting_does_not_end_it(self):
        conversation = self.says("hi")
        self.deliver(self.echo(7007, "Welcome! We answer within an hour."))
        self.assertTrue(conversation.with_bot)

    def test_finishing_and_spam_end_it(self):
        for action, chat in (("action_finish", "71"), ("action_spam", "72")):
            conversation = self.deliver(self.message("hi", chat=chat))
            self.assertTrue(conversation.with_bot)
            getattr(conversation.with_user(self.anna), action)()
            self.assertFalse(conversation.with_bot)
            self.assertEqual(self.run_of(conversation).outcome, "closed")
        before = len(self.said(conversation))
        self.deliver(self.message("buy!", chat="72"))
        self.assertEqual(len(self.said(conversation)), before + 1, "spam is not answered")

    def test_the_script_may_finish_and_a_new_appeal_begins_anew(self):
        conversation = self.says("hi", "Nothing")
        self.assertEqual(conversation.state, "done")
        self.assertEqual(self.said(conversation)[-1], "Bye")
        self.assertEqual(self.run_of(conversation).outcome, "finished")
        self.says("hi again")
        self.assertEqual(self.said(conversation)[-1], "What about?")
        self.assertEqual(len(conversation.bot_run_ids), 2)

    def test_who_is_not_understood_gets_people(self):
        conversation = self.says("hi", "…", "…")
        self.assertEqual(self.said(conversation).count("Pardon?\n1. Order"), 0)
        self.assertTrue(conversation.with_bot)
        self.says("…")
        self.assertFalse(conversation.with_bot)
        self.assertEqual(self.run_of(conversation).why, "not_understood")

    def test_a_file_answers_what_asks_for_any_text(self):
        conversation = self.says("hi", "Order", "Olga", PHONE)
        size = {"type": "z", "url": "https://sun1.userapi.com/a.jpg", "width": 9, "height": 9}
        photo = {"type": "photo", "photo": {"id": 1, "owner_id": 2, "sizes": [size]}}
        self.deliver(self.message("", attachments=[photo]))
        self.assertFalse(conversation.with_bot)
        self.assertEqual(self.said(conversation)[-1], "One moment")

    def test_two_bots_do_not_talk_for_ever(self):
        self.patch(omnichannel_conversation_bot, "MOST_A_DAY", 6)
        conversation = self.says("hi", "Nothing", "hi", "Nothing", "hi")
        self.assertFalse(conversation.with_bot)
        self.assertEqual(conversation.state, "new")
        self.assertEqual(self.run_of(conversation).why, "too_much")

    def test_a_command(self):
        conversation = self.says("hi", "/operator")
        self.assertFalse(conversation.with_bot)
        self.assertEqual(self.said(conversation)[-1], "One moment")

    def test_a_step_that_is_gone_is_no_trouble(self):
        conversation = self.says("hi")
        self.run_of(conversation).step_id.unlink()
        self.says("Order")
        self.assertFalse(conversation.with_bot)
        self.assertEqual(self.run_of(conversation).why, "broken")
        self.assertEqual(set(self.inbound().mapped("state")), {"done"})

    def test_whom_it_cannot_write_to_waits_for_people(self):
        conversation = self.says("hi")
        conversation.identity_id._set_reachable(False)
        self.patch(type(conversation), "_say_to_client", lambda *_args: self.fail_to_say())
        self.says("Order")
        self.assertFalse(conversation.with_bot)
        self.assertEqual(self.run_of(conversation).why, "broken")

    def fail_to_say(self):
        raise UserError("cannot be written to")

    def test_a_network_that_is_away_changes_nothing(self):
        self.network.says("messages.send", NetworkUnavailable("away"))
        conversation = self.says("hi")
        self.send_all()
        self.assertTrue(conversation.with_bot)

    def test_time_passes(self):
        with freeze_time("2030-01-01 12:00:00") as clock:
            conversation = self.says("hi")
            clock.tick(timedelta(minutes=29))
            self.run_cron("timers")
            self.assertTrue(conversation.with_bot)
            self.says("…")
            clock.tick(timedelta(minutes=29))
            self.run_cron("timers")
            self.assertTrue(conversation.with_bot, "he has answered meanwhile")
            clock.tick(timedelta(minutes=2))
            self.run_cron("timers")
        self.assertFalse(conversation.with_bot)
        self.assertEqual(self.run_of(conversation).why, "timeout")
        self.assertTrue(conversation.waiting_since)

    def test_it_is_given_to_nobody_while_it_talks(self):
        self.channel.distribution = "evenly"
        conversation = self.says("hi")
        self.assertNotIn(
            conversation,
            self.env["omnichannel.conversation"].search(self.channel._waiting_domain()),
        )
        self.assertFalse(conversation.with_user(self.anna).get_next())
        self.says("/operator")
        self.assertIn(
            conversation,
            self.env["omnichannel.conversation"].search(self.channel._waiting_domain()),
        )
        self.assertTrue(conversation.with_user(self.anna).get_next())

    def test_it_may_hand_over_to_one_of_the_people(self):
        self.script.step_ids.filtered(lambda step: step.kind == "hand").user_id = self.boris
        self.env["mail.presence"]._update_presence(self.boris)
        conversation = self.says("hi", "/operator")
        self.assertEqual((conversation.state, conversation.operator_id), ("open", self.boris))
        self.assertEqual(self.run_of(conversation).outcome, "handed")

    def test_whom_it_names_is_away(self):
        self.script.step_ids.filtered(lambda step: step.kind == "hand").user_id = self.boris
        conversation = self.says("hi", "/operator")
        self.assertEqual((conversation.state, conversation.with_bot), ("new", False))

    def test_a_bot_that_cannot_talk_leaves_clients_to_people(self):
        self.script.active = False
        conversation = self.says("hi")
        self.assertFalse(conversation.with_bot)
        self.assertTrue(conversation.waiting_since)
        self.assertIn("Helper", self.channel.bot_warning)
        self.script.write({"active": True})
        self.script.step_ids.unlink()
        self.assertFalse(self.deliver(self.message("hi", chat="77")).with_bot)

    def test_who_waits_for_people_already_gets_no_bot(self):
        self.channel.answers_by = "people"
        conversation = self.says("hi")
        self.channel.answers_by = "bot"
        self.says("anybody?")
        self.assertFalse(conversation.with_bot)

    def test_outside_working_time(self):
        calendar = self.env["resource.calendar"].create({"name": "Never", "attendance_ids": []})
        night = self.new_bot({"kind": "text", "text": "Closed. Your name?"})
        self.channel.write(
            {
                "resource_calendar_id": calendar.id,
                "outside_hours": "bot",
                "outside_bot_id": night.id,
            }
        )
        self.assertEqual(self.said(self.says("hi"))[-1], "Closed. Your name?")

    def test_the_clients_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        ask = self.script.step_ids[1]
        ask.with_context(lang="ru_RU").text = "О чём речь?"
        ask.choice_ids[1].with_context(lang="ru_RU").name = "Другое"
        conversation = self.says("hi")
        conversation.identity_id.lang = "ru"
        self.says("другое")
        self.assertEqual(self.said(conversation)[-1], "One moment")
        identity = self.env["omnichannel.identity"].search([], limit=1)
        conversation.with_user(self.anna).action_finish()
        identity.lang = "ru"
        self.says("hi")
        self.assertEqual(self.said(conversation)[-1], "О чём речь?")

    def test_what_a_customer_says_does_not_change_him(self):
        conversation = self.says("hi")
        partner = self.env["res.partner"].create({"name": "Olga", "phone": "+7 900 000-00-00"})
        conversation.lead_id.partner_id = partner
        self.says("Order", "Olga Petrova", PHONE)
        self.assertEqual(partner.phone, "+7 900 000-00-00")
        self.assertIn("Olga Petrova", conversation.lead_id.description)

    def test_without_leads_the_script_makes_one(self):
        self.channel.lead_policy = "manual"
        conversation = self.says("hi", "Order", "Olga", PHONE)
        self.assertFalse(conversation.lead_id)
        self.says("a chair")
        self.assertEqual(conversation.lead_id.contact_name, "Olga")
        self.assertIn("a chair", conversation.lead_id.description)

    def test_how_its_talks_ended_can_be_counted(self):
        self.assertEqual(self.script.with_user(self.administrator).run_count, 0)
        with freeze_time("2030-01-01 12:00:00") as clock:
            for chat, *texts in (
                ("81", "Nothing"),
                ("82", "Order", "/operator"),
                ("83", "…", "…", "…"),
                ("84", "Order", "Olga"),
                ("85",),
            ):
                self.deliver(*(self.message(text, chat=chat) for text in ("hi", *texts)))
            clock.tick(timedelta(minutes=31))
            self.run_cron("timers")
            self.deliver(self.message("hi", chat="86"))
            self.deliver(self.message("hi", chat="87")).with_user(self.anna).action_take()
        runs = self.env["omnichannel.bot.run"].with_user(self.administrator)
        of_bot = [("bot_id", "=", self.script.id)]
        counted = dict(runs._read_group(of_bot, ["result"], ["__count"]))
        self.assertEqual(
            counted,
            {"finished": 1, "handed": 1, "gave_up": 1, "talking": 2, "left": 1, "taken": 1},
        )
        left_at = {
            run.conversation_id.chat_ref: run.last_step_id.text for run in runs.search(of_bot)
        }
        self.assertEqual(
            (left_at["82"], left_at["84"], left_at["85"]),
            ("Your name?", "Your phone?", "What about?"),
        )
        self.assertEqual(self.script.with_user(self.administrator).run_count, 7)
        self.assertEqual(runs.search(of_bot, limit=1).action_open()["type"], "ir.actions.client")
        with self.assertRaises(AccessError):
            runs.with_user(self.anna).search(of_bot)

    def test_whatever_happens_in_any_order(self):
        for seed in range(6):
            with self.subTest(seed=seed):
                self.talk_at_random(random.Random(seed), f"8{seed:06}")  # noqa: S311 - no secret

    def talk_at_random(self, chance, chat):
        with freeze_time("2030-01-01 12:00:00") as clock:
            conversation = self.deliver(self.message("hi", chat=chat))
            for _step in range(8):
                happens = chance.choice(["say", "say", "say", "wait", "take", "finish", "edit"])
                if happens == "say":
                    said = chance.choice(["Order", "1", "3", "…", PHONE, "/operator", "buy"])
                    self.deliver(self.message(said, chat=chat))
                elif happens == "wait":
                    clock.tick(timedelta(minutes=chance.choice([5, 40])))
                    self.run_cron("timers")
                elif happens == "take" and conversation.state == "new":
                    conversation.with_user(self.anna).action_take()
                elif happens == "finish" and conversation.state in ("new", "open"):
                    conversation.with_user(self.anna).action_finish()
                elif happens == "edit":
                    self.script.step_ids[:1].text = chance.choice(["Hello", "Good day"])
                self.check(conversation)

    def check(self, conversation):
        running = conversation.bot_run_ids.filtered(lambda run: not run.ended_at)
        self.assertLessEqual(len(running), 1)
        self.assertEqual(bool(running), conversation.with_bot)
        if running:
            self.assertEqual(conversation.state, "new")
            self.assertTrue(running.step_id, "it waits for an answer")
            self.assertFalse(conversation.waiting_since)
        else:
            timers = self.env["omnichannel.timer"].search([("kind", "=", "bot")])
            self.assertNotIn(conversation, timers.conversation_id)
        self.assertEqual(set(self.inbound().mapped("state")), {"done"})


@tagged("-at_install", "post_install")
class TestBotButtons(Bots, Buttons):
    """Choices are buttons where the network has them."""

    def test_choices_are_pressed(self):
        conversation = self.says("hi")
        self.send_all()
        self.assertEqual(
            [action["label"] for action in self.keyboard()], ["Order", "Something else", "Nothing"]
        )
        message = self.env["omnichannel.message"].search(
            [("conversation_id", "=", conversation.id), ("buttons", "!=", False)], limit=1
        )
        self.press(message, 1)
        self.assertEqual(self.said(conversation)[-2:], ["Something else", "One moment"])
        self.assertFalse(conversation.with_bot)
        before = self.said(conversation)
        self.press(message, 0, event_id="another")
        self.assertEqual(self.said(conversation), [*before, "Order"], "people go on")

    def test_without_buttons_choices_have_numbers(self):
        protocol = self.channel._protocol_class()
        without = protocol.capabilities.__class__(max_text=4096)
        self.patch(protocol, "capabilities", without)
        conversation = self.says("hi")
        asked = conversation.discuss_channel_id.message_ids[:1].body
        for line in ("1. Order", "2. Something else"):
            self.assertIn(line, asked)
        self.says("2")
        self.assertFalse(conversation.with_bot)
