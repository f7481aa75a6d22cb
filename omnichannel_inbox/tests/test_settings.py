from odoo.tests import tagged

from ..models.omnichannel_file import MAX_BYTES
from .common import InboxCase


@tagged("-at_install", "post_install")
class TestSettings(InboxCase):
    def test_the_largest_file_is_given_in_megabytes(self):
        settings = self.env["res.config.settings"]
        self.assertEqual(settings.create({}).omnichannel_max_incoming_mb, MAX_BYTES >> 20)
        settings.create({"omnichannel_max_incoming_mb": 7}).execute()
        self.assertEqual(self.env["omnichannel.file"]._max_bytes(), 7 << 20)
        self.assertEqual(settings.create({}).omnichannel_max_incoming_mb, 7)
        settings.create({"omnichannel_max_incoming_mb": 0}).execute()
        self.assertEqual(self.env["omnichannel.file"]._max_bytes(), MAX_BYTES)

    def test_the_history_of_a_channel_speaks_the_companys_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"]._load_module_terms(["omnichannel_inbox"], ["ru_RU"])
        self.company.partner_id.lang = "ru_RU"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.channel.with_context(lang=None).write({"state": "error", "state_message": "?"})
        self.env.flush_all()
        self.env.cr.precommit.run()
        [tracked] = self.channel.message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "state"
        )[:1]
        self.assertRegex(tracked.new_value_char, "[а-яА-Я]")
