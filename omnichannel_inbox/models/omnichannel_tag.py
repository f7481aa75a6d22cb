from random import randint

from odoo import fields, models


class OmnichannelTag(models.Model):
    """A word that sorts conversations."""

    _name = "omnichannel.tag"
    _description = "Conversation tag"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda _self: randint(1, 11))  # noqa: S311 - only a colour

    _name_unique = models.UniqueIndex("(name)", "There is such a tag already.")
