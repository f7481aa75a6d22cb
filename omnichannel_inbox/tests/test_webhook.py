import json
from concurrent.futures import ThreadPoolExecutor

import requests

from odoo.tests import tagged

from .common import VK, InboxHttpCase

LOGGER = "odoo.addons.omnichannel_inbox.controllers.webhook"


@tagged("-at_install", "post_install")
class TestWebhook(InboxHttpCase):
    """The network is answered as it wants once its event is stored; nobody else gets in."""

    def assert_stored(self, body, channel=None):
        """An event is answered with VK's ok, and there is one row more."""
        known = len(self.inbound())
        answer = self.post(body, channel)
        self.assertEqual((answer.status_code, answer.text), (200, "ok"))
        self.assertEqual(len(self.inbound()), known + 1)

    def assert_rejected(self, body, status=401, channel=None, **options):
        """A request is refused and leaves nothing; the next ordinary message gets through."""
        known = self.inbound()
        if status == 401:
            with self.assertLogs(LOGGER, "WARNING") as logs:
                answer = self.post(body, channel, **options)
            self.assertNotIn("SECRET", str(logs.output))
        else:
            answer = self.post(body, channel, **options)
        self.assertEqual(answer.status_code, status)
        self.assertEqual(self.inbound(), known)
        self.assert_stored(self.message())

    def test_an_event_is_stored_and_answered_before_anything_is_done_about_it(self):
        self.assert_stored(self.message("Hello", event_id="first"))
        self.assertEqual(self.inbound("first").state, "received")
        self.assertFalse(self.conversation())
        self.work_off()
        self.assertEqual(self.said(self.conversation()), ["Hello"])

    def test_the_answer_has_no_cookie(self):
        self.assertNotIn("Set-Cookie", self.post(self.message()).headers)

    def test_storing_wakes_the_lane(self):
        self.post(self.message(event_id="first"))
        lane = self.env.ref(f"omnichannel_inbox.ir_cron_inbound_{self.inbound('first').lane}")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", lane.id)]))

    def test_a_confirmation_is_answered_with_the_code(self):
        answer = self.post("confirmation.json")
        self.assertEqual((answer.status_code, answer.text), (200, VK["confirmation_code"]))

    def test_a_draft_is_confirmed_and_connected(self):
        draft = self.new_channel("Draft", state="draft", account_ref=False)
        answer = self.post("confirmation.json", draft)
        self.assertEqual((answer.status_code, answer.text), (200, VK["confirmation_code"]))
        self.work_off()
        self.assertEqual((draft.state, draft.account_ref), ("connected", VK["account_ref"]))

    def test_the_secret_is_not_stored(self):
        self.post(self.message())
        self.assertNotIn("secret", self.inbound().body)
        self.assertNotIn(VK["signing_secret"], self.inbound().body)

    def test_a_wrong_or_missing_secret_is_refused(self):
        without = self.message()
        del without["secret"]
        for secret in ("wrong", "", None, 0, ["SECRET-of-the-server"], {}, "SECRET-of-the-serve"):
            with self.subTest(secret=secret):
                self.assert_rejected({**self.message(), "secret": secret})
        self.assert_rejected(without)

    def test_a_channel_without_a_secret_receives_nothing(self):
        self.other_channel.signing_secret = False
        for secret in ("", None, VK["signing_secret"]):
            with self.subTest(secret=secret):
                body = {**self.message(), "group_id": 555, "secret": secret}
                self.assert_rejected(body, channel=self.other_channel)

    def test_the_event_of_another_community_is_refused(self):
        self.assert_rejected({**self.message(), "group_id": 555})
        self.assert_rejected(self.message(), channel=self.other_channel)
        without = self.message()
        del without["group_id"]
        self.assert_rejected(without)

    def test_an_unknown_address_is_not_found(self):
        self.assertEqual(self.url_open("/omnichannel/webhook/nobody", data=b"{}").status_code, 404)

    def test_an_archived_channel_is_not_found(self):
        self.other_channel.active = False
        self.assert_rejected(
            {**self.message(), "group_id": 555}, status=404, channel=self.other_channel
        )

    def test_a_body_above_the_cap_is_refused(self):
        self.assert_rejected(self.message("x" * (10 << 20)), status=413)

    def test_a_large_message_below_the_cap_is_stored(self):
        self.assert_stored(self.message("x" * (3 << 20)))

    def test_what_cannot_be_read_is_refused(self):
        bodies = {
            "empty": b"",
            "broken": self.raw(self.message())[:-20],
            "a list": b"[]",
            "a number": b"1",
            "deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
            "binary": bytes(range(256)),
        }
        for name, body in bodies.items():
            with self.subTest(name):
                self.assert_rejected(body)

    def test_what_the_database_refuses_is_stored_readably(self):
        for name in ("nul.json", "broken_utf8.json", "lone_surrogate.json", "emoji.json"):
            with self.subTest(name):
                self.assert_stored(name)
        self.work_off()
        self.assertEqual(set(self.inbound().mapped("state")), {"done"})

    def test_a_deep_payload_of_the_network_is_stored_or_refused_but_never_fails(self):
        deep = json.loads('{"a":' * 900 + "1" + "}" * 900)
        answer = self.post({**self.message(), "object": {"message": deep}})
        self.assertIn(answer.status_code, (200, 401))
        self.assert_stored(self.message())

    def test_an_unknown_kind_is_stored_and_ignored(self):
        self.assert_stored("unknown_kind.json")
        self.work_off()
        self.assertEqual(self.inbound().state, "ignored")
        self.assert_stored(self.message())

    def test_an_authentic_event_without_its_object_is_stored_and_parked(self):
        event = self.message(event_id="hollow")
        del event["object"]
        self.assert_stored(event)
        with self.assertLogs("odoo.addons.omnichannel_inbox", "WARNING"):
            self.work_off()
        self.assertEqual(self.inbound("hollow").state, "failed")
        self.assert_stored(self.message())

    def test_a_repetition_is_answered_and_not_stored_again(self):
        event = self.message()
        for _time in range(3):
            answer = self.post(event)
            self.assertEqual((answer.status_code, answer.text), (200, "ok"))
        self.assertEqual(len(self.inbound()), 1)

    def test_the_same_key_on_another_channel_is_another_event(self):
        self.assert_stored(self.message(event_id="same"))
        self.assert_stored(
            {**self.message(event_id="same"), "group_id": 555}, channel=self.other_channel
        )

    def test_an_event_without_a_key_is_known_by_its_content(self):
        event = self.message()
        del event["event_id"]
        for _time in range(2):
            self.assertEqual(self.post(event).text, "ok")
        self.assertEqual(len(self.inbound()), 1)
        self.assertEqual(len(self.inbound().event_key), 64)

    def test_five_deliveries_at_once_are_one_message_and_one_lead(self):
        event = self.raw(self.message("Hello"))
        url = f"{self.base_url()}/omnichannel/webhook/{self.channel.webhook_token}"
        with self.allow_requests(all_requests=True), ThreadPoolExecutor(5) as pool:
            posts = [pool.submit(requests.post, url, data=event, timeout=30) for _n in range(5)]
            answers = [post.result().text for post in posts]
        self.env.invalidate_all()
        self.assertEqual(answers, ["ok"] * 5)
        self.work_off()
        self.assertEqual(self.said(self.conversation()), ["Hello"])
        source = self.channel.source_id
        self.assertEqual(self.env["crm.lead"].search_count([("source_id", "=", source.id)]), 1)

    def test_a_look_at_the_address_proves_nothing(self):
        with self.assertLogs(LOGGER, "WARNING"):
            answer = self.url_open(f"/omnichannel/webhook/{self.channel.webhook_token}?a.b=1")
        self.assertEqual(answer.status_code, 401)
        self.assertNotIn(VK["confirmation_code"], answer.text)

    def test_a_form_is_refused(self):
        self.assert_rejected(
            b"secret=SECRET-of-the-server",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
