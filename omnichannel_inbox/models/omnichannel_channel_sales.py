from odoo import fields, models


class OmnichannelChannel(models.Model):
    """How the conversations of a channel go on in sales."""

    _inherit = "omnichannel.channel"

    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices on the leads of this channel, unless the customer has a pricelist of his own.",
    )
