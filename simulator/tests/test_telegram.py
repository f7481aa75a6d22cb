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

TOKEN = "7100000001:AA-demonstration-SECRET-token-00001"
BOT = 7100000001
OLGA, TIMUR = 5400112233, 5400112234


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
