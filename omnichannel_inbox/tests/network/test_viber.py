import hashlib
import hmac
import json
from dataclasses import replace

from .common import (
    FakeDoor,
    NetworkCase,
    base,
    errors,
    fixture,
    path_of,
    planning,
    protocol,
    reply,
    settings,
    tagged,
    webhook,
    wire,
)

ADDRESS = "https://odoo.example.com/omnichannel/webhook/t"
ANNA = "k7Qm2ZxV9LpA4sTdE8nYgA=="
BOT = settings("viber").account_ref
EVENTS = ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"]
DONE = {"status": 0, "status_message": "ok", "message_token": 6918273645546372819}
URL = "https://odoo.example.com/web/content/1/p.png?access_token=SECRET"


def account(**values):
    return reply(body={"status": 0, "id": BOT, "name": "Лавка", "event_types": EVENTS, **values})


def refused(status):
    return reply(body={"status": status, "status_message": "no"})


def signed(body):
    proof = hmac.new(settings("viber").access_token.encode(), body, hashlib.sha256).hexdigest()
    return wire.Webhook(body, {"X-Viber-Content-Signature": proof})


def changed(name, **values):
    event = {**webhook(fixture("viber", "webhook", name)).json().value, **values}
    return json.dumps(event, ensure_ascii=False).encode()


@tagged("-at_install", "post_install")
class TestViberWebhook(NetworkCase):
    """What is peculiar to what Viber sends."""

    def split(self, body):
        return protocol("viber").split(signed(body))

    def test_neighbours_that_are_one_float_are_two_messages(self):
        numbers = [6203948571029384756, 6203948571029384757]
        self.assertEqual(float(numbers[0]), float(numbers[1]))
        envelopes = [self.split(changed("text", message_token=n))[0] for n in numbers]
        parsed = [protocol("viber").parse(envelope)[0] for envelope in envelopes]
        self.assertEqual([event.message_id for event in parsed], [str(n) for n in numbers])
        self.assertEqual(len({envelope.key for envelope in envelopes}), 2)
        self.assertEqual(
            [str(envelope.json().value["message_token"]) for envelope in envelopes],
            [str(n) for n in numbers],
        )

    def test_a_number_that_has_lost_digits_is_none(self):
        [envelope] = self.split(changed("text", message_token=6.2e18))
        with self.assertRaises(errors.MalformedPayload) as caught:
            protocol("viber").parse(envelope)
        self.assertEqual(caught.exception.path, "message_token")

    def test_a_message_and_its_receipts_share_a_number_and_no_key(self):
        bodies = [changed(name, message_token=7) for name in ("delivered", "seen", "failed")]
        self.assertEqual(
            [self.split(body)[0].key for body in bodies], ["delivered-7", "seen-7", "failed-7"]
        )

    def test_it_is_the_bytes_that_are_signed(self):
        authentic = webhook(fixture("viber", "webhook", "text"))
        again = json.dumps(json.loads(authentic.body)).encode()
        self.assertEqual(json.loads(again), json.loads(authentic.body))
        with self.assertRaises(errors.WebhookRejected):
            protocol("viber").verify(replace(authentic, body=again))

    def test_a_token_pasted_with_spaces_is_the_same(self):
        token = f" {settings('viber').access_token}\n"
        protocol("viber", access_token=token).verify(webhook(fixture("viber", "webhook", "text")))

    def test_without_a_greeting_the_answer_is_empty(self):
        request = webhook(fixture("viber", "webhook", "started"))
        self.assertEqual(protocol("viber", greeting=" \n").answer(request).body, "")

    def test_the_greeting_is_a_message_in_the_name_of_the_bot(self):
        request = webhook(fixture("viber", "webhook", "started"))
        answer = protocol("viber", account_name="М" * 40).answer(request)
        self.assertIn("application/json", answer.content_type)
        self.assertEqual(json.loads(answer.body)["sender"], {"name": "М" * 28})

    def test_nothing_unreadable_is_answered_with_words(self):
        for body in (
            b"",
            b"[]",
            b'{"event": 5}',
            b'{"event": "conversation_started", "subscribed": 7}',
        ):
            with self.subTest(body=body):
                self.assertEqual(protocol("viber").answer(wire.Webhook(body)).body, "")


@tagged("-at_install", "post_install")
class TestViberSending(NetworkCase):
    """What is peculiar to what Viber is told."""

    def send(self, *replies, **values):
        self.door = FakeDoor(*(replies or [reply(body=DONE)]))
        return base.deliver(protocol("viber"), base.Outgoing(ANNA, **values), self.door)

    def sent_as(self, kind, mimetype, size, name="p.png"):
        upload = base.Upload(kind, name, mimetype, bytes(size), URL)
        self.send(files=(upload,))
        return self.door.asked()[0]["type"]

    def test_the_longest_text_fits_into_what_viber_reads(self):
        self.send(text="я" * 7000)
        [call] = self.door.calls
        self.assertLess(len(call.body), 30_000)
        self.assertFalse(call.repeatable)

    def test_half_a_character_breaks_nothing(self):
        self.send(text="смех \ud83d")
        self.assertIn("смех ?", self.door.calls[0].body.decode())

    def test_the_token_stands_in_a_header_only(self):
        self.send(text="x")
        [call] = self.door.calls
        token = settings("viber").access_token
        self.assertEqual(call.headers["X-Viber-Auth-Token"], token)
        self.assertNotIn(token, call.url + call.body.decode())

    def test_what_cannot_be_a_token_is_not_sent(self):
        for token in ("", "два слова", "a\nb"):
            with self.subTest(token=token), self.assertRaises(errors.CredentialsRefused):
                base.deliver(
                    protocol("viber", access_token=token), base.Outgoing(ANNA, "x"), FakeDoor()
                )

    def test_what_is_too_large_to_be_shown_is_a_file(self):
        for kind, mimetype, size, expected in (
            ("image", "image/jpeg", 1_000_000, "picture"),
            ("image", "image/jpeg", 1_000_001, "file"),
            ("video", "video/mp4", 26_000_001, "file"),
        ):
            with self.subTest(size=size):
                self.assertEqual(self.sent_as(kind, mimetype, size), expected)

    def test_only_a_picture_takes_the_text_along(self):
        plan = protocol("viber").plan
        self.assertEqual(plan("Вот", ["image"]), [planning.Part("Вот", (0,))])
        self.assertEqual(plan("Вот", ["file"]), [planning.Part("Вот"), planning.Part(files=(0,))])
        self.assertEqual(plan("x" * 513, ["image"])[0], planning.Part("x" * 513))

    def test_a_proxy_of_ones_own_is_asked_instead(self):
        door = FakeDoor(reply(body=DONE))
        speaker = protocol("viber", api_url="http://127.0.0.1:8070")
        base.deliver(speaker, base.Outgoing(ANNA, "x"), door)
        self.assertEqual(door.calls[0].url, "http://127.0.0.1:8070/pa/send_message")


@tagged("-at_install", "post_install")
class TestViberAccount(NetworkCase):
    """The bot itself."""

    def asked(self, door):
        return [(path_of(call.url), call.repeatable) for call in door.calls]

    def test_everything_that_is_read_is_asked_for(self):
        door = FakeDoor(reply(body={"status": 0, "event_types": EVENTS}))
        protocol("viber").register(ADDRESS, door)
        [said] = door.asked()
        del said["url"]
        # The address of the call and that of the webhook have the same name.
        told = json.loads(door.calls[0].body)
        self.assertEqual(told["url"], ADDRESS)
        self.assertEqual(told["event_types"], EVENTS)
        self.assertTrue(told["send_name"] and told["send_photo"])

    def test_an_address_that_viber_cannot_call_says_what_is_needed(self):
        with self.assertRaises(errors.SendError) as caught:
            protocol("viber").register(ADDRESS, FakeDoor(refused(1)))
        self.assertIn("certificate", caught.exception.cure)

    def test_a_wrong_token_is_no_bot(self):
        with self.assertRaises(errors.CredentialsRefused) as caught:
            protocol("viber").identify(FakeDoor(refused(2)))
        self.assertTrue(caught.exception.cure.startswith("Bot not found."))

    def test_a_bot_without_a_name_is_called_by_its_address(self):
        known = protocol("viber").identify(FakeDoor(account(name="", uri="shopnearby")))
        self.assertEqual(known, base.Account(BOT, "shopnearby"))

    def test_only_our_own_address_is_taken_away(self):
        for known, calls in (
            (ADDRESS, 2),
            ("https://old.example.com/omnichannel/webhook/t", 2),
            ("https://other.example.com/bot", 1),
            ("", 1),
        ):
            with self.subTest(known=known):
                door = FakeDoor(account(webhook=known), *[reply(body={"status": 0})] * (calls - 1))
                protocol("viber").unregister(ADDRESS, door)
                self.assertEqual(len(door.calls), calls)

    def test_the_check_says_what_is_wrong(self):
        wrong = "https://other.example.com/secret-path"
        for answer, expected in (
            (account(webhook=ADDRESS), "ok ok ok"),
            (account(webhook=ADDRESS, event_types=["seen"]), "ok ok warning"),
            (account(webhook=ADDRESS, event_types=None), "ok ok warning"),
            (account(webhook=""), "ok error"),
            (account(), "ok error"),
            (account(webhook=wrong), "ok error"),
            (account(webhook="https://old.example.com/omnichannel/webhook/t"), "ok error"),
            (account(webhook=ADDRESS, id="pa:1"), "error ok ok"),
            (refused(2), "error"),
            (refused(7), "error"),
        ):
            with self.subTest(answer=answer.body):
                checks = protocol("viber").check(ADDRESS, FakeDoor(answer))
                self.assertEqual(" ".join(check.state for check in checks), expected)
                shown = repr(checks)
                self.assertNotIn("secret-path", shown, "of a foreign address the path is secret")
                for check in checks:
                    self.assertEqual(bool(check.button), check.state != "ok", check)

    def test_answers_wait_while_none_would_arrive(self):
        for answer in (account(webhook=""), account(webhook="https://other.example.com/bot")):
            [_token, webhook_check] = protocol("viber").check(ADDRESS, FakeDoor(answer))
            self.assertTrue(webhook_check.holds)

    def test_people_are_asked_about_one_by_one(self):
        user = {"id": ANNA, "name": "Анна", "avatar": "https://media.viber.com/a", "language": "ru"}
        door = FakeDoor(refused(12), refused(6), reply(body={"status": 0, "user": user}))
        people = protocol("viber").fetch_people(["1", "2", ANNA], door)
        self.assertEqual([(p.id, p.photo_url) for p in people], [(ANNA, user["avatar"])])
        self.assertEqual(self.asked(door), [("/pa/get_user_details", True)] * 3)

    def test_trouble_of_the_channel_ends_the_questions(self):
        with self.assertRaises(errors.CredentialsRefused):
            protocol("viber").fetch_people(["1", "2"], FakeDoor(refused(2)))
        user = reply(body={"status": 0, "user": {"id": "1"}})
        people = protocol("viber").fetch_people(["1", "2", "3"], FakeDoor(user, reply(503)))
        self.assertEqual([person.id for person in people], ["1"])
