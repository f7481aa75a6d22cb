"""Viber, spoken by the addon's own protocol."""

from . import spoken


class TestViberSpoken(spoken.Spoken):
    network, method = "viber", "send_message"
    token = "4f5acb4ff627e040-demonstration-SECRET-1"
    account, person = "pa:5312345678901234567", "k7Qm2ZxV9LpA4sTdE8nYgA=="
    SENT = {
        "photo": ["image"],
        "doc": ["file"],
        "voice": ["audio"],
        "video": ["video"],
        "sticker": ["sticker"],
        "location": ["location"],
        "contact": ["contact"],
        "link": ["link"],
    }
    UPLOADED = {
        ("photo.png", ""): "image",
        ("photo.png", "as_doc"): "file",
        ("film.mp4", ""): "video",
        ("bill.pdf", ""): "file",
    }
    DEEDS = (
        ("start", {"context": "promo"}, "ChatStarted", {"start_parameter": "promo"}),
        ("deny", {}, "ReachabilityChanged", {"reachable": False}),
        ("allow", {}, "ReachabilityChanged", {"reachable": True}),
    )
    ANSWERED = spoken.SHOWN | {"voice": "file"}
    TROUBLES = (
        ({"error": 12}, "RecipientThrottled", 0),
        ({"error": 2}, "CredentialsRefused", 0),
        ({"error": 6}, "RecipientUnavailable", 0),
        ({"error": 3}, "SendError", 0),
        ({"error": 429}, "Throttled", 0),
        *((fault, "OutcomeUnknown", 0) for fault in spoken.NO_ANSWER),
    )

    # Clients format nothing and quote nothing that bots are told of; what was said stays said.
    test_their_look_arrives = None
    test_quotes_and_what_is_passed_on_arrive = None
    test_answers_change_and_go = None

    def test_delivery_and_reading_are_reported(self):
        chat = self.greet().chat_id
        sent = self.send(chat, "Да")
        self.act("read")
        for receipt in ("delivered", "read"):
            told = self.hear("ReceiptReported")
            self.assertEqual((told.message_id, told.receipt), (sent, receipt))

    def test_a_file_that_cannot_be_fetched_is_reported(self):
        chat = self.greet().chat_id
        gone = self.file("file", "bill.pdf", "application/pdf", b"%PDF-1.4")
        self.company.files.clear()
        sent = self.send(chat, files=(gone,))
        told = self.hear("ReceiptReported")
        self.assertEqual((told.message_id, told.receipt), (sent, "failed"))

    def test_who_opens_the_chat_is_greeted(self):
        self.speak(greeting="Добрый день!")
        self.act("start")
        self.hear("ChatStarted")
        self.await_true(self.seen, "no greeting")
        self.assertEqual(self.seen()[-1]["text"], "Добрый день!")
