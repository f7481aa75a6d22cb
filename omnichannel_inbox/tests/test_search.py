from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import InboxCase

OTHER = "40112299"


@tagged("-at_install", "post_install")
class TestSearch(InboxCase):
    """The conversation one looks for is found by what one knows of it."""

    def setUp(self):
        super().setUp()
        self.other = self.deliver(self.message("Good day", OTHER))
        self.mine = self.taken(self.message("Do you print on canvas?"))
        self.mine.identity_id.write({"name": "Olga Sand", "phone": "+7 (900) 123-45-67"})
        self.mine.identity_id.email = "olga@example.com"
        self.mine.with_user(self.anna).tag_ids = self.env["omnichannel.tag"].create({"name": "VIP"})
        view = self.env.ref("omnichannel_inbox.omnichannel_conversation_view_search")
        self.arch = etree.fromstring(self.mine.get_view(view.id, "search")["arch"])

    def found(self, domain, by=None):
        both = [("id", "in", (self.mine | self.other).ids)]
        return self.env["omnichannel.conversation"].with_user(by or self.anna).search(both + domain)

    def by_field(self, name, value, by=None):
        """Return what is found by a word in a field of the search bar."""
        [node] = self.arch.xpath(f"//search/field[@name='{name}']")
        given = node.get("filter_domain")
        domain = safe_eval(given, {"self": value}) if given else [(name, "ilike", value)]
        return self.found(domain, by)

    def by_filter(self, name):
        [node] = self.arch.xpath(f"//search//filter[@name='{name}']")
        return self.found(safe_eval(node.get("domain"), {"uid": self.anna.id}))

    def test_by_a_word(self):
        words = {
            "name": "olga",
            "email": "OLGA@",
            "message_text": "on canvas",
            "operator_id": "Anna",
            "tag_ids": "vip",
        }
        for name, word in words.items():
            with self.subTest(field=name):
                self.assertEqual(self.by_field(name, word), self.mine)
        self.assertEqual(self.by_field("channel_id", "Shop"), self.mine | self.other)

    def test_by_a_phone_however_it_is_written(self):
        for number in ("+7 (900) 123-45-67", "89001234567", "79001234567", "123-45", "4567"):
            with self.subTest(number=number):
                self.assertEqual(self.by_field("any_phone", number), self.mine)
        self.assertFalse(self.by_field("any_phone", "999"))

    def test_by_network_and_state(self):
        self.assertEqual(self.found([("network", "=", "vk")]), self.mine | self.other)
        self.assertFalse(self.found([("network", "=", "telegram")]))
        self.assertTrue(self.arch.xpath("//search/field[@name='network']"))
        self.assertEqual(self.found([("state", "=", "open")]), self.mine)

    def test_by_the_filters(self):
        self.assertEqual(self.by_filter("waiting"), self.other)
        self.assertEqual(self.by_filter("mine"), self.mine)
        self.assertEqual(self.by_filter("active"), self.mine | self.other)
        self.mine.with_user(self.anna).action_finish()
        self.assertEqual(self.by_filter("done"), self.mine)
        self.other.with_user(self.anna).action_spam()
        self.assertEqual(self.by_filter("spam"), self.other)

    def test_by_date(self):
        self.other.last_message_at = "2020-01-01"
        today = fields.Date.to_string(fields.Date.today())
        self.assertEqual(self.found([("last_message_at", ">=", today)]), self.mine)

    def test_what_a_spammer_wrote_is_seen_by_those_who_may(self):
        self.mine.with_user(self.anna).action_spam()
        self.deliver(self.message("Cheap watches!"))
        said = [("model", "=", "discuss.channel"), ("body", "ilike", "Cheap watches")]
        for user in self.anna | self.boris | self.vera:
            with self.subTest(user=user.name):
                self.assertTrue(self.env["mail.message"].with_user(user).search(said))
                self.assertTrue(self.by_field("message_text", "Cheap watches", user))
        for user in self.stranger | self.foreigner:
            with self.subTest(user=user.name):
                self.assertFalse(self.env["mail.message"].with_user(user).search(said))
        self.assertFalse(self.env["mail.message"].with_user(self.employee).search(said))
        self.assertFalse(self.by_field("message_text", "Cheap watches", self.stranger))
