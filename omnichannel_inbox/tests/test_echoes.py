from markupsafe import Markup

from odoo.tests import tagged

from .common import CHAT, VK
from .test_message import OutboxCase

PHOTO = {
    "type": "photo",
    "photo": {
        "id": 1,
        "owner_id": -int(VK["account_ref"]),
        "sizes": [
            {"type": "x", "width": 4, "height": 4, "url": "https://sun9-1.userapi.com/x.jpg"}
        ],
    },
}


@tagged("-at_install", "post_install")
class TestEditedEchoes(OutboxCase):
    """A network tells us of every change to a message of ours, also of those that we made."""

    def sent(self, text="Hi", **values):
        messages = self.answer(self.open, text, **values)
        self.send_all()
        return messages

    def change(self, message, body):
        self.write_anew(message, body)
        self.send_all()

    def write_anew(self, message, body):
        """The operator changes an answer; the network does not know it yet."""
        thread = self.open.discuss_channel_id.with_user(self.anna)
        mail_message = message.mail_message_id.with_user(self.anna).sudo()
        thread._message_update_content(mail_message, body=body)

    def echo_edit(self, message, text, **changes):
        """The network tells how the message reads there now."""
        changed = self.message_object(
            text,
            CHAT,
            id=int(message.network_ref),
            out=1,
            from_id=-int(VK["account_ref"]),
            random_id=int(message.echo_ref),
            update_time=1763629999,
            **changes,
        )
        self.deliver(self.event("message_edit", changed))

    def test_our_own_change_leaves_the_thread_as_the_operator_wrote_it(self):
        message = self.sent("Tomorow", attachment_ids=self.picture().ids)
        self.change(message, Markup("<p><b>Tomorrow</b></p>"))
        body = message.mail_message_id.body
        self.echo_edit(message, "Tomorrow", attachments=[PHOTO])
        self.assertEqual(message.mail_message_id.body, body)
        self.assertIn("<b>", body)
        self.fetch_files()
        self.assertFalse(self.storage.asked, "the file is ours")
        self.assertEqual(len(message.mail_message_id.attachment_ids), 1)

    def test_a_change_of_the_second_part_keeps_the_first(self):
        first, second = self.sent("word " * 1000)
        self.change(first, "word " * 999 + "end")
        self.echo_edit(second, second.text)
        self.assertTrue(second.text.endswith("end"))
        self.assertEqual(first.mail_message_id.body.count("word"), 999)

    def test_a_part_changed_on_the_network_changes_among_the_others(self):
        first, second = self.sent("word " * 1000)
        self.echo_edit(second, "The end")
        body = first.mail_message_id.body
        self.assertEqual(body.count("word"), first.text.count("word"))
        self.assertIn("The end", body)

    def test_what_a_colleague_changes_on_the_network_changes_here(self):
        message = self.sent("Tomorow")
        self.echo_edit(message, "The day after")
        self.assertIn("The day after", message.mail_message_id.body)
        self.change(message, "Tomorow")
        self.assertEqual(self.network.asked("messages.edit")[0]["message"], "Tomorow")

    def test_changes_told_late_end_as_the_network_reads(self):
        message = self.sent("One")
        self.change(message, "Two")
        self.change(message, "Three")
        self.echo_edit(message, "Two")
        self.echo_edit(message, "Three")
        self.assertIn("Three", message.mail_message_id.body)

    def test_what_the_operator_has_just_written_is_not_undone(self):
        message = self.sent("One")
        self.change(message, "Two")
        self.write_anew(message, "Three")
        self.echo_edit(message, "Two")
        self.assertIn("Three", message.mail_message_id.body)
        self.send_all()
        self.assertEqual(self.network.asked("messages.edit")[-1]["message"], "Three")
