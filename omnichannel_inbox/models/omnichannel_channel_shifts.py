from datetime import timedelta

from odoo import fields, models

from .working_time import find_on_leave, find_spans_of


class OmnichannelChannel(models.Model):
    """When the operators of a channel are at work, where Odoo knows it.

    Odoo knows the working time of who is a resource: employees, with the addon ``hr``, and whoever
    has been made one. Of all others only the presence counts.
    """

    _inherit = "omnichannel.channel"

    def _find_shifts(self, users):
        """Return until when each of the users is at work, False if he is not now.

        Left out is of whom nothing is known, and who has no fixed hours and no leave.
        """
        # sudo: resource.resource - whether somebody is at work, for nobody to read
        resources_sudo = self.env["resource.resource"].sudo()
        found = resources_sudo.search(
            [
                ("user_id", "in", users.ids),
                ("company_id", "in", (False, self.company_id.id)),
                ("resource_type", "=", "user"),
            ],
            order="company_id, id",
        )
        shifts, now = {}, fields.Datetime.now()
        for calendar, resources in found.grouped("calendar_id").items():
            if not calendar or calendar.flexible_hours:
                on_leave = find_on_leave(resources, now, self.company_id)
                shifts |= dict.fromkeys(on_leave.user_id, False)
                continue
            tomorrow = now + timedelta(days=1)
            spans = find_spans_of(calendar, resources, now, tomorrow, self.company_id)
            for resource in resources:
                work = spans[resource.id]
                is_working = bool(work) and work[0][0] <= now
                shifts[resource.user_id] = work[0][1] if is_working else False
        return shifts
