from odoo import api, fields, models

#: The kinds of evidence that are a phone number or an e-mail address, and how they are searched.
CONTACTS = {
    "phone_confirmed": "phone_sanitized",
    "phone_written": "phone_sanitized",
    "email_written": "email_normalized",
}
#: Which evidence is worth more; what links by itself under the channel's setting.
STRENGTH = ("phone_confirmed", "email_written", "phone_written", "same_person", "manual")


class OmnichannelEvidence(models.Model):
    """Something that says who a client is.

    =================== =====================================================================
    kind                means
    =================== =====================================================================
    ``phone_confirmed`` the network says that this is his phone number (shared by a button)
    ``phone_written``   a phone number stands in one of his messages; it may be anybody's
    ``email_written``   an e-mail address stands in one of his messages; it may be anybody's
    ``same_person``     an identity on another channel has the same number or address
    ``manual``          an operator has said so
    =================== =====================================================================
    """

    _name = "omnichannel.evidence"
    _description = "Evidence of who a client is"
    _order = "id desc"
    _rec_name = "value"

    identity_id = fields.Many2one(
        "omnichannel.identity", required=True, readonly=True, index=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(related="identity_id.channel_id")
    kind = fields.Selection(
        [
            ("phone_confirmed", "Phone, confirmed by the network"),
            ("phone_written", "Phone, written in the chat"),
            ("email_written", "E-mail, written in the chat"),
            ("same_person", "Same person on another channel"),
            ("manual", "Said by an operator"),
        ],
        required=True,
        readonly=True,
    )
    value = fields.Char(readonly=True, help="A phone number as +79…, an e-mail in lower case.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null")

    _value_unique = models.UniqueIndex("(identity_id, kind, value) WHERE value IS NOT NULL")
    _value_index = models.Index("(value) WHERE value IS NOT NULL")

    @api.model
    def _add(self, identity, kind, value, mail_message=None):
        """Return the evidence if it is new, otherwise nothing."""
        known = [("identity_id", "=", identity.id), ("kind", "=", kind), ("value", "=", value)]
        if not value or self.search_count(known, limit=1):
            return self.browse()
        return self.create(
            {
                "identity_id": identity.id,
                "kind": kind,
                "value": value,
                "message_id": mail_message.id if mail_message else False,
            }
        )

    def _describe(self, identity):
        """Return in words what the evidence says about the identity."""
        self.ensure_one()
        if self.identity_id != identity:
            return self.env._(
                "%(name)s in %(channel)s has the same %(value)s",
                name=self.identity_id.name,
                channel=self.channel_id.name,
                value=self.value,
            )
        words = {
            "phone_confirmed": self.env._("the same phone %(value)s, confirmed by the network"),
            "phone_written": self.env._("the same phone %(value)s, written in the chat"),
            "email_written": self.env._("the same e-mail %(value)s, written in the chat"),
            "same_person": self.env._("the same person on another channel"),
            "manual": self.env._("an operator said so"),
        }
        return words[self.kind].replace("%(value)s", self.value or "")
