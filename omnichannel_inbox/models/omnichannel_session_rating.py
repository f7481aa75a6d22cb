from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..protocols.core.texts import _lt

#: What Odoo's rating calls them.
VALUES = {"good": 5, "bad": 1}
RATED_BAD = _lt("%(client)s rates badly: %(operator)s, %(channel)s. %(comment)s")


class OmnichannelSession(models.Model):
    """What the client thinks of how he was served, once in an appeal."""

    _name = "omnichannel.session"
    _inherit = ["omnichannel.session", "rating.mixin"]

    rating_asked_at = fields.Datetime(readonly=True)
    rating_question_id = fields.Many2one(
        "omnichannel.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    rated_at = fields.Datetime(readonly=True, index="btree_not_null")
    client_rating = fields.Selection(
        [("good", "Good"), ("bad", "Bad")], "Client's rating", readonly=True
    )
    rating_comment = fields.Text("Client's comment", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """An appeal has its history in the thread: it logs and follows nothing by itself."""
        return super(OmnichannelSession, self.with_context(tracking_disable=True)).create(vals_list)

    def _describe(self):
        """Beside how the appeal ended stands what the client thought of it."""
        told = super()._describe()
        if self.client_rating:
            told["outcome"] += f" · {self._rating_words()}"
        return told

    def _rating_words(self):
        return dict(self._fields["client_rating"]._description_selection(self.env)).get(
            self.client_rating, ""
        )

    def _rating_get_parent_field_name(self):
        return "channel_id"

    def _rating_get_operator(self):
        return self.operator_id.partner_id

    def _rating_get_partner(self):
        return self.conversation_id.partner_id

    def _rate(self, value, comment=""):
        """The client rates this appeal; what he thinks stands everywhere, bad news travel."""
        self.write(
            {"client_rating": value, "rated_at": fields.Datetime.now(), "rating_comment": comment}
        )
        # sudo: rating.rating - written for a client, by nobody but us
        self.env["rating.rating"].sudo().create(
            {
                "consumed": True,
                "feedback": comment,
                "omnichannel_channel_id": self.channel_id.id,
                "partner_id": self._rating_get_partner().id,
                "rated_partner_id": self.sudo()._rating_get_operator().id,
                "rating": VALUES[value],
                "res_id": self.id,
                "res_model_id": self.env["ir.model"]._get_id(self._name),
            }
        )
        self.conversation_id._log_line(self._describe_rating())
        if value == "bad":
            self._tell_of_bad_rating()

    def _add_rating_comment(self, comment):
        """What the client has to add to his rating stands beside it."""
        self.rating_comment = comment
        # sudo: rating.rating - as in _rate
        self.sudo().rating_ids.feedback = comment
        self.conversation_id._log_line(self._describe_rating())

    def _describe_rating(self):
        line = self.env._("The client's rating: %(rating)s", rating=self._rating_words())
        return f"{line}. {self.rating_comment}" if self.rating_comment else line

    def _tell_of_bad_rating(self):
        channel, conversation = self.channel_id, self.conversation_id
        if channel.notice_bad_rating:
            values = {
                "client": conversation.name,
                "operator": self.sudo().operator_id.name,
                "channel": channel.name,
                "comment": self.rating_comment or "",
            }
            channel._notify_staff(RATED_BAD, values, conversation)


class RatingRating(models.Model):
    _inherit = "rating.rating"

    omnichannel_channel_id = fields.Many2one(
        "omnichannel.channel", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._check_omnichannel_hand()
        return ratings

    def write(self, vals):
        self._check_omnichannel_hand()
        result = super().write(vals)
        self._check_omnichannel_hand()
        return result

    def _check_omnichannel_hand(self):
        """:raises AccessError: a client's rating is his own: nobody makes or changes one"""
        ours = self.sudo().filtered(lambda rating: rating.res_model == "omnichannel.session")
        if ours and not self.env.su:
            raise AccessError(self.env._("What a client thinks of us is his to say."))
