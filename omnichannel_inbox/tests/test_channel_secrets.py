from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.omnichannel_channel_secrets import MASK
from .common import InboxCase


@tagged("-at_install", "post_install")
class TestChannelSecrets(InboxCase):
    """Who sets the secrets of a channel, and who reads them."""

    def test_a_system_administrator_sets_the_token_and_does_not_read_it(self):
        channel = (
            self.env["omnichannel.channel"]
            .with_user(self.system)
            .create({"name": "Kiosk", "network": "vk", "access_token": "first-SECRET"})
        )
        self.assertEqual(channel._protocol().settings.access_token, "first-SECRET")
        channel.write({"access_token": "second-SECRET", "signing_secret": "key-SECRET"})
        channel.invalidate_recordset()
        self.assertEqual(channel.access_token, MASK)
        settings = channel._protocol().settings
        self.assertEqual(settings.access_token, "second-SECRET")
        self.assertEqual(settings.signing_secret, "key-SECRET")

    def test_what_the_form_shows_for_the_token_is_not_the_token(self):
        channel = self.channel.with_user(self.system)
        channel.write({"name": "Renamed", "access_token": channel.access_token})
        self.assertNotEqual(channel._protocol().settings.access_token, MASK)

    def test_nobody_else_sets_or_reads_them(self):
        for user in (self.administrator, self.anna, self.employee):
            channel = self.channel.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    channel.write({"access_token": "other-SECRET"})
                with self.assertRaises(AccessError):
                    channel.read(["access_token"])
