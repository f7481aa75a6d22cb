from odoo import api, fields, models
from odoo.tools import SQL


class OmnichannelContactClaim(models.Model):
    """A phone number or e-mail address for which somebody is just making a customer.

    Two transactions cannot see each other's partners; both touching the same row here, the later
    one is run again and then finds the partner.
    """

    _name = "omnichannel.contact.claim"
    _description = "Phone or e-mail in use for a customer"
    _log_access = False

    value = fields.Char(required=True)

    _value_unique = models.UniqueIndex("(value)")

    @api.model
    def _claim(self, values):
        """Nobody else claims these until the transaction ends.

        :raises psycopg2.errors.SerializationFailure: somebody has, since the transaction began
        """
        for value in sorted(values):
            query = SQL(
                """
                INSERT INTO omnichannel_contact_claim (value) VALUES (%s)
                ON CONFLICT (value) DO UPDATE SET value = EXCLUDED.value
                """,
                value,
            )
            self.env.cr.execute(query, log_exceptions=False)
