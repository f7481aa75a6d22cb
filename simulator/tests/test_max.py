"""MAX's stand-in takes what the bot API takes, refuses the rest, and tells what happens."""

import hashlib
import hmac
import io
import json
import time
from unittest.mock import patch

from simulator import keep
from simulator.max import objects

from .common import SimulatorCase
from .test_telegram_updates import Hook

TOKEN = "f9LHodD0cOL5-demonstration-SECRET-token"
BOT = 990011
IRINA, RUSTAM = 88110022, 88110023
CHAT = objects.chat_id(str(BOT), str(IRINA))
SECRET = "SECRET-of-the-webhook"
#: A picture of one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


class MaxCase(SimulatorCase):
    network, account, person = "max", BOT, IRINA

    def setUp(self):
        super().setUp()
        self.city.faults.rate_limit = False

    def ask(self, verb, path, body=None, token=TOKEN):
        """Return status and body of a call."""
        headers = {"Authorization": token} if token else {}
        answer = self.client.open(path, method=verb, json=body, headers=headers)
        return answer.status_code, answer.json

    def api(self, verb, path, body=None):
        status, answer = self.ask(verb, path, body)
        self.assertEqual(status, 200, answer)
        return answer

    def refused(self, verb, path, body=None):
        """Return the status and the code with which a call is refused."""
        status, answer = self.ask(verb, path, body)
        self.assertNotEqual(status, 200, answer)
        return status, answer["code"]

    def say(self, text="Добрый день", **body):
        said = self.api("POST", f"/messages?chat_id={CHAT}", {"text": text, **body})
        return said["message"]["body"]["mid"]

    def upload(self, kind, content=b"x", name="a.bin"):
        """Return the first and the second answer."""
        place = self.api("POST", f"/uploads?type={kind}")
        path = place["url"].removeprefix(self.city.world.origin)
        answer = self.client.post(path, data={"data": (io.BytesIO(content), name)})
        return place, answer


class TestApi(MaxCase):
    def test_who_calls(self):
        self.assertEqual(self.api("GET", "/me")["user_id"], BOT)

    def test_the_token_is_bare_and_in_the_header(self):
        for token in ("", "nonsense", f"Bearer {TOKEN}"):
            self.assertEqual(self.ask("GET", "/me", token=token)[0], 401)
        self.assertEqual(self.refused("GET", f"/me?access_token={TOKEN}")[1], "deprecated.token")
        self.owner("revoke")
        self.assertEqual(self.ask("GET", "/me")[0], 401)

    def test_other_verbs(self):
        answer = self.client.delete("/me", headers={"Authorization": TOKEN})
        self.assertEqual(answer.status_code, 405)

    def test_too_much_for_a_chat_and_for_a_bot(self):
        self.city.faults.rate_limit = True
        self.act("start")
        with patch("simulator.rates.time.monotonic", return_value=1.0):
            path, body = f"/messages?user_id={IRINA}", {"text": "a"}
            self.assertEqual([self.ask("POST", path, body)[0] for _ in range(3)], [200, 200, 429])
            answers = [self.ask("GET", "/me")[0] for _ in range(30)]
        self.assertEqual(answers.count(429), 3)

    def test_no_secret_is_remembered(self):
        body = {"url": "https://a.example.com/", "secret": SECRET}
        self.api("POST", "/subscriptions", body)
        self.ask("GET", f"/me?access_token={TOKEN}")
        self.assertNotIn("SECRET", json.dumps(self.look("calls?network=max")))
        self.assertNotIn("SECRET", json.dumps(self.look(f"max/accounts/{BOT}")))

    def test_subscriptions_are_many(self):
        self.owner("settings", local=False)
        for url, secret in (
            ("http://a.example.com/", SECRET),
            ("https://a.example.com:8443/", SECRET),
            ("https://a.example.com/", "abc"),
            ("https://a.example.com/", "under_score"),
        ):
            body = {"url": url, "secret": secret}
            self.assertEqual(self.refused("POST", "/subscriptions", body)[0], 400, body)
        for host in ("a", "b", "a"):
            body = {"url": f"https://{host}.example.com/", "secret": SECRET}
            self.assertEqual(self.api("POST", "/subscriptions", body), {"success": True})
        self.assertEqual(len(self.api("GET", "/subscriptions")["subscriptions"]), 2)
        self.api("DELETE", "/subscriptions?url=https://a.example.com/")
        gone = self.api("DELETE", "/subscriptions?url=https://a.example.com/")
        self.assertFalse(gone["success"])
        wrong = {"url": "https://a.example.com/", "update_types": ["dance"]}
        self.assertEqual(self.refused("POST", "/subscriptions", wrong)[0], 400)


class TestSending(MaxCase):
    def setUp(self):
        super().setUp()
        self.act("start")

    def test_a_text_is_seen(self):
        self.say("Добрый день")
        self.assertEqual(self.seen()[0]["text"], "Добрый день")

    def test_who_may_be_written_to(self):
        body = {"text": "a"}
        not_started = self.refused("POST", f"/messages?user_id={RUSTAM}", body)
        self.assertEqual(not_started, (404, "dialog.not.found"))
        wrong = self.refused("POST", f"/messages?chat_id={IRINA}", body)
        self.assertEqual(wrong, (404, "chat.not.found"))
        in_body = self.refused("POST", "/messages", {**body, "recipient": {"chat_id": CHAT}})
        self.assertEqual(in_body, (400, "proto.payload"))
        self.act("deny")
        denied = (403, "chat.denied")
        self.assertEqual(self.refused("POST", f"/messages?chat_id={CHAT}", body), denied)
        self.act("allow")
        self.say()
        self.owner("settings", moderated=False)
        self.assertEqual(self.refused("POST", f"/messages?chat_id={CHAT}", body), denied)

    def test_what_a_message_may_hold(self):
        button = {"type": "callback", "text": "Да", "payload": "yes"}
        for body in (
            {"text": ""},
            {"text": "x" * 4001},
            {"text": "x", "chat_id": CHAT},
            {"text": "x", "format": "bbcode"},
            {"text": "x", "link": {"type": "answer", "mid": "mid.1"}},
            {"attachments": [{"type": "image", "payload": {"token": "nobody's"}}]},
            {"attachments": [{"type": "hologram"}]},
            {"text": "x", "attachments": [self.keyboard([])]},
            {"text": "x", "attachments": [self.keyboard([[button] * 8])]},
            {"text": "x", "attachments": [self.keyboard([[{**button, "text": ""}]])]},
            {"text": "x", "attachments": [self.keyboard([[{**button, "payload": ""}]])]},
        ):
            code = self.refused("POST", f"/messages?chat_id={CHAT}", body)[0]
            self.assertEqual(code, 400, body)

    def keyboard(self, rows):
        return {"type": "inline_keyboard", "payload": {"buttons": rows}}

    def test_an_answer_quotes(self):
        number = self.act("write", text="Вопрос")["number"]
        chat = self.city.world.chats["max", str(BOT), str(IRINA)]
        mid = objects.mid(chat, chat.find(number=number))
        self.say("Ответ", link={"type": "reply", "mid": mid})
        self.assertEqual(self.seen()[-1]["reply"]["text"], "Вопрос")

    def test_files_go_in_two_steps(self):
        place, answer = self.upload("image", PNG, "a.png")
        self.assertNotIn("token", place)
        photos = answer.json["photos"]
        self.say("", attachments=[{"type": "image", "payload": {"photos": photos}}])
        _place, answer = self.upload("file", b"x", "счёт.pdf")
        token = answer.json["token"]
        self.say("", attachments=[{"type": "file", "payload": {"token": token}}])
        image, file = (message["parts"][0] for message in self.seen())
        self.assertEqual((image["kind"], file["kind"], file["name"]), ("image", "file", "счёт.pdf"))
        two = [{"type": "file", "payload": {"token": token}}] * 2
        body = {"attachments": two}
        self.assertEqual(self.refused("POST", f"/messages?chat_id={CHAT}", body)[0], 400)

    def test_films_and_sounds_are_worked_on(self):
        self.owner("settings", processing=0.2)
        for kind in ("video", "audio"):
            place, answer = self.upload(kind)
            self.assertEqual(answer.get_data(as_text=True), "<retval>1</retval>")
            said = [{"type": kind, "payload": {"token": place["token"]}}]
            path, body = f"/messages?chat_id={CHAT}", {"attachments": said}
            self.assertEqual(self.refused("POST", path, body), (400, "attachment.not.ready"))
            time.sleep(0.25)
            self.api("POST", path, body)

    def test_an_upload_is_taken_once_and_only_as_what_it_is(self):
        self.assertEqual(self.refused("POST", "/uploads?type=photo")[0], 400)
        place, _answer = self.upload("file")
        path = place["url"].removeprefix(self.city.world.origin)
        again = self.client.post(path, data={"data": (io.BytesIO(b"x"), "a")})
        self.assertEqual(again.status_code, 400)
        self.assertEqual(self.upload("image", b"no picture")[1].status_code, 400)

    def test_changes(self):
        mid = self.say("Так")
        self.assertEqual(
            self.api("PUT", f"/messages?message_id={mid}", {"text": "Иначе"})["success"], True
        )
        self.assertEqual((self.seen()[0]["text"], self.seen()[0]["edited"]), ("Иначе", True))
        self.act("age", hours=24 * 8)
        late = self.api("PUT", f"/messages?message_id={mid}", {"text": "Поздно"})
        self.assertFalse(late["success"])
        self.assertTrue(self.api("DELETE", f"/messages?message_id={mid}")["success"])
        self.assertEqual(self.seen(), [])
        self.assertEqual(self.refused("DELETE", f"/messages?message_id={mid}")[0], 404)
        own = self.act("write", text="Моё")["number"]
        chat = self.city.world.chats["max", str(BOT), str(IRINA)]
        theirs = objects.mid(chat, chat.find(number=own))
        self.assertFalse(self.api("DELETE", f"/messages?message_id={theirs}")["success"])

    def test_what_was_said_can_be_asked_for(self):
        self.act("write", text="Раз")
        mid = self.say("Два")
        told = self.api("GET", f"/messages?chat_id={CHAT}")["messages"]
        self.assertEqual([message["body"]["text"] for message in told], ["Два", "Раз"])
        self.assertEqual(self.api("GET", f"/messages/{mid}")["body"]["text"], "Два")

    def test_what_is_shown_for_a_moment(self):
        self.act("write", text="Вы тут?")
        for action in ("typing_on", "mark_seen"):
            self.api("POST", f"/chats/{CHAT}/actions", {"action": action})
        chat = self.look(f"max/chats/{BOT}/{IRINA}")
        self.assertEqual(chat["typing"]["kind"], "typing")
        self.assertEqual(chat["messages"][0]["state"], "read")
        wrong = self.refused("POST", f"/chats/{CHAT}/actions", {"action": "dance"})
        self.assertEqual(wrong[0], 400)


class TestUpdates(MaxCase):
    def setUp(self):
        super().setUp()
        self.hook = Hook()
        self.addCleanup(self.hook.close)
        self.api("POST", "/subscriptions", {"url": self.hook.url, "secret": SECRET})

    def told(self, kind, count=1):
        def found():
            return [body for body, _headers in self.hook.got if body["update_type"] == kind]

        self.await_true(lambda: len(found()) >= count, f"no {kind}")
        return found()

    def test_a_message_with_everything_around_it(self):
        self.act("start", payload="promo")
        self.act("write", text="Здравствуйте")
        (started,), (created,) = self.told("bot_started"), self.told("message_created")
        self.assertEqual((started["payload"], started["chat_id"]), ("promo", CHAT))
        message = created["message"]
        self.assertEqual(message["recipient"]["chat_id"], CHAT)
        self.assertEqual(message["sender"]["user_id"], IRINA)
        self.assertEqual(created["user_locale"], "ru")
        headers = self.hook.got[0][1]
        self.assertEqual(headers["X-Max-Bot-Api-Secret"], SECRET)

    def test_every_kind_of_attachment(self):
        kinds = ("photo", "doc", "voice", "audio", "video", "sticker", "location", "share")
        for kind in kinds:
            self.act("write", attachments=[{"kind": kind}])
        told = self.told("message_created", len(kinds))
        types = {body["message"]["body"]["attachments"][0]["type"] for body in told}
        self.assertEqual(types, {"image", "file", "audio", "video", "sticker", "location", "share"})
        for part in (message["parts"][0] for message in self.seen()):
            if part.get("url"):
                path = part["url"].removeprefix(self.city.world.origin)
                self.assertEqual(self.client.get(path).status_code, 200)

    def test_a_film_is_asked_for_by_its_token(self):
        self.act("write", attachments=[{"kind": "video"}])
        film = self.told("message_created")[0]["message"]["body"]["attachments"][0]
        urls = self.api("GET", f"/videos/{film['payload']['token']}")["urls"]
        path = urls["mp4_720"].removeprefix(self.city.world.origin)
        self.assertEqual(self.client.get(path).mimetype, "video/mp4")

    def test_a_shared_number_is_signed(self):
        self.act("start")
        rows = [[{"type": "request_contact", "text": "Номер"}]]
        keyboard = {"type": "inline_keyboard", "payload": {"buttons": rows}}
        self.say("Поделитесь", attachments=[keyboard])
        self.act("press", number=self.seen()[-1]["number"])
        contact = self.told("message_created")[0]["message"]["body"]["attachments"][0]["payload"]
        digest = hmac.new(TOKEN.encode(), contact["vcf_info"].encode(), hashlib.sha256)
        self.assertEqual(contact["hash"], digest.hexdigest())
        self.assertEqual(contact["max_info"]["user_id"], IRINA)

    def test_a_press_is_told_and_answered(self):
        self.act("start")
        rows = [[{"type": "callback", "text": "5", "payload": "csat:5"}]]
        keyboard = {"type": "inline_keyboard", "payload": {"buttons": rows}}
        self.say("Оцените", attachments=[keyboard])
        self.act("press", number=self.seen()[-1]["number"])
        callback = self.told("message_callback")[0]["callback"]
        self.assertEqual(callback["payload"], "csat:5")
        path = f"/answers?callback_id={callback['callback_id']}"
        self.assertEqual(self.refused("POST", path, {})[0], 400)
        self.api("POST", path, {"notification": "Спасибо"})
        chat = self.look(f"max/chats/{BOT}/{IRINA}")
        self.assertEqual(chat["button_answer"]["text"], "Спасибо")

    def test_changes_of_a_client(self):
        number = self.act("write", text="Раз")["number"]
        self.act("edit", number=number, text="Два")
        self.act("delete", number=number)
        self.act("clear")
        self.act("deny", remove=True)
        edited, removed = self.told("message_edited")[0], self.told("message_removed")[0]
        self.assertEqual(edited["message"]["body"]["text"], "Два")
        self.assertEqual(removed["message_id"], edited["message"]["body"]["mid"])
        for kind in ("dialog_cleared", "bot_stopped", "dialog_removed"):
            self.told(kind)

    def test_two_addresses_hear_everything_twice(self):
        self.api("POST", "/subscriptions", {"url": f"{self.hook.url}/2", "secret": SECRET})
        self.act("write", text="Раз")
        self.told("message_created", 2)

    def test_only_what_is_wanted_is_told(self):
        body = {"url": self.hook.url, "update_types": ["bot_started"]}
        self.api("POST", "/subscriptions", body)
        self.act("write", text="Раз")
        self.act("start")
        self.told("bot_started")
        self.assertEqual(len(self.hook.got), 1)

    def test_anything_but_200_is_repeated(self):
        self.hook.answers = [(204, {}), (500, {})]
        self.act("write", text="Раз")
        self.told("message_created", 3)

    def test_who_never_answers_is_dropped(self):
        self.hook.answers = [(500, {})] * 20
        with patch("simulator.max.updates.DROPPED_AFTER", 0):
            self.act("write", text="Раз")
            self.await_true(lambda: not self.api("GET", "/subscriptions")["subscriptions"])

    def test_the_world_is_kept(self):
        self.act("write", text="Раз", attachments=[{"kind": "photo"}])
        kept = keep.decode(json.loads(json.dumps(keep.encode(self.city.world.accounts_of("max")))))
        self.assertEqual(kept[0].own.subscriptions[self.hook.url].secret, SECRET)
