"""F3, F4: what every network may do to us, told in its own words.

Each test says which guard it is held off by: it fails without it.
"""

import itertools
import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import InboxCase, InboxHttpCase, reply
from .network import fuzz
from .network.common import fixture, fixtures, webhook
from .test_attacks import NETWORKS, EveryNetwork

WRITTEN_AT = 1763629201
FUTURE = 4102444800  # 2100
WORKER = "odoo.addons.omnichannel_inbox"


# What a client does, as each network tells it: a fixture, and the fields that make it another.


def vk_message(payload, number, text, at, **_others):
    payload["event_id"] = f"{payload['type']}-{number}-{text}"
    message = payload["object"].get("message", payload["object"])
    message |= {"id": 9000 + number, "conversation_message_id": 900 + number}
    message |= {"date": at, "text": text}


def telegram_message(payload, number, text, at, key):
    payload["update_id"] = 990_000_000 + key
    message = payload.get("message") or payload["edited_message"]
    message |= {"message_id": 9000 + number, "date": at, "text": text}


def max_message(payload, number, text, at, key):
    payload["timestamp"] = at * 1000 + key
    message = payload["message"]
    message["timestamp"] = at * 1000
    message["body"] |= {"mid": f"mid.{number}", "text": text}


def viber_message(payload, number, text, at, **_others):
    payload |= {"message_token": 6203948571029400000 + number, "timestamp": at * 1000}
    payload["message"]["text"] = text


def toy_message(payload, number, text, at, **_others):
    payload |= {"id": str(number), "at": at, "words": text}


MESSAGES = {
    "vk": vk_message,
    "telegram": telegram_message,
    "max": max_message,
    "viber": viber_message,
    "toy": toy_message,
}
#: Where a message says who wrote it; without it nobody did.
AUTHORS = {
    "vk": ("object", "message", "from_id"),
    "telegram": ("message", "chat", "id"),
    "max": ("message", "sender", "user_id"),
    "viber": ("sender", "id"),
    "toy": ("who",),
}


class Story(EveryNetwork):
    """Tells what happens on a network, by its webhook."""

    def setUp(self):
        super().setUp()
        self.keys = itertools.count(1)

    def tell(self, code, name, change):
        """Return the request of a fixture that says something else."""
        authentic = webhook(fixture(code, "webhook", name))
        payload = json.loads(authentic.body)
        change(payload)
        body = json.dumps(payload, ensure_ascii=False).encode()
        return type(authentic)(body, fuzz._signed(code, authentic, body))

    def written(self, code, number, text, at=WRITTEN_AT, name="text"):
        """Return the request by which a network tells of a message."""
        values = {"number": number, "text": text, "at": at + number, "key": next(self.keys)}
        return self.tell(code, name, lambda payload: MESSAGES[code](payload, **values))

    def removed(self, code, number):
        return self.tell(
            code, "removed", lambda payload: payload.update(message_id=f"mid.{number}")
        )

    def hear(self, code, *requests):
        """What a network says is stored, and worked off; return the conversation."""
        self.hear_only(code, *requests)
        self.work_off_what_waits()
        return self.conversation(channel=self.channels[code])

    def work_off_what_waits(self):
        waiting = self.inbound().filtered(lambda row: row.state == "received")
        self.run_cron(*(f"inbound_{lane}" for lane in sorted(set(waiting.mapped("lane")))))

    def hear_only(self, code, *requests):
        channel = self.channels[code]
        for request in requests:
            envelopes = channel._protocol().split(request)
            self.env["omnichannel.inbound"]._store(channel, envelopes)

    def in_every_order(self, code, story, check):
        """Tell a story in every order, each time from the same beginning, and look."""
        for order in itertools.permutations(range(len(story))):
            with (
                self.subTest(network=code, order=order),
                self.env.cr.savepoint() as savepoint,
            ):
                for number in order:
                    self.hear(code, story[number])
                check()
                self.env.invalidate_all()
                savepoint.rollback()
            self.env.invalidate_all()


@tagged("-at_install", "post_install")
class TestAnyOrder(Story, InboxCase):
    """F3: the final state is right in whatever order a network tells the story."""

    def test_f3_an_edit_shows_once_however_it_comes(self):
        """Fails without: ``_apply_message`` in ``_apply_edit``; ``_knows_message``."""
        for code in NETWORKS:
            talk = self.hear(code, self.written(code, 1, "begin"))
            story = [self.written(code, 5, "original"), self.written(code, 5, "original")]
            shown = "original"
            if "edited" in dict(fixtures(code, "webhook")):
                story.append(self.written(code, 5, "changed", name="edited"))
                shown = "changed"

            def check(talk=talk, shown=shown):
                self.assertEqual(self.said(talk), ["begin", shown])

            self.in_every_order(code, story, check)

    def test_f3_what_the_client_deleted_is_gone_however_it_comes(self):
        """Fails without: ``removed`` of a message in ``_apply_deletion`` and in ``_rewrite``."""
        told = [code for code in NETWORKS if "removed" in dict(fixtures(code, "webhook"))]
        self.assertTrue(told)
        for code in told:
            talk = self.hear(code, self.written(code, 1, "begin"))
            story = (
                self.written(code, 5, "original"),
                self.written(code, 5, "changed", name="edited"),
                self.removed(code, 5),
            )

            def check(talk=talk):
                self.assertEqual([words for words in self.said(talk) if words], ["begin"])

            self.in_every_order(code, story, check)

    def test_a13_what_waits_in_disorder_stands_as_it_was_written(self):
        """Of a new client, and of one who is known. Fails without: ``_in_written_order``."""
        for code in NETWORKS:
            told = [self.written(code, number, str(number)) for number in range(1, 6)]
            with self.subTest(network=code):
                talk = self.hear(code, told[2], told[0], told[1])
                self.assertEqual(self.said(talk), ["1", "2", "3"])
                self.hear(code, told[4], told[3])
                self.assertEqual(self.said(talk), ["1", "2", "3", "4", "5"])
                self.assertFalse(self.late(talk))

    def test_a13_what_comes_late_says_so_and_nothing_else_does(self):
        """Fails without: ``_is_late``, ``_note_written`` in ``_post_all_received``."""
        for code in NETWORKS:
            with self.subTest(network=code):
                talk = self.hear(code, self.written(code, 3, "third"))
                self.hear(code, self.written(code, 2, "second"))
                self.hear(code, self.written(code, 4, "fourth"))
                first, second, third = self.said(talk)
                self.assertEqual((first, third), ("third", "fourth"))
                self.assertIn("second", second)
                self.assertIn("Came late", second)
                self.assertEqual(self.late(talk).mapped("text"), [False])
                if "edited" in dict(fixtures(code, "webhook")):
                    self.hear(code, self.written(code, 2, "changed", name="edited"))
                    self.assertIn("Came late", self.said(talk)[1])
                    self.assertIn("changed", self.said(talk)[1])

    def test_a13_a_date_in_the_future_makes_nothing_late(self):
        """Fails without: ``min`` in ``_find_written_at``."""
        for code in NETWORKS:
            with self.subTest(network=code):
                talk = self.hear(code, self.written(code, 1, "from the future", at=FUTURE))
                with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
                    at = int(fields.Datetime.now().timestamp())
                    self.hear(code, self.written(code, 2, "now", at=at))
                self.assertEqual(self.said(talk), ["from the future", "now"])
                self.assertFalse(self.late(talk))

    def late(self, talk):
        own = [("conversation_id", "=", talk.id), ("late", "=", True)]
        return self.env["omnichannel.message"].search(own)


@tagged("-at_install", "post_install")
class TestReceiptsInAnyOrder(Story, InboxCase):
    """F3: whatever overtakes the call, a *read* stays read, and everything is said once."""

    def setUp(self):
        super().setUp()
        # The database's clock stands still during a test: this one is ahead of it, and ours.
        self.clock = self.startPatcher(freeze_time(fields.Datetime.now() + timedelta(hours=1)))

    def vk_receipts(self, message, number):
        own = {"id": number, "random_id": int(message.echo_ref)}
        told = []
        for name, said in (("echo_own", own), ("read", {"read_message_id": number})):
            key = f"{name} {next(self.keys)}"

            def change(payload, said=said, key=key):
                payload["event_id"] = key
                payload["object"] |= said

            told.append(self.tell("vk", name, change))
        return "messages.send", reply(body={"response": number}), told

    def viber_receipts(self, _message, number):
        told = [
            self.tell("viber", name, lambda payload: payload.update(message_token=number))
            for name in ("delivered", "seen")
        ]
        sent = {"status": 0, "status_message": "ok", "message_token": number}
        return "send_message", reply(body=sent), told

    def test_f3_read_stays_read_whatever_overtakes_what(self):
        """Fails without: ``EventTooEarly``; ``REPLACED_BY`` in ``_apply_receipt``,
        ``_confirm_sent`` and ``_apply_outcome``.
        """
        told = {"vk": self.vk_receipts, "viber": self.viber_receipts}
        reporting = {
            c for c, ch in self.channels.items() if ch._protocol_class().capabilities.receipts
        }
        self.assertEqual(reporting, set(told))
        for code, receipts_of in told.items():
            talk = self.hear(code, self.written(code, 1, "Hello"))
            talk.with_user(self.anna).action_take()
            talk.channel_id.shows_operator = False
            for during in range(3):
                self.each_order(code, talk, receipts_of, during)

    def each_order(self, code, talk, receipts_of, during):
        """So many of the receipts come while the call is under way, in every order."""
        for order in itertools.permutations(range(2)):
            [message] = self.answer(talk, "Hi")
            number = 900_000 + message.id
            method, sent, receipts = receipts_of(message, number)
            told = [receipts[place] for place in order]

            def call(_said, told=told, sent=sent):
                self.hear_only(code, *told[:during])
                return sent

            self.network.says(method, call)
            self.run_cron(f"send_{message.lane}")
            self.work_off_what_waits()
            for receipt in told[during:]:
                self.hear(code, receipt)
            self.clock.tick(timedelta(seconds=10))
            self.work_off_what_waits()
            with self.subTest(network=code, order=order, during=during):
                self.assertEqual(message.state, "read")
                self.assertEqual(message.network_ref, str(number))
                self.assertEqual(len(message.mail_message_id.omnichannel_message_ids), 1)
        self.assertEqual(set(self.said(talk)), {"Hello", "Hi"})


@tagged("-at_install", "post_install")
class TestOddities(Story, InboxHttpCase):
    """F4: what is unknown, missing or broken is seen, the channel lives, nothing answers 5xx."""

    #: By how its fixture is called, which differs where networks do.
    ODD = (
        "broken_attachment",
        "broken_utf8",
        "date_in_the_future",
        "emoji",
        "empty",
        "lone_surrogate",
        "nothing_known",
        "nul",
        "unknown_attachment",
        "unknown_content",
        "unknown_kind",
        "unknown_kind_of_content",
    )

    def test_f4_whatever_is_odd_is_shown_and_the_next_one_gets_through(self):
        """Fails without: ``"<p>…</p>"`` and ``min`` in ``_prepare_post_values``, ``plain_text``."""
        for code, channel in self.channels.items():
            found = dict(fixtures(code, "webhook"))
            for name in filter(found.get, self.ODD):
                with self.subTest(network=code, fixture=name):
                    self.check_odd(code, channel, found[name])
            self.check_alive(code)

    def check_odd(self, code, channel, content):
        known = self.env["omnichannel.inbound"].search([])
        self.assertEqual(self.send(webhook(content), channel), 200)
        self.work_off_what_waits()
        row = self.env["omnichannel.inbound"].search([]) - known
        messages = [event for event in content["events"] if event["type"] == "MessageReceived"]
        self.assertEqual(row.state, "done" if messages else "ignored", row.error)
        if messages:
            talk = self.conversation(chat=messages[0]["chat_id"], channel=channel)
            shown = talk.discuss_channel_id.message_ids.sorted("id")[-1]
            self.assertTrue(shown.preview.strip())
            self.assertNotIn("\x00", shown.body)
            self.assertLessEqual(shown.date, fields.Datetime.now())
            self.assertTrue(talk.name)

    def check_alive(self, code):
        request = self.written(code, 700, "still here 😀")
        self.assertEqual(self.send(request, self.channels[code]), 200)
        self.work_off_what_waits()
        talk = self.conversation(channel=self.channels[code])
        self.assertIn("still here 😀", self.said(talk)[-1])
        self.assertFalse(talk.identity_id.phone, "nobody needs one")

    def test_f4_the_date_is_never_in_the_future_nor_the_author_missed(self):
        """Fails without: ``min`` in ``_prepare_post_values``; ``_park`` of ``MalformedPayload``."""
        for code, channel in self.channels.items():
            with self.subTest(network=code):
                future = self.written(code, 1, "Tomorrow", at=FUTURE)
                self.assertEqual(self.send(future, channel), 200)
                self.work_off_what_waits()
                talk = self.conversation(channel=channel)
                said = talk.discuss_channel_id.message_ids.sorted("id")[-1]
                self.assertLessEqual(said.date, fields.Datetime.now())
                self.check_nobodys(code, channel)
                self.check_alive(code)

    def check_nobodys(self, code, channel):
        """A message of nobody is parked, and names what is missing."""
        nobodys = self.written(code, 2, "Whose?")
        payload = json.loads(nobodys.body)
        parent = payload
        for step in AUTHORS[code][:-1]:
            parent = parent[step]
        del parent[AUTHORS[code][-1]]
        body = json.dumps(payload).encode()
        request = type(nobodys)(body, fuzz._signed(code, nobodys, body))
        self.assertEqual(self.send(request, channel), 200)
        with self.assertLogs(WORKER, "WARNING"):
            self.work_off_what_waits()
        [row] = self.inbound().filtered(lambda r: r.channel_id == channel and r.state == "failed")
        self.assertIn(AUTHORS[code][-1], row.error)
