import hashlib
import hmac
import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..protocols import PROTOCOLS
from .common import InboxHttpCase, reply
from .network.toy import Toy

SECRET = "SECRET-of-the-toy"
URL = "https://toy.example"


@tagged("-at_install", "post_install")
class TestToyNetwork(InboxHttpCase):
    """A second network is a protocol class: the models, the webhook and the outbox are the same."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(PROTOCOLS, toy=Toy))
        self.toy = self.env["omnichannel.channel"].create(
            {
                "name": "Toys",
                "network": "toy",
                "access_token": "SECRET-token",
                "signing_secret": SECRET,
                "api_url": URL,
                "operator_ids": self.anna.ids,
            }
        )

    def say(self, words, number="1", secret=SECRET):
        """The toy network posts what somebody said; return the status it is answered with."""
        event = {"kind": "said", "id": number, "room": "7", "who": "5", "at": 1763629200}
        body = json.dumps({**event, "words": words}).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return self.post(body, self.toy, headers={"X-Signature": signature}).status_code

    def test_it_can_be_chosen(self):
        self.assertIn(("toy", "Toy"), self.env["omnichannel.channel"]._selection_network())

    def test_what_it_says_becomes_a_lead_and_the_answer_comes_back(self):
        self.assertEqual([self.say("Hello"), self.say("Hello")], [200, 200])
        self.work_off()
        conversation = self.conversation(chat="7", channel=self.toy)
        self.assertEqual(self.said(conversation), ["Hello"])
        self.assertEqual(conversation.lead_id.name, "Toys: Client 5")
        conversation.with_user(self.anna).action_take()
        message = self.answer(conversation, "Good day")
        self.network.says("say", reply(body={"id": "41"}))
        self.send_all()
        [said] = self.network.asked("say")
        self.assertEqual((said["room"], said["words"]), ("7", "Good day"))
        self.assertEqual((message.state, message.network_ref), ("sent", "41"))

    def test_nobody_else_says_anything_in_its_name(self):
        with self.assertLogs("odoo.addons.omnichannel_inbox", "WARNING"):
            self.assertEqual(self.say("Hello", secret="guessed"), 401)
        self.assertFalse(self.inbound())

    def test_what_it_says_of_others_is_ignored(self):
        body = b'{"kind": "left", "room": "7"}'
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        self.post(body, self.toy, headers={"X-Signature": signature})
        self.work_off()
        self.assertEqual((self.inbound().state, self.inbound().error), ("ignored", "left"))

    def test_connecting_fills_who_we_are_there(self):
        self.toy.with_user(self.system).action_connect()
        self.assertEqual((self.toy.state, self.toy.account_name), ("connected", "Toy"))

    def test_an_answer_that_is_lost_is_left_to_a_person(self):
        self.say("Hello")
        self.work_off()
        conversation = self.conversation(chat="7", channel=self.toy)
        conversation.with_user(self.anna).action_take()
        message = self.answer(conversation)
        self.network.says("say", reply(200, "<html>"))
        self.send_all()
        self.assertEqual((message.state, message.failure_code), ("unknown", "outcome_unknown"))
        crashed = self.answer(conversation)
        crashed.state = "sending"
        self.send_all()
        self.assertEqual((crashed.state, crashed.failure_code), ("unknown", "interrupted"))
        self.assertEqual(len(self.network.asked("say")), 1, "it is never repeated by itself")
        crashed.with_user(self.anna).action_retry()
        self.network.says("say", reply(body={"id": "42"}))
        self.send_all()
        self.assertEqual(crashed.state, "sent")

    def test_it_changes_nothing_that_was_sent(self):
        self.say("Hello")
        self.work_off()
        conversation = self.conversation(chat="7", channel=self.toy)
        conversation.with_user(self.anna).action_take()
        message = self.answer(conversation).mail_message_id
        thread = conversation.discuss_channel_id.with_user(self.anna)
        with self.assertRaisesRegex(UserError, "does not let us change"):
            thread._message_update_content(message.with_user(self.anna).sudo(), body="x")
