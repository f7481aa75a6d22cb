import logging
from contextlib import suppress
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest
from odoo.addons.mail.tools.discuss import Store

from .common import CHAT, VK, InboxCase, refusal

#: What shows a client, by the field that leads to his conversation.
ABOUT_CLIENTS = {
    "omnichannel.conversation": "id",
    "omnichannel.session": "conversation_id",
    "omnichannel.message": "conversation_id",
    "omnichannel.identity": "conversation_ids",
    "omnichannel.file": "message_id.conversation_id",
}


def allow_exporting(users):
    users.group_ids = [Command.link(users.env.ref("base.group_allow_export").id)]


@tagged("-at_install", "post_install")
class TestWhoSees(InboxCase):
    """A client is seen by the operators of his channel, by their supervisors, by nobody else."""

    def setUp(self):
        super().setUp()
        photo = {
            "type": "photo",
            "photo": {"id": 1, "sizes": [{"type": "x", "url": "https://a.userapi.com/x.jpg"}]},
        }
        self.storage.files["https://a.userapi.com/x.jpg"] = b"%PDF-1.4"
        self.open = self.taken(self.message("My name is Zweistein", attachments=[photo]))
        self.fetch_files()
        self.thread = self.open.discuss_channel_id
        self.strangers = self.stranger | self.employee | self.foreigner
        allow_exporting(self.strangers)

    def records(self):
        """Return the records that show the client, by what they are."""
        found = {
            model: self.env[model].search([(path, "in", self.open.ids)])
            for model, path in ABOUT_CLIENTS.items()
        }
        return {
            **found,
            "discuss.channel": self.thread,
            "discuss.channel.member": self.thread.channel_member_ids,
            "mail.message": self.thread.message_ids,
            "mail.guest": self.open.identity_id.guest_id,
            "ir.attachment": self.thread.message_ids.attachment_ids,
        }

    def test_operators_of_the_channel_and_supervisors_see_everything(self):
        for name, records in self.records().items():
            self.assertTrue(records, name)
            for user in self.anna | self.boris | self.vera:
                with self.subTest(model=name, user=user.name):
                    seen = records.with_user(user)
                    self.assertEqual(seen.search_count(self.same(records)), len(records))
                    seen.check_access("read")

    def same(self, records):
        return [("id", "in", records.ids)]

    def test_others_see_nothing_by_searching_counting_reading_or_exporting(self):
        for name, records in self.records().items():
            for user in self.strangers:
                theirs = records.with_user(user)
                with self.subTest(model=name, user=user.name):
                    self.assertFalse(theirs.has_access("read") and len(theirs))
                    with self.assertRaises(AccessError):
                        theirs.read(["display_name"])
                    with self.assertRaises(AccessError):
                        theirs.export_data(["display_name"])
                    for ask in (theirs.search, theirs.search_count):
                        with suppress(AccessError):
                            self.assertFalse(ask(self.same(records)))

    def test_nobody_changes_makes_or_deletes_them_by_hand(self):
        for name in ABOUT_CLIENTS:
            [record, *_more] = self.records()[name]
            for user in self.anna | self.vera | self.administrator | self.strangers:
                with self.subTest(model=name, user=user.name):
                    for field in ("state", "channel_id", "network_ref", "name", "conversation_id"):
                        if field in record:
                            with self.assertRaises(AccessError):
                                record.with_user(user).write({field: record[field]})
                    with self.assertRaises(AccessError):
                        record.with_user(user).unlink()
                    with self.assertRaises(AccessError):
                        record.with_user(user).copy()

    def test_others_act_on_nothing(self):
        calls = {
            "action_take": (),
            "action_finish": (),
            "action_spam": (),
            "action_restore": (),
            "action_leave": (),
            "action_invite": (self.boris.ids,),
            "action_delegate": (self.boris.id,),
            "action_open": (),
            "action_open_lead": (),
        }
        for method, arguments in calls.items():
            for user in self.strangers:
                with self.subTest(method=method, user=user.name), self.assertRaises(UserError):
                    getattr(self.open.with_user(user), method)(*arguments)
        self.assertEqual((self.open.state, self.open.operator_id), ("open", self.anna))

    def test_a_lead_leads_a_salesman_without_the_role_to_no_conversation(self):
        self.open.lead_id.user_id = self.employee
        lead = self.open.lead_id.with_user(self.employee)
        self.env.invalidate_all()
        self.assertFalse(lead.read()[0].get("omnichannel_conversation_ids"))
        self.assertNotIn("Zweistein", str(lead.read()))

    def test_an_operator_hears_of_his_channels_only(self):
        for user, channels in (
            (self.anna, self.channel),
            (self.stranger, self.other_channel),
            (self.employee, self.env["omnichannel.channel"]),
        ):
            with self.subTest(user.name):
                env = self.env(user=user)
                with MockRequest(env):
                    heard = env["ir.websocket"]._build_bus_channel_list([])
                ours = [c for c in heard if getattr(c, "_name", "") == "omnichannel.channel"]
                self.assertEqual({c.id for c in ours} & set(self.both().ids), set(channels.ids))

    def both(self):
        return self.channel | self.other_channel

    def test_an_operator_taken_off_the_channel_sees_nothing_any_more(self):
        self.channel.operator_ids -= self.boris
        self.assertFalse(self.open.with_user(self.boris).search(self.same(self.open)))
        with self.assertRaises(AccessError):
            self.thread.with_user(self.boris).read(["name"])

    def test_events_are_seen_by_administrators_only(self):
        inbound = self.inbound()[0]
        inbound.with_user(self.administrator).read(["body"])
        for user in self.anna | self.vera | self.strangers:
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    inbound.with_user(user).read(["body"])
                with self.assertRaises(AccessError):
                    inbound.with_user(user).action_run_again()

    def test_an_administrator_of_another_company_runs_nothing_again(self):
        self.foreigner.group_ids += self.env.ref("omnichannel_inbox.group_admin")
        with self.assertRaises(AccessError):
            self.inbound()[0].with_user(self.foreigner).action_run_again()
        with self.assertRaises(AccessError):
            self.channel.with_user(self.foreigner).read(["name"])


@tagged("-at_install", "post_install")
class TestSecrets(InboxCase):
    """Secrets are opened for the protocol, shown to nobody else, and stand in no log."""

    def setUp(self):
        super().setUp()
        allow_exporting(self.anna | self.vera | self.administrator | self.system)

    SECRET_FIELDS = ("access_token", "signing_secret", "confirmation_code", "api_url")
    SEALED_FIELDS = ("access_token_sealed", "signing_secret_sealed")

    def test_others_cannot_read_search_export_or_group_by_them(self):
        for user in self.anna | self.vera | self.administrator:
            channel = self.channel.with_user(user)
            for field in (*self.SECRET_FIELDS, *self.SEALED_FIELDS):
                with self.subTest(user=user.name, field=field):
                    with self.assertRaises(AccessError):
                        channel.read([field])
                    with self.assertRaises(AccessError):
                        channel.export_data([field])
                    with self.assertRaises(UserError):
                        self.search_by(channel, field)
                    self.assertNotIn(field, channel.fields_get())

    def search_by(self, channel, field):
        try:
            channel.search([(field, "=like", "v%")])
        except ValueError as error:
            raise UserError("not searchable") from error

    def test_a_system_administrator_does_not_read_what_is_stored(self):
        channel = self.channel.with_user(self.system)
        for field in self.SEALED_FIELDS:
            with self.subTest(field), self.assertRaises(AccessError):
                channel.read([field])
        self.assertNotIn(VK["access_token"], str(channel.read()))
        self.assertNotIn(VK["access_token"], str(channel.export_data(["access_token"])))

    def test_only_a_system_administrator_sets_them(self):
        for user in self.anna | self.vera | self.administrator:
            for field in self.SECRET_FIELDS:
                with self.subTest(user=user.name, field=field), self.assertRaises(AccessError):
                    self.channel.with_user(user).write({field: "https://evil.example"})
        self.channel.with_user(self.system).write({"api_url": "https://proxy.example"})

    def test_an_administrator_sets_up_everything_else(self):
        channel = self.env["omnichannel.channel"].with_user(self.administrator)
        mine = channel.create({"name": "Mine", "network": "vk"})
        mine.write({"name": "Renamed", "operator_ids": self.anna.ids})
        self.assertEqual(mine.sudo().all_operator_ids, self.anna)

    def test_a_copy_has_no_secrets_and_an_address_of_its_own(self):
        self.channel.api_url = "https://proxy.example"
        for user in self.system | self.administrator:
            with self.subTest(user.name):
                copy = self.channel.with_user(user).copy().sudo()
                self.assertFalse(copy.access_token_sealed)
                self.assertFalse(copy.confirmation_code)
                self.assertNotEqual(copy._unseal("signing_secret"), VK["signing_secret"])
                self.assertNotEqual(copy.webhook_token, self.channel.webhook_token)
                self.assertEqual(copy.state, "draft")

    def test_a_secret_key_is_made_for_every_channel(self):
        channel = self.new_channel("New", signing_secret=False, account_ref="77")
        self.assertGreater(len(channel._unseal("signing_secret")), 20)

    def test_at_rest_they_are_sealed_with_the_servers_key_and_the_key_can_be_changed(self):
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        with patch.dict("os.environ", OMNICHANNEL_SECRET_KEY=old):
            self.channel.access_token = "first-SECRET"
            sealed = self.channel.access_token_sealed
            self.assertTrue(sealed.startswith("sealed:"))
            self.assertNotIn("SECRET", sealed)
            self.assertEqual(self.channel._protocol().settings.access_token, "first-SECRET")
        with patch.dict("os.environ", OMNICHANNEL_SECRET_KEY=f"{new},{old}"):
            self.assertEqual(self.channel._protocol().settings.access_token, "first-SECRET")
            self.channel.with_user(self.system).action_seal_again()
        with patch.dict("os.environ", OMNICHANNEL_SECRET_KEY=new):
            self.assertEqual(self.channel._protocol().settings.access_token, "first-SECRET")
        with (
            patch.dict("os.environ", OMNICHANNEL_SECRET_KEY=old),
            self.assertLogs("odoo.addons.omnichannel_inbox", "ERROR") as logs,
        ):
            self.assertEqual(self.channel._protocol().settings.access_token, "")
        self.assertNotIn("SECRET", str(logs.output))

    def test_only_a_system_administrator_changes_the_key(self):
        for user in self.anna | self.administrator:
            with self.assertRaises(AccessError):
                self.channel.with_user(user).action_seal_again()

    def test_nothing_of_the_client_or_the_channel_stands_in_the_log(self):
        self.network.says("users.get", [{"id": int(CHAT), "first_name": "Pjotr", "last_name": "K"}])
        with self.assertLogs("odoo.addons.omnichannel_inbox", logging.DEBUG) as logs:
            conversation = self.taken(self.message("my number is 555-12-12"))
            self.fetch_people()
            self.answer(conversation, "we call 555-12-12")
            self.network.says("messages.send", refusal(5, f"bad {VK['access_token']}"))
            self.send_all()
            broken = self.message("broken 555-12-12")
            del broken["object"]["message"]["from_id"]
            self.deliver(broken)
        log = str(logs.output)
        for word in ("SECRET", "Pjotr", "555-12-12", CHAT, self.channel.webhook_token):
            self.assertNotIn(word, log)
        self.assertNotIn("SECRET", str(self.channel.state_message))

    def test_what_the_browser_is_told_holds_no_secret(self):
        store = Store().add(self.channel)
        told = str(store.get_result())
        self.assertIn("Shop", told)
        for secret in (*map(str, (VK["access_token"], VK["signing_secret"])), "webhook"):
            self.assertNotIn(secret, told)
