"""An administrator of the running server, signed in as a browser is."""

import http.cookiejar
import json
import sys
import urllib.request

DATABASE = "omnichannel"


class Administrator:
    """Calls models and presses buttons; an error of Odoo's ends the program with its text."""

    def __init__(self, odoo: str, database: str = DATABASE) -> None:
        self._odoo = odoo
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self._post("/web/session/authenticate", db=database, login="admin", password="admin")  # noqa: S106 - demo

    def call(self, model: str, method: str, *args, **kwargs):
        """Return what a method of a model returns."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self._post(path, model=model, method=method, args=args, kwargs=kwargs)

    def press(self, model: str, button: str, record: int) -> None:
        """Press a button of a form."""
        path = f"/web/dataset/call_button/{model}/{button}"
        self._post(path, model=model, method=button, args=[[record]], kwargs={})

    def _post(self, path: str, **params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(  # noqa: S310 - the address is this machine's
            self._odoo + path, body, {"Content-Type": "application/json"}
        )
        try:
            with self._opener.open(request, timeout=60) as response:
                answer = json.load(response)
        except OSError as error:
            sys.exit(f"{self._odoo} does not answer ({error}); is ./dev run running?")
        if "error" in answer:
            sys.exit(f"{path}: {answer['error']['data']['message']}")
        return answer["result"]
