from odoo import fields, models


class ResUsers(models.Model):
    """What clients think of an operator."""

    _inherit = "res.users"

    omnichannel_rating_count = fields.Integer(
        "Rated appeals",
        compute="_compute_omnichannel_rating",
        groups="omnichannel_inbox.group_supervisor",
    )
    omnichannel_satisfaction = fields.Integer(
        "Satisfied clients, %",
        compute="_compute_omnichannel_rating",
        groups="omnichannel_inbox.group_supervisor",
    )

    def _compute_omnichannel_rating(self):
        groups = self.env["omnichannel.session"]._read_group(
            [("operator_id", "in", self.ids), ("client_rating", "!=", False)],
            ["operator_id", "client_rating"],
            ["__count"],
        )
        counts = {(user.id, rating): count for user, rating, count in groups}
        for user in self:
            good, bad = counts.get((user.id, "good"), 0), counts.get((user.id, "bad"), 0)
            user.omnichannel_rating_count = good + bad
            user.omnichannel_satisfaction = round(100 * good / (good + bad)) if good + bad else 0

    def action_view_omnichannel_ratings(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "omnichannel_inbox.omnichannel_session_action_rated"
        )
        return {**action, "domain": [("operator_id", "in", self.ids), ("rated_at", "!=", False)]}
