from odoo import api, fields, models

#: What makes a line's amounts another.
PRICED = {
    "product_id",
    "quantity",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "lead_id",
}


class OmnichannelLeadLine(models.Model):
    """One product that a client is interested in; becomes a line of the quotation.

    Fields, prices and taxes are those of a sales order line, so that the quotation shows the client
    exactly what the lead showed the seller.
    """

    _name = "omnichannel.lead.line"
    _description = "Product on a lead"
    _order = "lead_id, sequence, id"
    _check_company_auto = True

    lead_id = fields.Many2one("crm.lead", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]",
    )
    name = fields.Text(
        "Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    product_uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_uom_ids)]",
    )
    pricelist_item_id = fields.Many2one(
        "product.pricelist.item", compute="_compute_pricelist_item_id"
    )
    price_unit = fields.Float(
        "Unit Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        min_display_digits="Product Price",
    )
    technical_price_unit = fields.Float(
        help="What the pricelist said: a price that differs from it was set by hand and stays."
    )
    discount = fields.Float(
        "Discount (%)",
        compute="_compute_discount",
        store=True,
        readonly=False,
        precompute=True,
        digits="Discount",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('type_tax_use', '=', 'sale')]",
    )
    tax_basis = fields.Char(
        help="What the taxes were derived from: while it is the same, a seller's choice stays."
    )
    price_subtotal = fields.Monetary(
        "Subtotal", compute="_compute_amount", store=True, precompute=True
    )
    price_total = fields.Monetary("Total", compute="_compute_amount", store=True, precompute=True)

    # Whose and in what

    @api.depends("lead_id.company_id")
    def _compute_company_id(self):
        for line in self:
            lead = line.lead_id
            line.company_id = lead.company_id or line.company_id or self.env.company

    @api.depends("company_id", "lead_id.partner_id", "lead_id.omnichannel_conversation_ids")
    def _compute_currency_id(self):
        for line in self:
            pricelist = line._pricelist()
            line.currency_id = pricelist.currency_id or line.company_id.currency_id

    def _pricelist(self):
        return self.lead_id._omnichannel_pricelist(self.company_id)

    @api.depends("product_id")
    def _compute_name(self):
        for line in self.filtered("product_id"):
            product = line.product_id.with_context(
                lang=line.lead_id.partner_id.lang or self.env.lang
            )
            line.name = product.get_product_multiline_description_sale()

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for line in self:
            line.allowed_uom_ids = line.product_id.uom_id | line.product_id.uom_ids

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = line.product_id.uom_id

    # Prices, as on a sales order line

    @api.depends("product_id", "product_uom_id", "quantity", "lead_id.partner_id")
    def _compute_pricelist_item_id(self):
        for line in self:
            pricelist = line._pricelist()
            line.pricelist_item_id = (
                pricelist._get_product_rule(product=line.product_id, **line._pricelist_kwargs())
                if line.product_id and pricelist
                else False
            )

    def _pricelist_kwargs(self):
        return {
            "quantity": self.quantity or 1.0,
            "uom": self.product_uom_id,
            "date": fields.Datetime.now(),
            "currency": self.currency_id,
        }

    @api.depends("product_id", "product_uom_id", "quantity", "lead_id.partner_id")
    def _compute_price_unit(self):
        for line in self:
            if not line.product_id or not line._is_price_ours():
                line.price_unit = line.price_unit
                continue
            price = line._find_price()
            line.update({"price_unit": price, "technical_price_unit": price})

    def _is_price_ours(self):
        currency = self.currency_id or self.env.company.currency_id
        return not currency.compare_amounts(self.technical_price_unit, self.price_unit)

    def _find_price(self):
        """Return what the pricelist and the fiscal position make of the product's price."""
        line = self.with_company(self.company_id)
        price, before_discount = line._find_prices()
        if line.pricelist_item_id._show_discount():
            price = max(before_discount, price)
        taxes = line.product_id.taxes_id._filter_taxes_by_company(line.company_id)
        return line.product_id._get_tax_included_unit_price_from_price(
            price, product_taxes=taxes, fiscal_position=line._fiscal_position()
        )

    def _find_prices(self):
        """Return the pricelist's price, and the one that its discount starts from."""
        item, product = self.pricelist_item_id, self.product_id
        values = self._pricelist_kwargs()
        return (
            item._compute_price(product=product, **values),
            item._compute_price_before_discount(product=product, **values),
        )

    @api.depends("product_id", "product_uom_id", "quantity", "lead_id.partner_id")
    def _compute_discount(self):
        enabled = self.env["product.pricelist.item"]._is_discount_feature_enabled()
        for line in self:
            if not (line.product_id and line._pricelist() and enabled):
                line.discount = line.discount
                continue
            line.discount = line._find_discount()

    def _find_discount(self):
        if not self.pricelist_item_id._show_discount():
            return 0.0
        price, before = self.with_company(self.company_id)._find_prices()
        discount = (before - price) / before * 100 if before else 0.0
        return discount if discount * before > 0 else 0.0

    def _fiscal_position(self):
        return self.lead_id._omnichannel_fiscal_position(self.company_id)

    def _find_tax_basis(self):
        position = self._fiscal_position()
        return f"{self.product_id.id}, {self.company_id.id}, {position.id}"

    @api.depends("product_id", "company_id", "lead_id.partner_id")
    def _compute_tax_ids(self):
        for line in self:
            basis = line._find_tax_basis()
            if line.tax_basis == basis:
                line.tax_ids = line.tax_ids
                continue
            line = line.with_company(line.company_id)  # noqa: PLW2901 - as sale.order.line does
            taxes = line.product_id.taxes_id._filter_taxes_by_company(line.company_id)
            line.update({"tax_ids": line._fiscal_position().map_tax(taxes), "tax_basis": basis})

    def _prepare_base_line(self):
        """Return the line as Odoo's tax computation wants it."""
        company = self.company_id or self.env.company
        currency = self.currency_id or company.currency_id
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            self,
            tax_ids=self.tax_ids,
            quantity=self.quantity,
            partner_id=self.lead_id.partner_id,
            currency_id=currency,
            rate=self.env["res.currency"]._get_conversion_rate(
                company.currency_id, currency, company, fields.Date.context_today(self)
            ),
            name=self.name,
        )

    @api.depends("quantity", "discount", "price_unit", "tax_ids", "currency_id")
    def _compute_amount(self):
        account_tax = self.env["account.tax"]
        for line in self:
            base_line = line._prepare_base_line()
            company = line.company_id or self.env.company
            account_tax._add_tax_details_in_base_line(base_line, company)
            account_tax._round_base_lines_tax_details([base_line], company)
            details = base_line["tax_details"]
            line.price_subtotal = details["total_excluded_currency"]
            line.price_total = details["total_included_currency"]

    # The lead follows

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line, vals in zip(lines, vals_list, strict=True):
            # What was computed while the line was made is the pricelist's, not the seller's.
            if "price_unit" not in vals:
                line.technical_price_unit = line.price_unit
            line.tax_basis = line._find_tax_basis()
        lines.lead_id._omnichannel_follow_lines()
        return lines

    def write(self, vals):
        left = self.lead_id if "lead_id" in vals else self.env["crm.lead"]
        result = super().write(vals)
        if PRICED & vals.keys():
            (left | self.lead_id)._omnichannel_follow_lines()
        return result

    def unlink(self):
        leads = self.lead_id
        result = super().unlink()
        leads.exists()._omnichannel_follow_lines()
        return result

    def _prepare_order_line_values(self):
        """Return the values of the line in the quotation."""
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "product_id": self.product_id.id,
            "name": self.name,
            "product_uom_qty": self.quantity,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": self.price_unit,
            "technical_price_unit": self.technical_price_unit,
            "discount": self.discount,
            "tax_ids": [fields.Command.set(self.tax_ids.ids)],
        }
