"""Faults, memory, and what the phone page asks for."""

import json
import tempfile
import unittest
from pathlib import Path

import requests

from simulator.city import City
from simulator.faults import Faults
from simulator.server import Application

from .common import ANNA, GROUP, TOKEN, CallbackCase, LiveCase, SimulatorCase


class TestFaults(SimulatorCase):
    def fail(self, **call):
        return self.control("faults", call=call)

    def raw(self):
        return self.client.post("/method/groups.getById", data={"v": "5.199"})

    def test_error_so_many_times(self):
        self.fail(method="groups.*", error=10, times=2)
        codes = [self.call("groups.getById").get("error", {}).get("error_code") for _n in "123"]
        self.assertEqual(codes, [10, 10, None])

    def test_status_and_garbage(self):
        self.fail(status=502, body="<html>")
        self.assertEqual(self.raw().status_code, 502)
        self.fail(garbage=True)
        self.assertIn(b"Bad Gateway", self.raw().data)

    def test_only_some_calls(self):
        self.fail(method="groups.getById", error=10, times=-1, parameters={"fields": "x"})
        self.api("groups.getById")
        self.assertEqual(self.code("groups.getById", fields="x"), 10)
        self.client.delete("/control/faults")
        self.api("groups.getById", fields="x")

    def test_skip(self):
        faults = Faults()
        faults.add({"skip": 1, "error": 10})
        met = [faults.meet("vk", "m", {}).fault for _n in range(3)]
        self.assertEqual([bool(fault) for fault in met], [False, True, False])

    def test_media(self):
        (person,) = self.api("users.get", user_ids=ANNA, fields="photo_200")
        self.fail(method="media", network="media", status=404)
        self.assertEqual(self.client.get(person["photo_200"]).status_code, 404)
        self.assertEqual(self.client.get(person["photo_200"]).status_code, 200)

    def test_nonsense(self):
        for data in (
            {"call": {"colour": 1}},
            {"call": {"drop": "x"}},
            {"x": 1},
            {"events": {"x": 1}},
        ):
            self.assertEqual(self.client.post("/control/faults", json=data).status_code, 400)


class TestConnections(LiveCase):
    def post(self, **parameters):
        parameters = {"v": "5.199", "access_token": TOKEN, **parameters}
        return requests.post(f"{self.url}/method/messages.send", data=parameters, timeout=5)

    def send_and_lose_the_answer(self, when):
        self.control("faults", call={"method": "messages.send", "drop": when})
        with self.assertRaises(requests.ConnectionError):
            self.post(peer_id=ANNA, random_id=7, message="b")

    def test_closed_after_the_thing_was_done(self):
        self.act("write", text="a")
        self.send_and_lose_the_answer("after")
        self.assertEqual(len(self.seen()), 2)
        self.assertEqual(self.post(peer_id=ANNA, random_id=7, message="b").json(), {"response": 2})
        self.assertEqual(len(self.seen()), 2)

    def test_closed_before(self):
        self.act("write", text="a")
        self.send_and_lose_the_answer("before")
        self.assertEqual(len(self.seen()), 1)

    def test_news(self):
        with requests.get(f"{self.url}/phone/news", stream=True, timeout=5) as stream:
            lines = stream.iter_lines()
            first = next(line for line in lines if line)
            self.act("write", text="a")
            second = next(line for line in lines if line)
            self.assertNotEqual(first, second)

    def test_slow(self):
        self.control("faults", call={"slow": 0.2})
        self.assertGreater(self.post().elapsed.total_seconds(), 0.2)


class TestMemory(CallbackCase):
    def test_reset(self):
        self.act("write", text="a")
        state = self.client.get("/phone/state").json
        self.control("reset")
        self.assertEqual(self.seen(), [])
        state = self.client.get(f"/phone/state?life={state['life']}&since={state['version']}").json
        self.assertTrue(state["complete"])
        self.control("reset", empty=True)
        self.assertEqual(self.look("vk"), {"accounts": [], "clients": []})

    def test_restart(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "state.json"
            first = self.other(file)
            first.begin()
            first.save()
            self.assertIn("Кузнецов", file.read_text(encoding="utf-8"))
            second = self.other(file)
            second.begin()
            self.assertEqual(second.world.accounts, first.world.accounts)
            picture = second.world.clients["vk", str(ANNA)].picture
            self.assertTrue(second.media.content(picture).startswith(b"\x89PNG"))

    def other(self, file):
        city = City("http://127.0.0.1", file)
        city._keep_saving = lambda: None
        self.addCleanup(__import__("atexit").unregister, city.save)
        return city

    def test_connected_community_goes_on_after_restart(self):
        with tempfile.TemporaryDirectory() as folder:
            self.city.state_file = Path(folder) / "state.json"
            self.city.save()
            other = self.other(self.city.state_file)
            other.begin()
            self.city, self.client = other, type(self.client)(Application(other))
            self.act("write", text="after")
            self.assertEqual(self.events("message_new")[0]["object"]["message"]["text"], "after")

    def test_unreadable_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "state.json"
            file.write_text("{", encoding="utf-8")
            city = self.other(file)
            with self.assertLogs("simulator", "WARNING"):
                city.begin()
            self.assertEqual(len(city.world.clients_of("vk")), 3)


class TestControl(SimulatorCase):
    def test_new_community_and_client(self):
        self.control("vk/accounts", name="Second", id=5, token="second-SECRET")
        self.control("vk/clients", first_name="Ivan", id=77, lang="en", photo=False)
        self.act("write", person=77, account="5", text="hi")
        answer = self.call(
            "messages.send", token="second-SECRET", peer_id=77, random_id=1, message="a"
        )
        self.assertEqual(answer, {"response": 2})
        self.assertEqual(self.code("messages.send", peer_id=77, random_id=1, message="a"), 901)

    def test_what_is_not_there(self):
        for path in ("nowhere/clients", "vk/clients/1/write", f"vk/clients/{ANNA}/fly"):
            self.assertEqual(self.client.post(f"/control/{path}", json={}).status_code, 404, path)
        answer = self.client.post(f"/control/vk/clients/{ANNA}/write", data="[]")
        self.assertEqual(answer.status_code, 400)

    def test_phone_asks_only_for_what_is_new(self):
        everything = self.client.get("/phone/state").json
        of_vk = [one for one in everything["people"]["clients"] if one["network"] == "vk"]
        self.assertEqual(len(of_vk), 3)
        self.act("write", text="<b>a</b>")
        news = self.client.get(
            f"/phone/state?life={everything['life']}&since={everything['version']}"
        ).json
        self.assertNotIn("people", news)
        self.assertEqual([chat["client"] for chat in news["chats"]], [str(ANNA)])

    def test_unread(self):
        self.act("write", text="a")
        self.send(message="b")
        self.assertEqual(self.client.get("/phone/state").json["chats"][0]["unread"], 1)
        self.act("read")
        self.assertEqual(self.client.get("/phone/state").json["chats"][0]["unread"], 0)

    def test_page(self):
        for path in ("/", "/phone", "/static/page.js", "/static/page.css", "/phone/sticker/1.png"):
            with self.client.get(path) as answer:
                self.assertEqual(answer.status_code, 200, path)
        with self.client.get("/") as page:
            self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        self.assertEqual(self.client.get("/static/../server.py").status_code, 404)

    def test_account_tells_no_token(self):
        self.assertNotIn(TOKEN, json.dumps(self.look(f"vk/accounts/{GROUP}")))


if __name__ == "__main__":
    unittest.main()
