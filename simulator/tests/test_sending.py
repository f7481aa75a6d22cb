"""messages.send takes what VK takes, and says things once."""

import json

from .common import ANNA, DMITRY, GROUP, SimulatorCase


class SendingCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.act("write", text="Здравствуйте")


class TestSend(SendingCase):
    def test_one_peer_gets_a_number_several_a_list(self):
        self.assertIsInstance(self.send(message="a"), int)
        answer = self.api("messages.send", peer_ids=f"{ANNA},{DMITRY}", random_id=5, message="b")
        self.assertEqual(answer[0]["conversation_message_id"], 3)
        self.assertEqual(answer[1]["error"]["code"], 901)

    def test_random_id_is_mandatory_and_idempotent(self):
        self.assertEqual(self.refused(message="a", random_id=""), 100)
        self.assertEqual(self.refused(message="a", random_id=2**31), 100)
        first = self.send(message="a", random_id=77)
        self.assertEqual(self.send(message="a", random_id=77), first)
        self.assertEqual(len(self.seen()), 2)
        self.owner("settings", repeated_send_returns="zero")
        self.assertEqual(self.send(message="a", random_id=77), 0)

    def test_zero_protects_nothing(self):
        self.assertNotEqual(self.send(message="a"), self.send(message="a"))

    def test_empty_and_long(self):
        self.assertEqual(self.refused(message="  "), 100)
        self.assertTrue(self.send(message="я" * 4096))
        self.assertEqual(self.refused(message="я" * 4097), 914)
        self.assertEqual(self.refused(message="😀" * 2049), 914)

    def test_payload_and_intent(self):
        self.assertEqual(self.refused(message="a", payload="x" * 1001), 100)
        self.assertEqual(self.refused(message="a", intent="promo_newsletter"), 943)
        self.assertEqual(self.refused(message="a", dont_parse_links="yes"), 100)

    def test_place(self):
        self.send(lat="55.75", long="37.61")
        self.assertEqual(self.seen()[-1]["parts"][0]["latitude"], 55.75)
        self.assertEqual(self.refused(lat="91", long="0"), 100)

    def test_sticker(self):
        self.send(sticker_id=2)
        self.assertEqual(self.seen()[-1]["parts"][0]["kind"], "sticker")
        self.assertEqual(self.refused(sticker_id=999), 100)

    def test_unknown_attachment(self):
        for name in ("photo-1_2", "photo", f"doc-{GROUP}_1", f"wall-{GROUP}_1"):
            self.assertEqual(self.refused(attachment=name), 100, name)
        many = ",".join([f"doc-{GROUP}_1"] * 11)
        self.assertEqual(self.refused(attachment=many), 100)


class TestWhoMayBeWrittenTo(SendingCase):
    def test_strangers(self):
        self.assertEqual(self.refused(peer_id=DMITRY, message="a"), 901)
        self.assertEqual(self.refused(peer_id=999, message="a"), 901)

    def test_denied_allowed_and_written_again(self):
        self.act("deny")
        self.assertEqual(self.refused(message="a"), 901)
        allowed = self.api("messages.isMessagesFromGroupAllowed", group_id=GROUP, user_id=ANNA)
        self.assertEqual(allowed, {"is_allowed": 0})
        self.act("allow")
        self.send(message="a")
        self.act("deny")
        self.act("write", text="all the same")
        self.send(message="b")

    def test_black_list_privacy_deleted(self):
        self.owner("block", client=ANNA)
        self.assertEqual(self.refused(message="a"), 900)
        self.owner("unblock", client=ANNA)
        self.act("become", private=True)
        self.assertEqual(self.refused(message="a"), 902)
        self.act("become", deactivated="deleted")
        self.assertEqual(self.refused(message="a"), 18)

    def test_peers_that_are_not_people(self):
        self.assertEqual(self.refused(peer_id=2000000001, message="a"), 917)
        self.assertEqual(self.refused(peer_id=-5, message="a"), 932)


class TestQuotes(SendingCase):
    def forward(self, **values):
        return json.dumps({"peer_id": ANNA, "conversation_message_ids": [1], **values})

    def test_reply_by_number(self):
        self.send(message="a", forward=self.forward(is_reply=1))
        self.assertEqual(self.seen()[-1]["reply"]["text"], "Здравствуйте")

    def test_reply_by_id(self):
        self.send(message="a", reply_to=1)
        self.assertEqual(self.seen()[-1]["reply"]["name"], "Анна Соколова")
        self.assertEqual(self.refused(message="a", reply_to=500), 100)

    def test_forward(self):
        self.send(forward=self.forward())
        self.assertEqual(self.seen()[-1]["forwarded"][0]["text"], "Здравствуйте")
        self.assertEqual(self.refused(forward="["), 100)
        self.assertEqual(self.refused(forward=self.forward(conversation_message_ids=[9])), 921)
        several = self.forward(conversation_message_ids=[1, 1], is_reply=1)
        self.assertEqual(self.refused(forward=several), 100)


class TestKeyboard(SendingCase):
    def keyboard(self, *rows, **values):
        return json.dumps({"buttons": list(rows), **values})

    def button(self, kind="text", color=None, **values):
        action = {"type": kind, "label": "Да", **values}
        return {"action": action, **({"color": color} if color else {})}

    def test_pressed(self):
        row = [self.button(payload='{"cmd":1}', color="primary")]
        self.send(message="?", keyboard=self.keyboard(row, one_time=True))
        self.act("press", number=2)
        self.assertEqual(self.seen()[-1]["text"], "Да")
        history = self.api("messages.getHistory", peer_id=ANNA)
        self.assertEqual(history["items"][0]["payload"], '{"cmd":1}')
        self.assertIsNone(self.look(f"vk/chats/{GROUP}/{ANNA}")["keyboard"])

    def test_wrong(self):
        button = self.button()
        wrong = {
            "not json": "{",
            "no buttons": "{}",
            "no label": self.keyboard([self.button(label="")]),
            "long label": self.keyboard([self.button(label="x" * 41)]),
            "unknown type": self.keyboard([self.button("request_phone")]),
            "colour on a link": self.keyboard(
                [self.button("open_link", "primary", link="http://a")]
            ),
            "unknown colour": self.keyboard([self.button(color="red")]),
            "payload": self.keyboard([self.button(payload="{")]),
            "long payload": self.keyboard([self.button(payload=json.dumps("x" * 254))]),
            "no link": self.keyboard([self.button("open_link")]),
            "wide": self.keyboard([button] * 6),
            "high": self.keyboard(*[[button]] * 11),
            "many": self.keyboard(*[[button] * 5] * 9),
            "inline, many": self.keyboard(*[[button] * 2] * 6, inline=True),
            "inline, once": self.keyboard([button], inline=True, one_time=True),
        }
        for why, keyboard in wrong.items():
            with self.subTest(why):
                self.assertEqual(self.refused(message="?", keyboard=keyboard), 911)

    def test_bot_features_are_off(self):
        self.owner("settings", bot_capabilities=False)
        keyboard = self.keyboard([self.button()])
        self.assertEqual(self.refused(message="?", keyboard=keyboard), 912)
