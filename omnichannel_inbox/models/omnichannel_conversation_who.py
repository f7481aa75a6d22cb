from odoo import fields, models
from odoo.exceptions import UserError


class OmnichannelConversation(models.Model):
    """Who is it? What clients write is looked through, and operators decide."""

    _inherit = "omnichannel.conversation"

    evidence_ids = fields.One2many(related="identity_id.evidence_ids")

    # What comes in

    def _record_received(self, event, mail_message, direction):
        message = super()._record_received(event, mail_message, direction)
        if direction == "in":
            self._note_contacts(event, mail_message)
        return message

    def _record_all_received(self, received, mail_messages):
        result = super()._record_all_received(received, mail_messages)
        for one, mail_message in zip(received, mail_messages, strict=True):
            one.conversation._note_contacts(one.event, mail_message)
        return result

    def _note_contacts(self, event, mail_message):
        """What the client himself writes says who he is; spam and our own buttons say nothing."""
        identity = self.identity_id
        if event.payload:
            return
        if event.text and self.state != "spam" and event.sender.id == identity.network_ref:
            found = identity._note_text(event.text, mail_message)
            if found:
                self._announce_card()

    # What operators ask and decide

    def get_proposals(self):
        """Return whom the client might be, the most likely first; to whoever may decide it.

        :rtype: list[dict] with ``partner_id``, ``name``, ``words`` and the ``evidence``
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: omnichannel.identity - of a conversation that the user serves
        identity = self.sudo().identity_id.sudo(False)
        if identity.sudo().partner_id or not self.is_served:
            return []
        candidates = identity._find_candidates()
        return [
            self._describe_candidate(identity, partner, evidence_sudo)
            for partner, evidence_sudo in candidates.items()
        ]

    def _describe_candidate(self, identity, partner, evidence_sudo):
        reasons = [one._describe(identity) for one in evidence_sudo]
        return {
            "partner_id": partner.id,
            "name": partner.display_name,
            "words": self.env._(
                "Probably %(name)s: %(reasons)s",
                name=partner.display_name,
                reasons=", ".join(dict.fromkeys(reasons)),
            ),
            "evidence": [
                {
                    "kind": one.kind,
                    "value": one.value or "",
                    "words": one._describe(identity),
                    "message_id": one.message_id.id,
                }
                for one in evidence_sudo
            ],
        }

    def action_link(self, partner_id):
        """The client is this customer: his other conversations here and his leads follow.

        :raises AccessError: the user does not serve the channel, or may not see the customer
        """
        partner = self._browse_customer(partner_id)
        for conversation in self:
            conversation._check_may_manage()
            # sudo: omnichannel.identity - who the client is, is for whoever serves him to say;
            # his leads follow, whoever's they are
            identity_sudo = conversation.sudo().identity_id
            evidence_sudo = identity_sudo._find_candidates().get(partner.sudo())
            if identity_sudo.partner_id and identity_sudo.partner_id != partner:
                identity_sudo._unlink_customer()
            if not identity_sudo.partner_id:
                identity_sudo._link(partner.sudo(), evidence=evidence_sudo and evidence_sudo[:1])
        return True

    def action_not_him(self, partner_id):
        """The client is not this customer, who is not proposed again; a link to him is undone."""
        partner = self._browse_customer(partner_id)
        for conversation in self:
            conversation._check_may_manage()
            # sudo: omnichannel.identity - as in action_link
            identity_sudo = conversation.sudo().identity_id
            if identity_sudo.partner_id == partner:
                identity_sudo._unlink_customer()
            identity_sudo.rejected_partner_ids |= partner
        return True

    def action_unlink_partner(self):
        """The client is nobody known again; leads, conversations and blocks are as before.

        :raises UserError: he is not linked
        """
        for conversation in self:
            conversation._check_may_manage()
            # sudo: omnichannel.identity - as in action_link
            conversation.sudo().identity_id._unlink_customer()
        return True

    def _browse_customer(self, partner_id):
        partner = self.env["res.partner"].browse(partner_id).exists()
        if not partner:
            raise UserError(self.env._("This customer no longer exists."))
        partner.check_access("read")
        return partner
