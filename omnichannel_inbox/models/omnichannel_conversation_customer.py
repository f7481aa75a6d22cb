from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang


class OmnichannelConversation(models.Model):
    """From the conversation to the lead, its products, the customer and his order."""

    _inherit = "omnichannel.conversation"

    def action_create_lead(self):
        """Return the action that opens the lead of this appeal, made if there is none.

        :raises UserError: the conversation is spam
        """
        self.ensure_one()
        self._check_serves()
        self._demand_lead()
        return self.action_open_lead()

    def _demand_lead(self):
        """Return the lead of this appeal, even where the channel's policy makes none by itself."""
        if self.state == "spam":
            raise UserError(self.env._("This conversation is closed as spam. Restore it first."))
        # sudo: crm.lead - the lead that the policy makes for others; only the moment is ours
        conversation_sudo = self.sudo()
        if not conversation_sudo.lead_id._is_omnichannel_open():
            lead_sudo = conversation_sudo.env["crm.lead"]._create_from_conversation(
                conversation_sudo
            )
            conversation_sudo.lead_id = conversation_sudo.session_id.lead_id = lead_sudo
            if conversation_sudo.operator_id:
                conversation_sudo._follow_responsible("taken", conversation_sudo.operator_id)
            conversation_sudo._notify_state()
        return conversation_sudo.lead_id.sudo(False)

    def action_add_product(self, product_id, quantity=1):
        """The product stands on the lead, which is made if there is none.

        What stands there already becomes more of the same.

        :return: what the lead now holds of it and what all its products cost
        :rtype: dict
        :raises AccessError: the user may not change the lead
        """
        self.ensure_one()
        self._check_serves()
        lead = self._demand_lead()
        line = lead._omnichannel_add_product(product_id, quantity)
        # sudo: omnichannel.conversation - the thread tells the colleagues
        self.sudo()._log_line(
            self.env._(
                "%(user)s put on the lead: %(quantity)s × %(product)s",
                user=self.env.user.name,
                quantity=f"{quantity:g}",
                product=line.product_id.display_name,
            )
        )
        return {
            "lead_id": lead.id,
            "line_id": line.id,
            "product": line.product_id.display_name,
            "quantity": line.quantity,
            "price_total": formatLang(self.env, line.price_total, currency_obj=line.currency_id),
            "amount_total": formatLang(
                self.env,
                lead.omnichannel_amount_total,
                currency_obj=lead.omnichannel_currency_id,
            ),
        }

    def action_convert(self):
        """Return the action that opens the client's order: customer and order are made if need be.

        :raises AccessError: the user may not change the lead
        """
        self.ensure_one()
        self._check_serves()
        # sudo: crm.lead - which one it is; converting goes by the user's own rights
        lead = self.sudo().lead_id.sudo(False)
        if not lead.sudo()._omnichannel_order() or not lead.active:
            lead = self._demand_lead()
        return lead.action_omnichannel_convert()
