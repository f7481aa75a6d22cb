from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import home, omnichannel_inbound, persist
from .common import VK, InboxCase
from .test_file import URL


@tagged("-at_install", "post_install")
class TestRetention(InboxCase):
    """What grows with every message and is of no more use goes, a portion at a time."""

    def setUp(self):
        super().setUp()
        self.talk = self.taken()

    def later(self, **time):
        return freeze_time(fields.Datetime.now() + timedelta(**time))

    def test_settled_events_go_after_a_month_and_failed_ones_after_a_year(self):
        broken = self.message("broken", event_id="broken")
        del broken["object"]["message"]["from_id"]
        with self.assertLogs("odoo.addons.omnichannel_inbox", "WARNING"):
            self.deliver(broken)
        for days, left in ((29, 2), (31, 1), (399, 1), (401, 0)):
            with self.subTest(days=days), self.later(days=days):
                self.env["omnichannel.inbound"]._gc_old()
                self.env["omnichannel.inbound"]._gc_failed()
                self.assertEqual(len(self.inbound()), left)

    def test_what_waits_is_never_deleted(self):
        self.store(self.message(event_id="waits"))
        with self.later(days=500):
            self.env["omnichannel.inbound"]._gc_old()
            self.env["omnichannel.inbound"]._gc_failed()
        self.assertTrue(self.inbound("waits"))

    def test_a_portion_at_a_time(self):
        self.patch(persist, "PORTION", 2)
        self.deliver(*(self.message(str(number)) for number in range(4)))
        with self.later(days=31):
            found = [self.env["omnichannel.inbound"]._gc_old() for _time in range(3)]
        self.assertEqual(found, [(2, True), (2, True), (1, False)])

    def test_numbers_that_were_missing_presses_of_send_and_reasons_go(self):
        gaps = self.env["omnichannel.gap"].create({"conversation_id": self.talk.id, "sequence": 7})
        thread = self.talk.discuss_channel_id.with_user(self.anna)
        thread.message_post(
            body="Hi",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            omnichannel_post_key="k",
        )
        posts = self.env["omnichannel.post"].search([])
        for found, days in ((posts, 7), (gaps, 400)):
            with self.subTest(model=found._name):
                self.assertTrue(found)
                for at, left in ((days - 1, True), (days + 1, False)):
                    with self.later(days=at):
                        found._gc_old()
                    self.assertEqual(bool(found.exists()), left)

    def test_keys_are_kept_longer_than_any_network_repeats(self):
        self.assertGreaterEqual(omnichannel_inbound.KEPT, timedelta(days=8))


@tagged("-at_install", "post_install")
class TestNeutralized(InboxCase):
    """A neutralised copy contacts nobody, neither clients nor networks."""

    def test_nobody_is_contacted(self):
        home.move_in(self.env)
        self.storage.files[URL] = b"%PDF-1.4"
        document = {"id": 1, "owner_id": 2, "title": "a.pdf", "url": URL}
        talk = self.taken(self.message(attachments=[{"type": "doc", "doc": document}]))
        sent = self.answer(talk, "Sent before")
        self.send_all()
        waiting = self.answer(talk, "Waits")
        sent._queue_change()
        talk._set_timer("reminder_of_test", fields.Datetime.now())
        self.env["omnichannel.signal"]._give(talk, "typing")
        self.neutralize()
        self.network.calls.clear()
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.send_all()
            self.fetch_files()
            self.fetch_people()
            self.run_cron("signals", "timers", "check_channels", "reconcile", "watchdog")
        self.assertEqual((self.network.calls, self.storage.asked), ([], []))
        self.assertEqual((waiting.state, waiting.failure_code), ("failed", "neutralized"))
        self.assertEqual(sent.state, "sent")

    def test_neither_bots_nor_notices_reach_anybody(self):
        home.move_in(self.env)
        self.vera.partner_id.phone = "+79030000001"
        never = self.env["resource.calendar"].create({"name": "Never", "attendance_ids": []})
        ask = {"kind": "text", "text": "Your name?", "timeout": 5}
        bot = self.env["omnichannel.bot"].create(
            {"name": "Helper", "step_ids": [Command.create(ask)]}
        )
        self.channel.write(
            {
                "closing_text": "Goodbye",
                "notice_by_sms": True,
                "notice_user_ids": [Command.link(self.vera.id)],
                "notice_waiting_minutes": 1,
                "outside_bot_id": bot.id,
                "outside_email": "night@example.com",
                "outside_hours": "bot",
                "resource_calendar_id": never.id,
                "silence_after": 1,
            }
        )
        talking = self.deliver(self.message("Hello", chat="71"))
        self.assertTrue(talking.with_bot)
        self.send_all()
        self.store(self.message("Olga", chat="71"), self.message("Hello", chat="72"))
        self.neutralize()
        self.network.calls.clear()
        told = [
            "|",
            ("email_to", "in", ["night@example.com", self.vera.email_formatted]),
            ("recipient_ids", "in", self.vera.partner_id.ids),
        ]
        mails = self.env["mail.mail"].search(told)
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.work_off()
            self.run_cron("timers", "distribution", "check_channels", "watchdog")
            self.channel._tell_administrators()
            self.channel._notify_staff("%(client)s", {"client": "Olga"})
            talking.with_user(self.vera).action_finish()
            self.send_all()
        self.assertEqual(self.network.calls, [])
        self.assertEqual(self.env["mail.mail"].search(told), mails, "nothing more")
        if "sms.sms" in self.env:
            self.assertFalse(self.env["sms.sms"].search([("number", "=", "+79030000001")]))
        self.assertFalse(self.channel.outside_email or self.channel.notice_user_ids)

    def test_no_secret_is_left_in_any_table_of_ours(self):
        self.env.flush_all()
        self.assertTrue(self.tables_with(VK["access_token"]))
        self.neutralize()
        for secret in ("access_token", "signing_secret", "confirmation_code"):
            with self.subTest(secret):
                self.assertEqual(self.tables_with(VK[secret]), [])

    def test_it_does_not_take_itself_for_the_companys(self):
        home.move_in(self.env)
        known = self.env["ir.config_parameter"].get_param(home.KEY)
        self.neutralize()
        self.assertEqual(self.env["ir.config_parameter"].get_param(home.KEY), known)

    def neutralize(self):
        self.env.flush_all()
        for query in get_neutralization_queries(["omnichannel_inbox"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()

    def tables_with(self, secret):
        self.env.cr.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'omnichannel%'")
        return [
            table
            for (table,) in self.env.cr.fetchall()
            if self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %s t WHERE row_to_json(t)::text LIKE %s LIMIT 1",
                    SQL.identifier(table),
                    f"%{secret}%",
                )
            )
        ]
