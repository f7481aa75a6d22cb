from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store


class OmnichannelChannel(models.Model):
    """How the conversations of a channel go on in sales."""

    _inherit = "omnichannel.channel"

    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices on the leads of this channel, unless the customer has a pricelist of his own.",
    )
    lead_salesperson_reads = fields.Boolean(
        "The lead's salesperson reads",
        help="He reads the conversations of his leads even if he is no operator of the channel.",
    )
    responsibility = fields.Selection(
        [
            ("first", "Belongs to the first operator"),
            ("operator", "Always belongs to the operator"),
            ("never", "Does not follow operators"),
        ],
        required=True,
        default="first",
        string="The lead",
        help="Whether the lead's salesperson follows who takes the conversation, or gets it.",
    )
    link_policy = fields.Selection(
        [
            ("never", "Never: operators decide"),
            ("confirmed", "When the network confirms the phone number"),
            ("exact", "When a phone number or e-mail, written too, is exactly one customer's"),
        ],
        required=True,
        default="never",
        string="A known customer is linked by itself",
        help="What is only written may be anybody's: who writes your customer's number is not "
        "necessarily your customer.",
    )

    def _to_store_defaults(self, target):
        """Whether the lead follows; and to the user himself, what he is to the channel."""
        fields_to_store = [
            *super()._to_store_defaults(target),
            Store.Attr("lead_follows", lambda channel: channel.responsibility == "operator"),
        ]
        if target.is_current_user(self.env):
            fields_to_store += [
                Store.Attr("is_served", lambda channel: channel._is_served_or_supervised()),
                Store.Attr("is_operator", lambda channel: channel._is_served_by(self.env.user)),
            ]
        return fields_to_store

    def _is_served_or_supervised(self):
        user = self.env.user
        return self._is_served_by(user) or user.has_group("omnichannel_inbox.group_supervisor")
