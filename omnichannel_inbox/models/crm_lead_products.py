from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """The products on a lead, and what they are worth."""

    _inherit = "crm.lead"

    omnichannel_line_ids = fields.One2many(
        "omnichannel.lead.line",
        "lead_id",
        "Products",
        copy=True,
        groups="sales_team.group_sale_salesman",
    )
    omnichannel_currency_id = fields.Many2one(
        "res.currency", compute="_compute_omnichannel_amounts"
    )
    omnichannel_amount_untaxed = fields.Monetary(
        "Untaxed Amount",
        compute="_compute_omnichannel_amounts",
        currency_field="omnichannel_currency_id",
    )
    omnichannel_amount_tax = fields.Monetary(
        "Taxes",
        compute="_compute_omnichannel_amounts",
        currency_field="omnichannel_currency_id",
    )
    omnichannel_amount_total = fields.Monetary(
        "Total",
        compute="_compute_omnichannel_amounts",
        currency_field="omnichannel_currency_id",
    )
    omnichannel_revenue = fields.Monetary(
        "Revenue of the products",
        readonly=True,
        currency_field="company_currency",
        help="What the products last made the expected revenue: another value is the seller's own.",
    )

    @api.depends(
        "company_id",
        "omnichannel_line_ids.quantity",
        "omnichannel_line_ids.price_unit",
        "omnichannel_line_ids.discount",
        "omnichannel_line_ids.tax_ids",
        "omnichannel_line_ids.currency_id",
    )
    def _compute_omnichannel_amounts(self):
        """Rounded over the whole document, as on the order that the lead becomes."""
        account_tax = self.env["account.tax"]
        for lead in self:
            lines = lead.omnichannel_line_ids
            company = lead.company_id or lines.company_id[:1] or self.env.company
            currency = lines.currency_id[:1] or company.currency_id
            base_lines = [line._prepare_base_line() for line in lines]
            account_tax._add_tax_details_in_base_lines(base_lines, company)
            account_tax._round_base_lines_tax_details(base_lines, company)
            totals = account_tax._get_tax_totals_summary(
                base_lines=base_lines, currency=currency, company=company
            )
            lead.omnichannel_currency_id = currency
            lead.omnichannel_amount_untaxed = totals["base_amount_currency"]
            lead.omnichannel_amount_tax = totals["tax_amount_currency"]
            lead.omnichannel_amount_total = totals["total_amount_currency"]

    def _omnichannel_add_product(self, product_id, quantity):
        """Return the line of the product, with so much more of it."""
        self.ensure_one()
        self.check_access("write")
        if quantity <= 0:
            raise UserError(self.env._("Say how many: more than nothing."))
        same = self.omnichannel_line_ids.filtered(
            lambda line: (
                line.product_id.id == product_id and line.product_uom_id == line.product_id.uom_id
            )
        )[:1]
        if same:
            same.quantity += quantity
            return same
        return self.env["omnichannel.lead.line"].create(
            {"lead_id": self.id, "product_id": product_id, "quantity": quantity}
        )

    def _omnichannel_pricelist(self, company):
        """Return the pricelist: the customer's own, else the channel's, else his country's."""
        # sudo: omnichannel.channel - prices are the same for every seller of the lead
        channels_sudo = self.sudo().omnichannel_conversation_ids.channel_id
        customer = self.partner_id.with_company(company)
        return (
            customer.specific_property_product_pricelist
            or channels_sudo.pricelist_id[:1].sudo(False)
            or customer.property_product_pricelist
        )

    def _omnichannel_fiscal_position(self, company):
        positions = self.env["account.fiscal.position"].with_company(company)
        return positions._get_fiscal_position(self.partner_id)

    # The expected revenue

    def _omnichannel_follow_lines(self):
        """The expected revenue is that of the products, unless the seller has set it himself."""
        for lead in self:
            if lead._omnichannel_revenue_follows():
                revenue = lead._omnichannel_lines_revenue()
                lead.write({"expected_revenue": revenue, "omnichannel_revenue": revenue})

    def _omnichannel_revenue_follows(self):
        """Return whether the expected revenue is nobody's own estimate."""
        currency = self.company_currency or self.env.company.currency_id
        own = self.expected_revenue or 0.0
        return currency.is_zero(own) or not currency.compare_amounts(own, self.omnichannel_revenue)

    def _omnichannel_lines_revenue(self):
        """Return what the products of these leads are worth without taxes."""
        lead = self[:1]
        currency = lead.company_currency or self.env.company.currency_id
        company = lead.company_id or self.env.company
        today = fields.Date.context_today(self)
        return sum(
            line.currency_id._convert(line.price_subtotal, currency, company, today)
            for line in self.omnichannel_line_ids
        )

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals or "company_id" in vals:
            self.filtered("omnichannel_line_ids")._omnichannel_follow_lines()
        return result

    # Merging

    def _merge_get_fields_specific(self):
        """Where the revenue follows the products, that of the merged lead does as well."""
        specific = super()._merge_get_fields_specific()
        specific["expected_revenue"] = self._omnichannel_merge_revenue
        specific["omnichannel_revenue"] = self._omnichannel_merge_revenue
        return specific

    @api.model
    def _omnichannel_merge_revenue(self, fname, leads):
        if not leads.omnichannel_line_ids:
            return next((lead[fname] for lead in leads if lead[fname]), 0.0)
        if all(lead._omnichannel_revenue_follows() for lead in leads):
            return leads._omnichannel_lines_revenue()
        if fname == "omnichannel_revenue":
            return 0.0
        own = leads.filtered(lambda lead: not lead._omnichannel_revenue_follows())
        return own[:1].expected_revenue

    def _merge_dependences(self, opportunities):
        """The products of the merged leads belong to the remaining one."""
        result = super()._merge_dependences(opportunities)
        # sudo: omnichannel.lead.line - they follow their lead, whoever merges it
        opportunities.sudo().omnichannel_line_ids.lead_id = self
        return result
