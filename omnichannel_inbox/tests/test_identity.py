from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..protocols import NetworkUnavailable
from ..tools import transport
from .common import CHAT, PIXEL, InboxCase, refusal

PHOTO = "https://sun9-1.userapi.com/ivan.png"


@tagged("-at_install", "post_install")
class TestIdentity(InboxCase):
    """A client has the name and the picture that the network tells."""

    def ivan(self, **changes):
        user = {"id": int(CHAT), "first_name": "Ivan", "last_name": "Petrov"}
        return [{**user, "photo_200": PHOTO, "has_photo": 1, "screen_name": "ivan", **changes}]

    def setUp(self):
        super().setUp()
        self.storage.files[PHOTO] = (PIXEL, "image/png")
        self.identity = self.deliver(self.message()).identity_id

    def test_a_stranger_has_a_number_until_the_network_tells_his_name(self):
        self.assertEqual(self.identity.name, f"Client {CHAT}")
        self.network.says("users.get", self.ivan())
        self.fetch_people()
        self.assertEqual(self.identity.name, "Ivan Petrov")
        self.assertEqual(self.identity.guest_id.name, "Ivan Petrov")
        self.assertEqual(self.identity.username, "ivan")

    def test_his_picture_is_the_guests(self):
        before = self.identity.guest_id.image_1920
        self.network.says("users.get", self.ivan())
        self.fetch_people()
        self.assertTrue(self.identity.guest_id.image_1920)
        self.assertNotEqual(self.identity.guest_id.image_1920, before)
        [(url, limits)] = self.storage.asked
        self.assertEqual(url, PHOTO)
        self.assertIn("userapi.com", limits["hosts"])

    def test_a_picture_that_is_none_or_cannot_be_had_is_left_out(self):
        for answer in (b"<html>", b"", transport.FileUnavailable(), transport.FileRefused()):
            with self.subTest(answer=str(answer)):
                self.storage.files[PHOTO] = answer
                self.identity.write({"photo_url": False, "profile_due_at": fields.Datetime.now()})
                self.network.says("users.get", self.ivan())
                self.fetch_people()
                self.assertEqual(self.identity.name, "Ivan Petrov")
                self.assertGreater(self.identity.profile_due_at, fields.Datetime.now())

    def test_the_network_is_asked_again_when_he_writes_after_a_day(self):
        self.network.says("users.get", self.ivan(), self.ivan(last_name="Sidorov"))
        self.fetch_people()
        self.deliver(self.message())
        self.fetch_people()
        self.assertEqual(len(self.network.asked("users.get")), 1)
        with freeze_time(fields.Datetime.now() + timedelta(days=1, minutes=1)):
            self.deliver(self.message())
            self.fetch_people()
        self.assertEqual(self.identity.name, "Ivan Sidorov")

    def test_when_the_network_does_not_answer_it_is_asked_again_soon(self):
        self.network.says("users.get", NetworkUnavailable(), refusal(6), self.ivan())
        for minutes in (0, 6, 12):
            with freeze_time(fields.Datetime.now() + timedelta(minutes=minutes)):
                self.fetch_people()
        self.assertEqual(self.identity.name, "Ivan Petrov")

    def test_a_name_is_never_replaced_by_nothing(self):
        self.network.says("users.get", self.ivan(), self.ivan(first_name="", last_name=""))
        self.fetch_people()
        self.identity.profile_due_at = fields.Datetime.now()
        self.fetch_people()
        self.assertEqual(self.identity.name, "Ivan Petrov")

    def test_several_people_are_asked_for_at_once(self):
        self.deliver(self.message(chat="71"), self.message(chat="72"))
        self.fetch_people()
        [said] = self.network.asked("users.get")
        self.assertEqual(set(said["user_ids"].split(",")), {CHAT, "71", "72"})

    def test_the_same_person_on_two_channels_is_two_identities(self):
        other = self.deliver(
            {**self.message(), "group_id": 555}, channel=self.other_channel
        ).identity_id
        self.assertNotEqual(other, self.identity)
        self.assertEqual(other.network_ref, self.identity.network_ref)

    def test_who_forbids_us_to_write_is_shown_so_until_he_writes(self):
        self.deliver("deny.json")
        self.assertFalse(self.identity.reachable)
        self.deliver("allow.json")
        self.assertTrue(self.identity.reachable)
        self.deliver("deny.json", self.event("message_deny", {"user_id": int(CHAT)}))
        self.assertFalse(self.identity.reachable)
        self.deliver(self.message())
        self.assertTrue(self.identity.reachable)

    def test_his_language_is_kept(self):
        conversation = self.deliver("text.json")
        self.assertEqual(conversation.identity_id.lang, "ru")
