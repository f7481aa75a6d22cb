"""MAX, spoken by the addon's own protocol."""

from dataclasses import replace

from . import spoken

protocols, http_door = spoken.protocols, spoken.http_door


class TestMaxSpoken(spoken.Spoken):
    network, method = "max", "send_message"
    token = "f9LHodD0cOL5-demonstration-SECRET-token"
    account, person = 990011, 88110022
    SENT = {
        "photo": ["image"],
        "doc": ["file"],
        "voice": ["voice"],
        "audio": ["voice"],  # MAX tells no difference
        "video": ["video"],
        "sticker": ["sticker"],
        "location": ["location"],
        "share": ["link"],
        "contact": ["contact"],
    }
    LOOK = {
        "markup": [
            {"type": "strong", "from": 3, "length": 4},
            {"type": "link", "from": 8, "length": 3, "url": "https://a.example/"},
        ]
    }
    DEEDS = (
        ("start", {"payload": "promo"}, "ChatStarted", {"start_parameter": "promo"}),
        ("edit", {"text": "Раз!"}, "MessageEdited", {"text": "Раз!"}),
        ("delete", {}, "MessageDeleted", {}),
        ("deny", {}, "ReachabilityChanged", {"reachable": False}),
    )
    ANSWERED = spoken.SHOWN | {"audio": "voice"}
    MARKS = True
    TROUBLES = (
        ({"error": 429}, "RecipientThrottled", 0),  # MAX names no time
        ({"error": 500}, "OutcomeUnknown", 0),
        ({"error": 400}, "SendError", 0),
        ({"error": 403}, "RecipientUnavailable", 0),
        *((fault, "OutcomeUnknown", 0) for fault in spoken.NO_ANSWER),
    )

    def setUp(self):
        super().setUp()
        self.owner("settings", processing=0)

    def test_a_lost_subscription_is_seen_and_renewed(self):
        self.owner("lose_subscriptions")
        checks = self.speaker.check(self.company.url, http_door)
        self.assertTrue(any(check.renews for check in checks))
        self.speaker.register(self.company.url, http_door)
        self.assertEqual(len(self.look(f"max/accounts/{self.account}")["subscriptions"]), 1)
        self.speaker.unregister(self.company.url, http_door)
        self.assertEqual(self.look(f"max/accounts/{self.account}")["subscriptions"], [])

    def test_a_film_that_is_worked_on_is_sent_later_without_another_upload(self):
        chat = self.greet().chat_id
        self.owner("settings", processing=60)
        film = self.file("video", "film.mp4", "video/mp4", spoken.FILM)
        with self.assertRaises(protocols.NotReady) as caught:
            self.send(chat, files=(film,))
        [account] = self.city.world.accounts_of("max")
        [(token, taken)] = account.own.files.items()
        account.own.files[token] = replace(taken, ready_at=0)
        self.send(chat, files=(film,), progress=caught.exception.progress)
        self.assertEqual(self.seen()[-1]["parts"][0]["kind"], "video")
        self.assertEqual(list(account.own.files), [token])

    def test_a_picture_that_max_does_not_show_travels_as_a_file(self):
        chat = self.greet().chat_id
        picture = self.file("image", "a.webp", "image/webp", b"RIFF    WEBP")
        self.send(chat, files=(picture,))
        self.assertEqual(self.seen()[-1]["parts"][0]["kind"], "file")

    def test_a_number_is_proven_by_its_owner_only(self):
        self.act("write", attachments=[{"kind": "contact"}])
        self.assertEqual(self.hear_message().sender.phone, "+79001234567")
        self.act("write", attachments=[{"kind": "contact", "phone": "+79007654321"}])
        event = self.hear_message()
        self.assertEqual((event.sender.phone, event.cards[0].text), ("", "+79007654321"))

    def test_what_was_missed_is_fetched(self):
        chat = self.greet().chat_id
        self.owner("lose_subscriptions")
        self.act("write", text="Два")
        found = self.speaker.fetch_recent(chat, http_door)
        texts = [event.text for envelope in found for event in self.speaker.parse(envelope)]
        self.assertEqual(texts, ["Вы тут?", "Два"])
