"""The books: what the network knows against what Odoo shows."""

import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field

from .session import Control, Database

#: Seconds; a channel rests for a minute when its network was silent again and again.
PATIENCE = 480
QUIET = 3
TAGS = re.compile(r"<[^>]+>")

SAID = """
    SELECT conversation.chat_ref, message.direction, mail.body, message.network_ref, message.state
      FROM omnichannel_message AS message
      JOIN omnichannel_conversation AS conversation ON conversation.id = message.conversation_id
      JOIN mail_message AS mail ON mail.id = message.mail_message_id
     WHERE message.channel_id = %s
  ORDER BY mail.id, message.part
"""
ACCEPTED = "SELECT chat_ref, body FROM omnichannel_inbound WHERE channel_id = %s"
#: In the thread, beside what was written before something that stands above it.
MARKED_AS_LATE = "o-omnichannel-late"
#: What is tried again in half an hour is tried again now: nobody wants to wait for it.
#: Whoever works on it at the moment is not waited for.
HURRY = """
    UPDATE {table} SET {due} = now() AT TIME ZONE 'UTC'
     WHERE id IN (SELECT id FROM {table} WHERE {waits} FOR UPDATE SKIP LOCKED)
"""
HURRIED = (
    ("omnichannel_inbound", "due_at", "state = 'received'"),
    ("omnichannel_message", "due_at", "state = 'waiting'"),
    ("omnichannel_file", "due_at", "state = 'waiting'"),
    ("ir_cron", "nextcall", "cron_name LIKE 'Open Lines%%'"),
)
HURRY_EVERY = 45
UNDER_WAY = """
    SELECT (SELECT count(*) FROM omnichannel_inbound WHERE state = 'received')
         + (SELECT count(*) FROM omnichannel_message WHERE state IN ('waiting', 'sending'))
         + (SELECT count(*) FROM omnichannel_file WHERE state = 'waiting')
"""
#: A person is asked about these; they may have arrived, and are not sent again by themselves.
UNKNOWN = "SELECT count(*) FROM omnichannel_message WHERE state = 'unknown'"
STUCK = """
    SELECT (SELECT count(*) FROM omnichannel_inbound WHERE state IN ('received', 'failed'))
         + (SELECT count(*) FROM omnichannel_message
             WHERE state IN ('waiting', 'sending', 'failed'))
         + (SELECT count(*) FROM omnichannel_file WHERE state IN ('waiting', 'failed'))
"""
#: Conversations of which there should be one, with one session and one lead, and are more or less.
MANIFOLD = """
    SELECT count(*)
      FROM omnichannel_conversation AS conversation
     WHERE channel_id = %s
       AND ((SELECT count(*) FROM omnichannel_session WHERE conversation_id = conversation.id) != 1
            OR lead_id IS NULL)
"""
LEADS = """
    SELECT count(*) FROM crm_lead
     WHERE source_id = (SELECT source_id FROM omnichannel_channel WHERE id = %s)
"""


@dataclass
class Ledger:
    """Compares, chat by chat, what was said on the phones with what stands in the threads.

    What is in doubt was marked as such, and a person asked about it: it may be there or not.
    """

    control: Control
    sql: Database
    account: str
    events: int = 0
    answers: int = 0
    in_doubt: int = 0
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    findings: list[str] = field(default_factory=list)

    @classmethod
    def total(cls, ledgers: list["Ledger"]) -> "Ledger":
        """Return the books of several accounts of one database as one."""
        total = cls(ledgers[0].control, ledgers[0].sql, "")
        for ledger in ledgers:
            total.events += ledger.events
            total.answers += ledger.answers
            total.lost += ledger.lost
            total.doubled += ledger.doubled
            total.findings += ledger.findings
        total.stuck, total.in_doubt = ledgers[0].stuck, ledgers[0].in_doubt  # of the database
        return total

    @property
    def channel(self) -> int:
        """Return the id of the channel of the account."""
        return self.sql.number(
            "SELECT id FROM omnichannel_channel WHERE account_ref = %s", self.account
        )

    @property
    def is_clean(self) -> bool:
        """Return whether nothing is wrong."""
        return not (self.lost or self.doubled or self.stuck or self.findings)

    def check_five_at_once(self) -> None:
        """An event that arrives five times at once is one message and one lead."""
        client = self.control.post("/control/vk/clients", first_name="Fivefold")["id"]
        self.control.post("/control/faults", events={"copies": 5})
        self.control.post(f"/control/vk/clients/{client}/write", account=self.account, text="once")
        self.wait_until_quiet()
        [event] = [
            event
            for event in self.control.get("/control/events?network=vk&type=message_new")["events"]
            if event["account"] == self.account
        ]
        self.control.post("/control/events/repeat", event_id=event["id"], times=5)
        self.control.post("/control/faults", events={"copies": 1})
        self.wait_until_quiet()
        seen = self.sql.rows(SAID, self.channel)
        if len(seen) != 1 or self.sql.number(LEADS, self.channel) != 1:
            self.findings.append(f"an event that came ten times is {len(seen)} messages")

    def wait_until_quiet(self) -> None:
        """Nothing is on its way any more, or it has been waited for long enough."""
        deadline, quiet_since, hurried = time.monotonic() + PATIENCE, None, time.monotonic()
        while time.monotonic() < deadline:
            if time.monotonic() - hurried > HURRY_EVERY:
                self._hurry()
                hurried = time.monotonic()
            if self._is_under_way():
                quiet_since = None
            else:
                quiet_since = quiet_since or time.monotonic()
                if time.monotonic() - quiet_since > QUIET:
                    return
            time.sleep(0.25)

    def _hurry(self) -> None:
        for table, due, waits in HURRIED:
            self.sql.rows(HURRY.format(table=table, due=due, waits=waits))

    def _is_under_way(self) -> bool:
        waiting = self.control.get("/control/events?network=vk&state=waiting")["events"]
        return bool(waiting) or self.sql.number(UNDER_WAY) > 0

    def balance(self) -> None:
        """Everything is counted."""
        said = self.sql.rows(SAID, self.channel)
        accepted = self._accepted()
        phones = {chat: self._phone(chat) for chat in {*accepted, *(row[0] for row in said)}}
        for chat, phone in phones.items():
            shown = [row for row in said if row[0] == chat]
            self._balance_questions(chat, phone, shown)
            self._balance_answers(chat, phone, shown)
        self.stuck, self.in_doubt = self.sql.number(STUCK), self.sql.number(UNKNOWN)
        manifold, leads = (
            self.sql.number(MANIFOLD, self.channel),
            self.sql.number(LEADS, self.channel),
        )
        if manifold or leads != len(phones):
            self.findings.append(
                f"{len(phones)} clients, {leads} leads, {manifold} conversations not in order"
            )

    def _accepted(self) -> set[str]:
        """Return the chats of which messages were stored."""
        found = self.sql.rows(ACCEPTED, self.channel)
        return {chat for chat, body in found if json.loads(body)["type"] == "message_new"}

    def _phone(self, chat: str) -> list[dict]:
        return self.control.get(f"/control/vk/chats/{self.account}/{chat}")["messages"]

    def _balance_questions(self, chat: str, phone: list[dict], shown: list[tuple]) -> None:
        written = [str(message["id"]) for message in phone if message["mine"]]
        visible = [ref for _chat, direction, _body, ref, _state in shown if direction == "in"]
        self.events += len(written)
        self._compare(written, visible)
        texts = {str(message["id"]): message["text"] for message in phone if message["mine"]}
        for _chat, direction, body, ref, _state in shown:
            if direction == "in" and not plain(body).startswith(texts.get(ref, "?")):
                self.findings.append(f"chat {chat}: {ref} does not read as it was written")
        marked = {ref for _chat, _way, body, ref, _state in shown if MARKED_AS_LATE in body}
        for ref in found_out_of_order(written, visible) ^ marked:
            what = "is marked as late" if ref in marked else "came late and does not say so"
            self.findings.append(f"chat {chat}: {ref} of {len(written)} messages {what}")

    def _balance_answers(self, chat: str, phone: list[dict], shown: list[tuple]) -> None:
        answers = [(plain(body), state) for _chat, way, body, _ref, state in shown if way == "out"]
        arrived = [message["text"] for message in phone if not message["mine"]]
        given = [text for text, state in answers if state != "unknown" or text in arrived]
        self.answers += len(answers)
        self._compare(given, arrived)
        if set(arrived) == set(given) and arrived != given:
            self.findings.append(f"chat {chat}: the answers are not in their order")

    def _compare(self, expected: list[str], found: list[str]) -> None:
        counted = Counter(found)
        self.lost += sum(one not in counted for one in expected)
        self.doubled += sum(number - 1 for number in counted.values())
        if strange := counted.keys() - set(expected):
            self.findings.append(f"nobody said: {sorted(strange)}")

    def report(self) -> str:
        """Return the books in words."""
        head = (
            f"events {self.events} (and {self.answers} answers, {self.in_doubt} in doubt), "
            f"lost {self.lost}, doubled {self.doubled}, stuck {self.stuck}"
        )
        return "\n".join([*self.findings, head])


def found_out_of_order(written: list[str], visible: list[str]) -> set[str]:
    """Return what stands behind something that was written later."""
    late, newest = set(), -1
    for place, ref in ((written.index(ref), ref) for ref in visible if ref in written):
        if place < newest:
            late.add(ref)
        newest = max(newest, place)
    return late


def plain(body: str) -> str:
    """Return the text of a message as the thread stores it."""
    return TAGS.sub("", body)
