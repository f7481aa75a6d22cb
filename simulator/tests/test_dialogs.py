"""Reading, marking, changing and deleting in VK."""

from .common import ANNA, DMITRY, GROUP, SimulatorCase


class DialogCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        for text in ("a", "b", "c"):
            self.act("write", text=text)
        self.reply = self.send(message="reply")


class TestReading(DialogCase):
    def texts(self, method="messages.getHistory", **parameters):
        answer = self.api(method, **parameters)
        return [item["text"] for item in answer["items"]]

    def test_history_both_ways(self):
        self.assertEqual(self.texts(peer_id=ANNA, count=2), ["reply", "c"])
        self.assertEqual(self.texts(peer_id=ANNA, rev=1, count=2, offset=1), ["b", "c"])
        self.assertEqual(self.texts(peer_id=ANNA, start_message_id=2), ["b", "a"])
        self.assertEqual(self.code("messages.getHistory", peer_id=ANNA, count=201), 100)
        self.assertEqual(self.code("messages.getHistory", peer_id=DMITRY), 936)

    def test_conversations_latest_first(self):
        self.act("write", DMITRY, text="d")
        answer = self.api("messages.getConversations", count=1)
        self.assertEqual(answer["count"], 2)
        [item] = answer["items"]
        self.assertEqual(item["last_message"]["text"], "d")
        self.assertEqual(item["conversation"]["last_conversation_message_id"], 1)
        self.api("messages.delete", peer_id=ANNA, cmids="4")
        [other] = self.api("messages.getConversations", offset=1)["items"]
        self.assertEqual(other["last_message"]["text"], "c")
        self.assertEqual(self.code("messages.getConversations", count=201), 100)

    def test_by_id_and_number(self):
        self.assertEqual(self.texts("messages.getById", message_ids="1,3,99"), ["a", "c"])
        self.assertEqual(self.texts("messages.getById", peer_id=ANNA, cmids="2"), ["b"])
        by_number = {"peer_id": ANNA, "conversation_message_ids": "2,4"}
        texts = self.texts("messages.getByConversationMessageId", **by_number)
        self.assertEqual(texts, ["b", "reply"])

    def test_mark_as_read(self):
        self.assertEqual(self.code("messages.markAsRead", peer_id=ANNA), 100)
        self.api("messages.markAsRead", peer_id=ANNA, up_to_cmid=2)
        states = [message["state"] for message in self.seen()]
        self.assertEqual(states, ["read", "read", "sent", ""])
        self.api("messages.markAsRead", peer_id=ANNA, mark_conversation_as_read=1)
        self.assertEqual(self.seen()[2]["state"], "read")

    def test_activity(self):
        self.api("messages.setActivity", peer_id=ANNA, type="typing")
        self.assertEqual(self.look(f"vk/chats/{GROUP}/{ANNA}")["typing"]["kind"], "typing")
        self.assertEqual(self.code("messages.setActivity", peer_id=ANNA, type="sleeping"), 100)

    def test_reaction(self):
        self.api("messages.sendReaction", peer_id=ANNA, cmid=1, reaction_id=4)
        self.assertEqual(self.seen()[0]["reactions"], {"company": 4})
        wrong = {"peer_id": ANNA, "cmid": 1, "reaction_id": 65}
        self.assertEqual(self.code("messages.sendReaction", **wrong), 1010)
        self.assertEqual(self.code("messages.sendReaction", **wrong | {"cmid": 50}), 1009)


class TestChanging(DialogCase):
    def test_edit(self):
        self.api("messages.edit", peer_id=ANNA, message_id=self.reply, message="better")
        self.assertEqual((self.seen()[-1]["text"], self.seen()[-1]["edited"]), ("better", True))
        self.api("messages.edit", peer_id=ANNA, cmid=4, message="best")
        self.assertEqual(self.seen()[-1]["text"], "best")

    def test_edit_refused(self):
        def edit(**values):
            return self.code("messages.edit", **{"peer_id": ANNA, "message": "x", **values})

        self.assertEqual(edit(message_id=1), 920, "the client's")
        self.assertEqual(edit(message_id=99), 100)
        self.assertEqual(edit(message_id=self.reply, message=""), 100)
        self.assertEqual(edit(message_id=self.reply, message="x" * 4097), 914)
        self.act("age", hours=25)
        self.assertEqual(edit(message_id=self.reply), 909)

    def test_delete_for_all(self):
        answer = self.api("messages.delete", message_ids=f"{self.reply},99", delete_for_all=1)
        self.assertEqual(answer, {str(self.reply): 1, "99": 0})
        self.assertEqual(len(self.seen()), 3)

    def test_delete_for_the_company_only(self):
        self.api("messages.delete", peer_id=ANNA, cmids="4")
        self.assertEqual(len(self.seen()), 4)
        self.assertEqual(self.api("messages.getHistory", peer_id=ANNA)["count"], 3)

    def test_delete_too_late(self):
        self.act("age", hours=25)
        late = {"message_ids": self.reply, "delete_for_all": 1}
        self.assertEqual(self.code("messages.delete", **late), 924)
        self.assertEqual(len(self.seen()), 4)
