"""The addon's own protocols and the stand-ins understand each other, over real connections.

``Spoken`` is what has to be true of every network; a ``test_<network>_spoken.py`` says what that
network has, and nothing of this module runs by itself.
"""

import contextlib
import io
import json
from collections import Counter
from dataclasses import replace

from simulator import pictures, sounds
from simulator.orders import FILM

from .common import LiveCase
from .company import Company, http_door, protocols, transport

SECRET = "SECRET_of-the-webhook"
#: What may come before whatever a test waits for.
NOISE = ("AccountConfirmed", "Ignored", "MessageEchoed", "ReceiptReported")
NOBODY = "http://127.0.0.1:9"  # the port where everything is thrown away
#: What the phone shows for each kind of file, where the network keeps it; it plays no music.
SHOWN = {"image": "image", "voice": "voice", "audio": "file", "video": "video", "file": "file"}
#: Faults after which nobody knows what became of a call.
NO_ANSWER = (
    {"status": 502, "body": "<html>"},
    {"garbage": True},
    {"drop": "before"},
    {"drop": "after"},
)


class Spoken(LiveCase):
    """One ``network``, its ``token``, ``account`` and ``person`` in the simulator.

    ``SENT`` is what each kind of attachment arrives as; ``UPLOADED`` the same of what the phone
    page sends from its disk; ``DEEDS`` what else a client does, and what we hear of it;
    ``ANSWERED`` what the phone shows for each kind of file, None for one it never gets; ``UNTOLD``
    which checks the network cannot answer; ``TROUBLES`` which faults are which failures. What a
    network does not have is None in place of its test.
    """

    network = token = account = person = method = ""
    SENT, ANSWERED = {}, SHOWN
    UPLOADED = {
        ("photo.png", ""): "image",
        ("photo.png", "as_doc"): "file",
        ("voice.ogg", "voice"): "voice",
        ("film.mp4", ""): "video",
        ("bill.pdf", ""): "file",
    }
    DEEDS, TROUBLES = (), ()
    LOOK, MARKS = {}, ()
    UNTOLD = frozenset()

    def setUp(self):
        super().setUp()
        self.city.faults.rate_limit = False
        self.company, self.read = Company(), 0
        self.addCleanup(self.company.close)
        self.speak(access_token=self.token, signing_secret=SECRET, api_url=self.url)
        self.connect()
        self.keys = 0

    def connect(self):
        """The network tells us its events, and we know who we are."""
        who = self.speaker.identify(http_door)
        self.speak(
            account_ref=who.id, account_name=who.name, confirmation_code=who.confirmation_code
        )
        self.speaker.register(self.company.url, http_door)

    def speak(self, **settings):
        """From now on with these settings."""
        known = self.company.speaker.settings if self.company.speaker else protocols.Settings()
        self.speaker = protocols.PROTOCOLS[self.network](replace(known, **settings))
        self.company.speaker = self.speaker

    # The client's side

    def upload(self, name, content, mimetype, **data):
        """The client sends a file of his phone, as the page does."""
        answer = self.client.post(
            f"/control/{self.network}/clients/{self.person}/write",
            data={"json": json.dumps(data), "file": (io.BytesIO(content), name, mimetype)},
        )
        self.assertEqual(answer.status_code, 200, answer.get_data(as_text=True))

    # Our side

    def hear(self, *kinds):
        """Return the next event, which is of one of these kinds; others in between are none."""
        while True:
            self.await_true(lambda: len(self.company.events) > self.read, f"no {kinds}")
            event = self.company.events[self.read]
            self.read += 1
            if not kinds or type(event).__name__ in kinds:
                return event
            self.assertIn(type(event).__name__, NOISE)

    def hear_message(self):
        return self.hear("MessageReceived")

    def greet(self):
        """Return the message with which the client has made himself known."""
        self.act("write", text="Вы тут?")
        return self.hear_message()

    def send(self, chat, text="", **values):
        self.keys += 1
        outgoing = protocols.Outgoing(chat, text, send_key=f"key {self.keys}", **values)
        return protocols.deliver(self.speaker, outgoing, http_door)

    def file(self, kind, name, mimetype, content):
        return protocols.Upload(kind, name, mimetype, content, self.company.keep(name, content))

    def fetch(self, file):
        """Return what is behind the name that the network gave a file."""
        place = self.speaker.locate_file(file.url, http_door)
        return transport.fetch_file(
            place.url,
            hosts=(),
            origin=self.url,
            headers=place.headers,
            max_bytes=10**7,
            deadline=10,
        ).content

    @staticmethod
    def shown(event):
        """Return the kinds of what an event shows beside its text."""
        return [part.kind for part in (*event.files, *event.cards)]

    # What is true of every network

    def test_it_is_connected_and_all_is_well(self):
        self.assertEqual(self.speaker.settings.account_ref, str(self.account))
        checks = self.speaker.check(self.company.url, http_door)
        self.assertEqual({check.code for check in checks if check.state != "ok"}, self.UNTOLD)
        self.speaker.unregister(self.company.url, http_door)
        checks = self.speaker.check(self.company.url, http_door)
        self.assertTrue([check for check in checks if check.button == "connect"])
        self.connect()
        self.assertEqual(self.greet().text, "Вы тут?")

    def test_every_kind_of_attachment_arrives(self):
        for kind, expected in self.SENT.items():
            with self.subTest(kind):
                self.act("write", attachments=[{"kind": kind}])
                event = self.hear_message()
                self.assertEqual(self.shown(event), list(expected))
                for file in event.files:
                    self.assertTrue(self.fetch(file))

    def test_every_file_of_the_phone_arrives_whole(self):
        contents = {
            "photo.png": (pictures.sticker(1), "image/png"),
            "voice.ogg": (sounds.silence(2), "audio/ogg"),
            "bill.pdf": (b"%PDF-1.4 the bill", "application/pdf"),
            "film.mp4": (FILM, "video/mp4"),
        }
        for (name, how), expected in self.UPLOADED.items():
            with self.subTest(name, how=how):
                content, mimetype = contents[name]
                self.upload(name, content, mimetype, **({how: True} if how else {}))
                [file] = self.hear_message().files
                self.assertEqual(file.kind, expected)
                if expected == "file":
                    self.assertEqual((file.name, self.fetch(file)), (name, content))
                else:
                    self.assertTrue(self.fetch(file))

    def test_several_photos_with_words_all_arrive(self):
        self.act(
            "write", text="Вот", attachments=[{"kind": "photo", "seed": seed} for seed in "abc"]
        )
        events = [self.hear_message()]
        while sum(len(event.files) for event in events) < 3:
            events.append(self.hear_message())
        self.assertEqual([event.text for event in events if event.text], ["Вот"])
        if self.speaker.capabilities.files_per_message > 1 and len(events) > 1:
            self.assertEqual(len({event.group_id for event in events}), 1)
            self.assertTrue(events[0].group_id)

    def test_words_arrive_as_they_were_written(self):
        for text in ("Раз\nдва", "😀 <b>не жирный</b> & «ёлки»", "https://example.com/?a=1&b=2"):
            with self.subTest(text):
                self.act("write", text=text)
                event = self.hear_message()
                self.assertEqual((event.text, event.look), (text, None))

    def test_their_look_arrives(self):
        self.act("write", text="😀 цена тут", **self.LOOK)
        marked = self.hear_message().look
        self.assertEqual(
            [(mark.kind, marked.text[mark.offset : mark.end]) for mark in marked.marks],
            [("bold", "цена"), ("link", "тут")],
        )

    def test_quotes_and_what_is_passed_on_arrive(self):
        number = self.act("write", text="Раз")["number"]
        first = self.hear_message()
        self.act("write", text="Два", reply_to=number)
        answer = self.hear_message()
        self.assertEqual((answer.text, answer.reply_to), ("Два", first.message_id))
        self.act("write", forward=[number])
        self.assertEqual([quote.text for quote in self.hear_message().quotes], ["Раз"])

    def test_whatever_else_a_client_does_is_heard(self):
        number = self.act("write", text="Раз")["number"]
        first = self.hear_message()
        for action, data, kind, values in self.DEEDS:
            with self.subTest(action, **data):
                self.act(action, **{"number": number, **data})
                event = self.hear(kind)
                told = {name: getattr(event, name) for name in values}
                self.assertEqual(told, values)
                if kind in ("MessageEdited", "MessageDeleted"):
                    self.assertEqual(event.message_id, first.message_id)

    def test_answers_appear(self):
        greeted = self.greet()
        text = "Да & <нет>, см. тут 😀"
        place = text.index("тут")
        bold, link = protocols.Mark("bold", 0, 2), ("link", place, 3, "https://a.example/?c&d")
        marks = (bold, protocols.Mark(*link)) if self.MARKS else ()
        quotes = self.speaker.capabilities.quotes
        self.send(greeted.chat_id, text, marks=marks, reply_to=greeted.message_id if quotes else "")
        said = self.seen()[-1]
        self.assertEqual((said["text"], said["mine"]), (text, False))
        looks = [
            (each["kind"], each["offset"], each["length"], each["url"])
            for each in said.get("marks", [])
        ]
        self.assertEqual(looks, [("bold", 0, 2, ""), link] if self.MARKS else [])
        self.assertEqual((said["reply"] or {}).get("text", ""), "Вы тут?" if quotes else "")
        self.speaker.show_typing(greeted.chat_id, http_door)
        self.speaker.mark_read(greeted.chat_id, greeted.message_id, http_door)

    def test_files_appear(self):
        chat = self.greet().chat_id
        contents = {
            "image": ("photo.png", "image/png", pictures.sticker(1)),
            "voice": ("voice.ogg", "audio/ogg", sounds.silence(2)),
            "audio": ("song.mp3", "audio/mpeg", sounds.silent_mp3(2)),
            "video": ("film.mp4", "video/mp4", FILM),
            "file": ("bill.pdf", "application/pdf", b"%PDF-1.4 the bill"),
        }
        self.assertEqual(set(self.ANSWERED), set(self.speaker.capabilities.files))
        for kind, expected in self.ANSWERED.items():
            with self.subTest(kind):
                files = (self.file(kind, *contents[kind]),)
                if expected is None:
                    with self.failing("UnsupportedContent"):
                        self.send(chat, files=files)
                    continue
                self.send(chat, f"Вот: {kind}", files=files)
                said = [one for one in self.seen() if not one["mine"]]
                self.assertIn(f"Вот: {kind}", [one["text"] for one in said[-2:]])
                parts = [part["kind"] for one in said[-2:] for part in one["parts"]]
                self.assertEqual(parts[-1], expected)

    def test_pressed_buttons_come_back(self):
        chat = self.greet().chat_id
        buttons = (
            protocols.Button("Утром", payload="b1.0"),
            protocols.Button("Наш сайт", "link", url="https://example.com/"),
        )
        self.send(chat, "Когда?", buttons=buttons)
        self.act("press", number=self.seen()[-1]["number"])
        pressed = self.hear("ButtonPressed", "MessageReceived")
        self.assertEqual(pressed.payload, "b1.0")
        if isinstance(pressed, protocols.ButtonPressed):
            self.speaker.answer_button(
                pressed.chat_id, pressed.person_id, pressed.answer_id, http_door
            )

    def test_a_number_is_asked_for_and_given(self):
        chat = self.greet().chat_id
        self.send(chat, "Ваш номер?", buttons=(protocols.Button("Дать", "phone"),))
        self.act("press", number=self.seen()[-1]["number"])
        self.assertRegex(self.hear_message().sender.phone, r"^\+\d{11,}$")

    def test_answers_change_and_go(self):
        chat = self.greet().chat_id
        sent = self.send(chat, "Да")
        self.speaker.edit(sent, protocols.Outgoing(chat, "Нет"), http_door)
        self.assertEqual(self.seen()[-1]["text"], "Нет")
        self.speaker.delete(sent, chat, http_door)
        self.assertEqual([one["text"] for one in self.seen()], ["Вы тут?"])

    def test_refusals_and_silence_are_understood(self):
        chat = self.greet().chat_id
        for fault, failure, wait in self.TROUBLES:
            with self.subTest(**fault):
                before = len(self.seen())
                self.control(
                    "faults", call={"network": self.network, "method": self.method, **fault}
                )
                with self.failing(failure, wait):
                    self.send(chat, "Да")
                if "drop" in fault:
                    self.assertEqual(len(self.seen()) - before, fault["drop"] == "after")
                self.client.delete("/control/faults")
                self.city.faults.rate_limit = False
        self.assertTrue(self.send(chat, "Да"))

    def test_where_nobody_is_nothing_was_said(self):
        chat = self.greet().chat_id
        self.speak(api_url=NOBODY)
        with self.failing("NetworkUnavailable"):
            self.send(chat, "Да")

    def test_who_does_not_want_us_is_not_written_to(self):
        chat = self.greet().chat_id
        self.act("deny")
        event = self.hear("ReachabilityChanged")
        self.assertFalse(event.reachable)
        with self.failing("RecipientUnavailable"):
            self.send(chat, "Да")
        self.act("write", text="Раз")
        self.send(chat, "Да")

    def test_a_revoked_token_is_known(self):
        chat = self.greet().chat_id
        self.owner("revoke")
        for ask in (lambda: self.send(chat, "Да"), lambda: self.speaker.identify(http_door)):
            with self.failing("CredentialsRefused"):
                ask()
        checks = self.speaker.check(self.company.url, http_door)
        self.assertTrue([check for check in checks if check.button == "token"])

    def test_what_is_not_proven_is_refused(self):
        self.speak(**{self.speaker.proven_by: "4f5acb4ff627e040-another-SECRET-9"})
        self.act("write", text="Раз")
        self.await_true(lambda: self.company.refused, "nothing came")
        self.assertEqual(self.kinds_heard()["MessageReceived"], 0)

    def kinds_heard(self):
        return Counter(type(event).__name__ for event in self.company.events)

    @contextlib.contextmanager
    def failing(self, name, wait=0):
        """What happens meanwhile fails in this way, to be tried again after so many seconds."""
        with self.assertRaises(protocols.SendError) as caught:
            yield
        failure = caught.exception
        self.assertEqual((type(failure).__name__, failure.retry_after), (name, wait), failure)
        self.assertNotIn("SECRET", str(failure))
