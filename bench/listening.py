"""An operator's browser as far as it hears: what comes over the websocket, and when."""

import json
import re
import threading
import time

import websocket

from .servers import Server
from .session import Session
from .setting import Setting

PATIENCE = 60
SAID = re.compile(r"bench-mark-(\d+)-")


def mark(number: int) -> str:
    """Return a text that is recognised when it is heard."""
    return f"bench-mark-{number}- Do you have it in blue?"


def _connect(server: Server, session: Session) -> websocket.WebSocket:
    """Return the connection; Odoo's process for it begins later than the others."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection = websocket.create_connection(
                server.bus_url, cookie=session.cookie, origin=server.url, timeout=PATIENCE
            )
        except ConnectionRefusedError:
            Setting.expect(time.monotonic() < deadline, "nobody listens for websockets")
            time.sleep(0.1)
        else:
            connection.settimeout(1)
            return connection


class Listener:
    """Hears, as long as it is open, what Odoo tells the browser of a user.

    :param last: the number of the last notification that it has heard already
    """

    def __init__(self, server: Server, session: Session, last: int = 0):
        self.heard: dict[int, float] = {}  # Unix time, by the number of the mark
        self._socket, self._last = _connect(server, session), last
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self):
        self.send("subscribe", {"channels": [], "last": self._last})
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self._over.set()
        self._thread.join()
        self._socket.close()

    def send(self, event: str, data) -> None:
        """The browser tells Odoo something."""
        self._socket.send(json.dumps({"event_name": event, "data": data}))

    def wait_for(self, numbers: list[int], patience: float = PATIENCE) -> None:
        """All these marks have been heard.

        :raises Broken: one was not
        """
        deadline = time.monotonic() + patience
        while missing := [number for number in numbers if number not in self.heard]:
            Setting.expect(
                time.monotonic() < deadline,
                f"{len(missing)} of {len(numbers)} messages did not reach the browser",
            )
            time.sleep(0.02)

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                frame = self._socket.recv()
            except websocket.WebSocketTimeoutException:
                continue
            except (OSError, websocket.WebSocketException):
                return  # whoever waits for a mark is told
            now = time.time()
            for notification in json.loads(frame) if frame else []:
                message = notification["message"]
                if message["type"] == "discuss.channel/new_message":
                    for number in SAID.findall(json.dumps(message["payload"])):
                        self.heard.setdefault(int(number), now)
