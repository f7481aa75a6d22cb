from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import omnichannel_channel_renewal
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

    def test_a_network_that_has_no_time_is_asked_again_at_once(self):
        self.network.says("users.get", refusal(6), self.ivan())
        self.fetch_people()
        wait = self.identity.profile_due_at - fields.Datetime.now()
        self.assertLessEqual(wait.total_seconds(), 2)
        self.identity.profile_due_at = fields.Datetime.now()
        self.fetch_people()
        self.assertEqual(self.identity.name, "Ivan Petrov")

    def test_a_channel_that_rests_is_asked_for_nobody(self):
        self.env["omnichannel.channel.pace"]._rest(self.channel, 600)
        with patch.object(omnichannel_channel_renewal.time, "sleep"):
            self.fetch_people()
        self.assertEqual(self.network.asked("users.get"), [])
        wait = self.identity.profile_due_at - fields.Datetime.now()
        self.assertGreater(wait.total_seconds(), 500)

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


@tagged("-at_install", "post_install")
class TestErasing(InboxCase):
    """A client who wants to be forgotten is, and the figures stay."""

    def told(self):
        """Return everything the database still says, in one text."""
        self.env.flush_all()
        tables = ("omnichannel_identity", "omnichannel_conversation", "omnichannel_message")
        tables += ("omnichannel_inbound", "omnichannel_evidence", "omnichannel_session")
        tables += ("mail_message", "mail_guest", "discuss_channel", "crm_lead", "ir_attachment")
        told = []
        for table in tables:
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608 - names of ours
            told += [row for (row,) in self.env.cr.fetchall()]
        return "\n".join(told)

    def forgettable(self):
        self.network.says(
            "users.get", [{"id": int(CHAT), "first_name": "Zebedee", "last_name": "Q"}]
        )
        talk = self.taken(self.message("I am Zebedee, +7 912 345-67-89, zebedee@example.com"))
        self.fetch_people()
        self.answer(talk, "Good day, Zebedee")
        self.send_all()
        talk.with_user(self.anna).action_finish()
        return talk

    def test_nothing_tells_who_he_was(self):
        talk = self.forgettable()
        before = self.told()
        for secret in ("Zebedee", "345", CHAT):
            self.assertIn(secret, before)
        talk.identity_id.with_user(self.administrator).action_erase()
        after = self.told()
        for secret in ("Zebedee", "zebedee", "345-67-89", "9123456789", CHAT):
            self.assertNotIn(secret, after)

    def test_the_figures_stay(self):
        talk = self.forgettable()
        ledger, session = talk.ledger, talk.session_ids
        talk.identity_id.with_user(self.administrator).action_erase()
        self.env.invalidate_all()
        self.assertEqual(talk.ledger, ledger)
        self.assertEqual((session.outcome, session.operator_id), ("done", self.anna))

    def test_who_writes_again_is_somebody_new(self):
        talk = self.forgettable()
        talk.identity_id.with_user(self.administrator).action_erase()
        again = self.deliver(self.message("Me again"))
        self.assertNotEqual(again, talk)
        self.assertEqual(self.said(again), ["Me again"])

    def test_an_open_conversation_is_finished_first(self):
        talk = self.taken()
        with self.assertRaises(UserError):
            talk.identity_id.with_user(self.administrator).action_erase()

    def test_only_an_administrator_erases(self):
        talk = self.forgettable()
        for user in (self.anna, self.vera, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                talk.identity_id.with_user(user).action_erase()
