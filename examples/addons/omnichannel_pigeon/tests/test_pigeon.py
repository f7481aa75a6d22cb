import hashlib
import hmac
import json

from odoo.tests import tagged

from odoo.addons.omnichannel_inbox.protocols import Webhook, WebhookRejected
from odoo.addons.omnichannel_inbox.tests.common import InboxCase, reply

RING = "ring-SECRET"


@tagged("-at_install", "post_install")
class TestPigeon(InboxCase):
    """A network that an addon brings is one like all others; nothing of the inbox knows it."""

    def setUp(self):
        super().setUp()
        self.loft = {"id": "12", "name": "Loft at the harbour"}
        self.network.says("release", *[self.release] * 5)
        self.network.says("home", *[lambda _said: reply(body=self.loft)] * 20)
        self.pigeons = (
            self.env["omnichannel.channel"]
            .with_user(self.system)
            .create(
                {
                    "network": "pigeon",
                    "access_token": "door-SECRET",
                    "signing_secret": RING,
                    "operator_ids": self.anna.ids,
                }
            )
        )

    def release(self, said):
        self.loft["to"] = said["to"]
        return reply(body={})

    def arrive(self, words, ring=RING):
        """A pigeon brings a letter, and it is stored as the webhook stores it."""
        letter = {"kind": "letter", "id": words, "loft": "7", "keeper": "5", "at": 1763629200}
        body = json.dumps({**letter, "words": words}).encode()
        signature = hmac.new(ring.encode(), body, hashlib.sha256).hexdigest()
        protocol, webhook = self.pigeons._protocol(), Webhook(body, {"X-Ring": signature})
        protocol.verify(webhook)
        self.env["omnichannel.inbound"]._store(self.pigeons, protocol.split(webhook))

    def connect(self):
        self.pigeons.action_enter_token()
        self.pigeons.action_choose_people()

    def test_it_is_connected_in_three_steps_and_says_where_its_password_is(self):
        form = self.pigeons.get_view(
            self.env.ref("omnichannel_inbox.omnichannel_channel_view_form_connect").id, "form"
        )
        self.assertIn("behind the door", form["arch"])
        self.assertEqual(self.pigeons.state_text, "Not connected")
        self.pigeons.action_enter_token()
        self.assertEqual(self.pigeons.name, "Loft at the harbour")
        self.pigeons.action_choose_people()
        self.assertEqual((self.pigeons.state, self.pigeons.health), ("connected", "warning"))
        self.assertEqual(self.loft["to"], self.pigeons.webhook_url)

    def test_a_letter_becomes_a_lead_and_the_answer_flies_back(self):
        self.connect()
        self.arrive("Hello")
        self.arrive("Hello")
        with self.assertRaises(WebhookRejected):
            self.arrive("Hello", ring="guessed")
        self.work_off()
        conversation = self.conversation(chat="7", channel=self.pigeons)
        self.assertEqual(self.said(conversation), ["Hello"])
        self.assertTrue(conversation.lead_id)
        conversation.with_user(self.anna).action_take()
        message = self.answer(conversation, "Good day")
        self.network.says("fly", reply(body={"id": "41"}))
        self.send_all()
        self.assertEqual((message.state, message.network_ref), ("sent", "41"))

    def test_when_its_pigeons_fly_elsewhere_answers_wait(self):
        self.connect()
        self.arrive("Hello")
        self.work_off()
        conversation = self.conversation(chat="7", channel=self.pigeons)
        conversation.with_user(self.anna).action_take()
        self.loft["to"] = "https://elsewhere.example"
        self.pigeons.action_check()
        message = self.answer(conversation, "Good day")
        self.send_all()
        self.assertEqual((message.state, self.pigeons.health), ("waiting", "error"))
        self.pigeons.check_ids.filtered(lambda check: check.button == "connect").action_cure()
        self.network.says("fly", reply(body={"id": "42"}))
        self.send_all()
        self.assertEqual((message.state, self.pigeons.state), ("sent", "connected"))
