from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.omnichannel_conversation_rating import read_rating
from .common import CHAT
from .test_auto_answer import ByItself
from .test_buttons import Buttons


class Rated(ByItself, Buttons):
    """A channel that asks clients what they think."""

    def setUp(self):
        super().setUp()
        self.channel.asks_rating = True

    def finished(self):
        """Return a conversation that Anna has answered and finished, with its question sent."""
        client = self.taken()
        self.answer(client)
        client.with_user(self.anna).action_finish()
        self.send_all()
        self.env.invalidate_all()
        return client

    def question(self, client):
        """Return the message with the question in the outbox."""
        return self.env["omnichannel.message"].search(
            [("conversation_id", "=", client.id), ("automatic_at", "!=", False)], limit=1
        )


@tagged("-at_install", "post_install")
class TestRating(Rated):
    """A client who was served is asked what he thinks of it, once, and is heard."""

    def assert_rated(self, client, value, comment=""):
        """This is what the client thinks, wherever one looks, and nothing else came of it."""
        self.assertEqual(client.state, "done")
        session = client.session_id
        self.assertEqual(len(client.session_ids), 1, "no new appeal")
        self.assertEqual(client.session_ids.lead_id, client.lead_id, "no new lead")
        self.assertFalse(client.waiting_since)
        self.assertEqual((session.client_rating, session.rating_comment or ""), (value, comment))
        rating = session.rating_ids
        self.assertEqual(len(rating), 1)
        self.assertEqual(rating.rating, {"good": 5, "bad": 1}[value])
        self.assertEqual(rating.rated_partner_id, self.anna.partner_id)
        self.assertEqual(rating.feedback or "", comment)
        self.assertEqual(rating.parent_res_id, self.channel.id)

    def test_by_a_button(self):
        client = self.finished()
        labels = [action["label"] for action in self.keyboard()]
        self.assertEqual(labels, ["👍 Good", "👎 Bad"])
        self.press(self.question(client), 0)
        self.assert_rated(client, "good")
        self.press(self.question(client), 1, event_id="another")
        self.assert_rated(client, "good")
        self.assertEqual(self.channel.rating_percentage_satisfaction, 100)
        self.assertEqual(self.anna.with_user(self.vera).omnichannel_satisfaction, 100)
        self.assertIn("Good", self.lines(client)[-1])
        self.assertEqual(client.session_id._describe()["outcome"], "Finished · Good")

    def react(self, message, number, **changes):
        """The client puts a reaction on a message of ours, or takes it away: 0."""
        about = {
            "reacted_id": int(CHAT),
            "peer_id": int(CHAT),
            "cmid": 1,
            "reaction_id": number,
            **changes,
        }
        return self.deliver(self.event("message_reaction_event", about))

    def test_by_a_reaction_on_the_question(self):
        client = self.finished()
        question = self.question(client)
        question.sequence = 77
        self.react(question, 1, cmid=77)
        self.assertFalse(
            client.session_id.client_rating, "a heart says nothing of how he was served"
        )
        self.react(question, 4, cmid=55)
        self.assertFalse(client.session_id.client_rating, "that was another message")
        self.react(question, 9, cmid=77)
        self.assert_rated(client, "bad")
        self.react(question, 0, cmid=77)
        self.react(question, 4, cmid=77)
        self.assert_rated(client, "bad")

    def test_by_words_with_a_comment_after_it(self):
        client = self.finished()
        self.deliver(self.message("Плохо!"))
        self.assert_rated(client, "bad")
        self.clock.tick(timedelta(minutes=5))
        self.deliver(self.message("I waited for an hour."))
        self.assert_rated(client, "bad", "I waited for an hour.")
        self.deliver(self.message("Another thing"))
        self.assertEqual(client.state, "new", "one comment")

    def test_what_is_a_rating_and_what_is_not(self):
        for text, value, comment in (
            ("👍", "good", ""),
            ("👍🏽 fast", "good", "fast"),
            ("GOOD", "good", ""),
            ("Хорошо, спасибо", "good", "спасибо"),
            ("👎", "bad", ""),
            ("плохо", "bad", ""),
            ("Good morning", "", ""),
            ("хорошо, а когда доставка?", "", ""),
            ("Спасибо", "", ""),
        ):
            with self.subTest(text):
                self.assertEqual(read_rating(text), (value, comment))

    def test_whatever_else_he_writes_is_a_new_appeal(self):
        client = self.finished()
        self.deliver(self.message("Where is my order?"))
        self.assertEqual(client.state, "new")
        self.assertEqual(len(client.session_ids), 2)

    def test_too_late_it_is_a_message(self):
        client = self.finished()
        self.clock.tick(timedelta(days=2))
        self.deliver(self.message("good"))
        self.assertEqual(client.state, "new")
        self.assertFalse(client.session_ids.filtered("client_rating"))

    def test_a_comment_in_its_time_and_a_question_never(self):
        for wait, text in ((16, "By the way"), (1, "Are you open tomorrow?")):
            with self.subTest(text):
                client = self.finished()
                self.deliver(self.message("👍"))
                self.clock.tick(timedelta(minutes=wait))
                self.deliver(self.message(text))
                self.assertEqual(client.state, "new")
                self.assertFalse(client.session_ids[1].rating_comment)
                client.with_user(self.anna).action_finish()
                self.clock.tick(timedelta(hours=1))

    def test_a_button_of_an_older_appeal_rates_that_one(self):
        client = self.finished()
        first, question = client.session_id, self.question(client)
        self.deliver(self.message("Something else"))
        self.press(question, 1)
        self.assertEqual(first.client_rating, "bad")
        self.assertEqual(client.state, "new")
        self.assertFalse(client.session_id.client_rating)

    def test_who_was_not_served_is_not_asked(self):
        unanswered = self.taken()
        unanswered.with_user(self.anna).action_finish()
        self.assertFalse(unanswered.session_id.rating_asked_at)
        spam = self.taken(self.message(chat="77"))
        self.answer(spam)
        spam.with_user(self.anna).action_spam()
        self.assertFalse(self.told(spam))

    def test_once_in_an_appeal(self):
        client = self.finished()
        client.with_user(self.anna).action_restore()
        client.with_user(self.anna).action_finish()
        self.assertEqual(len(self.told(client)), 1)

    def test_without_buttons_he_is_told_how(self):
        client = self.taken()
        self.answer(client)
        self.patch(type(client), "_prepare_rating_buttons", lambda _self, _spoken: ())
        client.with_user(self.anna).action_finish()
        self.assertIn("👍", self.told(client)[0])

    def test_in_the_clients_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"]._load_module_terms(["omnichannel_inbox"], ["ru_RU"])
        client = self.taken()
        client.identity_id.lang = "ru"
        self.answer(client)
        client.with_user(self.anna).action_finish()
        self.assertEqual(self.told(client), ["Как мы вас обслужили?"])
        labels = [button.label for button in self.question(client)._get_buttons()]
        self.assertEqual(labels, ["👍 Хорошо", "👎 Плохо"])

    def test_bad_news_travel(self):
        self.channel.notice_user_ids = self.vera
        client = self.finished()
        self.deliver(self.message("👎 too slow"))
        self.assert_rated(client, "bad", "too slow")
        mail = self.env["mail.mail"].search([("email_to", "ilike", "vera@")])
        self.assertIn("too slow", mail.subject)

    def test_nobody_rates_for_a_client(self):
        client = self.finished()
        self.deliver(self.message("👎"))
        rating = client.session_id.rating_ids
        for user in (self.anna, self.vera, self.system):
            with self.subTest(user.name), self.assertRaises(AccessError):
                rating.with_user(user).rating = 5
        ratings = self.env["rating.rating"]
        own = [("res_model", "=", "omnichannel.session")]
        self.assertFalse(ratings.with_user(self.employee).search(own))
        self.assertFalse(ratings.with_user(self.foreigner).search(own))
        self.assertEqual(ratings.with_user(self.vera).search(own), rating)
