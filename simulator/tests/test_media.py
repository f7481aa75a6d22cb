"""Files: attached by clients, uploaded by the company in three steps."""

import io
import json
import unittest

from PIL import Image

from simulator import pictures, sounds

from .common import ANNA, DMITRY, GROUP, CallbackCase, SimulatorCase

KINDS = "photo doc voice sticker video graffiti audio link wall market poll gift story call".split()  # noqa: SIM905


class UploadCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.act("write", text="a")

    def upload(self, url, field, content, name="file0.bin"):
        files = {field: (io.BytesIO(content), name)}
        return self.client.post(url, data=files, content_type="multipart/form-data")

    def photo_url(self):
        return self.api("photos.getMessagesUploadServer", peer_id=ANNA)["upload_url"]

    def doc_url(self, kind="doc"):
        server = self.api("docs.getMessagesUploadServer", peer_id=ANNA, type=kind)
        return server["upload_url"]


class TestPhotos(UploadCase):
    def test_three_steps(self):
        receipt = self.upload(self.photo_url(), "photo", pictures.photo(800, 600)).json
        (photo,) = self.api("photos.saveMessagesPhoto", **receipt)
        self.assertEqual((photo["owner_id"], photo["sizes"][-1]["width"]), (-GROUP, 800))
        name = f"photo{photo['owner_id']}_{photo['id']}_{photo['access_key']}"
        self.send(attachment=name)
        self.assertEqual(self.seen()[-1]["parts"][0]["kind"], "image")
        self.assertEqual(self.refused(attachment=name + "x"), 100)
        self.assertEqual(self.code("photos.saveMessagesPhoto", **receipt), 129, "saved already")

    def test_changed_receipt(self):
        receipt = self.upload(self.photo_url(), "photo", pictures.photo(200, 200)).json
        self.assertEqual(self.code("photos.saveMessagesPhoto", **receipt | {"hash": "x"}), 121)
        self.assertEqual(self.code("photos.saveMessagesPhoto", **receipt | {"photo": "[]"}), 129)

    def test_refused_pictures(self):
        webp, long = io.BytesIO(), io.BytesIO()
        Image.new("RGB", (50, 50)).save(webp, "WEBP")
        Image.new("RGB", (2100, 100)).save(long, "PNG")
        for content in (b"text", b"", webp.getvalue(), long.getvalue()):
            self.assertEqual(self.upload(self.photo_url(), "photo", content).json["photo"], "[]")
        wrong_field = self.upload(self.photo_url(), "file", pictures.photo(200, 200))
        self.assertEqual(wrong_field.json["photo"], "[]")

    def test_address_is_good_once(self):
        url = self.photo_url()
        self.upload(url, "photo", pictures.photo(200, 200))
        self.assertEqual(self.upload(url, "photo", pictures.photo(200, 200)).status_code, 403)

    def test_stranger(self):
        self.assertEqual(self.code("photos.getMessagesUploadServer", peer_id=DMITRY), 901)
        self.assertEqual(self.code("photos.getMessagesUploadServer"), 100)


class TestDocuments(UploadCase):
    def save(self, content, name, kind="doc", **values):
        receipt = self.upload(self.doc_url(kind), "file", content, name).json
        return self.api("docs.save", file=receipt["file"], **values)

    def test_document(self):
        saved = self.save(b"%PDF-1.4", "file0.pdf", title="договор.pdf")
        doc = saved["doc"]
        self.assertEqual((doc["title"], doc["size"], doc["ext"]), ("договор.pdf", 8, "pdf"))
        self.send(attachment=f"doc{doc['owner_id']}_{doc['id']}")
        part = self.seen()[-1]["parts"][0]
        self.assertEqual(self.client.get(part["url"]).status_code, 302)
        download = self.client.get(part["url"], follow_redirects=True)
        self.assertEqual((download.data, download.mimetype), (b"%PDF-1.4", "application/pdf"))
        self.assertIn("attachment", download.headers["Content-Disposition"])

    def test_refused(self):
        for name in ("song.mp3", "setup.EXE"):
            self.assertIn("error", self.upload(self.doc_url(), "file", b"x", name).json)
        self.assertIn("error", self.upload(self.doc_url(), "photo", b"x", "a.txt").json)
        self.assertEqual(self.code("docs.save", file="invented"), 105)
        self.assertEqual(self.code("docs.getMessagesUploadServer", peer_id=ANNA, type="x"), 100)
        self.assertEqual(self.code("docs.getUploadServer"), 27)

    def test_voice(self):
        saved = self.save(sounds.silence(3), "voice.ogg", "audio_message")
        voice = saved["audio_message"]
        self.assertEqual((saved["type"], voice["duration"]), ("audio_message", 3))
        self.assertEqual(self.client.get(voice["link_ogg"]).mimetype, "audio/ogg")
        self.assertEqual(self.client.get(voice["link_mp3"]).mimetype, "audio/mpeg")
        for kind in ("doc", "audio_message"):
            self.send(attachment=f"{kind}-{GROUP}_{voice['id']}")

    def test_voice_must_be_opus_and_short(self):
        for content in (b"RIFF", sounds.silence(301)):
            answer = self.upload(self.doc_url("audio_message"), "file", content, "v.ogg").json
            self.assertIn("error", answer)

    def test_graffiti(self):
        saved = self.save(pictures.sticker(1, 100), "drawing.png", "graffiti")
        self.assertEqual(saved["graffiti"]["width"], 100)


class TestIncoming(CallbackCase):
    def test_every_kind(self):
        for kind in KINDS:
            self.act("write", attachments=[{"kind": kind}])
        events = self.events("message_new", len(KINDS))
        types = [event["object"]["message"]["attachments"][0]["type"] for event in events]
        self.assertEqual(types, ["audio_message" if kind == "voice" else kind for kind in KINDS])
        self.assertEqual(len(self.seen()), len(KINDS))

    def test_raw_is_passed_on(self):
        self.act("write", attachments=[{"type": "hologram", "hologram": {"depth": 3}}])
        (event,) = self.events("message_new")
        (attachment,) = event["object"]["message"]["attachments"]
        self.assertEqual(attachment["hologram"], {"depth": 3})
        self.assertEqual(self.seen()[0]["parts"][0]["kind"], "note")

    def test_files_of_the_phone(self):
        def write(content, name, content_type, **values):
            form = {"file": (io.BytesIO(content), name, content_type), "json": json.dumps(values)}
            answer = self.client.post(f"/control/vk/clients/{ANNA}/write", data=form)
            self.assertEqual(answer.status_code, 200, answer.json)

        write(pictures.photo(300, 200), "a.jpg", "image/jpeg")
        write(pictures.photo(300, 200), "a.jpg", "image/jpeg", as_doc=True)
        write(b"text", "a.txt", "text/plain")
        write(sounds.silence(2), "a.ogg", "audio/ogg", voice=True)
        kinds = [message["parts"][0]["kind"] for message in self.seen()]
        self.assertEqual(kinds, ["image", "file", "file", "voice"])

    def test_place_quote_and_forward(self):
        self.act("write", text="a", geo={"latitude": 1.5, "longitude": 2, "title": "Here"})
        nested = {"from_id": 5, "text": "x", "fwd_messages": [{"from_id": 6, "text": "y"}]}
        self.act("write", text="b", reply_to=1, forward=[nested])
        message = self.events("message_new", 2)[1]["object"]["message"]
        self.assertEqual(message["reply_message"]["text"], "a")
        self.assertEqual(message["fwd_messages"][0]["fwd_messages"][0]["text"], "y")

    def test_company_passes_on_what_it_got(self):
        self.act("write", attachments=[{"kind": "photo"}])
        message = self.events("message_new")[0]["object"]["message"]
        photo = message["attachments"][0]["photo"]
        name = f"photo{ANNA}_{photo['id']}"
        self.assertEqual(self.refused(attachment=name), 100, "not without the key")
        self.send(attachment=f"{name}_{photo['access_key']}")


class TestSounds(unittest.TestCase):
    def test_duration(self):
        self.assertAlmostEqual(sounds.duration(sounds.silence(300)), 300, delta=0.1)

    def test_webm(self):
        block = b"\xa3" + bytes([0x80 | 7]) + b"\x81\x00\x00\x80" + sounds.SILENCE
        cluster = b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff" + block * 50
        track = b"\x86\x86A_OPUS"
        segment = b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + track + cluster
        webm = b"\x1a\x45\xdf\xa3\x80" + segment
        self.assertAlmostEqual(sounds.duration(sounds.ogg_from_webm(webm)), 1)

    def test_no_sound(self):
        for content in (b"", b"text", b"A_OPUS", b"\x00A_OPUS"):
            with self.assertRaises(sounds.NoSound):
                sounds.ogg_from_webm(content)
            with self.assertRaises(sounds.NoSound):
                sounds.duration(content)
