"""Events arrive in VK's envelope, in order, and again if they were not accepted."""

import json
import threading
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

from .common import ANNA, DMITRY, GROUP, SECRET, CallbackCase


class TestServers(CallbackCase):
    def servers(self):
        return self.api("groups.getCallbackServers", group_id=GROUP)["items"]

    def add(self, **values):
        values = {"group_id": GROUP, "url": self.receiver.url, "title": "x", **values}
        return self.call("groups.addCallbackServer", **values)

    def test_confirmed_while_adding(self):
        self.assertEqual(self.servers()[0]["status"], "ok")
        self.assertEqual(self.servers()[0]["secret_key"], SECRET)

    def test_slow_answer_is_waited_for(self):
        self.city.networks["vk"].events.confirmation_wait = 0.01
        self.receiver.delay = 0.2
        self.connect()
        self.assertEqual(self.servers()[1]["status"], "wait")
        path = f"vk/accounts/{GROUP}"
        self.await_true(lambda: self.look(path)["servers"][1]["status"] == "ok")

    def test_code_is_good_once(self):
        code = self.api("groups.getCallbackConfirmationCode", group_id=GROUP)["code"]
        self.assertNotEqual(code, self.receiver.code)

    def test_wrong_answer(self):
        self.receiver.code = "something else"
        self.assertIn("response", self.add())
        self.assertEqual(self.servers()[1]["status"], "failed")

    def test_limits(self):
        self.assertEqual(self.add(title="fifteen letters")["error"]["error_code"], 100)
        self.assertEqual(self.add(title="")["error"]["error_code"], 100)
        self.assertEqual(self.add(secret_key="x" * 51)["error"]["error_code"], 100)
        self.assertEqual(self.add(url="http://example.invalid/")["error"]["error_code"], 100)
        self.assertEqual(self.add(url="nonsense")["error"]["error_code"], 100)
        for _number in range(9):
            self.add()
        self.assertEqual(self.add()["error"]["error_code"], 2000)

    def test_edit_confirms_again(self):
        values = {"group_id": GROUP, "url": self.receiver.url, "title": "new", "secret_key": "s"}
        self.api("groups.editCallbackServer", server_id=self.server_id, **values)
        self.assertEqual(self.servers()[0]["status"], "failed")
        self.assertEqual(self.code("groups.editCallbackServer", server_id=99, **values), 104)

    def test_delete(self):
        server = {"group_id": GROUP, "server_id": self.server_id}
        self.assertEqual(self.api("groups.deleteCallbackServer", **server), 1)
        self.assertEqual(self.servers(), [])
        self.assertEqual(self.code("groups.deleteCallbackServer", **server), 104)

    def test_settings(self):
        server = {"group_id": GROUP, "server_id": self.server_id}
        self.api("groups.setCallbackSettings", message_new=0, **server)
        events = self.api("groups.getCallbackSettings", **server)["events"]
        self.assertEqual((events["message_new"], events["message_read"]), (0, 1))
        self.assertEqual(self.code("groups.setCallbackSettings", message_new=2, **server), 100)
        self.assertEqual(self.code("groups.setCallbackSettings", api_version="6", **server), 8)

    def test_by_hand(self):
        server = self.owner("add_server", url=self.receiver.url, secret_key="by-hand-SECRET")
        self.assertEqual(server["status"], "unconfigured")
        self.receiver.code = self.look(f"vk/accounts/{GROUP}")["confirmation_code"]
        server = self.owner("confirm_server", server_id=server["server_id"])
        self.assertEqual(server["status"], "ok")


class TestEvents(CallbackCase):
    def test_message_new(self):
        self.act("write", text="Здравствуйте", ref="promo", ref_source="site")
        (event,) = self.events("message_new")
        self.assertEqual((event["group_id"], event["v"]), (GROUP, "5.199"))
        self.assertEqual((event["secret"], len(event["event_id"])), (SECRET, 40))
        self.assertEqual(event["object"]["client_info"]["lang_id"], 0)
        message = event["object"]["message"]
        self.assertEqual((message["from_id"], message["peer_id"], message["out"]), (ANNA, ANNA, 0))
        self.assertEqual((message["text"], message["ref"]), ("Здравствуйте", "promo"))

    def test_old_version_is_flat(self):
        self.owner("change_server", server_id=self.server_id, api_version="5.92")
        self.act("write", text="a")
        self.assertEqual(self.events("message_new")[0]["object"]["text"], "a")

    def test_echo_of_our_own(self):
        self.act("write", text="a")
        self.send(message="b", random_id=913370021)
        echo = self.events("message_reply")[0]["object"]
        self.assertEqual((echo["random_id"], echo["from_id"]), (913370021, -GROUP))
        self.assertNotIn("admin_author_id", echo)

    def test_colleague_writes_in_vk(self):
        self.owner("write", client=ANNA, text="from VK")
        reply = self.events("message_reply")[0]["object"]
        self.assertEqual((reply["text"], reply["admin_author_id"]), ("from VK", 1003344))

    def test_edits_of_both_sides(self):
        self.act("write", text="a")
        self.send(message="b")
        self.act("edit", number=1, text="A")
        self.api("messages.edit", peer_id=ANNA, cmid=2, message="B")
        edits = [event["object"] for event in self.events("message_edit", 2)]
        self.assertEqual([edit["text"] for edit in edits], ["A", "B"])
        self.assertTrue(all(edit["update_time"] for edit in edits))

    def test_small_ones(self):
        self.act("write", text="a")
        sent = self.send(message="b")
        for action in ("typing", "read", "deny", "allow"):
            self.act(action)
        self.act("react", number=2, reaction=3)
        self.act("read")
        read = self.events("message_read")[0]["object"]
        self.assertEqual((read["read_message_id"], read["conversation_message_id"]), (sent, 2))
        self.assertEqual(self.events("message_deny")[0]["object"], {"user_id": ANNA})
        self.assertEqual(self.events("message_allow")[0]["object"], {"user_id": ANNA, "key": ""})
        typing = self.events("message_typing_state")[0]["object"]
        self.assertEqual((typing["from_id"], typing["to_id"]), (ANNA, -GROUP))
        self.assertEqual(self.events("message_reaction_event")[0]["object"]["reaction_id"], 3)
        self.assertEqual(len(self.receiver.events("message_read")), 1)

    def test_callback_button(self):
        self.act("write", text="a")
        action = {"type": "callback", "label": "Да", "payload": {"btn": 1}}
        keyboard = json.dumps({"inline": True, "buttons": [[{"action": action}]]})
        self.send(message="?", keyboard=keyboard)
        self.act("press", number=2)
        pressed = self.events("message_event")[0]["object"]
        self.assertEqual((pressed["payload"], pressed["user_id"]), ({"btn": 1}, ANNA))
        answer = {"event_id": pressed["event_id"], "user_id": ANNA, "peer_id": ANNA}
        data = json.dumps({"type": "show_snackbar", "text": "Готово"})
        self.assertEqual(
            self.code("messages.sendMessageEventAnswer", **answer, event_data="{}"), 100
        )
        self.api("messages.sendMessageEventAnswer", **answer, event_data=data)
        self.assertEqual(self.code("messages.sendMessageEventAnswer", **answer), 100)
        chat = self.look(f"vk/chats/{GROUP}/{ANNA}")
        self.assertEqual(chat["button_answer"]["text"], "Готово")

    def test_only_what_is_switched_on(self):
        self.owner("change_server", server_id=self.server_id, events=["message_deny"])
        self.act("write", text="a")
        self.act("deny")
        self.events("message_deny")
        self.assertEqual(self.receiver.events("message_new"), [])

    def test_any_event_on_demand(self):
        self.owner("emit", type="lead_forms_new", object={"lead_id": 1})
        self.assertEqual(self.events("lead_forms_new")[0]["object"], {"lead_id": 1})


class TestDelivery(CallbackCase):
    def test_repeated_until_ok(self):
        self.receiver.answers = [(500, "", {}), (200, "OK", {}), (200, '"ok"', {})]
        self.act("write", text="a")
        self.events("message_new", 4)
        ids = {event["event_id"] for event in self.receiver.events("message_new")}
        counters = [got["headers"].get("X-Retry-Counter") for got in self.receiver.got]
        self.assertEqual((len(ids), counters), (1, [None, "1", "2", "3"]))
        self.await_true(lambda: self.parcels(state="done"))

    def test_given_up(self):
        self.receiver.answers = [(500, "", {})] * 9
        self.city.courier.pace = 0.000001
        self.act("write", text="a")
        self.await_true(lambda: self.parcels(state="lost"))
        self.assertEqual(len(self.parcels()[0]["attempts"]), 9)

    def test_nobody_there(self):
        self.receiver.close()
        self.receiver.close = lambda: None
        self.act("write", text="a")
        self.await_true(lambda: len(self.parcels()[0]["attempts"]) > 1)
        self.assertEqual(self.parcels()[0]["attempts"][0]["error"], "ConnectionError")

    def test_receiver_asks_for_later(self):
        when = datetime.now(timezone.utc) + timedelta(hours=1)
        self.receiver.answers = [(503, "", {"Retry-After": format_datetime(when, usegmt=True)})]
        self.act("write", text="a")
        self.await_true(lambda: self.parcels()[0]["due"])
        self.assertAlmostEqual(self.parcels()[0]["due"], when.timestamp(), delta=2)

    def test_too_late_is_not_obeyed(self):
        when = datetime.now(timezone.utc) + timedelta(hours=4)
        self.receiver.answers = [(503, "", {"Retry-After": format_datetime(when, usegmt=True)})]
        self.act("write", text="a")
        self.events("message_new", 2)

    def test_remove_drops_the_server(self):
        self.receiver.answers = [(200, "remove", {})]
        self.act("write", text="a")
        self.await_true(lambda: not self.look(f"vk/accounts/{GROUP}")["servers"])

    def test_order_per_peer(self):
        self.receiver.delay = 0.01
        for number in range(10):
            self.act("write", text=str(number))
            self.act("write", person=DMITRY, text=str(number))
        self.events("message_new", 20)
        messages = [event["object"]["message"] for event in self.receiver.events("message_new")]
        for person in (ANNA, DMITRY):
            texts = [one["text"] for one in messages if one["from_id"] == person]
            self.assertEqual(texts, list("0123456789"))

    def test_a_slow_chat_holds_back_nobody_else(self):
        gate = threading.Event()
        receive = self.receiver.receive

        def block_anna(body, headers):
            if json.loads(body)["object"].get("message", {}).get("from_id") == ANNA:
                gate.wait(5)
            return receive(body, headers)

        self.receiver.receive = block_anna
        self.act("write", text="slow")
        self.act("write", person=DMITRY, text="quick")
        self.assertEqual(self.events("message_new")[0]["object"]["message"]["text"], "quick")
        gate.set()

    def test_copies_at_once(self):
        self.control("faults", events={"copies": 5})
        self.act("write", text="a")
        events = self.events("message_new", 5)
        self.assertEqual(len({event["event_id"] for event in events}), 1)

    def test_shuffled(self):
        self.control("faults", events={"shuffle": 0.2})
        for number in range(20):
            self.act("write", text=f"{number:02}")
        self.events("message_new", 20)
        texts = [event["object"]["message"]["text"] for event in self.receiver.events()]
        self.assertNotEqual(texts, sorted(texts))

    def test_held(self):
        self.control("faults", events={"hold": True})
        self.act("write", text="a")
        self.assertEqual(self.receiver.events(), [])
        self.control("faults", events={"hold": False})
        self.events("message_new")

    def test_again_on_demand(self):
        self.act("write", text="a")
        (event,) = self.events("message_new")
        self.control("events/repeat", event_id=event["event_id"], times=3)
        self.assertEqual(len(self.receiver.events("message_new")), 4)

    def test_control_hides_the_secret(self):
        self.act("write", text="a")
        self.assertEqual(self.parcels()[0]["body"]["secret"], "***")
