"""Telegram's stand-in takes what the Bot API takes, refuses the rest, and tells what happens."""

import atexit
import io
import json
import tempfile
from pathlib import Path
from unittest.mock import patch

from PIL import Image
from werkzeug.test import Client

from simulator import pictures, sounds
from simulator.city import City
from simulator.server import Application

from .common import SimulatorCase
from .listener import Listener

TOKEN = "7100000001:AA-demonstration-SECRET-token-00001"
BOT = 7100000001
OLGA, TIMUR = 5400112233, 5400112234
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


class TelegramCase(SimulatorCase):
    network, account, person = "telegram", BOT, OLGA

    def ask(self, method, token=TOKEN, **parameters):
        """Return status and body of a call."""
        answer = self.client.post(f"/bot{token}/{method}", data=parameters)
        return answer.status_code, answer.json

    def api(self, method, **parameters):
        status, body = self.ask(method, **parameters)
        self.assertEqual((status, body["ok"]), (200, True), body)
        return body["result"]

    def refused(self, method, **parameters):
        """Return the words with which a method refuses."""
        status, body = self.ask(method, **parameters)
        self.assertEqual((status, body["ok"]), (body["error_code"], False), body)
        return body["description"]

    def say(self, text="Добрый день", **parameters):
        return self.api("sendMessage", chat_id=OLGA, text=text, **parameters)


class TestApi(TelegramCase):
    def test_who_calls(self):
        self.assertEqual(self.api("getMe")["username"], "shop_nearby_bot")
        self.assertEqual(self.api("GETME")["id"], BOT, "names of methods may be in any case")

    def test_tokens(self):
        self.assertEqual(self.ask("getMe", token="nonsense")[0], 404)
        self.assertEqual(self.ask("getMe", token=TOKEN[:-1] + "x")[0], 401)
        self.assertEqual(self.ask("dance")[0], 404)
        self.owner("revoke")
        self.assertEqual(self.ask("getMe")[0], 401)

    def test_json_and_the_query_are_read_too(self):
        self.act("start")
        answer = self.client.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": OLGA, "text": "a"})
        self.assertTrue(answer.json["ok"])
        answer = self.client.get(f"/bot{TOKEN}/sendMessage?chat_id={OLGA}&text=b")
        self.assertTrue(answer.json["ok"])

    def test_too_many_a_second(self):
        with patch("simulator.rates.time.monotonic", return_value=1.0):
            answers = [self.ask("getMe") for _ in range(31)]
        slow = [body for status, body in answers if status == 429]
        self.assertEqual(slow[0]["parameters"], {"retry_after": 1})

    def test_ordered_faults(self):
        self.control("faults", call={"network": "telegram", "method": "getMe", "error": 429})
        self.assertEqual(self.ask("getMe")[1]["parameters"]["retry_after"], 5)
        self.assertEqual(self.ask("getMe")[0], 200)

    def test_no_secret_is_remembered(self):
        self.api("setWebhook", url="https://a.example.com/", secret_token="SECRET")
        self.assertNotIn("SECRET", json.dumps(self.look("calls?network=telegram")))
        self.assertNotIn("SECRET", json.dumps(self.look(f"telegram/accounts/{BOT}")))


class TestWhoMayBeWrittenTo(TelegramCase):
    def test_a_bot_cannot_begin(self):
        self.assertIn("can't initiate", self.refused("sendMessage", chat_id=OLGA, text="a"))
        self.assertIn("chat not found", self.refused("sendMessage", chat_id=5, text="a"))
        self.assertIn("chat_id is empty", self.refused("sendMessage", text="a"))

    def test_blocked_and_released(self):
        self.act("start")
        self.say()
        self.act("deny")
        self.assertIn("blocked by the user", self.refused("sendMessage", chat_id=OLGA, text="a"))
        self.act("write", text="again")
        self.say()
        self.act("become", deactivated=True)
        self.assertIn("deactivated", self.refused("sendMessage", chat_id=OLGA, text="a"))


class TestSending(TelegramCase):
    def setUp(self):
        super().setUp()
        self.act("start")

    def upload(self, method, field, name, content, **parameters):
        data = {"chat_id": OLGA, **parameters, field: (io.BytesIO(content), name)}
        return self.client.post(f"/bot{TOKEN}/{method}", data=data).json

    def test_limits_of_text(self):
        self.say("я" * 4096)
        for text, words in ((" ", "text is empty"), ("я" * 4097, "too long")):
            self.assertIn(words, self.refused("sendMessage", chat_id=OLGA, text=text))

    def test_formatting(self):
        self.say("<b>a</b> &amp; b", parse_mode="HTML")
        self.assertEqual(self.seen()[-1]["text"], "a & b")
        words = self.refused("sendMessage", chat_id=OLGA, text="<p>a</p>", parse_mode="HTML")
        self.assertIn("can't parse entities", words)

    def test_replies(self):
        first = self.say("one")
        reply = {"message_id": first["message_id"]}
        self.say("two", reply_parameters=json.dumps(reply))
        self.assertEqual(self.seen()[-1]["reply"]["text"], "one")
        gone = {"message_id": 999}
        words = self.refused(
            "sendMessage", chat_id=OLGA, text="a", reply_parameters=json.dumps(gone)
        )
        self.assertIn("replied not found", words)
        self.say("a", reply_parameters=json.dumps({**gone, "allow_sending_without_reply": True}))

    def test_photos(self):
        sent = self.upload("sendPhoto", "photo", "a.jpg", pictures.photo(2000, 1000), caption="Вот")
        sizes = [(size["width"], size["height"]) for size in sent["result"]["photo"]]
        self.assertEqual(sizes[-1], (1280, 640))
        self.assertEqual(sent["result"]["caption"], "Вот")
        long = io.BytesIO()
        Image.new("RGB", (2100, 100)).save(long, "PNG")
        for content, words in ((b"text", "IMAGE_PROCESS"), (long.getvalue(), "PHOTO_INVALID")):
            answer = self.upload("sendPhoto", "photo", "a.png", content)
            self.assertIn(words, answer["description"])
        caption = self.upload("sendPhoto", "photo", "a", pictures.photo(90, 90), caption="x" * 1025)
        self.assertIn("caption is too long", caption["description"])

    def test_other_files(self):
        for method, field, name, content, kind in (
            ("sendDocument", "document", "договор.pdf", b"%PDF", "file"),
            ("sendVoice", "voice", "v.ogg", sounds.silence(2), "voice"),
            ("sendAudio", "audio", "a.mp3", b"ID3", "file"),
            ("sendVideo", "video", "a.mp4", b"film", "video"),
            ("sendVideo", "video", "a.mkv", b"film", "file"),
            ("sendVoice", "voice", "v.wav", b"RIFF", "file"),
        ):
            with self.subTest(name=name):
                self.assertTrue(self.upload(method, field, name, content)["ok"])
                self.assertEqual(self.seen()[-1]["parts"][0]["kind"], kind)
        self.act("become", no_voice=True)
        answer = self.upload("sendVoice", "voice", "v.ogg", sounds.silence(2))
        self.assertIn("VOICE_MESSAGES_FORBIDDEN", answer["description"])
        self.assertIn("there is no document", self.refused("sendDocument", chat_id=OLGA))

    def test_a_file_above_the_limit(self):
        self.owner("settings", local=False)
        large = self.upload("sendDocument", "document", "a.bin", bytes((50 << 20) + 1))
        self.assertEqual(large["error_code"], 413)

    def album(self, *items, **files):
        media = [{"type": kind, "media": f"attach://{name}"} for kind, name in items]
        data = {"chat_id": OLGA, "media": json.dumps(media)}
        data |= {name: (io.BytesIO(content), f"{name}.jpg") for name, content in files.items()}
        return self.client.post(f"/bot{TOKEN}/sendMediaGroup", data=data).json

    def test_albums(self):
        picture = pictures.photo(200, 200)
        sent = self.album(("photo", "p0"), ("photo", "p1"), p0=picture, p1=picture)["result"]
        self.assertEqual(len({message["media_group_id"] for message in sent}), 1)
        self.assertEqual(len({message["message_id"] for message in sent}), 2)
        for items, words in (
            ([("photo", "p0")], "2-10"),
            ([("photo", "p0"), ("document", "p1")], "can't be mixed"),
            ([("photo", "p0"), ("photo", "p9")], "not in the request"),
            ([("photo", "p0"), ("photo", "p1")], "IMAGE_PROCESS_FAILED"),
        ):
            answer = self.album(*items, p0=picture, p1=b"text")
            self.assertIn(words, answer["description"])
        self.assertEqual(len(self.seen()), 3, "what is refused is not sent in part")

    def test_editing(self):
        number = self.say("one")["message_id"]
        place = {"chat_id": OLGA, "message_id": number}
        self.api("editMessageText", **place, text="two")
        self.assertTrue(self.seen()[-1]["edited"])
        for method, values, words in (
            ("editMessageText", {**place, "text": "two"}, "message is not modified"),
            ("editMessageText", {**place, "message_id": 99, "text": "a"}, "edit not found"),
            ("editMessageText", {**place, "message_id": 1, "text": "a"}, "can't be edited"),
            ("editMessageCaption", {**place, "caption": "a"}, "no caption"),
        ):
            self.assertIn(words, self.refused(method, **values))

    def test_deleting(self):
        number = self.say("one")["message_id"]
        self.act("age", number=2, hours=49)
        place = {"chat_id": OLGA, "message_id": number}
        self.assertIn("can't be deleted", self.refused("deleteMessage", **place))
        self.act("age", number=2, hours=-49)
        self.api("deleteMessage", **place)
        self.assertEqual(len(self.seen()), 1)
        self.assertIn("delete not found", self.refused("deleteMessage", **place))

    def test_typing(self):
        self.api("sendChatAction", chat_id=OLGA, action="typing")
        self.assertEqual(self.look(f"telegram/chats/{BOT}/{OLGA}")["typing"]["kind"], "typing")
        self.assertIn("action", self.refused("sendChatAction", chat_id=OLGA, action="dance"))


class TestPeopleAndFiles(TelegramCase):
    def test_a_person_and_his_picture(self):
        self.act("start")
        chat = self.api("getChat", chat_id=OLGA)
        photos = self.api("getUserProfilePhotos", user_id=OLGA)["photos"]
        self.assertEqual(photos[0][-1]["file_id"], chat["photo"]["big_file_id"])
        path = self.api("getFile", file_id=chat["photo"]["big_file_id"])["file_path"]
        fetched = self.client.get(f"/file/bot{TOKEN}/{path}")
        self.assertTrue(fetched.data.startswith(b"\x89PNG"))

    def test_a_file_has_to_be_asked_for(self):
        self.act("write", attachments=[{"kind": "doc", "size": 21 << 20}])
        self.assertEqual(self.client.get(f"/file/bot{TOKEN}/documents/file_0.pdf").status_code, 404)
        (file_id,) = self.city.world.accounts["telegram", str(BOT)].own.files
        self.assertTrue(self.api("getFile", file_id=file_id)["file_path"])
        self.assertEqual(self.client.get("/file/bot1:x/documents/file_0.pdf").status_code, 404)
        self.owner("settings", local=False)
        self.assertIn("file is too big", self.refused("getFile", file_id=file_id))
        self.assertIn("invalid file_id", self.refused("getFile", file_id="x"))


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


class TestMemory(TelegramCase):
    def test_everything_is_there_after_a_restart(self):
        self.act("write", attachments=[{"kind": "photo"}])
        with tempfile.TemporaryDirectory() as folder:
            self.city.state_file = Path(folder) / "state.json"
            self.city.save()
            again = City("http://127.0.0.1", self.city.state_file)
            again._keep_saving = lambda: None
            self.addCleanup(atexit.unregister, again.save)
            again.begin()
        account = again.world.accounts["telegram", str(BOT)]
        self.assertEqual(account, self.city.world.accounts["telegram", str(BOT)])
        self.assertEqual(len(account.own.pending), 1)
        self.client = Client(Application(again))
        self.assertEqual(self.seen()[0]["parts"][0]["kind"], "image")
