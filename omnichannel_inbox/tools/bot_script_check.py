"""What is wrong with a bot's script: said to whoever writes it, before a client meets it."""

from .bot_script import ASKING, ENDING, find_words


def find_problems(script):
    """Yield what is wrong with the script, as (code, step, what it is about)."""
    for step in script.steps:
        yield from _find_problems_of(script, step)
    yield from _find_doubles(script)
    if all(_all_targets_exist(script, step) for step in script.steps):
        yield from _find_circles(script)


def _find_problems_of(script, step):
    if step.kind in ("say", *ASKING) and not step.text.strip():
        yield "no_text", step, ""
    if step.kind == "choice":
        yield from _find_problems_of_choices(step)
    for target in _targets(step):
        if script.find(target) is None:
            yield "jumps_to_nothing", step, target
    if step.when_step:
        yield from _find_problems_of_condition(script, step)


def _find_problems_of_choices(step):
    if not step.choices:
        yield "no_choices", step, ""
    labels = [find_words(choice.label) for choice in step.choices]
    for choice, label in zip(step.choices, labels, strict=True):
        if label and labels.count(label) > 1:
            yield "same_choice", step, choice.label


def _find_problems_of_condition(script, step):
    asked = script.find(step.when_step)
    if asked is None or script.steps[asked].kind not in ASKING:
        yield "asks_nothing", step, step.when_step
        return
    question = script.steps[asked]
    wanted = find_words(step.when_value)
    offered = any(choice.is_called(wanted) for choice in question.choices)
    if question.kind == "choice" and wanted and not offered:
        yield "no_such_answer", step, step.when_value


def _find_doubles(script):
    for code, values in (
        ("same_name", [step.name for step in script.steps]),
        ("same_command", [step.command.lower() for step in script.steps]),
    ):
        for value in sorted({each for each in values if each and values.count(each) > 1}):
            yield code, script.steps[values.index(value)], value


def _targets(step):
    targets = (step.target, *(choice.target for choice in step.choices))
    return [target for target in targets if target] if step.kind not in ENDING else []


def _all_targets_exist(script, step):
    return all(script.find(target) is not None for target in _targets(step))


def _successors(script, place):
    """Return the places that may follow this one; the place behind the last is the end."""
    step = script.steps[place]
    following = {place + 1} if step.is_conditional else set()
    if step.kind in ENDING:
        return following | {len(script.steps)}
    if step.kind == "choice":
        targets = [choice.target or step.target for choice in step.choices]
        return following | {script.follow(target, place) for target in targets}
    return following | {script.follow(step.target, place)}


def _find_circles(script):
    """Yield from where no end can be reached, and where the bot would talk without asking."""
    following = [_successors(script, place) for place in range(len(script.steps))]
    ends = _reach_back(following, {len(script.steps)})
    for place, step in enumerate(script.steps):
        if place not in ends:
            yield "never_ends", step, ""
            break
    for place, step in enumerate(script.steps):
        if step.kind not in ASKING and place in _reach_silently(script, following, place):
            yield "never_asks", step, ""
            break


def reach(script, place):
    """Return the places to which one may come from this one, itself among them."""
    reached, edge = set(), {place}
    while edge:
        reached |= edge
        edge = {
            after
            for each in edge
            for after in _successors(script, each)
            if after is not None and after < len(script.steps)
        } - reached
    return reached


def _reach_back(following, reached):
    """Return the places from which one of these can be reached."""
    reached = set(reached)
    while more := {
        place for place, after in enumerate(following) if place not in reached and after & reached
    }:
        reached |= more
    return reached


def _reach_silently(script, following, place):
    """Return where one comes from this place without a question on the way."""
    reached, edge = set(), set(following[place])
    while edge:
        reached |= edge
        edge = {
            after
            for each in edge
            if each < len(script.steps) and script.steps[each].kind not in ASKING
            for after in following[each]
        } - reached
    return reached
