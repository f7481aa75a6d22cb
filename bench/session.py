"""Odoo and the simulator as seen from outside: JSON over HTTP, and SQL."""

import http.cookiejar
import json
import urllib.error
import urllib.request

import psycopg2


class CallFailed(Exception):
    """Odoo refused, or did not answer."""


class Session:
    """A user of Odoo who is signed in, as the web client is."""

    def __init__(self, origin: str, database: str, login: str = "admin", password: str = ""):
        self._origin = origin
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self.post("/web/session/authenticate", db=database, login=login, password=password or login)

    @property
    def cookie(self) -> str:
        """Return what makes another connection this user's."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)

    def post(self, path: str, **params):
        """Return the result of a call.

        :raises CallFailed: Odoo's error, or no answer at all
        """
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(  # noqa: S310 - the address is this machine's
            self._origin + path, body, {"Content-Type": "application/json"}
        )
        try:
            with self._opener.open(request, timeout=120) as response:
                answer = json.load(response)
        except (OSError, ValueError) as error:
            raise CallFailed(f"{path}: {error}") from error
        if "error" in answer:
            raise CallFailed(f"{path}: {answer['error']['data']['message']}")
        return answer["result"]

    def call(self, model: str, method: str, *args, **kwargs):
        """Return the result of a model's method."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.post(path, model=model, method=method, args=args, kwargs=kwargs)


class Control:
    """The simulator's control API."""

    def __init__(self, origin: str):
        self.origin = origin

    def get(self, path: str) -> dict:
        """Return what the simulator knows."""
        with urllib.request.urlopen(self.origin + path, timeout=60) as response:  # noqa: S310
            return json.load(response)

    def post(self, path: str, **data) -> dict:
        """Let something happen in the simulated world."""
        return self._call("POST", path, data)

    def delete(self, path: str) -> dict:
        """Let something be over."""
        return self._call("DELETE", path, {})

    def _call(self, method: str, path: str, data: dict) -> dict:
        request = urllib.request.Request(  # noqa: S310 - the address is this machine's
            self.origin + path,
            json.dumps(data).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return json.load(response)


class Database:
    """Questions to a database, each in a transaction of its own."""

    def __init__(self, name: str):
        self._connection = psycopg2.connect(dbname=name)
        self._connection.autocommit = True

    def rows(self, query: str, *values) -> list[tuple]:
        """Return the rows of a query, nothing for a statement without."""
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def run(self, statement: str, values: dict) -> None:
        """The statement is executed, its values by their names."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)

    def number(self, query: str, *values):
        """Return the only value of a query."""
        [[value]] = self.rows(query, *values)
        return value

    def close(self) -> None:
        """The connection is given back."""
        self._connection.close()
