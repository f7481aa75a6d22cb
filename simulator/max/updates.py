"""What happens is told to every address that has subscribed."""

import json
import time

from ..delivery import Answer, Parcel, Verdict
from ..network import Events
from ..state import Account, Chat, Message
from . import objects

HEADER = "X-Max-Bot-Api-Secret"
#: Without success for so long the subscription is removed, and nobody is told.
DROPPED_AFTER = 8 * 3600


class Updates(Events):
    """Tells the bots what happens."""

    def message(self, kind: str, chat: Chat, said: Message) -> None:
        """Send message_created or message_edited."""
        self.emit(chat, kind, {"message": objects.message(self.network, chat, said)})

    def emit(self, chat: Chat, kind: str, content: dict) -> None:
        """Send an event about a dialog."""
        locale = {"user_locale": self.network.client_of(chat).lang}
        account = self.network.account_of(chat)
        self.emit_to(account, {"update_type": kind, **content, **locale}, chat.client)

    def emit_about(self, chat: Chat, kind: str, **content) -> None:
        """Send an event about the dialog itself."""
        about = {
            "chat_id": objects.chat_id(chat.account, chat.client),
            "user": objects.user(self.network.client_of(chat)),
        }
        self.emit(chat, kind, {**about, **content})

    def emit_to(self, account: Account, update: dict, lane: str = "") -> None:
        """Send an event to each address of a bot that wants this kind."""
        bot = account.own
        # No two events of a bot have the same time: it is the only number they have.
        bot.last_update = max(int(time.time() * 1000), bot.last_update + 1)
        body = json.dumps({"timestamp": bot.last_update, **update}, ensure_ascii=False)
        for subscription in list(bot.subscriptions.values()):
            if subscription.wants(update["update_type"]):
                self.network.city.courier.send(
                    Parcel(
                        id=str(bot.last_update),
                        network=self.network.code,
                        kind=update["update_type"],
                        account=account.id,
                        server=subscription.url,
                        lane=f"max:{subscription.url}:{lane}",
                        url=subscription.url,
                        body=body,
                    )
                )

    def _subscription(self, parcel: Parcel):
        account = self.account_of(parcel)
        return account.own.subscriptions.get(parcel.server) if account else None

    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of a delivery: the secret is the one of this moment."""
        subscription = self._subscription(parcel)
        secret = subscription.secret if subscription else ""
        return {"Content-Type": "application/json", **({HEADER: secret} if secret else {})}

    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what MAX does about an answer: exactly 200 is good."""
        subscription = self._subscription(parcel)
        if subscription is None:
            return Verdict("lost")
        if answer.status == 200:
            subscription.failing_since = 0
            return Verdict("done")
        subscription.failing_since = subscription.failing_since or time.time()
        courier = self.network.city.courier
        if time.time() - subscription.failing_since > DROPPED_AFTER * courier.pace:
            account = self.network.world.accounts[self.network.code, parcel.account]
            account.own.subscriptions.pop(parcel.server, None)
            return Verdict("lost")
        return Verdict("again")
