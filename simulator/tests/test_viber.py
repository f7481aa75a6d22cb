"""Viber's stand-in takes what the bot API takes, refuses the rest, and tells what happens."""

import hashlib
import hmac
import json

from .common import LiveCase
from .listener import Listener

TOKEN = "4f5acb4ff627e040-demonstration-SECRET-1"
BOT = "pa:5312345678901234567"
VERA = "k7Qm2ZxV9LpA4sTdE8nYgA=="
EVENTS = ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"]
SENDER = {"name": "Лавка"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


class Company(Listener):
    """A company's server: remembers what it gets, and has files to fetch."""

    def __init__(self):
        super().__init__()
        self.got, self.answers, self.files = [], [], {"/f/teapot.png": PNG}

    def receive(self, body, headers):
        self.got.append((body, headers))
        status, text = self.answers.pop(0) if self.answers else (200, "")
        return status, text.encode()

    def events(self, kind):
        told = [json.loads(body) for body, _headers in self.got]
        return [event for event in told if event["event"] == kind]


class ViberCase(LiveCase):
    network, account, person = "viber", BOT, VERA

    def setUp(self):
        super().setUp()
        self.company = Company()
        self.addCleanup(self.company.close)

    def ask(self, method, token=TOKEN, **parameters):
        headers = {"X-Viber-Auth-Token": token}
        body = json.dumps(parameters, ensure_ascii=False).encode()
        answer = self.client.post(f"/pa/{method}", data=body, headers=headers)
        self.assertEqual(answer.status_code, 200)
        return answer.json

    def connect(self):
        told = self.ask(
            "set_webhook",
            url=f"{self.company.origin}/hook",
            event_types=EVENTS,
            send_name=True,
            send_photo=True,
        )
        self.assertEqual(told["status"], 0)

    def send(self, **values):
        return self.ask(
            "send_message", **{"receiver": VERA, "type": "text", "sender": SENDER, **values}
        )

    def refused(self, **values):
        return self.send(**values)["status"]

    def expect(self, kind, count=1):
        self.await_true(lambda: len(self.company.events(kind)) >= count, f"no {kind}")
        return self.company.events(kind)


class TestViberWebhook(ViberCase):
    def test_the_address_is_called_before_the_method_answers(self):
        self.connect()
        [event] = self.company.events("webhook")
        self.assertGreater(event["message_token"], 2**53)

    def test_who_does_not_answer_is_not_called_later(self):
        self.company.answers = [(500, "")]
        told = self.ask("set_webhook", url=f"{self.company.origin}/hook", event_types=[])
        self.assertEqual((told["status"], "webhook" in self.ask("get_account_info")), (1, False))

    def test_an_address_has_to_be_safe(self):
        self.control(f"viber/accounts/{BOT}/settings", local=False)
        told = self.ask("set_webhook", url=f"{self.company.origin}/hook")
        self.assertEqual(told["status"], 1)

    def test_a_wrong_token_is_told_with_200(self):
        self.assertEqual(self.ask("get_account_info", token="guessed")["status"], 2)
        self.assertEqual(self.ask("get_account_info", token="")["status"], 2)

    def test_what_is_told_is_signed_over_its_bytes(self):
        self.connect()
        self.act("write", text="Чай?")
        self.expect("message")
        body, headers = self.company.got[-1]
        signed = hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest()
        self.assertEqual(headers["X-Viber-Content-Signature"], signed)

    def test_names_are_told_to_who_asked_for_them(self):
        self.ask("set_webhook", url=f"{self.company.origin}/hook", event_types=EVENTS)
        self.act("write", text="Чай?")
        [event] = self.expect("message")
        self.assertEqual({"name", "avatar"} & event["sender"].keys(), set())

    def test_only_what_was_asked_for_is_sent(self):
        self.ask("set_webhook", url=f"{self.company.origin}/hook", event_types=["seen"])
        self.act("allow")
        self.act("write", text="Чай?")
        self.expect("message")
        self.assertEqual(self.company.events("subscribed"), [])

    def test_details_are_told_twice_in_half_a_day(self):
        self.connect()
        self.act("write", text="Чай?")
        told = [self.ask("get_user_details", id=VERA) for _ in range(3)]
        self.assertEqual([answer["status"] for answer in told], [0, 0, 12])
        self.assertEqual(told[0]["user"]["name"], "Вера Ветрова")


class TestViberClients(ViberCase):
    def setUp(self):
        super().setUp()
        self.connect()

    def test_everything_a_client_sends_is_a_message(self):
        for kind in ("photo", "doc", "voice", "video", "sticker", "location", "contact", "link"):
            self.act("write", attachments=[{"kind": kind}])
        told = [event["message"] for event in self.expect("message", 8)]
        kinds = "picture file file video sticker location contact url"
        self.assertEqual(sorted(one["type"] for one in told), sorted(kinds.split()))
        tokens = {event["message_token"] for event in self.company.events("message")}
        self.assertEqual(len(tokens), 8)

    def test_the_page_is_told_numbers_as_text_which_a_browser_would_round(self):
        told = self.act("write", text="Раз")["id"]
        self.assertGreater(int(told), 2**53)
        self.assertEqual([one["id"] for one in self.seen()], [told])
        self.assertIsInstance(told, str)

    def test_a_picture_takes_the_text_along(self):
        self.act("write", text="чек", attachments=[{"kind": "photo"}])
        [event] = self.expect("message")
        self.assertEqual((event["message"]["type"], event["message"]["text"]), ("picture", "чек"))

    def test_who_opens_the_chat_is_greeted_by_the_answer(self):
        self.company.answers = [
            (200, json.dumps({"type": "text", "text": "Здравствуйте!", "sender": SENDER}))
        ]
        self.act("start", context="spring")
        [event] = self.expect("conversation_started")
        self.assertEqual((event["context"], event["subscribed"]), ("spring", False))
        self.await_true(lambda: self.chat()["messages"], "no greeting")
        self.assertEqual(self.chat()["messages"][0]["text"], "Здравствуйте!")
        self.assertEqual(self.refused(text="Ещё"), 6, "he is no subscriber yet")

    def test_an_answer_that_is_no_message_greets_nobody(self):
        self.company.answers = [(200, "ok")]
        self.act("start")
        self.expect("conversation_started")
        self.await_true(lambda: not self.look("events?state=waiting")["events"])
        self.assertEqual(self.chat()["messages"], [])

    def test_seen_is_told_of_each_message(self):
        self.act("write", text="Чай?")
        tokens = [self.send(text=text)["message_token"] for text in ("Да", "Есть")]
        self.act("read")
        self.assertEqual([e["message_token"] for e in self.expect("seen", 2)], tokens)
        self.assertEqual(len(self.expect("delivered", 2)), 2)

    def test_who_leaves_gets_nothing(self):
        self.act("write", text="Чай?")
        self.act("deny")
        self.expect("unsubscribed")
        self.assertEqual(self.refused(text="Да"), 6)
        self.act("become", unregistered=True)
        self.assertEqual(self.refused(text="Да"), 5)

    def test_a_button_says_its_words_and_brings_back_what_was_sent_along(self):
        self.act("write", text="Чай?")
        button = {"ActionType": "reply", "ActionBody": "Да", "Text": "Да", "Columns": 3}
        phone = {**button, "ActionType": "share-phone"}
        keyboard = {"Type": "keyboard", "Buttons": [button, phone]}
        self.assertEqual(self.refused(text="?", keyboard=keyboard), 3, "phones are version 3")
        self.send(text="?", keyboard=keyboard, min_api_version=3, tracking_data="x1")
        number = self.chat()["keyboard"]["number"]
        self.act("press", number=number)
        event = self.expect("message", 2)[-1]
        self.assertEqual(event["message"], {"type": "text", "text": "Да", "tracking_data": "x1"})
        self.act("press", number=number, column=1)
        event = self.expect("message", 3)[-1]
        self.assertEqual(event["message"]["contact"]["phone_number"], "79003334455")


class TestViberSending(ViberCase):
    def setUp(self):
        super().setUp()
        self.connect()
        self.act("write", text="Чай?")
        self.expect("message")

    def test_what_lacks_something_is_refused(self):
        address = f"{self.company.origin}/f/teapot.png"
        for status, values in (
            (4, {"text": ""}),
            (3, {"text": "x" * 7001}),
            (4, {"text": "x", "sender": None}),
            (3, {"text": "x", "sender": {"name": "x" * 29}}),
            (3, {"text": "x", "type": "hologram"}),
            (13, {"text": "x", "min_api_version": 99}),
            (4, {"type": "picture", "media": address}),
            (3, {"type": "picture", "media": address, "text": "x" * 513}),
            (3, {"type": "picture", "media": address[:-4], "text": ""}),
            (4, {"type": "video", "media": "https://x.example/a.mp4"}),
            (3, {"type": "video", "media": "https://x.example/a.mp4", "size": 27 << 20}),
            (4, {"type": "file", "media": address, "size": 1}),
            (3, {"type": "file", "media": address, "size": 1, "file_name": "teapot"}),
            (3, {"text": "x", "tracking_data": "x" * 4001}),
            (3, {"text": "x", "keyboard": {"Type": "keyboard", "Buttons": []}}),
            (5, {"text": "x", "receiver": "nobody"}),
        ):
            with self.subTest(values=values):
                self.assertEqual(self.refused(**values), status)

    def test_nobody_sends_without_a_webhook(self):
        self.ask("set_webhook", url="")
        self.assertEqual(self.refused(text="Да"), 10)

    def test_the_hundred_and_first_unanswered_message_is_refused(self):
        told = [self.refused(text=f"{number}") for number in range(101)]
        self.assertEqual(told, [0] * 100 + [12])
        self.act("write", text="Хватит")
        self.assertEqual(self.refused(text="Хорошо"), 0)

    def test_files_are_fetched_from_the_company(self):
        address = f"{self.company.origin}/f/teapot.png?access_token=1"
        self.send(type="picture", media=address, text="Вот")
        self.expect("delivered")
        [said] = self.chat()["messages"][1:]
        [part] = said["parts"]
        self.assertEqual((said["text"], part["kind"]), ("Вот", "image"))
        path = part["url"].removeprefix(self.url)
        self.assertEqual(self.client.get(path).get_data(), PNG)

    def test_a_file_that_cannot_be_fetched_is_told_to_have_failed(self):
        for name, size in (("gone.png", len(PNG)), ("teapot.png", 5)):
            self.send(
                type="file",
                media=f"{self.company.origin}/f/{name}",
                size=size,
                file_name=name,
            )
        failed = self.expect("failed", 2)
        self.assertEqual(
            {event["desc"].partition(": ")[2] for event in failed}, {"HTTP 404", "another size"}
        )
        self.assertEqual(len(self.chat()["messages"]), 1)
