from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..protocols.core.texts import _lt
from .omnichannel_channel_automatic import SET_ANSWERS

BOT_SILENT = _lt(
    "Nothing is said outside working time: the bot that shall talk then is archived or has no "
    "script."
)


class OmnichannelChannel(models.Model):
    """Who answers first: people, or a bot that hands over to them."""

    _inherit = "omnichannel.channel"

    answers_by = fields.Selection(
        [("people", "Employees"), ("bot", "A bot, then employees")],
        "Who answers",
        required=True,
        default="people",
        help="A bot begins each new appeal. When it gives up, or cannot talk, employees answer.",
    )
    bot_id = fields.Many2one(
        "omnichannel.bot", check_company=True, index="btree_not_null", ondelete="restrict"
    )
    outside_hours = fields.Selection(
        selection_add=[("bot", "A bot")], ondelete={"bot": "set default"}
    )
    outside_bot_id = fields.Many2one(
        "omnichannel.bot",
        "Bot outside working time",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    bot_warning = fields.Char(
        "Bot that cannot talk", compute="_compute_bot_warning", compute_sudo=True
    )

    @api.constrains("answers_by", "bot_id", "outside_hours", "outside_bot_id")
    def _check_bot(self):
        for channel in self:
            lacks = channel.answers_by == "bot" and not channel.bot_id
            if lacks or (channel.outside_hours == "bot" and not channel.outside_bot_id):
                raise ValidationError(self.env._("Choose which bot answers."))

    @api.depends("answers_by", "bot_id.active", "outside_hours", "outside_bot_id.active")
    @api.depends_context("lang")
    def _compute_bot_warning(self):
        for channel in self:
            unavailable = channel._used_bots().filtered(lambda bot: not bot._is_available())
            words = self.env._(
                "%(bots)s cannot talk now, archived or without a script: employees answer instead.",
                bots=", ".join(unavailable.mapped("name")),
            )
            channel.bot_warning = words if unavailable else False

    def _used_bots(self):
        bots = self.env["omnichannel.bot"]
        if self.answers_by == "bot":
            bots |= self.bot_id
        return bots | self.outside_bot_id if self.outside_hours == "bot" else bots

    def _find_bot(self):
        """Return the bot that begins an appeal now, if one does and can."""
        if self._is_open():
            bot = self.answers_by == "bot" and self.bot_id
        else:
            bot = self.outside_hours == "bot" and self.outside_bot_id
        return bot if bot and bot._is_available() else self.env["omnichannel.bot"]

    def _find_silence(self):
        # sudo: omnichannel.bot - whether it can talk concerns whoever checks the channel
        bot_sudo = self.sudo().outside_bot_id
        speaks = self.outside_hours == "bot" and self.resource_calendar_id
        if speaks and not bot_sudo._is_available():
            return BOT_SILENT, SET_ANSWERS
        return super()._find_silence()

    # Whom a bot talks with waits for nobody

    def _waiting_domain(self):
        return [*super()._waiting_domain(), ("with_bot", "=", False)]

    def _describe_rules(self):
        if self.answers_by == "bot" and self.bot_id:
            yield self.env._(
                "%(bot)s begins to talk with each new client; an operator may take over at any "
                "time. When it gives up or has done its work:",
                bot=self.bot_id.name,
            )
        yield from super()._describe_rules()

    @api.depends("answers_by", "bot_id")
    def _compute_rules_words(self):  # pylint: disable=missing-return
        super()._compute_rules_words()

    def _describe_outside(self):
        if self.outside_hours == "bot" and self.outside_bot_id:
            return self.env._("%(bot)s talks with them then.", bot=self.outside_bot_id.name)
        return super()._describe_outside()
