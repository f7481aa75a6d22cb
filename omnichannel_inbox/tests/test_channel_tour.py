from odoo import Command
from odoo.tests import tagged

from .test_tours import TourCase


@tagged("-at_install", "post_install", "omnichannel_beside")
class TestChannelTour(TourCase):
    def set_up_a_channel(self):
        """An administrator makes a channel and sets it up; return it."""
        say = {"kind": "say", "text": "We sleep"}
        self.env["omnichannel.bot"].create(
            {"name": "Night watch", "step_ids": [Command.create(say)]}
        )
        action = self.env.ref("omnichannel_inbox.omnichannel_channel_action")
        url, tour = f"/odoo/action-{action.id}/new", "omnichannel_channel_settings"
        with self.assertLogs("odoo.http", "WARNING"):  # what cannot be saved is refused once
            self.start_tour(url, tour, login=self.system.login)
        return self.env["omnichannel.channel"].search([("name", "=", "Shop window")])

    def assert_set_up(self, channel):
        """What was chosen is what the channel does."""
        self.assertEqual((channel.network, channel.state), ("vk", "draft"))
        self.assertEqual(channel.operator_ids, self.anna)
        self.assertEqual(channel.distribution, "in_turn")
        self.assertEqual((channel.operator_capacity, channel.pass_on_minutes), (3, 10))
        self.assertEqual(channel.resource_calendar_id.name, "Standard 40 hours/week")
        answer = channel.auto_answer_ids
        self.assertEqual((answer.text, answer.during), ("We open at nine", "closed"))
        self.assertEqual((channel.outside_hours, channel.closing_text), ("answers", "Come again"))
        self.assertEqual((channel.silence_after, channel.silence_unit), (24, "hours"))
        self.assertEqual((channel.asks_rating, channel.rating_question), (True, "Were we kind?"))

    def test_a_channel_is_set_up_in_its_form(self):
        self.assert_set_up(self.set_up_a_channel())
