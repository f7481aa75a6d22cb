from datetime import timedelta

from psycopg2 import errors

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..protocols import NetworkUnavailable
from ..protocols.parts.vk_account import EVENTS, VERSION
from ..tools import certificate
from .common import VK, InboxCase, refusal

GROUP = int(VK["account_ref"])
RIGHTS = ("messages", "photos", "docs", "manage")


class ChannelCase(InboxCase):
    """A community whose answers are what VK would say, for as long as a test needs them."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", "https://odoo.example.com")
        self.certificate_ends = fields.Datetime.now() + timedelta(days=60)
        self.patch(certificate, "ends_at", lambda _host, _port: self.certificate_ends)
        self.rights, self.servers, self.events_on = list(RIGHTS), [], set()
        answers = {
            "groups.getTokenPermissions": lambda _said: {
                "permissions": [{"name": right} for right in self.rights]
            },
            "groups.getById": lambda _said: {
                "groups": [{"id": GROUP, "name": "Лавка", "can_message": 1}]
            },
            "groups.getCallbackConfirmationCode": lambda _said: {"code": "abc123"},
            "groups.getCallbackServers": lambda _said: {"items": self.servers},
            "groups.addCallbackServer": self.add_server,
            "groups.editCallbackServer": lambda _said: 1,
            "groups.setCallbackSettings": self.switch_on,
            "groups.getCallbackSettings": lambda _said: {
                "api_version": VERSION,
                "events": {name: int(name in self.events_on) for name in EVENTS},
            },
            "groups.deleteCallbackServer": self.delete_server,
        }
        for method, answer in answers.items():
            self.network.says(method, *[answer] * 30)

    def add_server(self, said):
        server = {"id": 1, "status": "ok", "url": said["url"], "secret_key": said["secret_key"]}
        self.servers.append(server)
        return {"server_id": 1}

    def delete_server(self, said):
        self.servers.clear()
        return 1

    def switch_on(self, said):
        self.events_on = {name for name in EVENTS if said.get(name) == "1"}
        return 1

    def draft(self, **values):
        return (
            self.env["omnichannel.channel"]
            .with_user(self.system)
            .create(
                {
                    "name": "Kiosk",
                    "network": "vk",
                    "access_token": VK["access_token"],
                    "operator_ids": self.anna.ids,
                    **values,
                }
            )
        )

    def checks(self, channel):
        """Return the checks of a channel: code → state."""
        return {check.code: check.state for check in channel.check_ids}


@tagged("-at_install", "post_install")
class TestConnecting(ChannelCase):
    """One button connects, and says what is missing when it cannot."""

    def test_one_button_connects(self):
        channel = self.draft()
        channel.action_connect()
        self.assertEqual(channel.state, "connected")
        self.assertEqual((channel.account_ref, channel.account_name), (str(GROUP), "Лавка"))
        self.assertEqual(channel.confirmation_code, "abc123")
        [server] = self.servers
        self.assertEqual(server["url"], channel.webhook_url)
        self.assertEqual(server["secret_key"], channel._unseal("signing_secret"))
        self.assertEqual(self.events_on, set(EVENTS))
        cron = self.env.ref("omnichannel_inbox.ir_cron_reconcile")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers, "what was missed meanwhile is asked for")
        self.assertEqual(set(self.checks(channel).values()), {"ok"})

    def test_a_secret_key_that_was_set_by_hand_survives_it(self):
        channel = self.draft(signing_secret="by hand")
        channel.action_connect()
        self.assertEqual(channel._unseal("signing_secret"), "by hand")
        self.assertEqual(self.servers[0]["secret_key"], "by hand")

    def test_pressing_it_again_changes_nothing(self):
        channel = self.draft()
        channel.action_connect()
        channel.action_connect()
        self.assertEqual(len(self.servers), 1)
        self.assertEqual(channel.state, "connected")

    def test_while_the_network_asks_for_the_code_the_address_answers(self):
        channel = self.draft()
        channel.action_connect()
        channel.action_disconnect()
        self.assertFalse(self.env["omnichannel.channel"]._find_by_token(channel.webhook_token))
        found = []

        def ask(said):
            found.append(self.env["omnichannel.channel"]._find_by_token(channel.webhook_token))
            return self.add_server(said)

        self.network.answers["groups.addCallbackServer"] = [ask]
        channel.action_connect()
        self.assertEqual(found, [channel.sudo()])
        self.assertEqual((channel.state, channel.active), ("connected", True))

    def test_a_key_without_the_right_to_messages_says_so_and_where_to_tick_it(self):
        self.rights = ["photos"]
        with self.assertRaisesRegex(UserError, "right to messages.*community messages ticked"):
            self.draft().action_connect()

    def test_a_key_without_the_right_to_manage_says_how_to_do_it_by_hand(self):
        self.rights = ["messages", "photos", "docs"]
        with self.assertRaisesRegex(UserError, "community management.*connect by hand"):
            self.draft().action_connect()

    def test_a_refused_key_says_to_make_a_new_one(self):
        self.network.answers["groups.getTokenPermissions"] = [refusal(5, "invalid access_token")]
        with self.assertRaisesRegex(UserError, "create a new key") as caught:
            self.draft().action_connect()
        self.assertNotIn("SECRET", str(caught.exception))

    def test_a_network_that_is_silent_says_so(self):
        self.network.answers["groups.getTokenPermissions"] = [NetworkUnavailable("no connection")]
        with self.assertRaisesRegex(UserError, "does not answer"):
            self.draft().action_connect()

    def test_without_a_key_it_says_what_is_missing(self):
        with self.assertRaisesRegex(UserError, "Kiosk cannot work without: Access token"):
            self.draft(access_token=False).action_connect()

    def test_only_a_system_administrator_connects_and_disconnects(self):
        for user in self.administrator | self.vera | self.anna | self.employee:
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    self.channel.with_user(user).action_connect()
                with self.assertRaises(AccessError):
                    self.channel.with_user(user).action_disconnect()

    def test_disconnecting_removes_our_address_and_closes_it(self):
        channel = self.draft()
        channel.action_connect()
        channel.action_disconnect()
        self.assertFalse(self.servers)
        self.assertEqual((channel.state, channel.active), ("draft", False))
        self.assertFalse(self.env["omnichannel.channel"]._find_by_token(channel.webhook_token))

    def test_disconnecting_works_when_the_network_refuses_us(self):
        channel = self.draft()
        channel.action_connect()
        self.network.answers["groups.getById"] = [refusal(5)]
        with self.assertLogs("odoo.addons.omnichannel_inbox", "WARNING"):
            channel.action_disconnect()
        self.assertFalse(channel.active)

    def test_the_address_of_the_api_is_an_origin(self):
        for url in ("ftp://a", "https://a/path", "https://user:pw@a", "a.example", "https://a?b"):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.channel.api_url = url
        self.channel.api_url = "http://127.0.0.1:8070"

    def test_a_source_is_made_from_its_name_and_one_of_that_name_is_used(self):
        self.assertEqual(self.channel.source_id.name, "Shop")
        again = self.new_channel("Shop", account_ref="99")
        self.assertEqual(again.source_id, self.channel.source_id)

    def test_only_operators_serve_it(self):
        self.channel.operator_ids += self.employee
        self.assertEqual(self.channel.all_operator_ids, self.anna | self.boris)
        self.employee.group_ids += self.env.ref("omnichannel_inbox.group_operator")
        self.assertIn(self.employee, self.channel.all_operator_ids)
        self.boris.active = False
        self.assertNotIn(self.boris, self.channel.all_operator_ids)

    def test_a_channel_with_conversations_is_not_deleted(self):
        self.deliver(self.message())
        with self.assertRaises(errors.ForeignKeyViolation), mute_logger("odoo.sql_db"):
            self.channel.unlink()
            self.env.flush_all()


@tagged("-at_install", "post_install")
class TestChecks(ChannelCase):
    """A channel says by itself what is wrong with it, and what to press."""

    def setUp(self):
        super().setUp()
        (self.channel | self.other_channel).state = "draft"
        self.kiosk = self.draft()
        self.kiosk.action_connect()

    def watch(self):
        self.run_cron("check_channels")

    def test_the_checks_are_rows_with_cause_and_cure(self):
        self.servers[0]["status"] = "failed"
        self.kiosk.action_check()
        check = self.kiosk.check_ids.filtered(lambda check: check.code == "server")
        self.assertEqual(check.state, "error")
        self.assertIn("not confirmed our address", check.cause)
        self.assertIn("press Connect", check.cure)
        self.assertLess(fields.Datetime.now() - check.checked_at, timedelta(minutes=5))

    def test_an_administrator_of_the_product_runs_them_too(self):
        self.kiosk.with_user(self.administrator).action_check()
        self.assertEqual(set(self.checks(self.kiosk).values()), {"ok"})

    def test_operators_do_not_run_them(self):
        for user in self.anna | self.employee:
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.channel.with_user(user).action_check()

    def test_a_revoked_key_turns_the_channel_red_and_a_new_one_green(self):
        self.network.answers["groups.getTokenPermissions"].insert(0, refusal(5, "revoked"))
        self.watch()
        self.assertEqual(self.kiosk.state, "error")
        self.assertIn("refuses the access key", self.kiosk.state_message)
        self.watch()
        self.assertEqual((self.kiosk.state, self.kiosk.state_message), ("connected", False))

    def test_another_secret_or_another_address_on_the_networks_side_is_seen(self):
        for change, code in (({"secret_key": "other"}, "secret"), ({"url": "https://x"}, "server")):
            with self.subTest(code):
                before = dict(self.servers[0])
                self.servers[0].update(change)
                self.watch()
                self.assertEqual(self.kiosk.state, "error")
                self.assertEqual(self.checks(self.kiosk)[code], "error")
                self.servers[0].update(before)

    def test_a_missing_right_is_named(self):
        self.rights.remove("photos")
        self.kiosk.action_check()
        self.assertEqual(self.checks(self.kiosk)["right_photos"], "warning")
        self.assertEqual(self.kiosk.state, "connected")

    def test_a_draft_stays_a_draft(self):
        draft = self.draft(name="Draft")
        draft.action_check()
        self.assertEqual(draft.state, "draft")

    def test_one_broken_channel_does_not_stop_the_others(self):
        def break_down(said):
            raise ZeroDivisionError

        self.channel.state = "connected"
        self.network.answers["groups.getTokenPermissions"].insert(0, break_down)
        with self.assertLogs("odoo.addons.omnichannel_inbox", "ERROR"):
            self.watch()
        self.assertTrue(self.kiosk.check_ids)
