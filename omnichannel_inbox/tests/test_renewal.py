import json
from datetime import UTC, timedelta

from odoo import fields
from odoo.tests import tagged

from ..protocols import NetworkUnavailable
from ..protocols.parts.max_account import UPDATES
from .common import InboxCase
from .network.common import FIXTURES, fixture, reply

MAX = json.loads((FIXTURES / "max" / "settings.json").read_text(encoding="utf-8"))
CHAT = "170045566"
BOT = reply(body={"user_id": int(MAX["account_ref"]), "first_name": "Shop"})
DONE = reply(body={"success": True})
BUSY = reply(400, {"code": "attachment.not.ready", "message": "busy"})
SENT = reply(body={"message": {"body": {"mid": "mid.sent"}}})


class RenewalCase(InboxCase):
    """A channel whose network drops our address by itself, and works on files after taking them."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", "https://odoo.example.com")
        self.max = self.new_channel("Max", network="max", operator_ids=self.anna.ids, **MAX)
        self.network.says("me", *[BOT] * 10)

    def body(self, name="text", **changes):
        update = json.loads(fixture("max", "webhook", name)["body"])
        update["message"]["body"] |= changes
        return update

    def known(self, *urls):
        subscriptions = [{"url": url, "update_types": list(UPDATES)} for url in urls]
        return reply(body={"subscriptions": subscriptions})


@tagged("-at_install", "post_install")
class TestRenewal(RenewalCase):
    def lose_and_check(self, *missed):
        """The network has lost our address when it is asked, and knows it afterwards."""
        ours = self.known(self.max.webhook_url)
        self.network.says("subscriptions", self.known(), self.known(), DONE, ours)
        self.network.says("messages", *missed)
        self.max.with_user(self.administrator).action_check()
        self.run_cron("reconcile")

    def written(self, hours_ago, **changes):
        """Return a message of the client as the network keeps it."""
        moment = fields.Datetime.now() - timedelta(hours=hours_ago)
        milliseconds = int(moment.replace(tzinfo=UTC).timestamp() * 1000)
        return {**self.body(**changes)["message"], "timestamp": milliseconds}

    def test_a_lost_address_is_registered_again(self):
        self.lose_and_check()
        asked = self.network.asked("subscriptions")
        self.assertEqual(asked[2]["secret"], MAX["signing_secret"])
        webhook = self.max.check_ids.filtered(lambda check: check.code == "webhook")
        self.assertEqual((self.max.state, webhook.state), ("connected", "ok"))

    def test_what_was_missed_comes_once(self):
        known = {**self.body(), "message": self.written(hours_ago=2)}
        conversation = self.deliver(known, channel=self.max)
        missed = self.written(hours_ago=1, mid="mid.missed", text="Where are you?")
        before_us = self.written(hours_ago=3, mid="mid.old")
        self.lose_and_check(reply(body={"messages": [missed, known["message"], before_us]}))
        self.work_off()
        self.assertEqual(self.said(conversation)[1:], ["Where are you?"])

    def test_a_chat_that_is_gone_keeps_nobody_from_the_others(self):
        conversation = self.deliver(self.body(), channel=self.max)
        other = self.body(mid="mid.other")
        other["message"]["recipient"]["chat_id"] = 5
        self.deliver(other, channel=self.max)
        missed = self.written(hours_ago=1, mid="mid.missed", text="Hello?")
        gone = reply(404, {"code": "chat.not.found", "message": "gone"})
        conversation.last_message_at -= timedelta(hours=1)
        self.lose_and_check(gone, reply(body={"messages": [missed]}))
        self.work_off()
        self.assertEqual(self.said(conversation)[1:], ["Hello?"])

    def test_a_draft_is_not_registered(self):
        self.max.state = "draft"
        self.network.says("subscriptions", self.known())
        self.max.with_user(self.administrator).action_check()
        self.assertEqual(len(self.network.asked("subscriptions")), 1)

    def test_a_network_that_does_not_take_it_back_is_in_trouble(self):
        down = NetworkUnavailable("down")
        self.network.says("subscriptions", self.known(), self.known(), down)
        self.max.with_user(self.administrator).action_check()
        self.assertEqual(self.max.state, "error")

    def test_what_the_help_of_the_network_calls_a_trouble_is_called_so(self):
        self.max.operator_ids = False
        self.network.says("subscriptions", self.known(self.max.webhook_url))
        self.max.with_user(self.administrator).with_context(lang="en_US").action_check()
        check = self.max.check_ids.filtered(lambda check: check.code == "operators")
        self.assertTrue(check.cause.startswith("Appeals cannot be received"), check.cause)


@tagged("-at_install", "post_install")
class TestProgress(RenewalCase):
    def setUp(self):
        super().setUp()
        self.conversation = self.taken(self.body(), by=self.anna)
        self.file = self.env["ir.attachment"].create(
            {
                "name": "a.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "discuss.channel",
                "res_id": self.conversation.discuss_channel_id.id,
            }
        )
        self.network.says("uploads", reply(body={"url": "https://fu.oneme.ru/up"}))
        self.network.says("up", reply(body={"token": "file-token"}))

    def taken(self, body, by):
        conversation = self.deliver(body, channel=self.max)
        conversation.with_user(by).action_take()
        return conversation

    def test_a_file_that_is_not_ready_waits_and_is_not_given_twice(self):
        self.network.says("messages", BUSY, SENT)
        message = self.answer(self.conversation, "", attachment_ids=self.file.ids)
        self.send_all()
        self.assertEqual((message.state, message.failure_code), ("waiting", "not_ready"))
        message.due_at = fields.Datetime.now()
        self.send_all()
        self.assertEqual((message.state, message.network_ref), ("sent", "mid.sent"))
        self.assertEqual(len(self.network.asked("uploads")), 1)

    def test_nobody_sees_what_the_network_calls_the_file(self):
        self.network.says("messages", BUSY)
        message = self.answer(self.conversation, "", attachment_ids=self.file.ids)
        self.send_all()
        self.assertIn("file-token", message.sudo().progress)
        self.assertNotIn("progress", message.with_user(self.system).fields_get())


@tagged("-at_install", "post_install")
class TestPress(RenewalCase):
    def test_a_button_of_a_gone_message_is_pressed_where_its_client_is(self):
        conversation = self.deliver(self.body(), channel=self.max)
        press = json.loads(fixture("max", "webhook", "button_of_a_gone_message")["body"])
        self.deliver(press, channel=self.max)
        self.assertEqual(conversation.identity_id.conversation_ids, conversation)
        self.assertEqual(len(self.said(conversation)), 2, "the press is seen")
        self.assertFalse(self.inbound().filtered(lambda inbound: inbound.state == "failed"))
