"""Press *Connect* on the demonstration channels: connect_demo.py <Odoo's address> <simulator's>.

Does what an administrator does in the form of a channel: signs in, sets the address of the
simulator, presses the button. A channel that is connected to this simulator is left alone.
"""

import http.cookiejar
import json
import sys
import urllib.request

DATABASE = "omnichannel"
SIMULATED = [["api_url", "=like", "http://127.0.0.1:%"]]


class Session:
    """An administrator who is signed in, as the web client is."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def post(self, path: str, **params):
        """Return the result of a call; an error of Odoo's ends the program with its text."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(  # noqa: S310 - the address is this machine's
            self._origin + path, body, {"Content-Type": "application/json"}
        )
        with self._opener.open(request, timeout=60) as response:
            answer = json.load(response)
        if "error" in answer:
            sys.exit(f"{path}: {answer['error']['data']['message']}")
        return answer["result"]

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a method of a model."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.post(path, model=model, method=method, args=args, kwargs=kwargs)

    def press(self, model: str, button: str, record: int) -> None:
        """Press a button of a form."""
        path = f"/web/dataset/call_button/{model}/{button}"
        self.post(path, model=model, method=button, args=[[record]], kwargs={})


def main() -> None:
    """Connect what is a draft, or was connected to a simulator at another address."""
    odoo, simulator = sys.argv[1:]
    session = Session(odoo)
    session.post("/web/session/authenticate", db=DATABASE, login="admin", password="admin")  # noqa: S106
    session.call("ir.config_parameter", "set_param", "web.base.url", odoo)
    channels = session.call(
        "omnichannel.channel", "search_read", SIMULATED, ["name", "state", "api_url"]
    )
    for channel in channels:
        if channel["state"] == "connected" and channel["api_url"] == simulator:
            continue
        session.call("omnichannel.channel", "write", [channel["id"]], {"api_url": simulator})
        session.press("omnichannel.channel", "action_connect", channel["id"])
        print(f"· connected {channel['name']}")


if __name__ == "__main__":
    main()
