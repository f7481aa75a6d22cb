"""Attacks on what proves, keeps apart and is asked for: A1, A3, A4, A5, A12, A15.

A2 and A7 are in network/test_intrusion.py; what a client's words and files could do, and what
leaks, in test_attacks_content.py; ways around the network in test_attacks_outside.py; who may read
and do what, for every role, in test_matrix.py. Each test says which guard it is held off by: it
fails without it.
"""

import json
import logging
import time
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import omnichannel_inbound
from ..protocols import PROTOCOLS
from .common import CHAT, InboxCase, InboxHttpCase
from .network import contract
from .network.common import FIXTURES, fixture, webhook
from .network.toy import Toy

LOGGER = "odoo.addons.omnichannel_inbox.controllers.webhook"
NETWORKS = (*PROTOCOLS, "toy")


class EveryNetwork:
    """A channel of each network, with the secrets its fixtures were made with."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(PROTOCOLS, toy=Toy))
        self.channels = {code: self.make_channel(code) for code in NETWORKS}

    def make_channel(self, code, **changes):
        path = FIXTURES / code / "settings.json"
        values = json.loads(path.read_text(encoding="utf-8")) | {"api_url": False} | changes
        return self.env["omnichannel.channel"].create(
            {"name": f"Kiosk {code}", "network": code, "operator_ids": self.anna.ids, **values}
        )

    def request(self, code):
        """Return what the network posts when a client has written something."""
        return webhook(fixture(code, "webhook", "text"))

    def send(self, request, channel):
        """Post a request of a network to the address of a channel; return the status."""
        headers = {name: value.encode() for name, value in request.headers.items()}
        return self.post(request.body, channel, headers=headers).status_code


@tagged("-at_install", "post_install")
class TestForged(EveryNetwork, InboxHttpCase):
    def assert_refused(self, request, channel):
        known = self.inbound()
        with self.assertLogs(LOGGER, "WARNING") as logs:
            self.assertEqual(self.send(request, channel), 401)
        self.assertNotIn("SECRET", str(logs.output))
        self.assertEqual(self.inbound(), known)

    def test_a1_a_forged_webhook_leaves_nothing(self):
        """Fails without: ``protocol.verify(webhook)`` in the controller."""
        for code, channel in self.channels.items():
            for forged in contract._forgeries(code, self.request(code)):
                with self.subTest(network=code, body=forged.body[:60], headers=forged.headers):
                    self.assert_refused(forged, channel)
            self.assertEqual(self.send(self.request(code), channel), 200)
            self.assertEqual(
                len(self.inbound().filtered(lambda r, c=channel: r.channel_id == c)), 1
            )

    def test_a1_a_channel_without_a_secret_receives_nothing(self):
        """Fails without: ``not expected`` and ``not secret`` in protocols/core/signatures.py."""
        for code, channel in self.channels.items():
            channel[PROTOCOLS[code].proven_by] = False
            request = self.request(code)
            empty = [request, *contract._forgeries(code, request)]
            for forged in empty:
                with self.subTest(network=code, body=forged.body[:60], headers=forged.headers):
                    self.assert_refused(forged, channel)

    def test_a1_a_channel_is_not_switched_on_without_a_secret(self):
        """Fails without: ``_check_required_settings`` in ``action_connect``."""
        for code, channel in self.channels.items():
            for name in PROTOCOLS[code].required_settings:
                channel.write({"access_token": "1:x", "signing_secret": "y" * 30, name: False})
                with self.subTest(network=code, without=name), self.assertRaises(UserError):
                    channel.with_user(self.system).action_connect()
                self.assertEqual(channel.state, "draft")
                self.assertFalse(self.network.calls)

    def test_a3_a_valid_request_again_is_no_news_for_eight_days(self):
        """Fails without: ``ON CONFLICT … DO NOTHING`` in ``_create_once``; ``KEPT`` of 30 days."""
        self.assertGreaterEqual(omnichannel_inbound.KEPT, timedelta(days=8))
        for code, channel in self.channels.items():
            with self.subTest(network=code):
                for days in (0, 0, 8, 29):
                    with freeze_time(fields.Datetime.now() + timedelta(days=days)):
                        self.env["omnichannel.inbound"]._gc_old()
                    self.assertEqual(self.send(self.request(code), channel), 200)
                    self.work_off()
                rows = self.inbound().filtered(lambda r, c=channel: r.channel_id == c)
                self.assertEqual(len(rows), 1)

    def test_a3_even_when_its_key_is_forgotten_nothing_is_said_twice(self):
        """Fails without: ``_knows_message``, ``_find_known`` and the unique index of messages."""
        for code, channel in self.channels.items():
            with self.subTest(network=code):
                for _time in range(2):
                    self.send(self.request(code), channel)
                    self.work_off()
                    self.env["omnichannel.inbound"].search([]).unlink()
                received = self.env["omnichannel.message"].search_count(
                    [("channel_id", "=", channel.id), ("direction", "=", "in")]
                )
                self.assertEqual(received, 1)

    def test_a4_what_is_proven_to_one_channel_is_not_to_another(self):
        """Fails without: ``protocol.verify(webhook)`` with the secret of the channel addressed."""
        for code in NETWORKS:
            secret = {PROTOCOLS[code].proven_by: "1:another-SECRET-of-theirs"}
            other = self.make_channel(code, account_ref="42", **secret)
            with self.subTest(network=code):
                self.assert_refused(self.request(code), other)

    def test_a12_nothing_sent_to_the_public_address_fails(self):
        """Fails without: ``RecursionError`` in ``Reader.from_json``; ``max_content_length``."""
        deep = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
        bodies = (b"", b"\x00", b"[" * 200_000, deep, b'{"a":' * 3000, b"9" * 100_000, b"\xff" * 99)
        for code, channel in self.channels.items():
            for body in bodies:
                with self.subTest(network=code, body=body[:20]), mute_logger(LOGGER):
                    for headers in ({}, dict(self.request(code).headers)):
                        answer = self.post(body, channel, headers=headers)
                        self.assertIn(answer.status_code, (200, 401))
            with self.subTest(network=code, body="10 MB"):
                self.assertEqual(self.post(b"x" * (10 << 20), channel).status_code, 413)
        self.work_off_quietly()

    def work_off_quietly(self):
        """What is proven and senseless is parked, and holds nobody up."""
        with mute_logger("odoo.addons.omnichannel_inbox.models.omnichannel_inbound"):
            self.work_off()
        self.assertFalse(self.inbound().filtered(lambda row: row.state == "received"))

    def test_a11_an_error_while_storing_says_no_secret(self):
        """Fails without: nothing of ours in it: the traceback that Odoo logs shows no values."""
        lines = []

        class Listener(logging.Handler):
            def emit(self, record):
                lines.append(self.format(record))

        listener = Listener()
        logging.getLogger().addHandler(listener)
        self.addCleanup(logging.getLogger().removeHandler, listener)
        store = type(self.env["omnichannel.inbound"])
        with (
            patch.object(store, "_create_once", side_effect=ZeroDivisionError),
            mute_logger("odoo.http"),
        ):
            for code, channel in self.channels.items():
                self.assertEqual(self.send(self.request(code), channel), 500)
        self.assertNotIn("SECRET", "\n".join(lines))


@tagged("-at_install", "post_install")
class TestKeptApart(InboxCase):
    def setUp(self):
        super().setUp()
        self.mine = self.taken(self.message("Mine"))
        theirs = {**self.message("Theirs"), "group_id": 555}
        self.deliver(theirs, channel=self.other_channel)
        self.theirs = self.conversation(chat=CHAT, channel=self.other_channel)

    def test_a4_a_channel_speaks_of_its_own_messages_only(self):
        """The same chat and the same ids, told by another channel.

        Fails without: ``channel_id`` in ``_find_conversation``, the conversation in
        ``_find_replied``.
        """
        answer = self.answer(self.mine, "Ours")
        self.send_all()
        own = self.mine.discuss_channel_id.message_ids
        before = [(one.body, one.reaction_ids.ids) for one in own]
        number = int(
            self.env["omnichannel.message"]
            .search([("conversation_id", "=", self.mine.id), ("direction", "=", "in")])
            .network_ref
        )
        told = [
            self.edited(number, "Changed by them"),
            self.read(int(answer.network_ref)),
            self.event("message_deny", {"user_id": int(CHAT)}),
        ]
        reply = self.message("Reply", reply_message={**self.message_object(), "id": number})
        # Alone it is ordinary, and applied as many at once are; behind an edit, singly.
        self.deliver({**reply, "group_id": 555}, channel=self.other_channel)
        told.append(self.message("Again", reply_message={**self.message_object(), "id": number}))
        self.deliver(*({**one, "group_id": 555} for one in told), channel=self.other_channel)
        self.assertEqual([(one.body, one.reaction_ids.ids) for one in own], before)
        self.assertEqual(answer.state, "sent")
        self.assertTrue(self.mine.identity_id.reachable)
        self.assertFalse(self.theirs.discuss_channel_id.message_ids.parent_id & own)

    def test_a4_another_company_sees_nothing_of_it(self):
        """Fails without: the record rules by company (omnichannel_rules.xml)."""
        for model in ("omnichannel.conversation", "omnichannel.session", "omnichannel.message"):
            with self.subTest(model=model):
                found = self.env[model].with_user(self.foreigner)
                self.assertFalse(found.search([]))
                self.assertTrue(self.env[model].with_user(self.vera).search([]))

    def test_a5_a_file_of_another_conversation_is_not_sent_on(self):
        """Its id is guessed. Fails without: nothing of ours; Odoo's check of attachments."""
        secret = self.env["ir.attachment"].create(
            {
                "name": "contract.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "discuss.channel",
                "res_id": self.theirs.discuss_channel_id.id,
            }
        )
        with self.assertRaises(AccessError):
            self.answer(self.mine, "Look", attachment_ids=secret.ids)
        self.send_all()
        self.assertFalse(self.network.asked("docs.save"))

    def test_a5_a_message_of_another_conversation_is_not_answered(self):
        """Its id is guessed. Fails without: the conversation in ``_find_replied``."""
        message = self.theirs.discuss_channel_id.message_ids[:1]
        before = message.sudo().read(["body", "child_ids"])
        try:
            answer = self.answer(self.mine, "Look", parent_id=message.id)
        except AccessError:
            return
        self.assertFalse(answer.reply_to_ref)
        self.assertNotEqual(answer.mail_message_id.parent_id, message)
        self.assertEqual(message.sudo().read(["body", "child_ids"]), before)

    # A15

    def test_a15_an_operator_gets_no_right_by_writing_a_field(self):
        """Fails without: access rights of channels and teams; Odoo's of users and groups."""
        administrators = self.env.ref("omnichannel_inbox.group_admin")
        supervisors = self.env.ref("omnichannel_inbox.group_supervisor")
        team = self.env["crm.team"].create({"name": "Theirs", "company_id": self.company.id})
        self.other_channel.team_id = team
        anna = self.anna
        attempts = {
            "groups of his own": (anna, {"group_ids": [Command.link(administrators.id)]}),
            "members of a group": (administrators, {"user_ids": [Command.link(anna.id)]}),
            "implied": (supervisors, {"implied_by_ids": [Command.clear()]}),
            "operators": (self.other_channel, {"operator_ids": [Command.link(anna.id)]}),
            "his channels": (self.channel, {"operator_ids": [Command.clear()]}),
            "team of a channel": (self.channel, {"team_id": team.id}),
            "members of a team": (team, {"member_ids": [Command.link(anna.id)]}),
            "company": (self.channel, {"company_id": self.company2.id}),
            "companies of his own": (anna, {"company_ids": [Command.link(self.company2.id)]}),
        }
        for name, (record, values) in attempts.items():
            with self.subTest(name), self.assertRaises(AccessError):
                record.with_user(anna).write(values)
        with self.assertRaises(AccessError):
            self.env["crm.team.member"].with_user(anna).create(
                {"crm_team_id": team.id, "user_id": anna.id}
            )

    def test_a15_a_conversation_is_not_reassigned_by_another_field(self):
        """By its lead, team or members. Fails without: ``EDITABLE`` in the conversation's write."""
        conversation = self.mine.with_user(self.boris)
        thread = self.mine.discuss_channel_id.with_user(self.boris)
        partner = self.boris.partner_id
        attempts = (
            lambda: self.mine.with_user(self.anna).write({"operator_id": self.boris.id}),
            lambda: self.mine.with_user(self.anna).write({"participant_ids": [Command.clear()]}),
            lambda: conversation.write({"operator_id": self.boris.id}),
            lambda: conversation.write({"participant_ids": [Command.link(self.boris.id)]}),
            lambda: conversation.write({"session_id": False}),
            lambda: conversation.session_id.write({"operator_id": self.boris.id}),
            lambda: conversation.action_delegate(self.boris.id),
            lambda: thread.write({"omnichannel_operator_id": self.boris.id}),
            lambda: thread.write({"channel_partner_ids": [Command.link(partner.id)]}),
            lambda: thread.add_members(partner_ids=partner.ids),
        )
        for number, attempt in enumerate(attempts):
            with self.subTest(number), self.assertRaises(UserError):
                attempt()
        self.mine.lead_id.with_user(self.boris).write({"user_id": self.boris.id})
        self.env.invalidate_all()
        self.assertEqual((self.mine.operator_id, self.mine.participant_ids), (self.anna, self.anna))


@tagged("-at_install", "post_install")
class TestFlood(InboxCase):
    """A12: one who writes without end costs as much as he has to, and holds nobody up."""

    def test_a12_whoever_floods_has_one_conversation_and_the_others_do_not_wait(self):
        """Fails without: ``place`` in the order of ``_claim`` (chats take turns)."""
        flood = omnichannel_inbound.BATCH * 3
        self.store(*(self.message(f"Buy {number}") for number in range(flood)))
        inbound = self.env["omnichannel.inbound"]
        lane = inbound._lane_of(self.channel, CHAT)
        chats = (str(number) for number in range(70, 200))
        chat = next(each for each in chats if inbound._lane_of(self.channel, each) == lane)
        self.store(self.message("One question", chat=chat))
        claimed = inbound._claim(lane)
        self.assertLessEqual(len(claimed), omnichannel_inbound.BATCH)
        self.assertIn(chat, claimed[:2].mapped("chat_ref"))

    def test_a12_every_message_of_a_flood_costs_the_same(self):
        """10 000 cost 10 000 times one. Fails without: work of each that is bounded."""
        self.deliver(self.message("First"))
        costs = []
        for count in (20, 60):
            self.store(*(self.message(f"Buy {number}") for number in range(count)))
            self.env.flush_all()
            begun, asked = time.monotonic(), self.env.cr.sql_log_count
            self.work_off()
            costs.append((self.env.cr.sql_log_count - asked, time.monotonic() - begun))
        self.assertEqual(len(self.env["omnichannel.conversation"].search([])), 1)
        self.assertEqual(len(self.conversation().session_ids), 1)
        self.assertEqual(len(self.conversation().session_ids.lead_id), 1)
        self.assertLess(costs[1][0], 3 * costs[0][0])

    def test_a12_two_bots_do_not_talk_with_each_other(self):
        """A bot that answers whatever is said by itself, at once and for hours.

        Fails without: ``most`` in ``_find_due`` of automatic answers, ``_has_heard_enough``.
        """
        self.env["omnichannel.auto.answer"].create(
            {
                "channel_id": self.channel.id,
                "text": "We answer soon",
                "during": "always",
                "repeat_every": 1,
                "most": 3,
            }
        )
        conversation = self.deliver(self.message("I am a bot"))
        for minutes in range(2, 40, 2):
            with freeze_time(fields.Datetime.now() + timedelta(minutes=minutes)):
                heard = len(self.network.asked("messages.send"))
                self.run_cron("timers")
                self.send_all()
                said = self.network.asked("messages.send")[heard:]
                self.deliver(*(self.message(f"You said {one['message']}") for one in said))
        self.assertEqual(len(self.network.asked("messages.send")), 3)
        self.assertEqual(len(conversation.session_ids), 1)
