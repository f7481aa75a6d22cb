"""What happens is told to the bot's webhook, signed."""

import hashlib
import hmac
import json
import time

from ..delivery import Answer, Parcel, Verdict
from ..network import Events
from ..state import Account, Chat, Message
from . import objects, sending
from .errors import ApiError

HEADER = "X-Viber-Content-Signature"


class BotEvents(Events):
    """Tells the bots what happens."""

    def message(self, chat: Chat, said: Message) -> None:
        """A client said something."""
        sender = objects.user_for(self.network, chat)
        content = objects.content(said)
        if tracked := chat.own.pop("tracking_data", ""):
            content["tracking_data"] = tracked
        self.emit(chat, "message", said.id, sender=sender, message=content, silent=False)

    def emit(self, chat: Chat, kind: str, number: int = 0, **more) -> None:
        """Send an event about a chat, if the bot wants this kind."""
        self.emit_to(self.network.account_of(chat), kind, number, chat.client, **more)

    def emit_to(self, account: Account, kind: str, number: int = 0, lane: str = "", **more) -> None:
        """Send an event to a bot, if it has an address and wants this kind."""
        bot = account.own
        if not (bot.url and bot.wants(kind)):
            return
        self.network.city.courier.send(
            self._parcel(account, bot.url, self._event(account, kind, number, more), lane)
        )

    def knock(self, account: Account, url: str) -> bool:
        """Return whether the company answers when its address is called for the first time."""
        event = self._event(account, "webhook", 0, {})
        parcel = self._parcel(account, url, event, "")
        headers, timeout = self.headers(parcel, 0), self.network.delivery_timeout
        answer = self.network.city.courier.post(url, parcel.body, headers, timeout)
        return answer.status == 200

    def _event(self, account: Account, kind: str, number: int, more: dict) -> dict:
        return {
            "event": kind,
            "timestamp": int(time.time() * 1000),
            "chat_hostname": objects.HOST,
            "message_token": number or account.own.next_token(),
            **more,
        }

    def _parcel(self, account: Account, url: str, event: dict, lane: str) -> Parcel:
        return Parcel(
            id=f"{event['event']}-{event['message_token']}",
            network=self.network.code,
            kind=event["event"],
            account=account.id,
            server=url,
            lane=f"viber|{account.id}|{lane}",
            url=url,
            body=json.dumps(event, ensure_ascii=False),
        )

    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of a delivery: signed with the token of this moment."""
        account = self.account_of(parcel)
        token = account.own.token if account else ""
        signature = hmac.new(token.encode(), parcel.body.encode(), hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", HEADER: signature}

    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what Viber does about an answer; who opened the chat may be greeted by it."""
        if answer.status != 200:
            return Verdict("again")
        if parcel.kind == "conversation_started" and answer.text.strip():
            self._greet(parcel, answer.text)
        return Verdict("done")

    def _greet(self, parcel: Parcel, text: str) -> None:
        """Show the greeting, once; what Viber cannot read nobody sees."""
        world, account = self.network.world, self.account_of(parcel)
        client = self.network.find_client(parcel.lane.rpartition("|")[2])
        if not (account and client):
            return
        chat = world.chat(account, client)
        with world.change(chat):
            if chat.own.get("greeted") == parcel.id:
                return
            try:
                sending.greet(self.network, chat, json.loads(text))
                chat.own["greeted"] = parcel.id
            except (ApiError, ValueError, AttributeError) as error:
                chat.own["greeting_refused"] = str(error)
