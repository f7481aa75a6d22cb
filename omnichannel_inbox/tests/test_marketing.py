from odoo.tests import tagged

from .test_lead_line import Shop


@tagged("-at_install", "post_install")
class TestMarketing(Shop):
    """Odoo's own reports say what came of which channel."""

    def setUp(self):
        super().setUp()
        self.second = self.new_channel("Fair", account_ref="777", operator_ids=self.anna.ids)
        self.sold = [self.sell(self.channel, "101"), self.sell(self.channel, "102")]
        self.sold.append(self.sell(self.second, "103"))

    def sell(self, channel, chat):
        """Return the order of a client who wrote on this channel."""
        body = self.message(chat=chat)
        if channel != self.channel:
            body["group_id"] = int(channel.account_ref)
        self.deliver(body, channel=channel)
        conversation = self.conversation(chat, channel).with_user(self.anna)
        conversation.action_add_product(self.chair.id, 2)
        conversation.action_convert()
        return conversation.lead_id.order_ids

    def test_lead_and_order_bear_the_source_of_the_channel(self):
        for order in self.sold:
            with self.subTest(order=order.name):
                channel = order.opportunity_id.omnichannel_conversation_ids.channel_id
                self.assertTrue(order.source_id)
                self.assertEqual(order.source_id, channel.source_id)
                self.assertEqual(order.opportunity_id.source_id, channel.source_id)

    def test_medium_and_campaign_of_the_lead_reach_the_order(self):
        conversation = self.deliver(self.message(chat="104"))
        lead = conversation.lead_id
        lead.medium_id = self.env["utm.medium"].create({"name": "Messenger"})
        lead.campaign_id = self.env["utm.campaign"].create({"name": "Spring"})
        conversation.with_user(self.anna).action_convert()
        order = lead.order_ids
        self.assertEqual(order.medium_id, lead.medium_id)
        self.assertEqual(order.campaign_id, lead.campaign_id)
        self.assertEqual(order.source_id, self.channel.source_id)

    def test_reports_group_by_channel(self):
        self.env.flush_all()
        sources = (self.channel | self.second).source_id
        expected = {self.channel.source_id: (2, 400.0), self.second.source_id: (1, 200.0)}
        reports = {"crm.lead": "expected_revenue", "sale.report": "price_subtotal"}
        for model, amount in reports.items():
            with self.subTest(model):
                grouped = self.env[model]._read_group(
                    [("source_id", "in", sources.ids)],
                    ["source_id"],
                    ["__count", f"{amount}:sum"],
                )
                found = {source: (count, total) for source, count, total in grouped}
                self.assertEqual(found, expected)
