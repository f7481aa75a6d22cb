import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import bot_script

KINDS = [
    ("say", "Say"),
    ("text", "Ask: any text"),
    ("phone", "Ask: phone number"),
    ("email", "Ask: e-mail address"),
    ("choice", "Ask: a choice"),
    ("tag", "Tag the conversation"),
    ("lead", "Create a lead"),
    ("hand", "Hand over to people"),
    ("finish", "Finish"),
]
ICONS = {
    "say": "fa-comment-o",
    "text": "fa-pencil",
    "phone": "fa-phone",
    "email": "fa-envelope-o",
    "choice": "fa-list-ul",
    "tag": "fa-tag",
    "lead": "fa-star-o",
    "hand": "fa-user-o",
    "finish": "fa-flag-checkered",
}
#: Where an answer may be kept: nothing else of a lead is written by what a client says.
SAVED = [
    ("name", "Contact name"),
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("company", "Company"),
    ("city", "City"),
    ("description", "Notes of the lead"),
]
COMMAND = re.compile(r"/\w{1,30}")


class OmnichannelBotStep(models.Model):
    """One thing a bot does. Without conditions, and without being jumped over, in their order."""

    _name = "omnichannel.bot.step"
    _description = "Step of a bot"
    _order = "bot_id, sequence, id"
    _rec_name = "summary"

    bot_id = fields.Many2one("omnichannel.bot", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, "What it does", required=True, default="say")
    name = fields.Char(help="By this name other steps lead here. Empty, where none does.")
    text = fields.Text("What it says", translate=True)
    summary = fields.Char("Says or does", compute="_compute_summary")

    choice_ids = fields.One2many("omnichannel.bot.choice", "step_id", "Answers", copy=True)
    save_to = fields.Selection(
        SAVED, "Keep the answer as", help="On the lead, and the phone and e-mail on the client."
    )
    retry_text = fields.Text("When it did not understand", translate=True)
    timeout = fields.Integer(
        "Waits, minutes", help="So long it waits for the answer; 0: as long as it takes."
    )
    on_timeout = fields.Selection(
        [("hand", "Hands over to people"), ("finish", "Finishes")],
        "Then",
        required=True,
        default="hand",
    )

    tag_ids = fields.Many2many("omnichannel.tag", string="Tags")
    user_id = fields.Many2one(
        "res.users", "Operator", domain="[('share', '=', False)]", ondelete="set null"
    )
    team_id = fields.Many2one("crm.team", "Sales team", ondelete="set null")

    target = fields.Char("Goes on at", help="The name of a step; empty: the next one.")
    command = fields.Char(help="A client who writes this, such as /price, gets here at any time.")

    when_step = fields.Char("Only if this question", help="The name of the question.")
    when_value = fields.Char("was answered", help="Empty: was answered at all.")
    when_time = fields.Selection(
        [
            ("always", "At any time"),
            ("open", "In working time"),
            ("closed", "Outside working time"),
        ],
        "Time",
        required=True,
        default="always",
    )
    when_phone = fields.Selection(
        [
            ("any", "Known or not"),
            ("known", "Only if it is known"),
            ("unknown", "Only if it is not known"),
        ],
        "Client's phone number",
        required=True,
        default="any",
    )
    when_lang_id = fields.Many2one("res.lang", "Only for clients who speak", ondelete="set null")
    condition_words = fields.Char("Only if", compute="_compute_condition_words")

    _timeout_check = models.Constraint("CHECK (timeout >= 0)", "A number of minutes is 0 or more.")

    @api.constrains("command")
    def _check_command(self):
        for step in self:
            if step.command and not COMMAND.fullmatch(step.command):
                raise ValidationError(
                    self.env._(
                        "“%(command)s” is no command: write a slash and one word, such as /price.",
                        command=step.command,
                    )
                )

    # In words

    @api.depends_context("lang")
    @api.depends("kind", "text", "tag_ids", "user_id", "team_id")
    def _compute_summary(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for step in self:
            # sudo: res.users, crm.team - only the name
            step_sudo = step.sudo()
            about = step.text or ", ".join(
                [*step.tag_ids.mapped("name"), *filter(None, [step_sudo.user_id.name])]
                or filter(None, [step_sudo.team_id.name])
            )
            step.summary = " ".join((about or kinds.get(step.kind) or "").split())

    @api.depends_context("lang")
    @api.depends("when_step", "when_value", "when_time", "when_phone", "when_lang_id")
    def _compute_condition_words(self):
        for step in self:
            step.condition_words = "; ".join(step._describe_conditions())

    def _describe_conditions(self):
        """Yield on what the step depends."""
        if self.when_step and self.when_value:
            yield f"{self.when_step} = {self.when_value}"
        elif self.when_step:
            yield self.env._("%(question)s is answered", question=self.when_step)
        if self.when_time == "open":
            yield self.env._("in working time")
        elif self.when_time == "closed":
            yield self.env._("outside working time")
        if self.when_phone == "known":
            yield self.env._("phone known")
        elif self.when_phone == "unknown":
            yield self.env._("phone not known")
        if self.when_lang_id:
            yield self.when_lang_id.name

    def _describe(self):
        """Return how the step is called in a sentence."""
        if self.name:
            return self.env._("Step “%(name)s”", name=self.name)
        steps = [step for step, _key in self.bot_id._keyed_steps()]
        number = steps.index(self) + 1 if self in steps else len(steps)
        words = (self.summary or "")[:40]
        return self.env._("Step %(number)s (%(words)s)", number=number, words=words)

    # For the engine

    def _compile(self, key):
        is_question = self.kind in bot_script.ASKING
        return bot_script.Step(
            key=key,
            kind=self.kind,
            name=(self.name or "").strip(),
            text="" if self.kind in ("tag", "lead") else (self.text or "").strip(),
            target=(self.target or "").strip(),
            choices=self.choice_ids._compile() if self.kind == "choice" else (),
            command=self.command or "",
            retry_text=(is_question and self.retry_text) or "",
            on_timeout=self.on_timeout,
            when_step=(self.when_step or "").strip(),
            when_value=(self.when_value or "").strip(),
            when_time=self.when_time,
            when_phone=self.when_phone,
            when_lang=self.when_lang_id.code or "",
        )


class OmnichannelBotChoice(models.Model):
    """One of the answers that a question of a bot offers."""

    _name = "omnichannel.bot.choice"
    _description = "Answer that a bot offers"
    _order = "step_id, sequence, id"

    step_id = fields.Many2one("omnichannel.bot.step", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char("Answer", required=True, translate=True)
    words = fields.Char("Also when he writes", help="Other words for it, separated by commas.")
    target = fields.Char("Goes on at", help="The name of a step; empty: where the question goes.")

    def _compile(self):
        """Return the choices; they are recognised in every language."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        choices = self.sorted(lambda choice: (choice.sequence, choice._origin.id or float("inf")))
        in_all = [choices.with_context(lang=code) for code in languages]
        return tuple(
            bot_script.Choice(
                choice.name or "",
                tuple(
                    dict.fromkeys(
                        [each[number].name or "" for each in in_all]
                        + [word.strip() for word in (choice.words or "").split(",")]
                    )
                ),
                (choice.target or "").strip(),
            )
            for number, choice in enumerate(choices)
        )
