"""Who takes part: clients who write, an operator who answers."""

import contextlib
import random
import threading
import urllib.error

from .session import CallFailed, Control, Session

#: How many of the messages come with one.
PICTURES = 0.05


class Clients:
    """People who write, each numbering what he says."""

    def __init__(
        self, control: Control, account: str, count: int, rate: float, dice: random.Random
    ):
        self._control, self._account, self._pause, self._dice = control, account, 1 / rate, dice
        self._people = [
            control.post("/control/vk/clients", first_name="Client", last_name=str(number))["id"]
            for number in range(1, count + 1)
        ]
        self._said = dict.fromkeys(self._people, 0)

    def work(self, over: threading.Event) -> None:
        """Somebody writes, again and again."""
        while not over.wait(self._dice.uniform(0, 2 * self._pause)):
            person = self._dice.choice(self._people)
            self._say(person, self._dice.random() < PICTURES)

    def say_a_last_word(self) -> None:
        """Each of them writes once more."""
        for person in self._people:
            self._say(person)

    def _say(self, person: int, with_picture: bool = False) -> None:
        self._said[person] += 1
        self._control.post(
            f"/control/vk/clients/{person}/write",
            account=self._account,
            text=f"question {self._said[person]} of {person}",
            attachments=[{"kind": "photo"}] if with_picture else [],
        )


class Operator:
    """Takes what waits and answers, whether Odoo is there or not."""

    def __init__(self, name: str, origin: str, database: str, rate: float, dice: random.Random):
        self._name, self._origin, self._database, self._dice = name, origin, database, dice
        self._pause = 1 / rate
        self._session = None
        self._said = 0

    def work(self, over: threading.Event) -> None:
        """Answer, again and again; what Odoo does not confirm is not said again."""
        while not over.wait(self._dice.uniform(0, 2 * self._pause)):
            with contextlib.suppress(CallFailed, urllib.error.URLError):
                self._answer_somebody()

    def answer_all(self) -> None:
        """Every conversation that somebody has gets an answer."""
        self._session = Session(self._origin, self._database)
        for conversation in self._find():
            if conversation["state"] == "open":
                self._answer(conversation)

    def _answer_somebody(self) -> None:
        self._session = self._session or Session(self._origin, self._database)
        found = self._find()
        if not found:
            return
        conversation = self._dice.choice(found)
        if conversation["state"] == "new":
            self._session.call("omnichannel.conversation", "action_take", [conversation["id"]])
        self._answer(conversation)

    def _find(self) -> list[dict]:
        return self._session.call(
            "omnichannel.conversation",
            "search_read",
            [["state", "in", ["new", "open"]]],
            ["state", "discuss_channel_id"],
        )

    def _answer(self, conversation: dict) -> None:
        self._said += 1
        self._session.call(
            "discuss.channel",
            "message_post",
            [conversation["discuss_channel_id"][0]],
            body=f"answer {self._said} of {self._name} to {conversation['id']}",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
