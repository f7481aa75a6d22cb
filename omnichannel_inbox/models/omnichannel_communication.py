from odoo import api, fields, models
from odoo.exceptions import UserError

#: How many conversations a block shows.
LIMIT = 40


class OmnichannelCommunication(models.AbstractModel):
    """The Communication block of whatever has to do with clients: lead, customer, order."""

    _name = "omnichannel.communication"
    _description = "Communication"

    omnichannel_communication_ids = fields.Many2many(
        "omnichannel.conversation",
        string="Communication",
        compute="_compute_omnichannel_communication_ids",
        groups="omnichannel_inbox.group_operator,sales_team.group_sale_salesman",
        help="All channels of the client; the one where he can be answered now comes first.",
    )
    omnichannel_summary = fields.Text(
        "Conversations of others",
        compute="_compute_omnichannel_summary",
        groups="sales_team.group_sale_salesman",
        help="With whom, where and whose they are; what is said there stays with the operators.",
    )
    omnichannel_unread_count = fields.Integer(
        "Unanswered messages",
        compute="_compute_omnichannel_unread_count",
        # A number, for every seller who sees the record.
        compute_sudo=True,
        groups="omnichannel_inbox.group_operator,sales_team.group_sale_salesman",
    )

    def _omnichannel_conversations(self):
        """Return the conversations of the record, whoever's they are; the caller filters them.

        Every record that inherits this says which those are.
        """
        return self.env["omnichannel.conversation"]

    def _omnichannel_find_all(self):
        """Return the record's conversations in the user's companies."""
        self.ensure_one()
        # sudo: omnichannel.conversation - filtered by its readers, below
        found_sudo = self.sudo()._omnichannel_conversations()
        return found_sudo.filtered(lambda c: c.company_id in self.env.companies)[:LIMIT]

    def _compute_omnichannel_communication_ids(self):
        for record in self:
            readable = record._omnichannel_find_all().sudo(False)._filtered_access("read")
            record.omnichannel_communication_ids = readable._answerable_first()

    def _compute_omnichannel_summary(self):
        for record in self:
            others = record._omnichannel_others()
            record.omnichannel_summary = "\n".join(c._describe_briefly() for c in others)

    @api.depends_context("allowed_company_ids")
    def _compute_omnichannel_unread_count(self):
        companies = self.env.companies
        counted = {
            record: record._omnichannel_counted().filtered(lambda c: c.company_id in companies)
            for record in self
        }
        counts = self.env["omnichannel.conversation"].union(*counted.values())._count_unread("id")
        for record, conversations in counted.items():
            record.omnichannel_unread_count = sum(counts.get(c.id, 0) for c in conversations)

    def _omnichannel_counted(self):
        """Return the conversations whose unanswered messages stand on the record's card."""
        return self._omnichannel_conversations()

    def _omnichannel_others(self):
        """Return, with all rights, the conversations that the user may not read."""
        all_sudo = self._omnichannel_find_all()
        readable = all_sudo.sudo(False)._filtered_access("read")
        return all_sudo.filtered(lambda conversation: conversation.id not in readable.ids)

    def action_omnichannel_ask(self):
        """Who has the conversation is asked to hand it over to the caller.

        :raises UserError: there is none that the caller does not see anyway
        """
        self.ensure_one()
        self.check_access("read")
        others_sudo = self._omnichannel_others()
        if not others_sudo:
            raise UserError(self.env._("You see all conversations of this client already."))
        for conversation_sudo in others_sudo:
            conversation_sudo._ask_for(self.env.user)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The operator has been asked to hand the conversation over."),
            },
        }
