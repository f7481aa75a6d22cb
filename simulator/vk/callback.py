"""The Callback API: which events go to which server, in which envelope."""

import json
import secrets
import threading
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from ..delivery import Answer, Parcel, Verdict
from ..network import Events
from ..state import Account, Chat, Message
from . import objects
from .community import CallbackServer

LATER_STATUSES = {410, 429, 503}
LATEST = timedelta(hours=3)
CONFIRMATION_WAIT = 3.0  # the method answers then, even if the server has not
WRAPPED_SINCE = (5, 103)  # before, message_new was the message itself


class Callback(Events):
    """Tells the servers of a community what happens."""

    confirmation_wait = CONFIRMATION_WAIT

    def emit(self, account: Account, kind: str, content: dict, lane: str = "") -> None:
        """Send an event to every confirmed server that wants this kind."""
        for server in account.own.servers:
            if server.status == "ok" and server.events.get(kind):
                self.emit_to(account, server, kind, content, lane)

    def emit_to(self, account: Account, server: CallbackServer, kind, content, lane="") -> None:
        """Send an event to one server, whatever it wants."""
        version = tuple(map(int, server.api_version.split(".")))
        if kind == "message_new" and version < WRAPPED_SINCE:
            content = content["message"]
        event_id = secrets.token_hex(20)
        envelope = {
            "group_id": int(account.id),
            "type": kind,
            "event_id": event_id,
            "v": server.api_version,
            "object": content,
        }
        if server.secret_key:
            envelope["secret"] = server.secret_key
        self.network.city.courier.send(
            Parcel(
                id=event_id,
                network=self.network.code,
                kind=kind,
                account=account.id,
                server=str(server.id),
                lane=f"vk:{account.id}:{server.id}:{lane}",
                url=server.url,
                body=json.dumps(envelope, ensure_ascii=False),
            )
        )

    def message(self, kind: str, chat: Chat, said: Message) -> None:
        """Send message_new, message_reply or message_edit."""
        content = objects.message(chat, said)
        if kind == "message_new":
            client = self.network.client_of(chat)
            content = {"message": content, "client_info": objects.client_info(client)}
        self.emit(self.network.account_of(chat), kind, content, chat.client)

    def small(self, kind: str, chat: Chat, **content) -> None:
        """Send one of the events that carry no message."""
        self.emit(self.network.account_of(chat), kind, content, chat.client)

    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of an event."""
        return headers(counter)

    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what VK does about an answer: only 200 with exactly ``ok`` is good."""
        if answer.status == 200 and answer.text == "remove":
            self._drop(parcel)
            return Verdict("lost")
        if answer.status == 200 and answer.text == "ok":
            return Verdict("done")
        if answer.status in LATER_STATUSES:
            headers = {key.lower(): value for key, value in answer.headers.items()}
            return Verdict("again", _asked_time(headers.get("retry-after", "")))
        return Verdict("again")

    def _drop(self, parcel: Parcel) -> None:
        with self.network.world.change():
            account = self.account_of(parcel)
            if account:
                account.own.servers = [s for s in account.own.servers if str(s.id) != parcel.server]

    def confirm(self, account: Account, server: CallbackServer, wait: float = 0) -> None:
        """Ask the server for the confirmation string; its status says what came of it.

        The string changes afterwards: it is good for one confirmation.
        """
        code = account.own.confirmation_code
        server.status = "wait"
        thread = threading.Thread(target=self._ask, args=(account, server, code), daemon=True)
        thread.start()
        thread.join(wait or self.confirmation_wait)

    def _ask(self, account: Account, server: CallbackServer, code: str) -> None:
        question = {"type": "confirmation", "group_id": int(account.id)}
        if server.secret_key:
            question["secret"] = server.secret_key
        timeout = self.network.delivery_timeout
        url = server.url
        answer = self.network.city.courier.post(url, json.dumps(question), headers(0), timeout)
        with self.network.world.change():
            if server.url == url:
                good = answer.status == 200 and answer.text == code
                server.status = "ok" if good else "failed"
            account.own.new_code()


def headers(counter: int) -> dict:
    """Return the headers of a request to a Callback server."""
    common = {"Content-Type": "application/json", "User-Agent": "Mozilla/5.0 (compatible; vkShare)"}
    return common | ({"X-Retry-Counter": str(counter)} if counter else {})


def _asked_time(text: str) -> float:
    """Return when the receiver wants the event again, 0 if it does not say so as VK expects."""
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return 0
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    ahead = when - datetime.now(timezone.utc)
    return when.timestamp() if timedelta(0) < ahead < LATEST else 0
