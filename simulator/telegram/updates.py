"""What happens is told to the bot's webhook, chat by chat, or kept until there is one."""

import json
import time

from ..delivery import Answer, Parcel, Verdict
from ..network import Events
from ..state import Account, Chat, Message
from . import objects

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_WAIT = 3600


class Updates(Events):
    """Tells the bots what happens."""

    def message(self, kind: str, chat: Chat, said: Message) -> None:
        """Send message or edited_message."""
        self.emit(chat, kind, objects.message(self.network, chat, said))

    def emit(self, chat: Chat, kind: str, content: dict) -> None:
        """Send an update about a chat, if the bot wants this kind."""
        self.emit_to(self.network.account_of(chat), kind, content, chat.client)

    def emit_to(self, account: Account, kind: str, content: dict, lane: str = "") -> None:
        """Send an update to a bot, if it wants this kind."""
        bot = account.own
        if not bot.wants(kind):
            return
        update = {"update_id": bot.next_update_id(), kind: content}
        if bot.url:
            self._post(account, update, lane)
        else:
            bot.pending.append({"lane": lane, "update": update})

    def flush(self, account: Account) -> None:
        """There is an address now: what was kept goes there."""
        waiting, account.own.pending = account.own.pending, []
        for kept in waiting:
            self._post(account, kept["update"], kept["lane"])

    def take_back(self, account: Account, *, drop: bool) -> None:
        """There is no address any more: what was not delivered is kept, or dropped."""
        if drop:
            account.own.pending = []
        for parcel in list(self.network.city.courier.parcels):
            if self._is_waiting(parcel, account):
                parcel.state = "lost"
                if not drop:
                    lane = parcel.lane.rpartition(":")[2]
                    account.own.pending.append({"lane": lane, "update": json.loads(parcel.body)})

    def count_pending(self, account: Account) -> int:
        """Return how many updates were not delivered yet."""
        parcels = list(self.network.city.courier.parcels)
        waiting = sum(self._is_waiting(parcel, account) for parcel in parcels)
        return waiting + len(account.own.pending)

    def _is_waiting(self, parcel: Parcel, account: Account) -> bool:
        mine = (parcel.network, parcel.account) == (self.network.code, account.id)
        return mine and parcel.state == "waiting"

    def _post(self, account: Account, update: dict, lane: str) -> None:
        kind = next(name for name in update if name != "update_id")
        self.network.city.courier.send(
            Parcel(
                id=str(update["update_id"]),
                network=self.network.code,
                kind=kind,
                account=account.id,
                server=account.own.url,
                lane=f"telegram:{account.id}:{lane}",
                url=account.own.url,
                body=json.dumps(update, ensure_ascii=False),
            )
        )

    def headers(self, parcel: Parcel, counter: int) -> dict:
        """Return the headers of a delivery: the secret is the one of this moment."""
        account = self.account_of(parcel)
        secret = account.own.secret_token if account else ""
        return {"Content-Type": "application/json", **({HEADER: secret} if secret else {})}

    def judge(self, parcel: Parcel, answer: Answer) -> Verdict:
        """Return what Telegram does about an answer: any 2xx is good."""
        if 200 <= answer.status < 300:
            return Verdict("done")
        account = self.account_of(parcel)
        if account is None:
            return Verdict("lost")
        account.own.last_error_date = int(time.time())
        account.own.last_error_message = _words(answer)
        wait = {key.lower(): value for key, value in answer.headers.items()}.get("retry-after", "")
        due = time.time() + min(int(wait), LONGEST_WAIT) if wait.isdecimal() else 0
        return Verdict("again", due)


def _words(answer: Answer) -> str:
    if answer.status:
        return f"Wrong response from the webhook: {answer.status}"
    return "Read timeout expired" if "Timeout" in answer.error else "Connection refused"
