"""What a bot does next: from its script, where it stands in it and what the client said.

Nothing else is known here, and nothing is done: what is to be done is returned. So the same engine
talks with clients, plays a script on the screen of whoever writes it, and is tested by itself.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

#: Kinds of steps that wait for the client, and that end the script.
ASKING = ("text", "phone", "email", "choice")
ENDING = ("hand", "finish")
#: Steps between two answers of the client; a script with more of them is going round in circles.
MAX_STEPS = 200
MAX_ANSWER = 1000
COMMAND = re.compile(r"/\w+")
WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Choice:
    """One of the answers that a question offers."""

    label: str
    words: tuple[str, ...] = ()  # that mean it as well: other languages, other names
    target: str = ""  # the name of the step it leads to, empty: where the question leads

    def is_called(self, words):
        return words in {find_words(each) for each in (self.label, *self.words)} - {()}


@dataclass(frozen=True)
class Step:
    """One thing a bot does; which of the fields mean something depends on the kind."""

    key: int
    kind: str  # say, tag, lead, one of ASKING, one of ENDING
    name: str = ""
    text: str = ""
    target: str = ""  # the name of the step that follows, empty: the next one
    choices: tuple[Choice, ...] = ()
    command: str = ""
    retry_text: str = ""
    on_timeout: str = "hand"  # one of ENDING
    when_step: str = ""  # the name of a question …
    when_value: str = ""  # … that was answered so
    when_time: str = "always"  # or open, closed
    when_phone: str = "any"  # or known, unknown
    when_lang: str = ""

    @property
    def is_conditional(self):
        return bool(
            self.when_step
            or self.when_lang
            or self.when_time != "always"
            or self.when_phone != "any"
        )


@dataclass(frozen=True)
class Script:
    steps: tuple[Step, ...]
    retries: int = 2  # times that a question is asked again
    most_said: int = 10  # messages without an answer of the client
    retry_text: str = ""
    give_up_text: str = ""

    def find(self, name):
        """Return the place of the step with this name, None if there is none."""
        return next((n for n, step in enumerate(self.steps) if name and step.name == name), None)

    def place(self, key):
        return next((n for n, step in enumerate(self.steps) if step.key == key), None)

    def follow(self, target, place):
        """Return the place that a jump leads to, without one the next place."""
        return self.find(target) if target else place + 1


@dataclass(frozen=True)
class Facts:
    """What conditions ask for."""

    is_open: bool = True
    knows_phone: bool = False
    lang: str = ""


@dataclass(frozen=True)
class State:
    """Where a run stands: the question that waits for its answer, and what was answered."""

    at: int | None = None  # key of the step
    tries: int = 0
    said: int = 0  # messages since the client's last one
    answers: Mapping[str, dict] = field(default_factory=dict)  # by key: value, choice


@dataclass(frozen=True)
class Heard:
    text: str = ""
    pressed: tuple[int, int] | None = None  # key of the step, place of the choice


@dataclass(frozen=True)
class Act:
    """Something to be done: ``say`` the text, ``save`` the value, ``tag``, make a ``lead``."""

    kind: str
    step: Step
    text: str = ""
    value: str = ""


@dataclass(frozen=True)
class Turn:
    """What follows; an ended script says how and why."""

    state: State
    acts: tuple[Act, ...] = ()
    end: str = ""  # one of ENDING
    why: str = ""
    step: Step | None = None  # that ended it


Read = Callable[[str, str], str]  # kind of question and text → the answer in it, or nothing


def begin(script, facts, text=""):
    """Return the first turn: from the start, or from the step that the command names."""
    return _walk(script, State(), _find_command(script, text) or 0, facts)


def hear(script, state, heard, facts, read):
    """Return what follows when the client has said something."""
    state = replace(state, said=0)
    place = script.place(state.at)
    if place is None:
        return _give_up(script, state, "broken")
    command = _find_command(script, heard.text)
    if command is not None and not heard.pressed:
        return _walk(script, replace(state, tries=0), command, facts)
    if heard.pressed:
        return _press(script, state, place, heard, facts, read)
    return _answer(script, state, place, heard.text, facts, read)


def time_out(script, state):
    """Return what follows when the client says nothing for so long."""
    place = script.place(state.at)
    if place is None:
        return _give_up(script, state, "broken")
    step = script.steps[place]
    return Turn(replace(state, at=None), end=step.on_timeout, why="timeout", step=step)


def _find_command(script, text):
    found = COMMAND.match((text or "").strip())
    name = found and found.group().lower()
    commands = [step.command.lower() for step in script.steps]
    return commands.index(name) if name in commands else None


def _press(script, state, place, heard, facts, read):
    """A button of an earlier question changes that answer, unless it says the same again."""
    key, number = heard.pressed
    pressed = script.place(key)
    step = script.steps[pressed] if pressed is not None else None
    if not step or step.kind != "choice" or not 0 <= number < len(step.choices):
        return _answer(script, state, place, heard.text, facts, read)
    earlier = state.answers.get(str(key))
    if pressed != place and (not earlier or earlier.get("choice") == number):
        return Turn(state)
    return _accept(script, state, pressed, step.choices[number].label, number, facts)


def _answer(script, state, place, text, facts, read):
    step, text = script.steps[place], (text or "").strip()[:MAX_ANSWER]
    if step.kind == "choice":
        number = _choose(step, text)
        if number is not None:
            return _accept(script, state, place, step.choices[number].label, number, facts)
    elif value := text if step.kind == "text" else read(step.kind, text):
        return _accept(script, state, place, value, None, facts)
    if state.tries >= script.retries:
        return _give_up(script, state, "not_understood", step)
    again = Act("say", step, step.retry_text or script.retry_text or step.text)
    return Turn(replace(state, tries=state.tries + 1, said=1), (again,))


def _choose(step, text):
    """Return the place of the only choice that the text means, None if there is no such."""
    words = find_words(text)
    exact = [n for n, choice in enumerate(step.choices) if choice.is_called(words)]
    if exact:
        return exact[0]
    if len(words) == 1 and words[0].isdecimal():
        number = int(words[0]) - 1
        return number if 0 <= number < len(step.choices) else None
    meant = [n for n, choice in enumerate(step.choices) if _mentions(words, choice)]
    return meant[0] if len(meant) == 1 else None


def find_words(text):
    """Return the words of the text, as they are compared."""
    return tuple(WORDS.findall((text or "").casefold().replace("ё", "е")))


def _mentions(words, choice):
    names = [find_words(each) for each in (choice.label, *choice.words)]
    return any(
        name and words[at : at + len(name)] == name for name in names for at in range(len(words))
    )


def _accept(script, state, place, value, number, facts):
    """The answer is kept, and the script goes on where it leads."""
    step = script.steps[place]
    answers = {**state.answers, str(step.key): {"value": value, "choice": number}}
    state = replace(state, tries=0, answers=answers)
    target = (step.choices[number].target if number is not None else "") or step.target
    turn = _walk(script, state, script.follow(target, place), facts)
    return replace(turn, acts=(Act("save", step, value=value), *turn.acts))


def _walk(script, state, place, facts):
    """Return everything up to the next question or the end."""
    acts = []
    for _number in range(MAX_STEPS):
        if place is None:
            return _give_up(script, state, "broken", acts=acts)
        if place >= len(script.steps):
            return Turn(replace(state, at=None), tuple(acts), "hand", "end")
        step = script.steps[place]
        if not _applies(script, step, state, facts):
            place += 1
            continue
        if step.text and state.said >= script.most_said:
            break
        state = replace(state, said=state.said + bool(step.text))
        acts += _find_acts(step)
        if step.kind in ASKING:
            return Turn(replace(state, at=step.key, tries=0), tuple(acts))
        if step.kind in ENDING:
            return Turn(replace(state, at=None), tuple(acts), step.kind, "script", step)
        place = script.follow(step.target, place)
    return _give_up(script, state, "too_much", acts=acts, is_silent=True)


def _find_acts(step):
    """Return what the step does by itself."""
    said = [Act("say", step, step.text)] if step.text else []
    return [*said, Act(step.kind, step)] if step.kind in ("tag", "lead") else said


def _give_up(script, state, why, step=None, acts=(), *, is_silent=False):
    """People go on; the client is told so."""
    acts = tuple(acts)
    if script.give_up_text and not is_silent:
        acts += (Act("say", step or Step(0, "say"), script.give_up_text),)
    return Turn(replace(state, at=None), acts, "hand", why, step)


def _applies(script, step, state, facts):
    """Return whether the step's conditions hold."""
    if step.when_time != "always" and (step.when_time == "open") != facts.is_open:
        return False
    if step.when_phone != "any" and (step.when_phone == "known") != facts.knows_phone:
        return False
    if step.when_lang and step.when_lang[:2].lower() != facts.lang[:2].lower():
        return False
    return not step.when_step or _was_answered(script, step, state)


def _was_answered(script, step, state):
    place = script.find(step.when_step)
    if place is None:
        return False
    question = script.steps[place]
    answer = state.answers.get(str(question.key))
    if not answer or not step.when_value:
        return bool(answer)
    wanted, number = find_words(step.when_value), answer.get("choice")
    if number is not None and number < len(question.choices):
        return question.choices[number].is_called(wanted)
    return find_words(answer.get("value")) == wanted
