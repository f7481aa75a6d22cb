from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..protocols import Check, NetworkUnavailable, Throttled
from ..protocols.vk import Vk
from ..tools import certificate
from .common import VK, refusal, reply
from .test_channel import ChannelCase

WARNING = "mail.mail_activity_data_warning"


class DoctorCase(ChannelCase):
    """A connected channel that is well, the only one that is looked at."""

    def setUp(self):
        super().setUp()
        (self.channel | self.other_channel).state = "draft"
        self.kiosk = self.draft()
        self.kiosk.action_connect()

    def check(self, code):
        """Return a line of the channel's check-up, made now."""
        self.kiosk.action_check()
        return self.kiosk.check_ids.filtered(lambda check: check.code == code)

    def network_finds(self, *checks):
        """From now on the network itself says this, and nothing else, about the connection."""
        self.startPatcher(patch.object(Vk, "check", lambda *_args: list(checks)))

    def watch(self):
        self.run_cron("check_channels")


@tagged("-at_install", "post_install")
class TestOwnChecks(DoctorCase):
    """What is wrong on our side is found as well, with what to press."""

    def test_a_channel_that_works_says_so(self):
        self.assertEqual(set(self.checks(self.kiosk).values()), {"ok"})
        self.assertEqual((self.kiosk.health, self.kiosk.health_message), ("ok", False))
        self.assertFalse(any(self.kiosk.check_ids.mapped("button")))

    def test_nobody_to_answer_is_red_and_does_not_end_the_connection(self):
        self.kiosk.operator_ids = False
        check = self.check("operators")
        self.assertEqual((check.state, check.button), ("error", "operators"))
        self.assertIn("no operator is chosen", check.cause)
        self.assertEqual((self.kiosk.state, self.kiosk.health), ("connected", "error"))
        self.assertEqual(self.kiosk.health_message, check.cause)
        self.assertEqual(check.action_cure()["res_id"], self.kiosk.id)

    def test_chosen_ones_who_cannot_answer_are_nobody(self):
        self.anna.group_ids -= self.env.ref("omnichannel_inbox.group_operator")
        self.assertIn("no one who is chosen", self.check("operators").cause)

    def test_a_certificate_that_ends_soon_is_told_before_it_does(self):
        self.certificate_ends = fields.Datetime.now() + timedelta(days=3, hours=1)
        check = self.check("address")
        self.assertEqual(check.state, "warning")
        self.assertIn("ends in 3 days", check.cause)
        self.assertEqual(self.kiosk.health, "warning")

    def test_a_certificate_nobody_accepts_is_an_error(self):
        def refuse(_host, _port):
            raise certificate.NotAccepted("certificate has expired")

        self.patch(certificate, "ends_at", refuse)
        check = self.check("address")
        self.assertEqual(check.state, "error")
        self.assertIn("odoo.example.com is not accepted: certificate has expired", check.cause)

    def test_an_address_that_is_not_seen_from_inside_is_no_fault(self):
        def unseen(_host, _port):
            raise NetworkUnavailable("no connection")

        self.patch(certificate, "ends_at", unseen)
        self.assertEqual((self.check("address").state, self.kiosk.health), ("unknown", "ok"))

    def test_an_address_without_https_is_doubtful_except_for_a_server_of_ones_own(self):
        self.env["ir.config_parameter"].set_param("web.base.url", "http://odoo.example.com")
        self.kiosk.invalidate_recordset(["webhook_url"])
        self.assertEqual(self.check("address").state, "warning")
        self.kiosk.api_url = "http://127.0.0.1:8070"
        self.assertEqual(self.check("address").state, "ok")

    def test_a_clock_that_is_wrong_is_seen_in_the_networks_answers(self):
        for minutes, wrong in ((0, False), (7, True), (-7, True)):
            said = format_datetime(datetime.now(timezone.utc) - timedelta(minutes=minutes))
            answer = reply(
                body={"response": {"permissions": [{"name": right} for right in self.rights]}},
                headers={"Date": said},
            )
            with self.subTest(minutes):
                self.network.answers["groups.getTokenPermissions"].insert(0, answer)
                self.assertEqual(bool(self.check("clock")), wrong)

    def test_events_that_could_not_be_read_are_shown(self):
        self.store(b'{"type": "message_new", "object": 5}', channel=self.kiosk)
        self.inbound().state = "failed"
        self.kiosk.invalidate_recordset(["failed_inbound_count"])
        check = self.check("inbound")
        self.assertEqual((check.state, check.button), ("warning", "inbound"))
        self.assertIn(("channel_id", "=", self.kiosk.id), check.action_cure()["domain"])

    def test_what_is_no_token_is_never_sent(self):
        self.kiosk.access_token = "vk1.a.пароль SECRET"
        calls = len(self.network.calls)
        check = self.check("token")
        self.assertEqual((check.state, check.button), ("error", "token"))
        self.assertIn("no token", check.cause)
        self.assertEqual(len(self.network.calls), calls)

    def test_without_a_token_nobody_is_asked(self):
        self.kiosk.access_token = False
        calls = len(self.network.calls)
        check = self.check("token")
        self.assertEqual((check.state, check.button), ("error", "token"))
        self.assertIn("Access token", check.cause)
        self.assertEqual(len(self.network.calls), calls)
        self.assertEqual(check.action_cure()["res_id"], self.kiosk.id)
        self.assertEqual(self.kiosk.connect_step, "token")

    def test_a_rule_of_another_addon_adds_its_check(self):
        quiet = Check("automation", "warning", "Two rules answer.", "Switch one off.")
        channels = type(self.env["omnichannel.channel"])
        original = channels._check_here
        self.patch(channels, "_check_here", lambda channel: [*original(channel), quiet])
        self.assertEqual(self.check("automation").cure, "Switch one off.")

    def test_a_line_stays_the_same_line_so_its_button_can_be_pressed(self):
        before = self.check("token")
        self.assertEqual(self.check("token"), before)
        self.servers.clear()
        row = self.check("server")
        self.assertEqual((row.state, row.button), ("error", "connect"))
        row.action_cure()
        self.assertEqual((row.state, row.button), ("ok", False))
        self.assertEqual(self.kiosk.state, "connected")


@tagged("-at_install", "post_install")
class TestAdministratorsAreTold(DoctorCase):
    """Once, and again only after the channel had been well."""

    def told(self, user=None):
        """Return what waits for an administrator of the product."""
        domain = [
            ("res_model", "=", "omnichannel.channel"),
            ("res_id", "=", self.kiosk.id),
            ("user_id", "=", (user or self.administrator).id),
        ]
        return self.env["mail.activity"].search(domain)

    def break_down(self):
        self.network.answers["groups.getTokenPermissions"].insert(0, refusal(5, "revoked"))
        self.watch()

    def test_once_while_it_fails_and_again_after_it_was_well(self):
        self.break_down()
        self.assertEqual(self.kiosk.health, "error")
        self.assertIn("Kiosk does not work", self.told().summary)
        self.assertIn("refuses the access key", self.told().note)
        since = self.kiosk.failing_since
        self.break_down()
        self.assertEqual(len(self.told()), 1)
        self.told().unlink()  # he has seen it
        self.break_down()
        self.assertFalse(self.told())
        self.assertEqual(self.kiosk.failing_since, since)
        self.watch()
        self.assertEqual((self.kiosk.health, self.kiosk.failing_since), ("ok", False))
        self.assertIn("works again", str(self.kiosk.message_ids.mapped("body")))
        self.break_down()
        self.assertEqual(len(self.told()), 1)

    def test_the_missed_period_is_shown(self):
        """F9. Fails without: ``trouble_began_at``."""
        self.kiosk.company_id.partner_id.tz = "UTC"
        begun = fields.Datetime.now().replace(hour=9, minute=17, second=0, microsecond=0)
        with freeze_time(begun):
            self.break_down()
        with freeze_time(begun + timedelta(hours=2, minutes=5)):
            self.watch()
        said = str(self.kiosk.message_ids.mapped("body"))
        self.assertRegex(said, r"works again.*9:17.*11:22")

    def test_what_was_missed_is_fetched_when_it_works_again_and_when_it_is_connected(self):
        """F9. Fails without: ``wake`` in ``_tell_well_again`` and in ``_connect``."""
        cron = self.env.ref("omnichannel_inbox.ir_cron_reconcile")
        woken = [("cron_id", "=", cron.id)]
        for again in (self.watch, self.kiosk.action_connect):
            self.break_down()
            self.env["ir.cron.trigger"].search(woken).unlink()
            again()
            self.assertTrue(self.env["ir.cron.trigger"].search(woken), again.__name__)

    def test_each_reader_reads_it_in_his_language(self):
        self.administrator.lang = self.vera.lang = "ru_RU"
        self.break_down()
        self.assertIn("ключ доступа", self.told().note)
        [check] = self.kiosk.check_ids.filtered(lambda check: check.state == "error")
        for words, lang in (("refuses the access key", "en_US"), ("ключ доступа", "ru_RU")):
            kiosk = self.kiosk.with_context(lang=lang)
            self.assertIn(words, check.with_context(lang=lang).cause)
            self.assertIn(words, kiosk.health_message)
            self.assertIn(words, kiosk.state_text)

    def test_each_operator_reads_it_in_his_language(self):
        conversation = self.taken()
        self.channel.state = "connected"
        self.vera.lang = "ru_RU"
        self.channel._set_trouble(NetworkUnavailable("HTTP 503"))
        for user, words in ((self.vera, "не отвечает"), (self.anna, "does not answer")):
            mine = conversation.with_user(user).with_context(lang=user.lang)
            self.assertIn(words, mine.get_trouble()["message"])

    def test_what_is_well_again_waits_for_nobody(self):
        self.break_down()
        self.watch()
        self.assertFalse(self.told())

    def test_each_administrator_of_its_company_and_nobody_else(self):
        stranger = self.new_user(
            "far", "omnichannel_inbox.group_admin", company_id=self.company2.id
        )
        self.break_down()
        self.assertTrue(self.told(self.system))
        for user in stranger | self.vera | self.anna:
            self.assertFalse(self.told(user))

    def test_to_be_asked_to_slow_down_is_no_trouble(self):
        self.network.answers["groups.getTokenPermissions"].insert(0, Throttled("slower"))
        self.watch()
        self.assertEqual((self.kiosk.state, self.kiosk.health), ("connected", "ok"))

    def test_it_is_looked_at_more_often_than_every_five_minutes(self):
        cron = self.env.ref("omnichannel_inbox.ir_cron_check_channels")
        self.assertEqual(cron.interval_type, "minutes")
        self.assertLess(cron.interval_number, 5)


@tagged("-at_install", "post_install")
class TestAnswersWait(DoctorCase):
    """While no answer would arrive they wait, and go out in order when the channel is well."""

    def setUp(self):
        super().setUp()
        self.kiosk.operator_ids = self.anna
        self.store(self.message(), channel=self.kiosk)
        self.work_off()
        self.open = self.conversation(channel=self.kiosk)
        self.open.with_user(self.anna).action_take()

    def sent(self):
        return [said["message"] for said in self.network.asked("messages.send")]

    def refuse_sending(self, times=1):
        self.network.says("messages.send", *[refusal(5, "token revoked")] * times)

    def test_a_revoked_token_holds_them_until_a_new_one_is_connected(self):
        messages = self.answer(self.open, "one")
        self.refuse_sending()
        self.send_all()
        messages |= self.answer(self.open, "two") | self.answer(self.open, "three")
        self.send_all()
        self.assertEqual(self.sent(), ["one"], "the others are not even tried")
        self.assertEqual(messages.mapped("state"), ["waiting"] * 3)
        self.assertEqual((self.kiosk.state, self.kiosk.health), ("error", "error"))
        trouble = self.open.with_user(self.anna).get_trouble()
        self.assertEqual(trouble["waiting"], 3)
        self.assertIn("refuses our access", trouble["message"])
        self.kiosk.with_user(self.system).access_token = "new-SECRET"
        self.kiosk.with_user(self.system).action_connect()
        self.assertEqual(self.kiosk.state, "connected")
        self.send_all()
        self.assertEqual(self.sent(), ["one", "one", "two", "three"])
        self.assertEqual(messages.mapped("state"), ["sent"] * 3)

    def test_they_go_by_themselves_when_a_check_finds_it_well(self):
        message = self.answer(self.open)
        self.refuse_sending()
        self.send_all()
        self.assertEqual(message.state, "waiting")
        self.watch()
        self.send_all()
        self.assertEqual((message.state, self.kiosk.state), ("sent", "connected"))

    def test_a_refusal_that_never_ends_fails_at_last(self):
        message = self.answer(self.open)
        self.refuse_sending(times=30)
        for _time in range(20):
            self.send_all()
            self.watch()
        self.assertEqual((message.state, message.failure_code), ("failed", "credentials_refused"))

    def test_a_change_waits_as_well(self):
        message = self.answer(self.open)
        self.send_all()
        thread = self.open.discuss_channel_id.with_user(self.anna)
        thread._message_update_content(message.mail_message_id.with_user(self.anna), body="new")
        self.network.says("messages.edit", refusal(5, "token revoked"))
        self.send_all()
        self.assertEqual((message.state, message.change), ("sent", "edit"))
        self.watch()
        self.send_all()
        self.assertFalse(message.change)
        self.assertEqual(len(self.network.asked("messages.edit")), 2)

    def test_a_stolen_webhook_holds_them(self):
        self.network_finds(Check("webhook", "error", "Another hears it.", "Connect", holds=True))
        self.watch()
        message = self.answer(self.open)
        self.send_all()
        self.assertEqual((message.state, self.sent()), ("waiting", []))
        self.assertEqual(self.kiosk.health_message, "Another hears it.")
        self.network_finds(Check("webhook", "ok"))
        self.watch()
        self.send_all()
        self.assertEqual(message.state, "sent")

    def test_what_is_wrong_on_our_side_does_not_hold_them(self):
        self.kiosk.team_id, self.kiosk.operator_ids = False, self.anna
        self.certificate_ends = fields.Datetime.now() + timedelta(days=1)
        self.watch()
        message = self.answer(self.open)
        self.send_all()
        self.assertEqual(message.state, "sent")

    def test_an_outage_seen_by_a_check_neither_holds_nor_releases(self):
        self.refuse_sending()
        message = self.answer(self.open)
        self.send_all()
        self.network.answers["groups.getTokenPermissions"].insert(0, NetworkUnavailable("away"))
        self.watch()
        self.assertIn("does not answer", self.kiosk.state_message)
        self.send_all()
        self.assertEqual((message.state, self.sent()), ("waiting", ["Hi"]))

    def test_a_streak_of_failures_turns_the_channel_red_and_success_calls_the_doctor(self):
        self.enterContext(freeze_time(fields.Datetime.now()))  # no rest ends by itself meanwhile
        message = self.answer(self.open)
        self.network.says("messages.send", *[NetworkUnavailable("away")] * 4)
        pace = self.env["omnichannel.channel.pace"].search([("channel_id", "=", self.kiosk.id)])
        for number in range(4):
            self.assertEqual(self.kiosk.state, "connected", f"after {number}")
            self.come_due(message)
            self.send_all()
        self.assertEqual(self.kiosk.state, "error")
        self.assertIn("does not answer", self.kiosk.state_message)
        self.come_due(message)
        self.send_all()
        self.assertEqual((message.state, pace.failures), ("sent", 0))
        cron = self.env.ref("omnichannel_inbox.ir_cron_check_channels")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.watch()
        self.assertEqual((self.kiosk.state, self.kiosk.health), ("connected", "ok"))

    def come_due(self, message):
        past = fields.Datetime.now() - timedelta(seconds=5)
        message.due_at = past
        pace = self.env["omnichannel.channel.pace"].search([("channel_id", "=", self.kiosk.id)])
        pace.next_at = past

    def test_other_channels_go_on(self):
        self.channel.state = "connected"
        self.refuse_sending()
        held = self.answer(self.open)
        self.send_all()
        other = self.taken()
        self.assertEqual(other.channel_id, self.channel)
        message = self.answer(other)
        self.send_all()
        self.assertEqual((held.state, message.state), ("waiting", "sent"))

    def test_it_shows_no_secret(self):
        self.refuse_sending()
        self.answer(self.open)
        self.send_all()
        said = f"{self.kiosk.state_message} {self.kiosk.check_ids.mapped('cause')}"
        self.assertNotIn(VK["access_token"], said)
