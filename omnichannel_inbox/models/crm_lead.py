from odoo import api, fields, models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "omnichannel.communication"]

    omnichannel_conversation_ids = fields.One2many(
        "omnichannel.conversation",
        "lead_id",
        "Conversations",
        readonly=True,
        groups="omnichannel_inbox.group_operator,sales_team.group_sale_salesman",
    )

    def _omnichannel_conversations(self):
        """Those of the lead, and the other ones of its customer."""
        return self.omnichannel_conversation_ids | self.partner_id.omnichannel_conversation_ids

    def _omnichannel_counted(self):
        """What the customer writes about other things is not said on every lead of his."""
        return self.omnichannel_conversation_ids

    @api.model
    def _create_from_conversation(self, conversation):
        """Return the lead of a new appeal; nobody's until somebody takes the conversation."""
        lead = self.with_context(mail_create_nosubscribe=True, mail_notrack=True)
        return lead.create(self._prepare_omnichannel_values(conversation))

    @api.model
    def _prepare_omnichannel_values(self, conversation):
        channel, identity = conversation.channel_id, conversation.identity_id
        use_leads = self.env.user.has_group("crm.group_use_lead")
        return {
            "name": self._omnichannel_name(conversation),
            "type": "lead" if use_leads else "opportunity",
            "contact_name": identity.name,
            "phone": identity.phone,
            "email_from": identity.email,
            "partner_id": identity.partner_id.id,
            "lang_id": identity._find_lang().id,
            "source_id": channel._ensure_source().id,
            "team_id": channel.team_id.id,
            "company_id": channel.company_id.id,
            "user_id": False,
        }

    @api.model
    def _omnichannel_name(self, conversation, client=None):
        """Return «source: First Last»."""
        source = conversation.channel_id._ensure_source().name
        return f"{source}: {client or conversation.identity_id.name}"

    def _is_omnichannel_open(self):
        """Return whether a client who writes again still means this lead."""
        return bool(self) and self.active and not self.stage_id.is_won

    def _omnichannel_rename(self, old_client, conversation):
        """Leads that still bear the name we gave them follow the client's name."""
        for lead in self.filtered("active"):
            if lead.name == self._omnichannel_name(conversation, old_client):
                lead.name = self._omnichannel_name(conversation)
            if lead.contact_name == old_client:
                lead.contact_name = conversation.identity_id.name

    def _omnichannel_follow_operator(self, user):
        """Whoever takes the conversation first becomes the lead's salesperson."""
        for lead in self.filtered(lambda lead: not lead.user_id):
            # Named together with the user, the team of the channel stays.
            kept = {"team_id": lead.team_id.id} if lead.team_id else {}
            lead.write({"user_id": user.id, **kept})

    def _omnichannel_give_to(self, user):
        """The leads, and their quotations that nobody has confirmed, are this user's."""
        for lead in self:
            before = lead.user_id
            if before == user:
                continue
            kept = {"team_id": lead.team_id.id} if lead.team_id else {}
            lead.write({"user_id": user.id, **kept})
            quotations = lead.order_ids.filtered(lambda order: order.state in ("draft", "sent"))
            quotations.filtered(lambda order, old=before: order.user_id == old).user_id = user

    def _merge_dependences(self, opportunities):
        """Conversations and sessions of the merged leads belong to the remaining one."""
        result = super()._merge_dependences(opportunities)
        # sudo: omnichannel.conversation - they follow their lead, whoever merges it
        conversations_sudo = opportunities.sudo().omnichannel_conversation_ids
        sessions_sudo = (
            self.env["omnichannel.session"].sudo().search([("lead_id", "in", opportunities.ids)])
        )
        conversations_sudo.lead_id = sessions_sudo.lead_id = self
        return result
