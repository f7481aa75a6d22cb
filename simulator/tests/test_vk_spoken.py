"""VK, spoken by the addon's own protocol."""

from datetime import datetime, timedelta, timezone

from . import spoken
from .company import http_door, protocols


class TestVkSpoken(spoken.Spoken):
    network, method = "vk", "messages.send"
    token = "vk1.a.demonstration-SECRET-token"
    account, person = 210987654, 40112233
    SENT = {
        "photo": ["image"],
        "doc": ["file"],
        "voice": ["voice"],
        "sticker": ["sticker"],
        "graffiti": ["image"],
        "video": ["image", "video"],
        "audio": ["audio"],
        "link": ["link"],
        "wall": ["post"],
        "market": ["product"],
        "poll": ["poll"],
        "gift": ["gift"],
        "story": ["story"],
        "call": ["call"],
    }
    UPLOADED = {
        ("photo.png", ""): "image",
        ("photo.png", "as_doc"): "image",
        ("voice.ogg", "voice"): "voice",
        ("bill.pdf", ""): "file",
    }
    DEEDS = (
        ("start", {}, "MessageReceived", {"payload": '{"command":"start"}'}),
        (
            "write",
            {"text": "По ссылке", "ref": "promo", "ref_source": "ads"},
            "MessageReceived",
            {"start_parameter": "promo", "start_source": "ads"},
        ),
        ("edit", {"text": "Раз!"}, "MessageEdited", {"text": "Раз!"}),
        ("react", {"reaction": 1}, "ReactionChanged", {"emoji": "❤"}),
        ("react", {"reaction": 0}, "ReactionChanged", {"emoji": ""}),
        ("typing", {}, "TypingReported", {}),
        ("deny", {}, "ReachabilityChanged", {"reachable": False}),
        ("allow", {}, "ReachabilityChanged", {"reachable": True}),
    )
    ANSWERED = spoken.SHOWN | {"audio": None, "video": "file"}  # VK takes no MP3
    UNTOLD = frozenset({"messages"})
    # What was perhaps done is done again: the same send key says nothing twice.
    TROUBLES = (
        ({"error": 6}, "Throttled", 1),
        ({"error": 9}, "RecipientThrottled", 300),
        ({"error": 29}, "Throttled", 3600),
        ({"error": 10}, "NetworkUnavailable", 0),
        ({"error": 901}, "RecipientUnavailable", 0),
        ({"error": 5}, "CredentialsRefused", 0),
        ({"error": 7}, "RightMissing", 0),
        ({"error": 100}, "SendError", 0),
        *((fault, "NetworkUnavailable", 0) for fault in spoken.NO_ANSWER),
    )

    # Clients format nothing, and no button asks for a number.
    test_their_look_arrives = None
    test_a_number_is_asked_for_and_given = None

    def test_what_was_perhaps_said_is_not_said_twice(self):
        chat = self.greet().chat_id
        self.control("faults", call={"network": "vk", "method": self.method, "drop": "after"})
        with self.failing("NetworkUnavailable"):
            self.send(chat, "Да")
        self.keys -= 1
        self.send(chat, "Да")
        self.assertEqual([one["text"] for one in self.seen()], ["Вы тут?", "Да"])

    def test_reading_is_reported(self):
        chat = self.greet().chat_id
        sent = self.send(chat, "Да")
        self.act("read")
        receipt = self.hear("ReceiptReported")
        self.assertEqual((receipt.message_id, receipt.receipt), (sent, "read"))

    def test_what_a_colleague_writes_is_echoed(self):
        chat = self.greet().chat_id
        self.owner("write", client=self.person, text="Из ВК")
        echo = self.hear("MessageEchoed")
        self.assertEqual((echo.chat_id, echo.text), (chat, "Из ВК"))

    def test_an_answer_to_what_the_client_deleted_arrives(self):
        said = self.greet()
        self.act("delete", number=said.sequence)
        self.send(said.chat_id, "Да", reply_to=said.message_id)
        self.assertEqual(self.seen()[-1]["text"], "Да")

    def test_where_buttons_are_switched_off_choices_stand_in_the_text(self):
        chat = self.greet().chat_id
        self.owner("settings", bot_capabilities=False)
        self.send(chat, "Когда?", buttons=(protocols.Button("Утром"), protocols.Button("Вечером")))
        last = self.seen()[-1]
        self.assertEqual((last["text"], last["buttons"]), ("Когда?\n• Утром\n• Вечером", []))

    def test_what_is_too_long_by_its_emoji_is_cut_before(self):
        chat = self.greet().chat_id
        parts = self.speaker.plan("😀" * 3000, [])
        for part in parts:
            self.send(chat, part.text)
        self.assertEqual("".join(one["text"] for one in self.seen()[1:]), "😀" * 3000)

    def test_a_voice_message_is_put_into_words(self):
        self.act("write", attachments=[{"kind": "voice"}])
        said = self.hear_message()
        self.act("transcribe", number=said.sequence, text="Перезвоните")
        edited = self.hear("MessageEdited")
        self.assertEqual((edited.message_id, edited.files), (said.message_id, said.files))
        self.assertEqual([card.title for card in edited.cards], ["Перезвоните"])

    def test_the_black_list_is_told(self):
        chat = self.greet().chat_id
        for action, reachable in (("block", False), ("unblock", True)):
            self.owner(action, client=self.person)
            event = self.hear("ReachabilityChanged")
            self.assertEqual((event.chat_id, event.reachable), (chat, reachable))

    def test_chats_are_listed_with_their_last_numbers(self):
        chat = self.greet().chat_id
        self.send(chat, "Да")
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        self.assertEqual(self.speaker.fetch_ends(now - timedelta(hours=1), http_door), {chat: 2})
        self.assertEqual(self.speaker.fetch_ends(now + timedelta(hours=1), http_door), {})

    def test_what_follows_in_a_chat_is_found_by_its_number(self):
        chat = self.greet().chat_id
        self.send(chat, "Да")
        found = self.speaker.fetch_missed(chat, range(2, 52), http_door)
        self.assertEqual(list(found), [2])

    def test_a_place_arrives(self):
        self.act("write", geo={"latitude": 55.7558, "longitude": 37.6173, "title": "Москва"})
        [card] = self.hear_message().cards
        self.assertEqual(card.kind, "location")
