"""The control API: what tests and the phone page do with the simulated world.

JSON in, JSON out; ``README.md`` has the table. An action of a client is at
``/control/<network>/clients/<id>/<action>``, one of the company in the network's own interface at
``/control/<network>/accounts/<id>/<action>``.
"""

import dataclasses
import json

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from .network import Impossible, Network
from .state import Chat

SECRETS = ("secret",)  # fields of events that prove who sends them
EVENT_FAULTS = ("copies", "shuffle", "hold")


class NotThere(Impossible):
    """What was named does not exist: 404."""


class Control:
    """Changes the world, and tells what is true in it."""

    def __init__(self, city):
        self.city = city

    def rules(self) -> list[Rule]:
        """Return the addresses of the control API."""
        table = [
            ("GET", "/control", self.about),
            ("POST", "/control/reset", self.reset),
            ("GET", "/control/calls", self.calls),
            ("GET", "/control/events", self.events),
            ("POST", "/control/events/repeat", self.repeat_event),
            ("GET", "/control/faults", self.faults),
            ("POST", "/control/faults", self.set_faults),
            ("DELETE", "/control/faults", self.clear_faults),
            ("GET", "/control/<network>", self.inhabitants),
            ("POST", "/control/<network>/accounts", self.create_account),
            ("POST", "/control/<network>/clients", self.create_client),
            ("GET", "/control/<network>/accounts/<id>", self.account),
            ("POST", "/control/<network>/accounts/<id>/<action>", self.account_action),
            ("POST", "/control/<network>/clients/<id>/<action>", self.client_action),
            ("GET", "/control/<network>/chats/<account>/<client>", self.chat),
        ]
        return [
            Rule(path, endpoint=self._answering(function), methods=[method])
            for method, path, function in table
        ]

    @staticmethod
    def _answering(function):
        """Return the function as one that takes a request and returns a response."""

        def answer(request: Request, **arguments) -> Response:
            try:
                return as_json(function(request, **arguments))
            except NotThere as error:
                return as_json({"error": str(error)}, 404)
            except (Impossible, KeyError, TypeError, ValueError) as error:
                return as_json({"error": f"{type(error).__name__}: {error}"}, 400)

        return answer

    def about(self, request: Request) -> dict:
        """Return which networks there are and what can be done in them."""
        return {
            "origin": self.city.world.origin,
            "networks": {
                code: {
                    "label": network.label,
                    "client_actions": sorted(network.client_actions),
                    "account_actions": sorted(network.account_actions),
                }
                for code, network in self.city.networks.items()
            },
        }

    def reset(self, request: Request) -> dict:
        """Begin anew; ``{"empty": true}``: without the demonstration."""
        self.city.reset(empty=bool(body_of(request).get("empty")))
        return {"ok": True}

    def calls(self, request: Request) -> dict:
        """Return what the networks were asked."""
        wanted = {key: request.args.get(key, "") for key in ("network", "method")}
        return {"calls": self.city.journal.calls(**wanted, since=request.args.get("since", 0, int))}

    def events(self, request: Request) -> dict:
        """Return what was sent to the company, and the answers."""
        network, kind = request.args.get("network", ""), request.args.get("type", "")
        state = request.args.get("state", "")
        parcels = [
            self._describe(parcel)
            for parcel in list(self.city.courier.parcels)
            if network in ("", parcel.network)
            and kind in ("", parcel.kind)
            and state in ("", parcel.state)
        ]
        return {"events": parcels, "idle": self.city.courier.idle()}

    @staticmethod
    def _describe(parcel) -> dict:
        description = dataclasses.asdict(parcel)
        description["body"] = json.loads(parcel.body)
        description["body"] |= {key: "***" for key in SECRETS if key in description["body"]}
        return description

    def repeat_event(self, request: Request) -> dict:
        """Deliver an event again, ``times`` at once."""
        data = body_of(request)
        parcels = self.city.courier.find(data["event_id"])
        if not parcels:
            raise NotThere("no such event")
        for parcel in parcels:
            self.city.courier.repeat(parcel, int(data.get("times", 1)))
        return {"events": [self._describe(parcel) for parcel in parcels]}

    def faults(self, request: Request) -> dict:
        """Return what goes wrong at the moment."""
        faults = self.city.faults
        return {
            "calls": faults.all(),
            "events": dataclasses.asdict(faults.events),
            "rate_limit": faults.rate_limit,
            "pace": self.city.courier.pace,
        }

    def set_faults(self, request: Request) -> dict:
        """Let something go wrong: ``call``, ``events``, ``rate_limit``, ``pace``."""
        data = body_of(request)
        if unknown := set(data) - {"call", "events", "rate_limit", "pace"}:
            raise Impossible(f"unknown: {', '.join(sorted(unknown))}")
        if "call" in data:
            self.city.faults.add(data["call"])
        for key, value in data.get("events", {}).items():
            if key not in EVENT_FAULTS:
                raise Impossible(f"unknown: events.{key}")
            setattr(self.city.faults.events, key, value)
        self.city.faults.rate_limit = bool(data.get("rate_limit", self.city.faults.rate_limit))
        self.city.courier.pace = float(data.get("pace", self.city.courier.pace))
        return self.faults(request)

    def clear_faults(self, request: Request) -> dict:
        """Let everything go well again."""
        self.city.faults.clear()
        return self.faults(request)

    def inhabitants(self, request: Request, network: str) -> dict:
        """Return the accounts and clients of a network."""
        there = self._network(network)
        world = self.city.world
        return {
            "accounts": [there.view_account(account) for account in world.accounts_of(network)],
            "clients": [{"id": one.id, "name": one.name} for one in world.clients_of(network)],
        }

    def create_account(self, request: Request, network: str) -> dict:
        """Create the company's side."""
        there = self._network(network)
        return there.view_account(there.create_account(body_of(request)))

    def create_client(self, request: Request, network: str) -> dict:
        """Create a person with a phone."""
        client = self._network(network).create_client(body_of(request))
        return {"id": client.id, "name": client.name}

    def account(self, request: Request, network: str, id: str) -> dict:  # noqa: A002 - from the path
        """Return what is known of an account."""
        return self._network(network).view_account(self._account(network, id))

    def account_action(self, request: Request, network: str, id: str, action: str):  # noqa: A002
        """Do something as the company, in the network's own interface."""
        there = self._network(network)
        account = self._account(network, id)
        return self._action(there.account_actions, action)(there, account, body_of(request))

    def client_action(self, request: Request, network: str, id: str, action: str):  # noqa: A002
        """Do something as a client, in the chat with ``account`` (or the first there is)."""
        there = self._network(network)
        data = body_of(request)
        chat = self._chat(network, data.pop("account", ""), id)
        do = self._action(there.client_actions, action)
        if request.files:
            data["files"] = [
                (file.filename or "file", file.read(), file.mimetype)
                for file in request.files.getlist("file")
            ]
        return do(there, chat, data)

    def chat(self, request: Request, network: str, account: str, client: str) -> dict:
        """Return a chat as the client sees it."""
        there = self._network(network)
        chat = self._chat(network, account, client)
        with self.city.world.lock:
            return {
                "messages": [there.view_message(chat, message) for message in chat.visible()],
                **there.view_chat(chat),
            }

    def _network(self, code: str) -> Network:
        if code not in self.city.networks:
            raise NotThere(f"no network {code}")
        return self.city.networks[code]

    def _account(self, network: str, account_id: str):
        account = self.city.world.accounts.get((network, str(account_id)))
        if account is None:
            raise NotThere(f"no account {account_id}")
        return account

    def _chat(self, network: str, account_id: str, client_id: str) -> Chat:
        client = self.city.world.clients.get((network, client_id))
        if client is None:
            raise NotThere(f"no client {client_id}")
        accounts = self.city.world.accounts_of(network)
        if not account_id and not accounts:
            raise NotThere("no account")
        account = self._account(network, account_id) if account_id else accounts[0]
        return self.city.world.chat(account, client)

    @staticmethod
    def _action(actions: dict, name: str):
        if name not in actions:
            raise NotThere(f"no action {name}; there are: {', '.join(sorted(actions))}")
        return actions[name]


def body_of(request: Request) -> dict:
    """Return the JSON of a request: its body, or its field ``json`` beside files."""
    if request.mimetype == "multipart/form-data":
        text = request.form.get("json")
    else:
        text = request.get_data(as_text=True)
    data = json.loads(text or "{}")
    if not isinstance(data, dict):
        raise Impossible("a JSON object is expected")
    return data


def as_json(data, status: int = 200) -> Response:
    """Return the data as a response."""
    text = json.dumps(data, ensure_ascii=False, default=str)
    return Response(text, status, content_type="application/json; charset=utf-8")
