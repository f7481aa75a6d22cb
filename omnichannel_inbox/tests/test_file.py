import errno
import hashlib
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..models import omnichannel_file
from ..tools import transport
from .common import PIXEL, InboxCase, InboxHttpCase

LOGGER = "odoo.addons.omnichannel_inbox"
URL = "https://sun9-1.userapi.com/w.jpg"
GONE = transport.FileUnavailable("HTTP 404")


class FileCase(InboxCase):
    def setUp(self):
        super().setUp()
        self.storage.files[URL] = (PIXEL, "image/png")

    def photo(self, url=URL, number=1):
        size = {"type": "w", "width": 2, "height": 2, "url": url}
        return {"type": "photo", "photo": {"id": number, "owner_id": 2, "sizes": [size]}}

    def document(self, title, url=URL):
        values = {"id": 1, "owner_id": 2, "title": title, "ext": "pdf", "url": url}
        return {"type": "doc", "doc": values}

    def receive(self, *attachments, text="Look"):
        """Return the message of the thread by which these files came."""
        conversation = self.deliver(self.message(text, attachments=list(attachments)))
        return conversation.discuss_channel_id.message_ids.sorted("id")[-1]

    def files(self, message):
        received = self.env["omnichannel.message"].search([("mail_message_id", "=", message.id)])
        return self.env["omnichannel.file"].search([("message_id", "=", received.id)], order="id")


@tagged("-at_install", "post_install")
class TestFiles(FileCase):
    """A message is there at once, its files follow, and none of them ever loses the message."""

    def test_the_message_is_there_before_its_file(self):
        message = self.receive(self.photo())
        self.assertIn("Look", message.preview)
        self.assertIn("📷", message.body)
        self.assertFalse(message.attachment_ids)
        self.assertFalse(self.storage.asked)

    def test_then_the_file_stands_in_its_place(self):
        message = self.receive(self.photo())
        self.fetch_files()
        [attachment] = message.attachment_ids
        self.assertEqual((attachment.raw, attachment.mimetype), (PIXEL, "image/png"))
        self.assertEqual(attachment.res_model, "discuss.channel")
        self.assertEqual(attachment.res_id, message.res_id)
        self.assertFalse(attachment.public)
        self.assertNotIn("📷", message.body)
        self.assertIn("Look", message.body)

    def test_every_name_finds_its_place(self):
        for name in (
            "a&b.pdf",
            'say "hi".pdf',
            "it's.pdf",
            "<b>.pdf",
            "цена & срок.pdf",
            "a  b.pdf",
        ):
            with self.subTest(name):
                message = self.receive(self.document(name))
                self.assertIn("📎", message.body)
                self.fetch_files()
                self.assertEqual(len(message.attachment_ids), 1)
                self.assertNotIn("📎", message.body)

    def test_several_files_keep_their_order(self):
        urls = [f"https://sun9-1.userapi.com/{number}.pdf" for number in range(3)]
        for number, url in enumerate(urls):
            self.storage.files[url] = f"%PDF-1.4 {number}".encode()
        documents = [self.document(f"{n}.pdf", url) for n, url in enumerate(urls)]
        self.storage.files[urls[1]] = GONE
        message = self.receive(*documents)
        self.fetch_files()
        self.assertEqual(message.attachment_ids.sorted("id").mapped("name"), ["0.pdf", "2.pdf"])
        self.assertIn("1.pdf – could not be fetched", message.preview)

    def test_only_the_networks_hosts_and_the_channels_own_address_are_asked(self):
        self.receive(self.photo())
        self.fetch_files()
        [(_url, limits)] = self.storage.asked
        self.assertIn("userapi.com", limits["hosts"])
        self.assertEqual(limits["origin"], "")
        self.assertEqual(limits["max_bytes"], 50 << 20)
        self.channel.api_url = "http://127.0.0.1:8070"
        self.env["ir.config_parameter"].set_param(omnichannel_file.MAX_BYTES_PARAMETER, "1000")
        self.receive(self.photo())
        self.fetch_files()
        self.assertEqual(self.storage.asked[-1][1]["origin"], "http://127.0.0.1:8070")
        self.assertEqual(self.storage.asked[-1][1]["max_bytes"], 1000)

    def test_what_is_too_large_or_elsewhere_is_said_in_its_place(self):
        reasons = {
            "too large to be fetched": transport.FileTooLarge(),
            "from an address that is not fetched": transport.FileRefused("http://169.254.169.254"),
            "could not be fetched": GONE,
        }
        for reason, error in reasons.items():
            with self.subTest(reason):
                self.storage.files[URL] = error
                message = self.receive(self.photo())
                self.fetch_files()
                self.assertEqual(self.files(message).state, "failed")
                self.assertIn(reason, message.preview)
                self.assertNotIn("169.254", message.body)
        self.assertEqual(len(self.storage.asked), len(reasons), "they are asked for once")

    def test_a_file_that_does_not_come_is_asked_for_after_1_5_30_and_120_minutes(self):
        self.storage.files.clear()
        message = self.receive(self.photo())
        [file] = self.files(message)
        moments = []
        with freeze_time(fields.Datetime.now()) as clock:
            for _minute in range(200):
                asked = len(self.storage.asked)
                self.env["omnichannel.file"].search([("state", "=", "waiting")])
                self.fetch_files_due(file)
                if len(self.storage.asked) > asked:
                    moments.append(_minute)
                clock.tick(timedelta(minutes=1))
        self.assertEqual(moments, [0, 1, 6, 36, 156])
        self.assertEqual(file.state, "failed")
        self.assertIn("could not be fetched", message.preview)

    def fetch_files_due(self, file):
        """The scheduled action runs when it has something to do; else it would only take time."""
        if file.state == "waiting" and file.due_at <= fields.Datetime.now():
            self.fetch_files()

    def test_a_file_that_comes_late_is_there(self):
        self.storage.files.clear()
        message = self.receive(self.photo())
        self.fetch_files()
        self.storage.files[URL] = (PIXEL, "image/png")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=2)):
            self.fetch_files()
        self.assertEqual(len(message.attachment_ids), 1)

    def test_one_file_that_cannot_be_had_does_not_hold_up_the_others(self):
        self.storage.files.clear()
        self.receive(self.photo())
        good = "https://sun9-1.userapi.com/good.jpg"
        self.storage.files[good] = (PIXEL, "image/png")
        message = self.receive(self.photo(good))
        self.fetch_files()
        self.assertEqual(len(message.attachment_ids), 1)

    def test_a_disk_without_room_costs_no_message_and_holds_up_no_other(self):
        """Nor is the file given up. Fails without: ``except OSError`` in ``_fetch``."""
        message = self.receive(self.photo())
        small = "https://sun9-1.userapi.com/small.pdf"
        self.storage.files[small] = b"%PDF-1.4"
        other = self.receive(self.document("small.pdf", small))
        attachments = type(self.env["ir.attachment"])
        write = attachments._file_write

        def write_if_there_is_room(attachment, content, checksum):
            if content == PIXEL:
                raise OSError(errno.ENOSPC, "No space left on device")
            return write(attachment, content, checksum)

        with patch.object(attachments, "_file_write", write_if_there_is_room):
            for minutes in (0, 2, 10, 60, 300):
                then = fields.Datetime.now() + timedelta(minutes=minutes)
                with freeze_time(then), self.assertLogs(LOGGER, "ERROR"):
                    self.fetch_files()
        self.assertEqual(len(other.attachment_ids), 1)
        self.assertFalse(message.attachment_ids)
        self.assertIn("Look", message.body)
        self.assertIn("📷", message.body)
        with freeze_time(fields.Datetime.now() + timedelta(hours=9)):
            self.fetch_files()
        self.assertEqual(message.attachment_ids.raw, PIXEL)
        self.assertNotIn("📷", message.body)

    def test_whoever_floods_us_with_files_keeps_nobodys_waiting(self):
        """A12. Fails without: ``_find_delay``."""
        self.patch(omnichannel_file, "AT_ONCE", 2)
        self.store(*(self.message(str(n), attachments=[self.photo()]) for n in range(6)))
        self.store(self.message("Mine", chat="77", attachments=[self.photo()]))
        self.work_off()
        done = []
        with freeze_time(fields.Datetime.now()) as clock:
            for _minute in range(3):
                self.fetch_files()
                chats = self.files_done().mapped("message_id.conversation_id.chat_ref")
                done.append((len(self.files_done()), "77" in chats))
                clock.tick(timedelta(minutes=1, seconds=1))
        self.assertEqual(done, [(3, True), (5, True), (7, True)])

    def files_done(self):
        return self.env["omnichannel.file"].search([("state", "=", "done")])

    def test_half_a_file_that_a_full_disk_has_left_is_written_anew(self):
        """Fails without: ``_get_path`` in models/ir_attachment.py."""
        content = b"%PDF-1.4 written while the disk was full"
        name = hashlib.sha1(content).hexdigest()  # noqa: S324 - the name Odoo gives it
        path = Path(self.env["ir.attachment"]._full_path(f"{name[:2]}/{name}"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content[:20])
        self.addCleanup(path.unlink, missing_ok=True)
        self.storage.files[URL] = content
        message = self.receive(self.document("invoice.pdf"))
        self.fetch_files()
        self.assertEqual(message.attachment_ids.raw, content)

    def test_what_could_run_in_a_browser_is_kept_as_text(self):
        page = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
        drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        for content in (page, drawing):
            for name in ("terms.html", "terms.svg", "terms.pdf", "terms.png", "terms", "a.xhtml"):
                with self.subTest(name=name, content=content[:5]):
                    self.storage.files[URL] = (content, "text/html")
                    message = self.receive(self.document(name))
                    self.fetch_files()
                    self.assertEqual(message.attachment_ids.mimetype, "text/plain")

    def test_a_recording_can_be_played(self):
        url = "https://psv4.userapi.com/v.ogg"
        self.storage.files[url] = (b"OggS" + b"\0" * 60, "audio/ogg")
        conversation = self.deliver("voice.json")
        self.fetch_files()
        message = conversation.discuss_channel_id.message_ids.sorted("id")[-1]
        self.assertTrue(message.attachment_ids.voice_ids)

    def test_what_an_edit_adds_follows_too(self):
        message = self.receive(self.photo())
        self.fetch_files()
        received = self.env["omnichannel.message"].search([("mail_message_id", "=", message.id)])
        more = "https://sun9-1.userapi.com/more.jpg"
        self.storage.files[more] = (PIXEL, "image/png")
        attachments = [self.photo(), self.photo(more)]
        self.deliver(self.edited(int(received.network_ref), "Look", attachments=attachments))
        self.fetch_files()
        self.assertEqual(len(message.attachment_ids), 2)
        self.assertNotIn("📷", message.body)

    def test_what_an_edit_puts_in_the_place_of_another_is_fetched_and_nothing_twice(self):
        message = self.receive(self.photo(), self.document("terms"))
        self.fetch_files()
        received = self.env["omnichannel.message"].search([("mail_message_id", "=", message.id)])
        other, moved = "https://sun9-1.userapi.com/other.jpg", "https://psv4.userapi.com/moved.pdf"
        self.storage.files |= {other: (PIXEL, "image/png"), moved: b"terms"}
        self.storage.asked.clear()
        attachments = [self.photo(other, number=2), self.document("terms", moved)]
        self.deliver(self.edited(int(received.network_ref), "Look", attachments=attachments))
        self.fetch_files()
        self.assertEqual([url for url, _limits in self.storage.asked], [other])

    def test_a_restored_conversation_fetches_what_spam_held_back(self):
        conversation = self.deliver(self.message())
        conversation.with_user(self.anna).action_spam()
        message = self.receive(self.photo())
        self.fetch_files()
        self.assertFalse(self.storage.asked)
        conversation.with_user(self.anna).action_restore()
        self.fetch_files()
        self.assertEqual(len(message.attachment_ids), 1)


@tagged("-at_install", "post_install")
class TestServingFiles(FileCase, InboxHttpCase):
    """A client's file is opened by who may read the conversation, and by nobody else."""

    def test_it_is_served_to_the_operators_of_the_channel_only(self):
        message = self.receive(self.photo())
        self.fetch_files()
        link = f"/web/content/{message.attachment_ids.id}"
        for user, status in ((self.anna, 200), (self.vera, 200), (self.stranger, 404)):
            with self.subTest(user.name):
                self.authenticate(user.login, user.login)
                self.assertEqual(self.url_open(link).status_code, status)
        self.authenticate(self.employee.login, self.employee.login)
        self.assertEqual(self.url_open(link).status_code, 404)
        self.authenticate(None, None)
        self.assertEqual(self.url_open(link).status_code, 404)
