from odoo import fields, models

from .automatic_text import fits


class OmnichannelChannel(models.Model):
    """Clients rate how they were served, where the channel asks them to."""

    _name = "omnichannel.channel"
    _inherit = ["omnichannel.channel", "rating.parent.mixin"]

    asks_rating = fields.Boolean(
        "Ask for a rating",
        help="When an appeal that an operator has answered is over: good or bad, and a comment.",
    )
    rating_question = fields.Text(
        translate=True, help="Empty: “How did we serve you?” At most 250 characters."
    )

    _rating_question_check = fits("rating_question")

    def action_view_ratings(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "omnichannel_inbox.omnichannel_session_action_rated"
        )
        return {**action, "domain": [("channel_id", "in", self.ids), ("rated_at", "!=", False)]}
