from odoo import fields, models

from ..tools.distribution import GRACE, Candidate


class ResUsers(models.Model):
    _inherit = "res.users"

    omnichannel_capacity = fields.Integer(
        "Open conversations at most",
        help="How many conversations of Open Lines he is given at a time, of all channels "
        "together; 0 for as many as come. He may take more by himself.",
    )

    _omnichannel_capacity_check = models.Constraint(
        "CHECK (omnichannel_capacity >= 0)", "A number of conversations is 0 or more."
    )

    def write(self, vals):
        """Whoever is archived, loses the role or the company leaves his conversations to others."""
        result = super().write(vals)
        if {"active", "group_ids", "company_ids"} & vals.keys():
            self.env["omnichannel.conversation"]._release_lost_operators()
        if {"active", "group_ids", "manual_im_status", "omnichannel_capacity"} & vals.keys():
            self.env["omnichannel.channel"]._wake_distribution()
        return result

    def _as_candidate(self, **known):
        """Return the user as the choice of an operator sees him."""
        presence = self._omnichannel_presence()
        return Candidate(
            user_id=self.id,
            presence=presence,
            absent=presence not in ("online", "busy") and self._omnichannel_is_gone(),
            **known,
        )

    def _omnichannel_presence(self):
        """Return ``online``, ``away``, ``busy``, ``offline`` or ``leave``, as Odoo shows him."""
        status = self.im_status or "offline"
        return "leave" if status.startswith("leave") else status

    def _omnichannel_is_gone(self):
        """Return whether he has said so himself, or his browser has been silent for a while."""
        presence_sudo = self.sudo().presence_ids
        if presence_sudo.status != "offline" or not presence_sudo.last_poll:
            return True
        return fields.Datetime.now() - presence_sudo.last_poll >= GRACE
