from odoo import models

#: What Odoo changes on a lead when it gets a customer.
FOLLOW_CUSTOMER = (
    "partner_id",
    "partner_name",
    "contact_name",
    "phone",
    "email_from",
    "function",
    "website",
    "lang_id",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
)


class CrmLead(models.Model):
    """The customer of a lead, set and taken back with everything that hangs on him."""

    _inherit = "crm.lead"

    def _omnichannel_snapshot(self):
        """Return by lead what a customer would change."""
        values = self.read(FOLLOW_CUSTOMER, load=False)
        return {str(row.pop("id")): row for row in values}

    def _omnichannel_changes(self, before):
        """Return by lead and field the value before and the one now, where they differ."""
        after = self._omnichannel_snapshot()
        return {
            lead: {f: [old[f], after[lead][f]] for f in old if old[f] != after[lead][f]}
            for lead, old in before.items()
        }

    def _omnichannel_set_customer(self, partner):
        """The leads and their quotations in draft are this customer's. Return what it changed."""
        before = self._omnichannel_snapshot()
        for lead in self:
            lead.partner_id = partner
            drafts = lead.order_ids.filtered(lambda order: order.state == "draft")
            drafts.filtered(lambda order: order.partner_id != partner).partner_id = partner
        return self._omnichannel_changes(before)

    def _omnichannel_unset_customer(self, partner, changes):
        """Leads that the link gave this customer are without him again, as they were before.

        What somebody has changed since stays. A lead stays the customer's whose order was sent to
        him or confirmed; so does one that had him before.
        """
        for lead in self.filtered(lambda lead: lead.partner_id == partner):
            changed = changes.get(str(lead.id), {})
            binding = lead.order_ids.filtered(
                lambda order: order.state in ("sent", "sale") and order.partner_id == partner
            )
            if binding or "partner_id" not in changed:
                continue
            [now] = lead._omnichannel_snapshot().values()
            kept = {field: now[field] for field in FOLLOW_CUSTOMER}
            restored = {field: old for field, (old, new) in changed.items() if now[field] == new}
            lead.write({**kept, **restored, "partner_id": False})
