from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .persist import lock


class CrmLead(models.Model):
    """From the lead to the customer and his quotation."""

    _inherit = "crm.lead"

    omnichannel_convertible = fields.Boolean(
        compute="_compute_omnichannel_convertible",
        # What the button needs to know of orders and conversations that the user may not read.
        compute_sudo=True,
    )

    @api.depends(
        "active", "omnichannel_line_ids", "omnichannel_conversation_ids", "order_ids.state"
    )
    def _compute_omnichannel_convertible(self):
        """Whether there is something to convert, and no order yet."""
        for lead in self:
            has_something = lead.omnichannel_line_ids or lead.omnichannel_conversation_ids
            lead.omnichannel_convertible = (
                lead.active and has_something and not lead._omnichannel_order()
            )

    def action_omnichannel_convert(self):
        """Return the action that opens the lead's order; customer and order are made if need be.

        However often and by however many people it is pressed, there is one customer and one order.

        :raises UserError: the lead is lost, or its order is not for the user's eyes
        """
        self.ensure_one()
        self.check_access("write")
        self._omnichannel_claim()
        # sudo: sale.order - an order that the user may not read is not made a second time
        order = self.sudo()._omnichannel_order().sudo(False) or self._omnichannel_convert()
        if not order.has_access("read"):
            raise UserError(
                self.env._(
                    "This lead already has order %(order)s, of %(salesperson)s.",
                    order=order.sudo().name,
                    salesperson=order.sudo().user_id.name or "",
                )
            )
        return order._omnichannel_open()

    def _omnichannel_claim(self):
        """Whoever converts this lead meanwhile is run again, and finds what we have made."""
        self.flush_recordset()
        query = SQL("UPDATE crm_lead SET id = id WHERE id = %s", self.id)
        self.env.cr.execute(query, log_exceptions=False)
        # sudo: omnichannel.identity - held, not read
        lock(self.sudo().omnichannel_conversation_ids.identity_id)

    def _omnichannel_order(self):
        """Return the order that the lead has become, the newest one that is not cancelled."""
        return self.order_ids.filtered(lambda order: order.state != "cancel").sorted("id")[-1:]

    def _omnichannel_convert(self):
        if not self.active:
            raise UserError(self.env._("This lead is lost. Restore it before you convert it."))
        self._omnichannel_ensure_customer()
        self.convert_opportunity(self.partner_id)
        values = self._prepare_omnichannel_order_values()
        return self.env["sale.order"].with_company(values["company_id"]).create(values)

    def _prepare_omnichannel_order_values(self):
        """Return what Odoo's own conversion proposes, and the products."""
        proposed = self._prepare_opportunity_quotation_context()
        values = {key.removeprefix("default_"): value for key, value in proposed.items()}
        company = self.env["res.company"].browse(values["company_id"])
        pricelist = self._omnichannel_pricelist(company)
        if pricelist:
            values["pricelist_id"] = pricelist.id
        lines = self.omnichannel_line_ids
        return {
            **values,
            "order_line": [
                fields.Command.create(line._prepare_order_line_values()) for line in lines
            ],
        }

    # Customer

    def _omnichannel_ensure_customer(self):
        """The lead has a customer: known by the conversation, e-mail or phone, else a new one."""
        lead = self.with_context(omnichannel_convert=True)
        lead._omnichannel_claim_contacts()
        before = lead._omnichannel_snapshot()
        known = lead._find_matching_partner()
        lead._handle_partner_assignment(
            force_partner_id=known.id,
            create_missing=True,
            with_parent=None if known else lead._omnichannel_find_company(),
        )
        self._omnichannel_link_clients(lead._omnichannel_changes(before))

    def _omnichannel_link_clients(self, changes):
        """Clients of whom nobody knew who they are, are the lead's customer from now on."""
        # sudo: omnichannel.identity - the seller need not be an operator to know who his client is
        for identity_sudo in self.sudo().omnichannel_conversation_ids.identity_id:
            if not identity_sudo.partner_id:
                identity_sudo._link(self.partner_id.sudo(), changes=changes)

    def _omnichannel_claim_contacts(self):
        """Nobody else makes a customer with the same phone or e-mail at the same time.

        Whoever tries is run again, and finds the one that we have made.
        """
        self.env["omnichannel.contact.claim"]._claim(
            filter(None, (self.phone_sanitized, self.email_normalized))
        )

    def _find_matching_partner(self):
        """Whom the conversation knows, before the e-mail; whose phone it is, after it."""
        if not self._omnichannel_matches():
            return super()._find_matching_partner()
        return (
            self.partner_id
            or self._omnichannel_find_linked()
            or super()._find_matching_partner()
            or self._omnichannel_find_by_phone()
        )

    def _omnichannel_matches(self):
        """Return whether the lead is ours: others are matched as Odoo does it."""
        # sudo: omnichannel.conversation - only whether there is one
        return "omnichannel_convert" in self.env.context or self.sudo().omnichannel_conversation_ids

    def _omnichannel_find_linked(self):
        # sudo: omnichannel.identity - partners are known to every employee of their company
        partners = self.sudo().omnichannel_conversation_ids.identity_id.partner_id.sudo(False)
        return partners._filtered_access("read")[:1]

    def _omnichannel_find_by_phone(self):
        """Return the customer with this phone; of several the one with this name, or the oldest."""
        found = self.env["res.partner"]._omnichannel_search_phone(
            self.phone_sanitized, self.company_id
        )
        named = found.filtered(lambda partner: partner.name == self.contact_name)
        return named[:1] or found[:1]

    def _omnichannel_find_company(self):
        """Return the company that the lead names, where exactly one is known by that name."""
        if not self.partner_name:
            return None
        domain = [
            ("is_company", "=", True),
            ("name", "=", self.partner_name),
            ("company_id", "in", (False, self.company_id.id)),
        ]
        found = self.env["res.partner"].search(domain, limit=2)
        return found if len(found) == 1 else None

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Phone and e-mail of a lead are those of the person, the company does not get them too."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if "omnichannel_convert" in self.env.context and is_company and self.contact_name:
            values |= {"phone": False, "email": False}
        return values
