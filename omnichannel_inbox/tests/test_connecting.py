from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import refusal
from .test_channel import ChannelCase


@tagged("-at_install", "post_install")
class TestThreeSteps(ChannelCase):
    """Token, who answers, check: each step says what is wrong, and can be left and taken up."""

    def begin(self, **values):
        return self.draft(name=False, operator_ids=False, **values)

    def test_three_steps_connect(self):
        channel = self.begin()
        self.assertEqual((channel.name, channel.state_text), ("VK", "Not connected"))
        action = channel.action_enter_token()
        self.assertEqual((action["res_id"], action["target"]), (channel.id, "new"))
        self.assertEqual((channel.connect_step, channel.name), ("people", "Лавка"))
        self.assertEqual(channel.state_text, "Token accepted, not yet connected")
        channel.team_id = self.env["crm.team"].create(
            {
                "name": "Shop",
                "crm_team_member_ids": [fields.Command.create({"user_id": self.anna.id})],
            }
        )
        channel.action_choose_people()
        self.assertEqual((channel.connect_step, channel.state), ("done", "connected"))
        self.assertEqual((channel.health, channel.state_text), ("ok", "Working"))

    def test_each_step_asks_for_what_it_needs(self):
        view = self.env.ref("omnichannel_inbox.omnichannel_channel_view_form_connect")
        form = etree.fromstring(self.env["omnichannel.channel"].get_view(view.id)["arch"])
        asked = {
            "step_token": {"network", "access_token"},
            "step_people": {"name", "operator_ids", "team_id"},
            "step_done": {"check_ids"},
        }
        for step, names in asked.items():
            with self.subTest(step=step):
                shown = set(form.xpath(f"//div[@name='{step}']//field/@name"))
                self.assertLessEqual(names, shown)

    def test_a_token_that_is_refused_is_said_on_the_spot(self):
        channel = self.begin()
        self.network.answers["groups.getTokenPermissions"].insert(0, refusal(5, "invalid"))
        channel.action_enter_token()
        self.assertEqual((channel.connect_step, channel.state), ("token", "draft"))
        self.assertIn("create a new key", channel.state_message)
        self.assertIn("Not connected: The network refuses", channel.state_text)
        channel.action_enter_token()
        self.assertEqual((channel.connect_step, channel.state_message), ("people", False))

    def test_without_a_token_it_says_what_is_missing(self):
        channel = self.begin(access_token=False)
        channel.action_enter_token()
        self.assertIn("cannot work without: Access token", channel.state_message)
        self.env["res.lang"]._activate_lang("ru_RU")
        russian = channel.with_context(lang="ru_RU")
        russian.action_enter_token()
        self.assertIn("не хватает: ключ доступа", russian.state_message)
        self.assertFalse(self.network.calls)

    def test_somebody_has_to_answer(self):
        channel = self.begin()
        channel.action_enter_token()
        channel.action_choose_people()
        self.assertEqual((channel.connect_step, channel.state), ("people", "draft"))
        self.assertIn("Choose operators", channel.state_message)

    def test_who_cannot_be_connected_is_told_why_and_goes_on_from_there(self):
        self.rights.remove("manage")
        channel = self.begin()
        channel.action_enter_token()
        channel.operator_ids = self.anna
        channel.action_choose_people()
        self.assertEqual((channel.connect_step, channel.state), ("done", "draft"))
        self.assertIn("community management", channel.state_message)
        self.rights.append("manage")
        channel.action_finish_connecting()
        self.assertEqual((channel.state, channel.state_message), ("connected", False))

    def test_one_can_step_back(self):
        channel = self.begin()
        channel.action_enter_token()
        channel.action_step_back()
        self.assertEqual(channel.connect_step, "token")
        channel.action_step_back()
        self.assertEqual(channel.connect_step, "token")

    def test_a_name_that_was_given_is_kept(self):
        channel = self.draft(name="Our shop")
        channel.action_enter_token()
        self.assertEqual(channel.name, "Our shop")

    def test_only_a_system_administrator_takes_them(self):
        channel = self.begin()
        for user in self.administrator | self.vera | self.anna:
            for name in ("begin", "enter_token", "choose_people", "finish_connecting"):
                with self.subTest(f"{user.name} {name}"), self.assertRaises(AccessError):
                    getattr(channel.with_user(user), f"action_{name}")()


@tagged("-at_install", "post_install")
class TestTiles(ChannelCase):
    """A tile says how the channel is and what passes through it, whatever lies in the tables."""

    def test_it_tells_the_last_messages_and_who_waits(self):
        conversation = self.deliver(self.message())
        self.assertFalse(self.channel.last_out_at)
        self.assertEqual(self.channel.waiting_conversation_count, 1)
        conversation.with_user(self.anna).action_take()
        self.answer(conversation)
        self.channel.invalidate_recordset()
        self.assertEqual(self.channel.waiting_answer_count, 1)
        self.send_all()
        self.assertTrue(self.channel.last_in_at and self.channel.last_out_at)
        self.assertEqual(self.channel.waiting_conversation_count, 0)
        self.assertEqual(self.channel.waiting_answer_count, 0)
        self.assertFalse(self.other_channel.last_in_at)

    def test_more_tiles_take_no_more_queries(self):
        names = [
            "state_text",
            "last_in_at",
            "last_out_at",
            "waiting_conversation_count",
            "waiting_answer_count",
        ]
        channels = self.channel | self.other_channel
        for number in range(10):
            channels |= self.new_channel(f"Channel {number}", account_ref=str(number))
        self.env.flush_all()
        taken = []
        for tiles in (channels, channels[:1], channels):  # the first fills what is cached for all
            some = tiles.with_user(self.administrator)
            self.env.invalidate_all()
            some.mapped("name")
            before = self.env.cr.sql_log_count
            some.read(names)
            taken.append(self.env.cr.sql_log_count - before)
        self.assertEqual(taken[1], taken[2])

    def test_since_when_it_fails_and_why(self):
        self.channel.write({"state": "error", "state_message": "The token was revoked."})
        self.assertRegex(self.channel.state_text, "^Failing since .+: The token was revoked.$")
        self.channel.write({"state": "draft", "state_message": False, "active": False})
        self.assertEqual(self.channel.state_text, "Disconnected")
