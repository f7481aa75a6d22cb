import random

from odoo.tests import BaseCase, tagged

from ..tools import bot_script, bot_script_check
from ..tools.bot_script import Choice, Facts, Heard, Script, State, Step

TOPICS = (Choice("Order", ("buy",), "wish"), Choice("My order"), Choice("A person", (), "people"))
OPEN = Facts(lang="en_US")


def read(kind, text):
    """Stand for the readers of phones and addresses."""
    found = [word for word in text.split() if (word.isdigit() if kind == "phone" else "@" in word)]
    return found[0] if found else ""


def script(*steps, **values):
    numbered = [Step(number, **step) for number, step in enumerate(steps, 1)]
    return Script(tuple(numbered), **values)


TALK = script(
    {"kind": "say", "text": "Hello"},
    {"kind": "choice", "name": "topic", "text": "What about?", "choices": TOPICS},
    {"kind": "phone", "text": "Phone?", "when_phone": "unknown", "retry_text": "With the code"},
    {"kind": "hand", "name": "people", "text": "One moment", "command": "/operator"},
    {"kind": "text", "name": "wish", "text": "What?", "target": "people", "on_timeout": "finish"},
    retry_text="Pardon?",
    give_up_text="A colleague comes",
)


@tagged("-at_install", "post_install")
class TestBotScript(BaseCase):
    """What a bot does next, by what was said."""

    def play(self, said, talk=TALK, facts=OPEN):
        """Return what is said and done, as words, with the last turn."""
        turn = bot_script.begin(talk, facts)
        words = self.words(turn)
        for each in said:
            if each is None:
                turn = bot_script.time_out(talk, turn.state)
            else:
                heard = each if isinstance(each, Heard) else Heard(each)
                turn = bot_script.hear(talk, turn.state, heard, facts, read)
            words += self.words(turn)
        return words, turn

    def words(self, turn):
        return [act.text if act.kind == "say" else f"{act.kind} {act.value}" for act in turn.acts]

    def test_the_ways_of_a_script(self):
        hello, people = ["Hello", "What about?"], "One moment"
        buy = ["save Order", "What?"]
        rows = {
            "nothing said yet": ([], hello, ""),
            "by its words": (["I want to BUY"], hello + buy, ""),
            "by its number": (["1"], hello + buy, ""),
            "by its label": (["order!"], hello + buy, ""),
            "a longer label wins": (["My order"], [*hello, "save My order", "Phone?"], ""),
            "a jump": (["1", "a chair"], [*hello, *buy, "save a chair", people], "hand"),
            "no such number": (["4"], [*hello, "Pardon?"], ""),
            "an answer that is read": (
                ["2", "it is 123"],
                [*hello, "save My order", "Phone?", "save 123", people],
                "hand",
            ),
            "the question's own words": (
                ["2", "no"],
                [*hello, "save My order", "Phone?", "With the code"],
                "",
            ),
            "understood at last": (
                ["x", "y", "3"],
                [*hello, *["Pardon?"] * 2, "save A person", people],
                "hand",
            ),
            "given up": (["x"] * 3, [*hello, *["Pardon?"] * 2, "A colleague comes"], "hand"),
            "a command": (["/operator please"], [*hello, people], "hand"),
            "no command": (["/nothing"], [*hello, "Pardon?"], ""),
            "no answer": ([None], hello, "hand"),
            "no answer, and the end": (["1", None], hello + buy, "finish"),
            "pressed": ([Heard("Order", (2, 0))], hello + buy, ""),
            "pressed twice": ([Heard("Order", (2, 0))] * 2, hello + buy, ""),
            "another one pressed": (
                [Heard("Order", (2, 0)), Heard("A person", (2, 2))],
                [*hello, *buy, "save A person", people],
                "hand",
            ),
            "a button that is gone": ([Heard("Order", (99, 0))], hello + buy, ""),
        }
        for name, (said, expected, end) in rows.items():
            with self.subTest(name):
                words, turn = self.play(said)
                self.assertEqual((words, turn.end), (expected, end))

    def test_conditions(self):
        asked = {"kind": "choice", "name": "q", "text": "?", "choices": (Choice("Yes", ("Да",)),)}
        rows = [
            ({"when_time": "open"}, Facts(is_open=True), True),
            ({"when_time": "open"}, Facts(is_open=False), False),
            ({"when_time": "closed"}, Facts(is_open=False), True),
            ({"when_phone": "known"}, Facts(knows_phone=True), True),
            ({"when_phone": "unknown"}, Facts(knows_phone=True), False),
            ({"when_lang": "ru_RU"}, Facts(lang="ru"), True),
            ({"when_lang": "ru_RU"}, Facts(lang="en_US"), False),
            ({"when_step": "q"}, Facts(), True),
            ({"when_step": "q", "when_value": "yes"}, Facts(), True),
            ({"when_step": "q", "when_value": "да"}, Facts(), True),
            ({"when_step": "q", "when_value": "No"}, Facts(), False),
        ]
        for condition, facts, expected in rows:
            with self.subTest(condition=condition, facts=facts):
                talk = script(asked, {"kind": "say", "text": "now", **condition})
                self.assertEqual("now" in self.play(["1"], talk, facts)[0], expected)

    def test_it_never_says_too_much(self):
        talk = script(*[{"kind": "say", "text": str(number)} for number in range(9)], most_said=4)
        words, turn = self.play([], talk)
        self.assertEqual((words, turn.end, turn.why), (["0", "1", "2", "3"], "hand", "too_much"))

    def test_what_has_become_of_the_script_meanwhile_ends_it(self):
        turn = bot_script.hear(TALK, State(at=77), Heard("hello"), OPEN, read)
        self.assertEqual((turn.end, turn.why), ("hand", "broken"))
        turn = bot_script.begin(script({"kind": "say", "text": "a", "target": "gone"}), OPEN)
        self.assertEqual((turn.end, turn.why), ("hand", "broken"))

    def test_what_is_wrong_with_a_script(self):
        say, ask = {"kind": "say", "text": "a"}, {"kind": "text", "name": "q", "text": "?"}
        two = (Choice("Yes"), Choice("No"))
        rows = {
            "no_text": [{"kind": "say"}],
            "no_choices": [{"kind": "choice", "text": "?"}],
            "same_choice": [{"kind": "choice", "text": "?", "choices": (Choice("A"), Choice("a"))}],
            "jumps_to_nothing": [{**say, "target": "x"}],
            "asks_nothing": [{**say, "when_step": "x"}],
            "no_such_answer": [
                {"kind": "choice", "name": "q", "text": "?", "choices": two},
                {**say, "when_step": "q", "when_value": "Maybe"},
            ],
            "same_name": [{**say, "name": "x"}, {**say, "name": "x"}],
            "same_command": [{**say, "command": "/a"}, {**say, "command": "/A"}],
            "never_ends": [ask, {**say, "target": "q"}],
            "never_asks": [
                {**say, "name": "x", "when_phone": "known"},
                {**say, "target": "x", "when_phone": "known"},
            ],
        }
        for code, steps in rows.items():
            with self.subTest(code):
                found = [
                    problem
                    for problem, _step, _about in bot_script_check.find_problems(script(*steps))
                ]
                self.assertIn(code, found)
        self.assertFalse(list(bot_script_check.find_problems(TALK)))
        self.assertFalse(list(bot_script_check.find_problems(script(say, ask))))

    def test_any_script_and_any_client_come_to_an_end_or_to_a_question(self):
        for seed in range(300):
            chance = random.Random(seed)  # noqa: S311 - no secret
            with self.subTest(seed=seed):
                self.talk_at_random(chance)

    def talk_at_random(self, chance):
        names = [f"s{number}" for number in range(chance.randint(1, 8))]
        talk = script(*[self.any_step(chance, name, names) for name in names], most_said=5)
        facts = Facts(chance.random() < 0.5, chance.random() < 0.5, "ru")
        turn = bot_script.begin(talk, facts, chance.choice(["", "hello", "/s1"]))
        self.check(talk, turn)
        for _message in range(20):
            if turn.end:
                return
            if chance.random() < 0.1:
                turn = bot_script.time_out(talk, turn.state)
            else:
                pressed = chance.choice([None, (chance.randint(1, 9), chance.randint(0, 3))])
                said = chance.choice(["1", "2", "yes", "a@b", "55", "/s2", "", "…"])
                heard = Heard(said, pressed)
                turn = bot_script.hear(talk, turn.state, heard, facts, read)
            self.check(talk, turn)

    def any_step(self, chance, name, names):
        kind = chance.choice(["say", "text", "phone", "choice", "tag", "hand", "finish"])
        target = chance.choice(["", "", "nowhere", *names])
        return {
            "kind": kind,
            "name": name,
            "text": "" if kind == "tag" else name,
            "target": target,
            "command": chance.choice(["", f"/{name}"]),
            "choices": (Choice("yes", (), target), Choice("no")) if kind == "choice" else (),
            "when_phone": chance.choice(["any", "any", "known"]),
        }

    def check(self, talk, turn):
        said = [act for act in turn.acts if act.kind == "say"]
        self.assertLessEqual(len(said), talk.most_said + 1, "never more in a row, but a farewell")
        if turn.end:
            self.assertIsNone(turn.state.at)
            self.assertTrue(turn.why)
        else:
            step = talk.steps[talk.place(turn.state.at)]
            self.assertIn(step.kind, bot_script.ASKING, "it waits for an answer")
