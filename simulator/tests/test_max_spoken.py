"""The addon's own protocol and the stand-in understand each other, over real connections."""

import importlib
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from .common import LiveCase
from .test_telegram import Hook

ADDON = Path(__file__).parents[2] / "omnichannel_inbox"
BOT, IRINA = 990011, 88110022
KINDS = ("photo", "doc", "voice", "audio", "video", "sticker", "location", "share", "contact")


def load(name):
    """Return a module of the addon that needs no Odoo."""
    package = ModuleType(ADDON.name)
    package.__path__ = [str(ADDON)]
    sys.modules.setdefault(ADDON.name, package)
    return importlib.import_module(f"{ADDON.name}.{name}")


protocols = load("protocols")
transport = load("tools.transport")


class TestSpoken(LiveCase):
    def setUp(self):
        super().setUp()
        self.city.faults.rate_limit = False
        self.hook = Hook()
        self.addCleanup(self.hook.close)
        self.settings = protocols.Settings(
            access_token="f9LHodD0cOL5-demonstration-SECRET-token",
            signing_secret="SECRET_of-the-webhook",
            account_ref=str(BOT),
            api_url=self.url,
        )
        self.max = protocols.PROTOCOLS["max"](self.settings)
        self.max.register(self.hook.url, transport.http)

    def act(self, action, **data):
        return self.control(f"max/clients/{IRINA}/{action}", **data)

    def seen(self):
        return self.look(f"max/chats/{BOT}/{IRINA}")["messages"]

    def heard(self, count):
        """Return what so many updates say, each proven and read."""
        self.await_true(lambda: len(self.hook.got) >= count, "nothing came")
        events = []
        for body, headers in self.hook.got:
            webhook = protocols.Webhook(json.dumps(body).encode(), headers)
            self.max.verify(webhook)
            for envelope in self.max.split(webhook):
                events += self.max.parse(envelope)
        return events

    def send(self, text="", **values):
        chat = self.heard(1)[0].chat_id
        outgoing = protocols.Outgoing(chat, text, **values)
        while True:
            try:
                return self.max.send(outgoing, transport.http)
            except protocols.NotReady as error:
                outgoing = replace(outgoing, progress=error.progress)
                time.sleep(0.1)

    def test_who_it_is_and_that_all_is_well(self):
        self.assertEqual(self.max.identify(transport.http).id, str(BOT))
        checks = self.max.check(self.hook.url, transport.http)
        self.assertEqual({check.state for check in checks}, {"ok"})
        self.control(f"max/accounts/{BOT}/lose_subscriptions")
        checks = self.max.check(self.hook.url, transport.http)
        self.assertTrue(any(check.renews for check in checks))
        self.max.register(self.hook.url, transport.http)
        self.max.unregister(self.hook.url, transport.http)
        self.assertEqual(self.look(f"max/accounts/{BOT}")["subscriptions"], [])

    def test_everything_a_client_does_is_understood(self):
        self.act("start", payload="promo")
        for kind in KINDS:
            self.act("write", attachments=[{"kind": kind}])
        number = self.act("write", text="Раз")["number"]
        self.act("write", text="Два", reply_to=number)
        self.act("write", forward=[number])
        self.act("edit", number=number, text="Раз!")
        self.act("delete", number=number)
        self.act("deny")
        events = self.heard(len(KINDS) + 7)
        kinds = [type(event).__name__ for event in events]
        self.assertEqual(kinds[0], "ChatStarted")
        self.assertEqual(kinds.count("MessageReceived"), len(KINDS) + 3)
        self.assertEqual(kinds[-3:], ["MessageEdited", "MessageDeleted", "ReachabilityChanged"])
        self.assertEqual(events[len(KINDS)].sender.phone, "+79001234567")
        shown = [card.kind for event in events[1:-3] for card in event.cards]
        self.assertNotIn("unsupported", shown)
        for file in (file for event in events[1:-3] for file in event.files):
            located = self.max.locate_file(file.url, transport.http)
            fetched = transport.fetch_file(
                located.url, hosts=(), origin=self.url, max_bytes=10**7, deadline=10
            )
            self.assertTrue(fetched.content)

    def test_everything_we_say_arrives(self):
        self.control(f"max/accounts/{BOT}/settings", processing=0.2)
        self.act("write", text="Вы тут?")
        answered = self.heard(1)[0].message_id
        mid = self.send("Да", reply_to=answered)
        bold = protocols.Mark("bold", 0, 2)
        self.send("Да & <нет>", marks=(bold, protocols.Mark("link", 5, 5, "https://a.b/?c&d")))
        self.assertEqual(self.seen()[-1]["text"], "Да & <нет>")
        looks = [(each["kind"], each["offset"], each["url"]) for each in self.seen()[-1]["marks"]]
        self.assertEqual(looks, [("bold", 0, ""), ("link", 5, "https://a.b/?c&d")])
        for kind, mimetype in (
            ("file", "application/pdf"),
            ("video", "video/mp4"),
            ("voice", "audio/ogg"),
            ("image", "image/webp"),
        ):
            self.send("", files=(protocols.Upload(kind, "a.bin", mimetype, b"content"),))
        buttons = (protocols.Button("Да", payload="yes"), protocols.Button("Номер", "phone"))
        self.send("Выберите", buttons=buttons)
        self.act("press", number=self.seen()[-1]["number"])
        press = self.heard(2)[1]
        self.assertEqual((type(press).__name__, press.payload), ("ButtonPressed", "yes"))
        self.max.answer_button(press.chat_id, press.person_id, press.answer_id, transport.http)
        self.max.edit(mid, protocols.Outgoing(press.chat_id, "Да!"), transport.http)
        self.max.show_typing(press.chat_id, transport.http)
        self.max.mark_read(press.chat_id, answered, transport.http)
        seen = self.seen()
        self.assertEqual(seen[1]["text"], "Да!")
        kinds = [part["kind"] for message in seen for part in message["parts"]]
        self.assertEqual(kinds, ["file", "video", "voice", "file"])
        self.max.delete(mid, press.chat_id, transport.http)
        self.assertNotIn("Да!", [message["text"] for message in self.seen()])

    def test_what_was_missed_is_fetched(self):
        self.act("write", text="Раз")
        chat = self.heard(1)[0].chat_id
        self.control(f"max/accounts/{BOT}/lose_subscriptions")
        self.act("write", text="Два")
        found = self.max.fetch_recent(chat, transport.http)
        texts = [event.text for envelope in found for event in self.max.parse(envelope)]
        self.assertEqual(texts, ["Раз", "Два"])

    def test_refusals_are_understood(self):
        self.act("write", text="Раз")
        self.act("deny")
        with self.assertRaises(protocols.RecipientUnavailable):
            self.send("Да")
        self.act("allow")
        self.control("faults", call={"network": "max", "method": "send_message", "error": 429})
        with self.assertRaises(protocols.RecipientThrottled):
            self.send("Да")
        self.control("faults", call={"network": "max", "method": "send_message", "drop": "after"})
        with self.assertRaises(protocols.OutcomeUnknown):
            self.send("Да")
        self.control(f"max/accounts/{BOT}/revoke")
        with self.assertRaises(protocols.CredentialsRefused):
            self.send("Да")
