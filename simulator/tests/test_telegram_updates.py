"""Telegram's stand-in tells what happens, and keeps what nobody takes."""

import io
import json

from simulator import pictures, sounds

from .listener import Listener
from .test_telegram import OLGA, TIMUR, TelegramCase

KINDS = [
    "photo",
    "doc",
    "voice",
    "audio",
    "video",
    "round_video",
    "animation",
    "sticker",
    "location",
    "venue",
    "contact",
    "poll",
    "dice",
]
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]


class Hook(Listener):
    """A company's server: remembers what it gets; ``answers`` are used up first."""

    def __init__(self):
        super().__init__()
        self.got, self.answers = [], []

    def receive(self, body, headers):
        self.got.append((json.loads(body), headers))
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return status, b"", headers

    def updates(self, kind):
        return [body[kind] for body, _headers in self.got if kind in body]


class WebhookCase(TelegramCase):
    def setUp(self):
        super().setUp()
        self.hook = Hook()
        self.addCleanup(self.hook.close)
        self.connect()

    def connect(self, **values):
        values = {"secret_token": "SECRET", "allowed_updates": json.dumps(UPDATES), **values}
        return self.api("setWebhook", url=self.hook.url, **values)

    def got(self, kind, count=1):
        self.await_true(lambda: len(self.hook.updates(kind)) >= count, f"no {kind}")
        return self.hook.updates(kind)


class TestUpdates(WebhookCase):
    def test_a_message_comes_with_the_secret_and_rising_numbers(self):
        for text in ("one", "two"):
            self.act("write", text=text)
        self.assertEqual([m["text"] for m in self.got("message", 2)], ["one", "two"])
        numbers = [body["update_id"] for body, _headers in self.hook.got]
        self.assertEqual(numbers[1], numbers[0] + 1)
        self.assertEqual(self.hook.got[0][1]["X-Telegram-Bot-Api-Secret-Token"], "SECRET")

    def test_every_kind(self):
        for kind in KINDS:
            self.act("write", attachments=[{"kind": kind}])
        names = {"doc": "document", "round_video": "video_note"}
        for kind, message in zip(KINDS, self.got("message", len(KINDS)), strict=True):
            self.assertIn(names.get(kind, kind), message)
        self.assertEqual(len(self.seen()), len(KINDS))
        self.assertTrue(all(message["parts"] for message in self.seen()))

    def test_an_album_is_several_updates(self):
        self.act("write", text="Две", attachments=[{"kind": "photo"}, {"kind": "photo"}])
        first, second = self.got("message", 2)
        self.assertEqual(first["media_group_id"], second["media_group_id"])
        self.assertEqual((first["caption"], "caption" in second), ("Две", False))

    def test_files_of_the_phone(self):
        def write(name, content, content_type, **values):
            form = {"file": (io.BytesIO(content), name, content_type), "json": json.dumps(values)}
            path = f"/control/telegram/clients/{OLGA}/write"
            self.assertEqual(self.client.post(path, data=form).status_code, 200)

        write("a.jpg", pictures.photo(300, 200), "image/jpeg")
        write("a.jpg", pictures.photo(300, 200), "image/jpeg", as_doc=True)
        write("a.ogg", sounds.silence(2), "audio/ogg", voice=True)
        kinds = [message["parts"][0]["kind"] for message in self.seen()]
        self.assertEqual(kinds, ["image", "file", "voice"])

    def test_start_and_what_is_around_a_message(self):
        self.act("start", payload="spring")
        self.act("write", text="b", reply_to=1, quote="start")
        self.act("write", forward=[1])
        started, answer, passed = self.got("message", 3)
        self.assertEqual(started["text"], "/start spring")
        self.assertEqual(answer["reply_to_message"]["message_id"], started["message_id"])
        self.assertEqual(answer["quote"]["text"], "start")
        self.assertEqual(passed["forward_origin"]["sender_user"]["id"], OLGA)

    def test_edits_reactions_blocks(self):
        self.act("write", text="one")
        self.act("edit", number=1, text="two")
        self.act("react", number=1, reaction="👍")
        self.act("deny")
        self.act("allow")
        self.assertEqual(self.got("edited_message")[0]["text"], "two")
        self.assertEqual(self.got("message_reaction")[0]["new_reaction"][0]["emoji"], "👍")
        statuses = [c["new_chat_member"]["status"] for c in self.got("my_chat_member", 2)]
        self.assertEqual(statuses, ["kicked", "member"])

    def test_buttons(self):
        self.act("start")
        rows = {"inline_keyboard": [[{"text": "👍", "callback_data": "csat:5"}]]}
        self.say("Как мы?", reply_markup=json.dumps(rows))
        self.act("press", number=2)
        (press,) = self.got("callback_query")
        self.assertEqual(press["data"], "csat:5")
        self.api("answerCallbackQuery", callback_query_id=press["id"], text="Спасибо")
        words = self.refused("answerCallbackQuery", callback_query_id=press["id"])
        self.assertIn("query is too old", words)
        ask = {"keyboard": [[{"text": "Номер", "request_contact": True}]]}
        self.say("Номер?", reply_markup=json.dumps(ask | {"one_time_keyboard": True}))
        self.act("press", number=3)
        self.assertEqual(self.got("message", 2)[-1]["contact"]["user_id"], OLGA)
        edit = {"chat_id": OLGA, "message_id": 3, "text": "Номер телефона?"}
        self.assertIn("can't be edited", self.refused("editMessageText", **edit))

    def test_buttons_that_are_refused(self):
        self.act("start")
        ask = [[{"text": "Номер", "request_contact": True}]]
        yes = {"text": "Да", "callback_data": "1"}
        wrong = {
            "BUTTON_DATA_INVALID": [[{**yes, "callback_data": "ж" * 33}]],
            "BUTTON_TEXT_INVALID": [[{**yes, "text": "x" * 301}]],
            "REPLY_MARKUP_TOO_LONG": [[yes] * 9],
            "Wrong HTTP URL": [[{"text": "Сайт", "url": "https://shop"}]],
            "exactly one thing": [[{**yes, "url": "https://example.com"}]],
            "are unallowed in the inline keyboard": ask,
            "Array of Arrays": [yes],
        }
        keyboards = [(words, {"inline_keyboard": rows}) for words, rows in wrong.items()]
        keyboards.append(("object expected", {"inline_keyboard": [[yes]], "keyboard": ask}))
        for words, markup in keyboards:
            with self.subTest(words):
                values = {"chat_id": OLGA, "text": "a", "reply_markup": json.dumps(markup)}
                self.assertIn(words, self.refused("sendMessage", **values))

    def test_only_what_is_asked_for_comes(self):
        self.connect(allowed_updates=json.dumps(["message"]))
        self.act("write", text="one")
        self.act("edit", number=1, text="two")
        self.connect(allowed_updates="")
        self.act("edit", number=1, text="three")
        self.act("write", text="four")
        self.got("message", 2)
        self.assertEqual(self.hook.updates("edited_message"), [], "not named: as it was before")

    def test_an_update_that_is_refused_holds_back_its_chat_only(self):
        self.hook.answers = [(500, {}), (500, {})]
        self.city.courier.pace = 0.5
        self.act("write", text="one")
        self.act("write", text="two")
        self.act("write", person=TIMUR, text="other")
        self.await_true(lambda: len(self.hook.got) >= 5)
        texts = [m["text"] for m in self.hook.updates("message")]
        hers = [text for text in texts if text != "other"]
        self.assertEqual(hers, ["one"] * (len(hers) - 1) + ["two"])
        self.assertLess(texts.index("other"), texts.index("two"))
        self.await_true(lambda: self.api("getWebhookInfo")["pending_update_count"] == 0)
        self.assertIn("500", self.api("getWebhookInfo")["last_error_message"])

    def test_a_time_that_is_asked_for(self):
        self.hook.answers = [(503, {"Retry-After": "1"})]
        self.act("write", text="one")
        self.got("message", 2)
        parcel = self.city.courier.parcels[0]
        self.await_true(lambda: len(parcel.attempts) == 2)
        first, second = parcel.attempts
        self.assertGreater(second["at"] - first["at"], 0.9)


class TestWebhook(WebhookCase):
    def test_without_an_address_updates_wait(self):
        self.api("deleteWebhook")
        self.act("write", text="one")
        self.assertEqual(self.api("getWebhookInfo")["pending_update_count"], 1)
        self.assertEqual(self.api("getUpdates")[0]["message"]["text"], "one")
        self.connect()
        self.assertEqual(self.got("message")[0]["text"], "one")
        self.assertEqual(self.ask("getUpdates")[0], 409)

    def test_what_is_refused(self):
        for values, words in (
            ({"url": "ftp://a.example.com"}, "HTTPS"),
            ({"secret_token": "a b"}, "unallowed characters"),
            ({"max_connections": 101}, "max_connections"),
            ({"allowed_updates": "x"}, "allowed_updates"),
        ):
            self.assertIn(words, self.refused("setWebhook", **{"url": self.hook.url, **values}))
        self.owner("settings", local=False)
        self.assertIn("HTTPS", self.refused("setWebhook", url=self.hook.url))
        self.assertIn("ports", self.refused("setWebhook", url="https://a.example.com:444/"))

    def test_another_program(self):
        self.owner("steal_webhook")
        self.assertEqual(self.api("getWebhookInfo")["url"], "https://other.example.com/bot")

    def test_any_update(self):
        self.owner("emit", type="message", object={"hologram": 1})
        self.assertEqual(self.got("message"), [{"hologram": 1}])
