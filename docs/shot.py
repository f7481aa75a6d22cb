"""Take the README's picture from a running instance: ./dev shot, while ./dev run runs.

Clients write on the simulator's phone, an operator of the demonstration takes and answers as the
browser does, then Chromium shows Discuss. May be repeated: it is played by new clients each time,
what was open with those before them is finished first.
"""

import argparse
import base64
import http.cookiejar
import io
import itertools
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import websocket
from PIL import Image

PICTURE = Path(__file__).with_name("inbox.png")
WIDTH, HEIGHT = 1360, 850
MAX_BYTES = 400_000
OPERATOR = "anna"
CONVERSATION = "omnichannel.conversation"
PATIENCE = 30  # seconds for anything to appear

#: Their ids on the network, never the same twice.
OLGA, PAVEL, IRINA, ARTYOM = (int(time.time()) * 10 % 1_000_000_000 + number for number in range(4))
CLIENTS = {
    OLGA: ("Ольга", "Никитина"),
    PAVEL: ("Павел", "Демидов"),
    IRINA: ("Ирина", "Белова"),
    ARTYOM: ("Артём", "Котов"),
}
PHOTO = {"kind": "photo", "width": 1000, "height": 480, "seed": "evening"}


def wait_for(what: str, find: Callable):
    """Return what ``find`` finds; end the program when it finds nothing for too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := find():
            return found
        time.sleep(0.2)
    sys.exit(f"waited {PATIENCE} s in vain for {what}")


class Server:
    """A server that speaks JSON, and who is signed in there."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def post(self, path: str, values: dict) -> dict:
        """Return the JSON that is answered."""
        request = urllib.request.Request(  # noqa: S310 - the address is that of ./dev run
            self.origin + path, json.dumps(values).encode(), {"Content-Type": "application/json"}
        )
        try:
            with self._opener.open(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            return {"error": error.read().decode()}
        except OSError as error:
            sys.exit(f"{self.origin} does not answer ({error}): start ./dev run first")


class Phones(Server):
    """The clients, on the simulator."""

    def introduce(self) -> None:
        """The clients exist."""
        for number, (first_name, last_name) in CLIENTS.items():
            self.order("", id=number, first_name=first_name, last_name=last_name)

    def do(self, client: int, action: str, **values) -> None:
        self.order(f"/{client}/{action}", **values)

    def order(self, path: str, **values) -> None:
        answer = self.post(f"/control/vk/clients{path}", values)
        if "error" in answer:
            sys.exit(f"the simulator refuses {path}: {answer['error']}")


class Operator(Server):
    """One who works in Discuss."""

    def sign_in(self, database: str, login: str) -> None:
        self.ask("/web/session/authenticate", db=database, login=login, password=login)

    def ask(self, path: str, **params):
        """Return the result of a call; an error of Odoo's ends the program with its text."""
        answer = self.post(path, {"jsonrpc": "2.0", "method": "call", "params": params})
        if "error" in answer:
            error = answer["error"]
            sys.exit(f"{path}: {error['data']['message'] if 'data' in error else error}")
        return answer["result"]

    def call(self, model: str, method: str, *args, **kwargs):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.ask(path, model=model, method=method, args=args, kwargs=kwargs)

    def finish_all(self) -> None:
        """Nothing is open any more with clients of these names."""
        names = [" ".join(name) for name in CLIENTS.values()]
        domain = [["name", "in", names], ["state", "in", ["new", "open"]]]
        self.call(CONVERSATION, "action_finish", self.call(CONVERSATION, "search", domain))

    def last_message(self) -> int:
        """Return the number of the newest message of anybody."""
        return (self.call("omnichannel.message", "search", [], limit=1) or [0])[0]

    def await_message(self, client: int, after: int) -> None:
        """A message of the client that is newer than this one is there."""
        domain = [
            ["id", ">", after],
            ["direction", "=", "in"],
            ["conversation_id.identity_id.network_ref", "=", str(client)],
        ]
        name = " ".join(CLIENTS[client])
        wait_for(f"what {name} writes", lambda: self.count("omnichannel.message", domain))

    def await_files(self) -> None:
        """All files of clients have been fetched."""
        waiting = [["state", "=", "waiting"]]
        wait_for("the photo", lambda: not self.count("omnichannel.file", waiting))

    def count(self, model: str, domain: list) -> int:
        return self.call(model, "search_count", domain)

    def take(self, client: int) -> int:
        """Return the discuss channel of the conversation that is now this operator's."""
        domain = [["identity_id.network_ref", "=", str(client)]]
        [found] = self.call(CONVERSATION, "search_read", domain, ["discuss_channel_id"])
        self.call(CONVERSATION, "action_take", [found["id"]])
        return found["discuss_channel_id"][0]

    def write(self, thread: int, text: str, *, note: bool = False) -> None:
        self.ask(
            "/mail/message/post",
            thread_model="discuss.channel",
            thread_id=thread,
            post_data={
                "body": text,
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_note" if note else "mail.mt_comment",
            },
        )

    def await_state(self, thread: int, states: tuple) -> None:
        """The last answer in the thread is in one of these states."""
        domain = [
            ["conversation_id.discuss_channel_id", "=", thread],
            ["direction", "=", "out"],
        ]

        def last_is_there():
            found = self.call("omnichannel.message", "search_read", domain, ["state"], limit=1)
            return found and found[0]["state"] in states

        wait_for(f"an answer to be {' or '.join(states)}", last_is_there)


def play(phones: Phones, operator: Operator) -> int:
    """Return the discuss channel of the conversation that is worth showing."""

    def client_writes(client: int, text: str, *attachments: dict) -> None:
        before = operator.last_message()
        phones.do(client, "write", text=text, attachments=attachments)
        operator.await_message(client, before)

    def answer(thread: int, text: str) -> None:
        operator.write(thread, text)
        operator.await_state(thread, ("sent", "read"))

    phones.introduce()
    operator.finish_all()
    client_writes(PAVEL, "Добрый день! Заказ 1042 уже можно забрать?")
    other = operator.take(PAVEL)
    answer(other, "Добрый день! Да, он ждёт вас на Лесной, 12, до девяти вечера.")
    client_writes(PAVEL, "Спасибо, зайду в семь!")

    client_writes(OLGA, "Здравствуйте! Вы печатаете фотографии на холсте?")
    shown = operator.take(OLGA)
    client_writes(OLGA, "Вот эту, 60 на 40", PHOTO)
    operator.await_files()
    answer(shown, "Здравствуйте, Ольга! Да, печатаем. 60 × 40 на подрамнике: 2 400 ₽.")
    client_writes(OLGA, "Отлично! К пятнице успеете? Это подарок.")
    operator.write(shown, "Борис, холст на пятницу ещё есть?", note=True)
    answer(shown, "Успеем: в четверг вечером он будет готов. Привезти или заберёте сами?")
    phones.do(OLGA, "read")
    operator.await_state(shown, ("read",))

    client_writes(IRINA, "Подскажите, до скольки вы сегодня работаете?")
    client_writes(ARTYOM, "Есть ли доставка за город?")
    return shown


#: Without a mouse Odoo shows at once what is otherwise shown under one: hover 2, pointer 4 is fine.
HAS_MOUSE = "primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"


class Browser:
    """Chromium, spoken to by its DevTools protocol."""

    def __init__(self, chromium: str, folder: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the browser that ./dev has found
            [
                chromium,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--lang=en-US",
                f"--blink-settings={HAS_MOUSE}",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={folder}",
                "about:blank",
            ],
            stderr=subprocess.DEVNULL,
        )
        self._numbers = itertools.count(1)
        port = folder / "DevToolsActivePort"
        wait_for("Chromium", lambda: port.exists() and "\n" in port.read_text())
        origin = f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
        with urllib.request.urlopen(f"{origin}/json", timeout=10) as response:  # noqa: S310
            tabs = json.load(response)
        page = next(tab for tab in tabs if tab["type"] == "page")
        self._line = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=PATIENCE)

    def tell(self, method: str, **params) -> dict:
        """Return the result of one command."""
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._line.recv())
            if message.get("id") == number:
                return message.get("result", {})

    def evaluate(self, script: str):
        return self.tell("Runtime.evaluate", expression=script)["result"].get("value")

    def open(self, url: str, cookies: http.cookiejar.CookieJar) -> None:
        for cookie in cookies:
            self.tell("Network.setCookie", name=cookie.name, value=cookie.value, url=url)
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self.tell("Emulation.setDeviceMetricsOverride", **size)
        self.tell("Page.navigate", url=url)

    def picture(self) -> bytes:
        return base64.b64decode(self.tell("Page.captureScreenshot", format="png")["data"])

    def close(self) -> None:
        self._line.close()
        self._process.terminate()
        self._process.wait(timeout=PATIENCE)


#: Whether the thread, its photo and the sidebar are all there; what is above the window is not.
IS_READY = """
document.querySelectorAll(".o-mail-Message").length > 5
&& [...document.images].every(
    (image) => image.complete || image.getBoundingClientRect().bottom < 0
)
&& document.querySelectorAll(".o-omnichannel-Category").length >= 2
&& Boolean(document.querySelector(".o-mail-Composer-input"))
&& document.fonts.status === "loaded"
"""


def take_picture(chromium: str, operator: Operator, thread: int) -> bytes:
    """Return Discuss as the operator sees it, as PNG."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(chromium, Path(folder))
        try:
            url = f"{operator.origin}/odoo/discuss?active_id=discuss.channel_{thread}"
            browser.open(url, operator.cookies)
            wait_for("Discuss", lambda: browser.evaluate(IS_READY))
            time.sleep(2)  # what still moves comes to rest
            return browser.picture()
        finally:
            browser.close()


def save(png: bytes) -> None:
    """The picture is kept, with fewer colours if it is too large otherwise."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (None, 256, 128):
        packed = io.BytesIO()
        fewer = image.quantize(colours) if colours else image
        fewer.save(packed, "PNG", optimize=True)
        if len(packed.getvalue()) < MAX_BYTES:
            PICTURE.write_bytes(packed.getvalue())
            print(f"{PICTURE}: {len(packed.getvalue()) // 1000} kB")
            return
    sys.exit(f"the picture is larger than {MAX_BYTES // 1000} kB")


def main() -> None:
    """Play, look, keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("odoo", "simulator", "chromium"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--database", default="omnichannel")
    options = parser.parse_args()
    operator = Operator(options.odoo)
    operator.sign_in(options.database, OPERATOR)
    thread = play(Phones(options.simulator), operator)
    save(take_picture(options.chromium, operator, thread))


if __name__ == "__main__":
    main()
