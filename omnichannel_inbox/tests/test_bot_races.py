import json
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..protocols import Webhook
from . import test_races
from .common import VK

ROUNDS = 4


@tagged("-at_install", "post_install")
class TestBotAtOnce(test_races.TestRaces):
    """What a client does, time and people at the same moment: the bot goes one way, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.committed() as env:
            steps = [
                {
                    "kind": "choice",
                    "name": "topic",
                    "text": "What about?",
                    "timeout": 30,
                    "choice_ids": [
                        Command.create({"name": "Order"}),
                        Command.create({"name": "People", "target": "people"}),
                    ],
                },
                {"kind": "text", "text": "Your name?"},
                {"kind": "hand", "name": "people", "text": "One moment"},
            ]
            commands = [Command.create({"sequence": n, **step}) for n, step in enumerate(steps)]
            bot = env["omnichannel.bot"].create({"name": "Racing bot", "step_ids": commands})
            cls.bot_id = bot.id
            env["omnichannel.channel"].browse(cls.channel_id).write(
                {"answers_by": "bot", "bot_id": bot.id}
            )

    @classmethod
    def clean_up(cls):
        super().clean_up()
        with cls.committed() as env:
            env["omnichannel.bot"].browse(cls.bot_id).unlink()

    # What happens

    def ask(self, chat):
        """The bot has asked this client what it is about."""
        self.store("Hello", f"bot-{chat}-{self.mark}", chat)
        self.work_off()

    def press(self, chat, number, name):
        with self.committed() as env:
            asked = env["omnichannel.message"].search(
                [("conversation_id", "=", self.find(env, chat).id), ("buttons", "!=", False)]
            )
            channel = env["omnichannel.channel"].browse(self.channel_id)
            body = {
                "type": "message_event",
                "group_id": int(VK["account_ref"]),
                "event_id": f"{name}-{chat}-{self.mark}",
                "secret": VK["signing_secret"],
                "object": {
                    "user_id": chat,
                    "peer_id": chat,
                    "event_id": name,
                    "payload": {"button": f"b{asked.id}.{number}"},
                    "conversation_message_id": 88,
                },
            }
            envelopes = channel._protocol().split(Webhook(body=json.dumps(body).encode()))
            retrying(lambda: env["omnichannel.inbound"]._store(channel, envelopes), env)

    def write(self, chat, text):
        self.store(text, f"{text}-{chat}-{self.mark}", chat)

    def hear(self, chat):
        """The lane of this chat is worked off."""
        with self.committed() as env:
            inbound = env["omnichannel.inbound"]
            channel = env["omnichannel.channel"].browse(self.channel_id)
            inbound._cron_work_off(inbound._lane_of(channel, str(chat)))

    def time_out(self, chat):
        with self.committed() as env:
            env["omnichannel.timer"]._cron_work_off()

    def take(self, chat):
        with self.committed(self.user_ids[0]) as env:
            try:
                retrying(self.find(env, chat).action_take, env)
            except UserError:
                env.cr.rollback()

    def at_once_with(self, chat, *doing):
        with mute_logger("odoo.service.model", "odoo.sql_db"):
            self.at_once(lambda number: doing[number](chat), len(doing))
            self.work_off()
            self.time_out(chat)

    # What came of it

    def find(self, env, chat):
        return env["omnichannel.conversation"].search(
            [("channel_id", "=", self.channel_id), ("chat_ref", "=", str(chat))]
        )

    def check(self, env, chat):
        """Return the conversation and what the bot said to the client, in its order."""
        conversation = self.find(env, chat)
        inbounds = env["omnichannel.inbound"].search(
            [("channel_id", "=", self.channel_id), ("chat_ref", "=", str(chat))]
        )
        self.assertEqual(set(inbounds.mapped("state")), {"done"})
        run = conversation.bot_run_ids
        self.assertEqual(len(run), 1)
        self.assertEqual(conversation.with_bot, not run.ended_at)
        self.assertNotEqual(run.why, "broken")
        timers = env["omnichannel.timer"].search([("conversation_id", "=", conversation.id)])
        self.assertLessEqual("bot" in timers.mapped("kind"), conversation.with_bot)
        said = env["omnichannel.message"].search(
            [("conversation_id", "=", conversation.id), ("bot_id", "!=", False)], order="id"
        )
        texts = said.mapped("text")
        self.assertEqual(len(texts), len(set(texts)), "nothing is said twice")
        return conversation, said

    def test_two_presses_are_heard_one_after_the_other(self):
        for chat in range(850, 850 + ROUNDS):
            with self.subTest(chat=chat):
                self.ask(chat)
                self.press(chat, 0, "first")
                self.press(chat, 1, "second")
                self.at_once_with(chat, self.hear, self.hear, self.hear)
                with self.committed() as env:
                    conversation, said = self.check(env, chat)
                    expected = ["What about?", "Your name?", "One moment"]
                    self.assertEqual(said.mapped("text"), expected)
                    self.assertEqual(conversation.bot_run_ids.turn, 3)
                    self.assertTrue(conversation.waiting_since, "the second one leads to people")

    def test_the_same_press_in_two_connections_is_one(self):
        for chat in range(860, 860 + ROUNDS):
            with self.subTest(chat=chat):
                self.ask(chat)

                def press(each):
                    self.press(each, 0, "same")
                    self.hear(each)

                self.at_once_with(chat, press, press, press)
                with self.committed() as env:
                    conversation, said = self.check(env, chat)
                    self.assertEqual(said.mapped("text"), ["What about?", "Your name?"])
                    self.assertEqual(conversation.bot_run_ids.turn, 2)

    def test_an_answer_and_the_end_of_its_time(self):
        for chat in range(870, 870 + ROUNDS):
            with self.subTest(chat=chat):
                self.ask(chat)
                with self.committed() as env:
                    timer = env["omnichannel.timer"].search(
                        [("conversation_id", "=", self.find(env, chat).id), ("kind", "=", "bot")]
                    )
                    timer.due_at = fields.Datetime.now() - timedelta(minutes=1)
                self.write(chat, "Order")
                self.at_once_with(chat, self.hear, self.time_out, self.time_out)
                with self.committed() as env:
                    conversation, said = self.check(env, chat)
                    if conversation.with_bot:
                        self.assertEqual(said.mapped("text"), ["What about?", "Your name?"])
                        self.assertFalse(conversation.waiting_since)
                    else:
                        self.assertEqual(conversation.bot_run_ids.why, "timeout")
                        self.assertEqual(said.mapped("text"), ["What about?"])
                        self.assertTrue(conversation.waiting_since)

    def test_who_takes_it_has_the_last_word(self):
        for chat in range(880, 880 + ROUNDS):
            with self.subTest(chat=chat):
                self.ask(chat)
                self.write(chat, "Order")
                self.at_once_with(chat, self.take, self.hear, self.hear)
                with self.committed() as env:
                    conversation, said = self.check(env, chat)
                    self.assertEqual(conversation.state, "open")
                    self.assertEqual(conversation.operator_id.id, self.user_ids[0])
                    self.assertFalse(conversation.with_bot)
                    self.assertEqual(conversation.bot_run_ids.outcome, "taken")
                    taken = conversation.discuss_channel_id.message_ids.filtered(
                        lambda message: "took the conversation" in (message.body or "")
                    )
                    self.assertEqual(len(taken), 1)
                    self.assertLess(max(said.mail_message_id.ids), taken.id)
