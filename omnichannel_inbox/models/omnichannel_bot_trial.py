from markupsafe import Markup, escape

from odoo import api, fields, models

from ..tools import bot_script, bot_script_check, contacts
from ..tools.bot_script import Facts, Heard, State
from .omnichannel_bot_step import ICONS


class OmnichannelBot(models.Model):
    """How a script reads as a talk: as a picture of all its ways, and played on the screen."""

    _inherit = "omnichannel.bot"

    preview = fields.Html("The talk", compute="_compute_preview", sanitize=False, exportable=False)

    # A picture of all ways

    @api.depends_context("lang")
    @api.depends(
        "step_ids.sequence",
        "step_ids.kind",
        "step_ids.name",
        "step_ids.text",
        "step_ids.target",
        "step_ids.command",
        "step_ids.choice_ids.name",
        "step_ids.choice_ids.target",
        "step_ids.choice_ids.sequence",
        "step_ids.condition_words",
        "step_ids.save_to",
        "step_ids.tag_ids",
        "step_ids.user_id",
        "step_ids.team_id",
    )
    def _compute_preview(self):
        for bot in self:
            bot.preview = Picture(bot).draw()

    # Played on the screen: nothing is stored, nobody is told anything

    @api.readonly
    def try_out(self, state=None, said="", pressed=None, event="hear", given=None):
        """Return what the bot would do, and the state with which to ask on.

        :param state: as returned before; without one the talk begins
        :param said: what the client says
        :param pressed: the key of a question and the place of a choice
        :param event: ``hear``, or ``wait`` when the client lets the time pass
        :param given: ``closed``: outside working time, ``phone``: the number is known, ``lang``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        given = given or {}
        lang = given.get("lang") or self.env.lang or "en_US"
        bot = self.with_context(lang=lang)
        facts = Facts(not given.get("closed"), bool(given.get("phone")), lang)
        script = bot._compile()
        if not script.steps:
            turn = bot_script.Turn(State(), end="hand", why="broken")
        elif state is None:
            turn = bot_script.begin(script, facts, said)
        elif event == "wait":
            turn = bot_script.time_out(script, _read_state(state))
        else:
            heard = Heard(said, tuple(pressed) if pressed else None)
            turn = bot_script.hear(script, _read_state(state), heard, facts, self._read_for_trial)
        return self._describe_turn(script, turn)

    def _read_for_trial(self, kind, text):
        if kind == "email":
            return next(iter(contacts.find_emails(text)), "")
        country = (self.company_id or self.env.company).country_id

        def normalize(written):
            return self.env["res.partner"]._phone_format(number=written, country=country)

        return next(iter(contacts.find_phones(text, normalize)), "") or normalize(text) or ""

    def _describe_turn(self, script, turn):
        lines = [line for act in turn.acts if (line := self._describe_act(act))]
        if turn.end:
            lines.append({"who": "line", "text": self._describe_end(turn)})
        place = script.place(turn.state.at)
        step = script.steps[place] if place is not None else None
        record = self.step_ids.filtered(lambda each: step and each.id == step.key)
        return {
            "lines": lines,
            "ended": bool(turn.end),
            "state": {
                "at": turn.state.at,
                "tries": turn.state.tries,
                "said": turn.state.said,
                "answers": dict(turn.state.answers),
            },
            "asks": step.kind if step else "",
            "timeout": record.timeout,
            "choices": [
                {"label": choice.label, "pressed": [step.key, number]}
                for number, choice in enumerate(step.choices if step else ())
            ],
        }

    def _describe_act(self, act):
        """Return what is seen of it: a message of the bot, or a line about what it does."""
        if act.kind == "say":
            return {"who": "bot", "text": act.text}
        step = self.step_ids.filtered(lambda each: each.id == act.step.key)
        if act.kind == "save":
            if not step.save_to:
                return None
            title = dict(step._fields["save_to"]._description_selection(self.env))[step.save_to]
            text = self.env._("Kept as %(field)s: %(value)s", field=title, value=act.value)
        else:
            text = step._describe_doing()
        return {"who": "line", "text": text}

    def _describe_end(self, turn):
        reasons = {
            "end": self.env._("The script is over: people go on."),
            "not_understood": self.env._("Not understood too often: people go on."),
            "timeout": self.env._("No answer in time: people go on."),
            "too_much": self.env._("Too many messages in a row: people go on."),
            "broken": self.env._("The script cannot go on: people do."),
        }
        if turn.end == "finish":
            return self.env._("The conversation is finished.")
        if turn.why in reasons:
            return reasons[turn.why]
        step = self.step_ids.filtered(lambda each: each.id == turn.step.key)
        return step._describe_doing()

    def action_try(self):
        """Return the dialog in which the script is played."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "omnichannel_inbox.bot_trial",
            "target": "new",
            "name": self.env._("Try it: %(bot)s", bot=self.name),
            "params": {
                "bot_id": self.id,
                "languages": self.env["res.lang"].get_installed(),
                "lang": self.env.lang,
            },
        }


def _read_state(values):
    """Return the state that a browser gives back; whatever is wrong with it is left out."""
    answers = values.get("answers")
    return State(
        at=values.get("at") or None,
        tries=int(values.get("tries") or 0),
        said=int(values.get("said") or 0),
        answers=answers if isinstance(answers, dict) else {},
    )


class OmnichannelBotStep(models.Model):
    _inherit = "omnichannel.bot.step"

    def _describe_doing(self):
        """Return what a step that says nothing does, as a sentence."""
        # sudo: res.users, crm.team - only their names
        step_sudo = self.sudo()
        people = step_sudo.user_id.name or step_sudo.team_id.name
        words = {
            "tag": self.env._("Tagged: %(tags)s", tags=", ".join(self.tag_ids.mapped("name"))),
            "lead": self.env._("A lead is created."),
            "finish": self.env._("The conversation is finished."),
            "hand": self.env._(
                "Handed over to %(people)s, if free, or to the queue.", people=people
            )
            if people
            else self.env._("Handed over to the operators of the channel."),
        }
        return words.get(self.kind, "")


class Picture:
    """A script as a talk: what the bot says left, the client right, and each way once."""

    def __init__(self, bot):
        self.env = bot.env
        self.steps = [step for step, _key in bot._keyed_steps()]
        self.script = bot._compile()
        self.drawn = set()
        #: Where several branches meet: drawn behind all of them.
        self.meeting = set()

    def draw(self):
        if not self.steps:
            return Markup("<p class='text-muted'>%s</p>") % self.env._("Add the first step.")
        parts = [self._draw_from(0)]
        for place, step in enumerate(self.steps):
            if place not in self.drawn:
                title = (
                    self.env._("When the client writes %(command)s", command=step.command)
                    if step.command
                    else self.env._("Nothing leads here:")
                )
                parts.append(self._line("fa-level-down", title) + self._draw_from(place))
        return Markup("<div class='o-omnichannel-BotPreview'>%s</div>") % Markup().join(parts)

    def _draw_from(self, place):
        """Return the steps from this place on, up to an end or what is drawn elsewhere."""
        parts = []
        while True:
            if place is None:
                parts.append(self._line("fa-exclamation-triangle", self.env._("Leads nowhere.")))
                break
            if place >= len(self.steps):
                parts.append(self._line("fa-user-o", self.env._("The end: people go on.")))
                break
            if place in self.drawn | self.meeting:
                step = self.steps[place]
                text = self.env._("goes on at: %(step)s", step=step.name or step.summary)
                parts.append(self._line("fa-long-arrow-right", text))
                break
            self.drawn.add(place)
            parts.append(self._draw_step(place))
            following = self._follow(place)
            if following is False:
                break
            place = following
        return Markup().join(parts)

    def _follow(self, place):
        """Return where the main way goes on; False where only branches do, or it ends."""
        step = self.script.steps[place]
        if step.kind in bot_script.ENDING:
            return place + 1 if step.is_conditional else False
        if step.kind == "choice" and step.choices and all(one.target for one in step.choices):
            return place + 1 if step.is_conditional else False
        return self.script.follow(step.target, place)

    def _draw_step(self, place):
        record, step = self.steps[place], self.script.steps[place]
        parts = []
        if record.condition_words:
            words = self.env._("Only: %(conditions)s", conditions=record.condition_words)
            parts.append(self._line("fa-filter", words))
        if step.text:
            parts.append(self._bubble("bot", step.text, record))
        if step.kind == "choice":
            parts.append(self._draw_choices(place, step))
        elif step.kind in bot_script.ASKING:
            parts.append(self._bubble("client", self._describe_answer(record)))
        elif step.kind != "say":
            parts.append(self._line(ICONS[step.kind], record._describe_doing()))
        return Markup().join(parts)

    def _describe_answer(self, step):
        names = {
            "text": self.env._("any text"),
            "phone": self.env._("phone number"),
            "email": self.env._("e-mail address"),
        }
        if not step.save_to:
            return f"… {names[step.kind]}"
        kept = dict(step._fields["save_to"]._description_selection(self.env))[step.save_to]
        return f"… {names[step.kind]} → {kept}"

    def _draw_choices(self, place, step):
        """Return the answers side by side, each with where it leads."""
        outer, behind = self.meeting, self._find_meeting(step)
        self.meeting = outer | behind
        branches = []
        for choice in step.choices:
            below = Markup()
            if choice.target:
                below = self._draw_from(self.script.find(choice.target))
            branches.append(
                Markup("<div class='o-omnichannel-BotPreview-branch'>%s%s</div>")
                % (self._bubble("client", choice.label), below)
            )
        self.meeting = outer
        parts = [
            Markup("<div class='o-omnichannel-BotPreview-branches'>%s</div>")
            % Markup().join(branches)
        ]
        if self._follow(place) is False:
            parts += [
                self._draw_from(each) for each in sorted(behind - outer) if each not in self.drawn
            ]
        return Markup().join(parts)

    def _find_meeting(self, step):
        """Return the steps to which more than one of the answers leads."""
        reached = []
        for choice in step.choices:
            start = self.script.find(choice.target) if choice.target else None
            if start is not None:
                reached.append(bot_script_check.reach(self.script, start))
        return {
            place
            for each in reached
            for place in each
            if place not in self.drawn and sum(place in other for other in reached) > 1
        }

    def _bubble(self, who, text, record=None):
        lines = Markup("<br/>").join(escape(line) for line in text.splitlines())
        name = record.name if record else ""
        title = Markup("<small class='text-muted d-block'>%s</small>") % name if name else ""
        return Markup(
            "<div class='o-omnichannel-BotPreview-bubble o-%s'>%s<span>%s</span></div>"
        ) % (who, title, lines)

    def _line(self, icon, text):
        return Markup(
            "<div class='o-omnichannel-BotPreview-line text-muted'><i class='fa fa-fw %s'></i> %s"
            "</div>"
        ) % (icon, text)
