from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import tagged

from .test_distribution import DistributionCase


@tagged("-at_install", "post_install")
class TestNext(DistributionCase):
    """One key leads to the client who most deserves an answer, and says why."""

    def setUp(self):
        super().setUp()
        self.channel.distribution = "all"

    def wait(self, chat, minutes):
        """Return a conversation whose client has waited for so long when the others begin."""
        conversation = self.write_in(chat)
        self.clock.tick(timedelta(minutes=minutes))
        return conversation

    def next(self, by=None, after=None):
        found = self.env["omnichannel.conversation"].with_user(by or self.anna).get_next(after)
        return found and (found["conversation_id"], found["words"])

    def test_nobody_waits(self):
        self.assertFalse(self.next())

    def test_who_waits_longest_then_the_one_after_him(self):
        first, second = self.wait(1, 90), self.wait(2, 20)
        self.assertEqual(self.next(), (first.id, "Has waited 1 h 50 min"))
        self.assertEqual(self.next(after=first.id), (second.id, "Has waited 20 min"))
        self.assertEqual(self.next(after=second.id)[0], first.id)

    def test_ones_own_client_and_an_open_quotation_come_first(self):
        self.wait(1, 5)
        known = self.wait(2, 10)
        known.lead_id.user_id = self.anna
        self.assertEqual(self.next(), (known.id, "Has waited 10 min; your client"))
        self.assertNotEqual(self.next(by=self.boris)[0], known.id)
        quoted = self.wait(3, 9)
        customer = self.env["res.partner"].create({"name": "Customer"})
        quoted.lead_id.partner_id = customer
        self.env["sale.order"].create(
            {"partner_id": customer.id, "opportunity_id": quoted.lead_id.id}
        )
        self.assertEqual(self.next(by=self.boris)[0], self.conversation("1").id)
        self.clock.tick(timedelta(hours=1))
        self.assertEqual(
            self.next(by=self.boris), (quoted.id, "Has waited 1 h 9 min; open quotation")
        )

    def test_whom_one_has_taken_waits_as_well(self):
        mine = self.wait(1, 10)
        self.wait(2, 12)
        mine.with_user(self.anna).action_take()
        self.assertEqual(self.next(), (mine.id, "Has waited 22 min; your conversation"))
        self.answer(mine)
        self.assertNotEqual(self.next()[0], mine.id)

    def test_before_the_network_closes(self):
        self.wait(1, 60)
        late = self.wait(2, 20)
        network = SimpleNamespace(capabilities=SimpleNamespace(reply_window=timedelta(hours=1)))
        with patch.object(type(self.channel), "_protocol_class", lambda _channel: network):
            late.last_message_at -= timedelta(minutes=15)
            words = dict([self.next(), self.next(after=self.next()[0])])
        self.assertIn("the time to answer is about to end", words[late.id])

    def test_only_of_channels_that_one_serves(self):
        self.wait(1, 10)
        self.assertFalse(self.next(by=self.stranger))
        self.assertFalse(self.next(by=self.foreigner))
        self.assertTrue(self.next(by=self.vera))

    def test_minutes_are_those_of_working_time(self):
        self.channel.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Never", "tz": "UTC", "company_id": self.company.id, "attendance_ids": []}
        )
        self.channel.resource_calendar_id.attendance_ids.unlink()
        self.wait(1, 600)
        self.assertEqual(self.next()[1], "Has waited 0 min")
