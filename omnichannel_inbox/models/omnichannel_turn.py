from odoo import api, fields, models
from odoo.tools import SQL


class OmnichannelTurn(models.Model):
    """When each operator got his last conversation, counted in conversations.

    Whoever gives somebody a conversation, or takes one, changes his row: of two who do it at the
    same moment one begins again, and sees what the other did. So nobody is given too many. A table
    of its own, because a user's row is everybody's.
    """

    _name = "omnichannel.turn"
    _description = "Turn of an operator"
    _rec_name = "user_id"
    _log_access = False

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    number = fields.Integer(required=True, readonly=True)

    _user_unique = models.UniqueIndex("(user_id)")

    @api.model
    def _pass(self, user):
        """This operator has got one: everybody else's turn comes before his next."""
        query = SQL(
            """
            INSERT INTO omnichannel_turn (user_id, number)
                 VALUES (%s, nextval('omnichannel_turn_id_seq'))
            ON CONFLICT (user_id) DO UPDATE SET number = nextval('omnichannel_turn_id_seq')
            """,
            user.id,
        )
        # Two may do it at the same moment: one of them begins again, that is no error.
        self.env.cr.execute(query, log_exceptions=False)
        self.invalidate_model()
