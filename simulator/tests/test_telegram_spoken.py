"""Telegram, spoken by the addon's own protocol."""

from . import spoken


class TestTelegramSpoken(spoken.Spoken):
    network, method = "telegram", "sendMessage"
    token = "7100000001:AA-demonstration-SECRET-token-00001"
    account, person = 7100000001, 5400112233
    SENT = {
        "photo": ["image"],
        "doc": ["file"],
        "voice": ["voice"],
        "audio": ["audio"],
        "video": ["video"],
        "round_video": ["video"],
        "animation": ["video"],
        "sticker": ["sticker"],
        "location": ["location"],
        "venue": ["location"],
        "contact": ["contact"],
        "poll": ["poll"],
        "dice": ["dice"],
    }
    LOOK = {
        "entities": [
            {"type": "bold", "offset": 3, "length": 4},
            {"type": "text_link", "offset": 8, "length": 3, "url": "https://a.example/"},
        ]
    }
    DEEDS = (
        ("start", {"payload": "promo"}, "MessageReceived", {"start_parameter": "promo"}),
        ("edit", {"text": "Раз!"}, "MessageEdited", {"text": "Раз!"}),
        ("react", {"reaction": "🔥"}, "ReactionChanged", {"emoji": "🔥"}),
        ("react", {"reaction": 0}, "ReactionChanged", {"emoji": ""}),
        ("deny", {}, "ReachabilityChanged", {"reachable": False}),
        ("allow", {}, "ReachabilityChanged", {"reachable": True}),
    )

    MARKS = True
    TROUBLES = (
        ({"error": 429}, "RecipientThrottled", 5),
        ({"error": 500}, "OutcomeUnknown", 0),
        ({"error": 400}, "SendError", 0),
        *((fault, "OutcomeUnknown", 0) for fault in spoken.NO_ANSWER),
    )

    def test_an_album_appears_as_one(self):
        chat = self.greet().chat_id
        photo = self.file("image", "a.png", "image/png", spoken.pictures.photo(90, 60))
        sent = self.send(chat, "Две", files=(photo, photo))
        self.assertEqual(len(sent.split()), 2)
        kinds = [part["kind"] for one in self.seen() for part in one["parts"]]
        self.assertEqual(kinds, ["image", "image"])
