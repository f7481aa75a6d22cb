"""A city of its own for every test, and a company's server that receives events."""

import json
import threading
import time
import unittest

from werkzeug.test import Client

from simulator.city import City
from simulator.server import Application, serve

from .listener import Listener

TOKEN = "vk1.a.demonstration-SECRET-token"
GROUP = 210987654
ANNA = 40112233
DMITRY = 40112234
SECRET = "k3y-SECRET"
PATIENCE = 5.0


class Receiver(Listener):
    """VK's Callback server: remembers what it gets; ``answers`` are used up first."""

    def __init__(self):
        super().__init__()
        self.got, self.answers = [], []
        self.code, self.delay = "", 0

    def receive(self, body, headers):
        """Return status, content and headers of the answer."""
        time.sleep(self.delay)
        body = json.loads(body)
        if body["type"] == "confirmation":
            return 200, self.code.encode()
        self.got.append({"body": body, "headers": headers})
        status, text, headers = self.answers.pop(0) if self.answers else (200, "ok", {})
        return status, text.encode(), headers

    def events(self, kind=""):
        """Return the events received, of one kind or all."""
        return [got["body"] for got in self.got if kind in ("", got["body"]["type"])]


class SimulatorCase(unittest.TestCase):
    """Speaks to the application in this process, about one account and person of a network."""

    network, account, person = "vk", GROUP, ANNA

    def setUp(self):
        self.city = City("http://127.0.0.1")
        self.city.courier.pace = 0.001
        self.application = Application(self.city)
        self.city.begin()
        self.client = Client(self.application)

    def call(self, method, token=TOKEN, **parameters):
        """Return the whole answer of a method."""
        parameters = {"v": "5.199", **parameters}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.post(f"/method/{method}", data=parameters, headers=headers).json

    def api(self, method, **parameters):
        """Return what a method says; it must not refuse."""
        answer = self.call(method, **parameters)
        self.assertIn("response", answer, answer)
        return answer["response"]

    def code(self, method, **parameters):
        """Return the code with which a method refuses."""
        answer = self.call(method, **parameters)
        self.assertIn("error", answer, answer)
        return answer["error"]["error_code"]

    def control(self, path, **data):
        """Do something through the control API; it must be possible."""
        answer = self.client.post(f"/control/{path}", json=data)
        self.assertEqual(answer.status_code, 200, answer.get_data(as_text=True))
        return answer.json

    def look(self, path):
        """Return what the control API tells."""
        return self.client.get(f"/control/{path}").json

    def act(self, action, person="", **data):
        """Let a client do something."""
        return self.control(f"{self.network}/clients/{person or self.person}/{action}", **data)

    def owner(self, action, **data):
        """Let the company do something in the network's own interface."""
        return self.control(f"{self.network}/accounts/{self.account}/{action}", **data)

    def seen(self, person=""):
        """Return the messages a client sees."""
        return self.chat(person)["messages"]

    def chat(self, person=""):
        """Return what a client sees of his chat with the company."""
        return self.look(f"{self.network}/chats/{self.account}/{person or self.person}")

    def send(self, **parameters):
        """Send a message to Anna and return what VK answers."""
        parameters = {"peer_id": ANNA, "random_id": 0, **parameters}
        return self.api("messages.send", **parameters)

    def refused(self, **parameters):
        """Return the code with which a message to Anna is refused."""
        return self.code("messages.send", **{"peer_id": ANNA, "random_id": 0, **parameters})

    def await_true(self, condition, what="nothing happened"):
        """Wait until something is true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.005)
        self.fail(what)


class CallbackCase(SimulatorCase):
    """With a confirmed Callback server that wants everything about messages."""

    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.server_id = self.connect()

    def connect(self, url="", secret=SECRET):
        """Add the receiver as a Callback server and return its id."""
        self.receiver.code = self.api("groups.getCallbackConfirmationCode", group_id=GROUP)["code"]
        server = self.api(
            "groups.addCallbackServer",
            group_id=GROUP,
            url=url or self.receiver.url,
            title="Odoo",
            secret_key=secret,
        )
        self.switch_on(server["server_id"])
        return server["server_id"]

    def switch_on(self, server_id):
        """Switch on the events about messages."""
        kinds = (
            "new reply edit allow deny event read typing_state reaction_event".split()  # noqa: SIM905
        )
        flags = {f"message_{kind}": 1 for kind in kinds}
        self.api(
            "groups.setCallbackSettings",
            group_id=GROUP,
            server_id=server_id,
            api_version="5.199",
            **flags,
        )

    def events(self, kind, count=1):
        """Return so many events of a kind, as soon as they are there."""
        self.await_true(lambda: len(self.receiver.events(kind)) >= count, f"no {kind}")
        return self.receiver.events(kind)

    def parcels(self, **wanted):
        """Return what the simulator says about its deliveries."""
        query = "&".join(f"{key}={value}" for key, value in wanted.items())
        return self.look(f"events?{query}")["events"]


class LiveCase(SimulatorCase):
    """Speaks to the application through a real connection."""

    def setUp(self):
        super().setUp()
        server = serve(self.application, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.city.world.origin = self.city.media.origin = self.url
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
