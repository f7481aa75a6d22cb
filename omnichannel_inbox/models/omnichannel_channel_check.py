from odoo import api, fields, models

from .failures import in_each_language, translate


class OmnichannelChannelCheck(models.Model):
    """One thing that must be true for a channel to work, and whether it is."""

    _name = "omnichannel.channel.check"
    _description = "Channel check"
    _order = "channel_id, sequence, id"
    _rec_name = "code"

    channel_id = fields.Many2one(
        "omnichannel.channel", required=True, readonly=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("ok", "OK"), ("warning", "Warning"), ("error", "Error"), ("unknown", "Unknown")],
        required=True,
        readonly=True,
    )
    cause = fields.Char(readonly=True, translate=True)
    cure = fields.Char("What to do", readonly=True, translate=True)
    button = fields.Char(readonly=True, help="What is pressed to cure it.")
    checked_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    _code_unique = models.UniqueIndex("(channel_id, code)")

    @api.model
    def _store(self, channel, checks):
        """The rows of the channel are these checks, in their order; of two with a code the first.

        A row that stays is the same row: somebody may be looking at it, about to press its button.
        """
        rows = {check.code: check for check in channel.check_ids}
        wanted = {}
        for check in checks:
            wanted.setdefault(check.code, check)
        channel.check_ids.filtered(lambda row: row.code not in wanted).unlink()
        for number, check in enumerate(wanted.values()):
            values = {**self._prepare_values(check), "channel_id": channel.id, "sequence": number}
            if row := rows.get(check.code):
                row.write(values)
            else:
                row = self.create(values)
            for told in in_each_language(row):
                told.write(self._prepare_texts(told.env, check))

    @api.model
    def _prepare_texts(self, env, check):
        """Return what was found and what to do, in the language of the environment."""
        return {
            "cause": translate(env, check.cause, check.values),
            "cure": translate(env, check.cure, check.values),
        }

    @api.model
    def _prepare_values(self, check):
        well = check.state == "ok"
        return {
            "code": check.code,
            "state": check.state,
            **self._prepare_texts(self.env, check),
            "button": False
            if well
            else check.button or ("token" if check.code == "token" else False),
            "checked_at": fields.Datetime.now(),
        }

    def action_cure(self):
        """Press what cures it."""
        self.ensure_one()
        return getattr(self.channel_id, f"_cure_{self.button}")()
