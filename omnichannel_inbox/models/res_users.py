from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Whoever is archived or loses the role leaves his conversations to the others."""
        result = super().write(vals)
        if {"active", "group_ids"} & vals.keys():
            self.env["omnichannel.conversation"]._release_lost_operators()
        return result
