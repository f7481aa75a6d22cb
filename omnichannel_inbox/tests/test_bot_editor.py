from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_bot import Bots
from .test_tours import TourCase


@tagged("-at_install", "post_install")
class TestBotEditor(Bots):
    """Writing a script: what is wrong is said, what it does is seen and tried."""

    def test_what_cannot_work_is_not_saved(self):
        rows = {
            "goes on at “nowhere”": [{"kind": "say", "text": "a", "target": "nowhere"}],
            "no answers to choose from": [{"kind": "choice", "text": "a"}],
            "never ends": [{"kind": "text", "name": "q", "text": "?", "target": "q"}],
        }
        for words, steps in rows.items():
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words):
                self.new_bot(*steps)
        with self.assertRaisesRegex(ValidationError, "no command"):
            self.new_bot({"kind": "say", "text": "a", "command": "price"})

    def test_the_channel_has_a_bot_or_answers(self):
        with self.assertRaisesRegex(ValidationError, "which bot"):
            self.other_channel.answers_by = "bot"
        self.channel.auto_answer_ids = [Command.create({"text": "Wait", "during": "always"})]
        with self.assertRaisesRegex(ValidationError, "never both"):
            self.channel.write({"outside_hours": "bot", "outside_bot_id": self.script.id})

    def test_the_picture_shows_every_way_once(self):
        for text in ("Hello", "What about?", "Something else", "Your phone?", "One moment", "Bye"):
            self.assertEqual(self.script.preview.count(text), 1, text)
        hostile = self.new_bot({"kind": "say", "text": "<img src=x onerror=alert(1)>"})
        self.assertNotIn("<img", hostile.preview)

    def test_it_is_tried_without_a_trace(self):
        talked = self.env["omnichannel.bot.run"].search_count([])
        bot = self.script.with_user(self.administrator)
        turn = bot.try_out()
        self.assertEqual([line["text"] for line in turn["lines"]], ["Hello", "What about?"])
        turn = bot.try_out(state=turn["state"], pressed=turn["choices"][0]["pressed"])
        turn = bot.try_out(state=turn["state"], said="Olga", given={"phone": True})
        self.assertEqual(
            [line["text"] for line in turn["lines"]], ["Kept as Contact name: Olga", "What?"]
        )
        turn = bot.try_out(state=bot.try_out()["state"], event="wait")
        self.assertTrue(turn["ended"])
        self.assertEqual(self.env["omnichannel.bot.run"].search_count([]), talked)

    def test_the_ready_scripts_work(self):
        for name in ("bot_topic", "bot_contact"):
            bot = self.env.ref(f"omnichannel_inbox.{name}")
            self.assertFalse(bot._describe_problems())
            self.assertTrue(bot._is_available())


@tagged("-at_install", "post_install", "omnichannel_beside")
class TestBotTour(TourCase):
    def test_a_script_is_written_seen_and_tried(self):
        action = self.env.ref("omnichannel_inbox.omnichannel_bot_action")
        url = f"/odoo/action-{action.id}/new"
        self.start_tour(url, "omnichannel_bot", login=self.administrator.login)
        bot = self.env["omnichannel.bot"].search([("name", "=", "Night watch")])
        self.assertEqual(bot.step_ids.mapped("kind"), ["say", "phone"])
