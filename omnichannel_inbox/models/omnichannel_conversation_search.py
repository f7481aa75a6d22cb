import re

from odoo import fields, models
from odoo.tools import SQL

#: Digits of a Russian number with its trunk prefix or country code: both are dialled.
RUSSIAN = re.compile(r"[78]\d{10}")


class OmnichannelConversation(models.Model):
    """Finding a client by what one happens to know of him."""

    _inherit = "omnichannel.conversation"

    any_phone = fields.Char(
        "Phone in any spelling", compute="_compute_any_phone", search="_search_any_phone"
    )

    def _compute_any_phone(self):
        for conversation in self:
            conversation.any_phone = conversation.phone

    def _search_any_phone(self, operator, value):
        """Conversations of clients with this in their number, however it is written there."""
        if operator not in ("ilike", "=") or not isinstance(value, str):
            return NotImplemented
        digits = re.sub(r"\D", "", value)
        if not digits:
            return [("phone", operator, value)]
        if RUSSIAN.fullmatch(digits):
            digits = digits[1:]
        self.env["omnichannel.identity"].flush_model(["phone"])
        found = self.env.execute_query(
            SQL(
                r"""
                SELECT id
                  FROM omnichannel_identity
                 WHERE phone IS NOT NULL AND regexp_replace(phone, '\D', '', 'g') LIKE %s
                """,
                f"%{digits}%",
            )
        )
        return [("identity_id", "in", [identity_id for (identity_id,) in found])]
