from string import Formatter

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import formatLang

#: What happens to an order; the last one is what *Send quotation* says.
EVENTS = [
    ("sent", "Quotation sent"),
    ("viewed", "Quotation viewed by the client"),
    ("signed", "Signed"),
    ("confirmed", "Order confirmed"),
    ("paid", "Paid"),
    ("delivered", "Delivered"),
    ("quotation", "Send quotation"),
]
PLACES = ("client", "company", "order", "total", "link")


class OmnichannelOrderTemplate(models.Model):
    """What clients are told in their messenger when something happens to their order."""

    _name = "omnichannel.order.template"
    _description = "Message to the client about his order"
    _order = "sequence, id"
    _rec_name = "event"

    sequence = fields.Integer(default=10)
    event = fields.Selection(EVENTS, required=True, readonly=True)
    body = fields.Text(
        required=True,
        translate=True,
        help="{client}, {company}, {order}, {total} and {link} are filled in.",
    )
    channel_ids = fields.Many2many(
        "omnichannel.channel",
        string="Sent to clients of",
        help="On no channel: only the operators see a line in the thread.",
    )

    _event_unique = models.UniqueIndex("(event)", "There is such a message already.")

    @api.constrains("body")
    def _check_body(self):
        """A place that nobody fills in would reach clients as it stands."""
        for template in self:
            if not template._is_fillable():
                raise ValidationError(
                    self.env._(
                        "Only these can be filled in: %(places)s.",
                        places=", ".join(f"{{{place}}}" for place in PLACES),
                    )
                )

    def _is_fillable(self):
        try:
            parts = list(Formatter().parse(self.body))
        except ValueError:
            return False
        return all(
            name is None or (name in PLACES and not spec and not conversion)
            for _text, name, spec, conversion in parts
        )

    @api.model
    def _find(self, event):
        # sudo: omnichannel.order.template - sent by whoever moves the order on
        return self.sudo().search([("event", "=", event)], limit=1)

    def _render(self, order):
        """Return the text for the client of this order, in his language."""
        self.ensure_one()
        lang = order.partner_id.lang or order.company_id.partner_id.lang
        order = order.with_context(lang=lang)
        return self.with_context(lang=lang).body.format(
            client=order.partner_id.name,
            company=order.company_id.name,
            order=order.name,
            total=formatLang(order.env, order.amount_total, currency_obj=order.currency_id),
            link=f"{order.get_base_url()}{order.get_portal_url()}",
        )
