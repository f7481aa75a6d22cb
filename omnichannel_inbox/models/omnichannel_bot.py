from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import bot_script, bot_script_check


class OmnichannelBot(models.Model):
    """A script that talks with clients until a person does, or until it has done its work.

    What it does is worked out in ``tools/bot_script.py``; here it is written, and made sure of.
    """

    _name = "omnichannel.bot"
    _description = "Bot"
    _order = "sequence, name, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    step_ids = fields.One2many("omnichannel.bot.step", "bot_id", "Steps", copy=True)
    retries = fields.Integer(
        "Asks again, times",
        required=True,
        default=2,
        help="After so many answers that it does not understand, it hands over to people.",
    )
    most_said = fields.Integer(
        "Messages in a row",
        required=True,
        default=6,
        help="When it would say more without an answer of the client, it stops and hands over.",
    )
    retry_text = fields.Text(
        "When it did not understand",
        translate=True,
        help="Said before it asks again, where the question has no words of its own for it.",
    )
    give_up_text = fields.Text("When it gives up", translate=True)
    channel_ids = fields.One2many("omnichannel.channel", "bot_id", "Channels", readonly=True)
    outside_channel_ids = fields.One2many(
        "omnichannel.channel", "outside_bot_id", "Channels outside working time", readonly=True
    )
    run_count = fields.Integer(
        "Conversations of the bot",
        compute="_compute_run_count",
        groups="omnichannel_inbox.group_admin",
    )

    _limits_check = models.Constraint(
        "CHECK (retries BETWEEN 0 AND 10 AND most_said BETWEEN 1 AND 20)",
        "A bot asks again up to 10 times, and says 1 to 20 messages in a row.",
    )

    def _compute_run_count(self):
        groups = self.env["omnichannel.bot.run"]._read_group(
            [("bot_id", "in", self.ids)], ["bot_id"], ["__count"]
        )
        counts = {bot.id: count for bot, count in groups}
        for bot in self:
            bot.run_count = counts.get(bot.id, 0)

    # What is wrong with it

    @api.constrains("step_ids", "active")
    def _check_script(self):
        for bot in self.filtered("active"):
            if problems := bot._describe_problems():
                raise ValidationError("\n".join(problems))

    def _describe_problems(self):
        """Return what is wrong with the script, as sentences."""
        steps = {key: step for step, key in self._keyed_steps()}
        return [
            self._describe_problem(code, steps[step.key], about)
            for code, step, about in bot_script_check.find_problems(self._compile())
        ]

    def _describe_problem(self, code, step, about):
        names = {"step": step._describe(), "about": about}
        words = {
            "no_text": self.env._("%(step)s: the text is missing.", **names),
            "no_choices": self.env._(
                "%(step)s: offers no answers to choose from. Add at least one.", **names
            ),
            "same_choice": self.env._("%(step)s: the answer “%(about)s” is there twice.", **names),
            "jumps_to_nothing": self.env._(
                "%(step)s: goes on at “%(about)s”, and no step has this name.", **names
            ),
            "asks_nothing": self.env._(
                "%(step)s: is only for an answer to “%(about)s”, and no question has this name.",
                **names,
            ),
            "no_such_answer": self.env._(
                "%(step)s: is only for the answer “%(about)s”, which its question does not offer.",
                **names,
            ),
            "same_name": self.env._("“%(about)s”: several steps have this name.", **names),
            "same_command": self.env._("“%(about)s”: several steps have this command.", **names),
            "never_ends": self.env._(
                "%(step)s: from here the script goes round in a circle and never ends. Let one way "
                "lead to a step that hands over or finishes.",
                **names,
            ),
            "never_asks": self.env._(
                "%(step)s: from here the bot would talk on and on without asking anything. Put a "
                "question into the circle, or lead out of it.",
                **names,
            ),
        }
        return words[code]

    # For the engine

    def _keyed_steps(self):
        """Return the steps in their order, each with its key; unsaved ones have one as well."""
        steps = self.step_ids.sorted(lambda step: (step.sequence, step._origin.id or float("inf")))
        return [(step, step._origin.id or -number) for number, step in enumerate(steps, 1)]

    def _compile(self):
        """Return the script in the language of the context."""
        self.ensure_one()
        return bot_script.Script(
            steps=tuple(step._compile(key) for step, key in self._keyed_steps()),
            retries=self.retries,
            most_said=self.most_said,
            retry_text=self.retry_text or "",
            give_up_text=self.give_up_text or "",
        )

    def _is_available(self):
        """Return whether it can talk: active, with a script, and nothing wrong with that."""
        if not (self and self.active and self.step_ids):
            return False
        return not any(bot_script_check.find_problems(self._compile()))
