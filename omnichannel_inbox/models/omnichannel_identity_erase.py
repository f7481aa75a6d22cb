import logging

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)

#: What an identity tells about a person.
PERSONAL = (
    "first_name",
    "last_name",
    "username",
    "phone",
    "email",
    "lang",
    "photo_url",
    "start_parameter",
    "start_source",
    "profile_due_at",
    "partner_id",
)
#: What the leads of his appeals tell about him, as far as they are nobody else's.
PERSONAL_OF_LEAD = ("contact_name", "partner_name", "phone", "email_from", "description")


class OmnichannelIdentity(models.Model):
    """A client's right to be forgotten."""

    _inherit = "omnichannel.identity"

    erased_at = fields.Datetime(readonly=True)

    def action_erase(self):
        """Nothing here tells any more who these clients were; appeals, times and counts stay.

        Customers and orders are the company's books: they are dealt with in their own places. What
        was on its way to browsers Odoo forgets within a day.

        :raises AccessError: not an administrator
        :raises UserError: a conversation is not closed yet
        """
        if not self.env.user.has_group("omnichannel_inbox.group_admin"):
            raise AccessError(self.env._("Only an administrator of Open Lines erases clients."))
        self.check_access("read")
        # sudo: omnichannel.identity - the administrator was checked, and all of it has to go
        # Without tracking: who he was would be noted in the moment in which it is forgotten.
        for identity_sudo in self.sudo().with_context(tracking_disable=True):
            identity_sudo._erase()
        return True

    def _erase(self):
        conversations = self.conversation_ids
        if any(conversation.state in ("new", "open") for conversation in conversations):
            raise UserError(
                self.env._("Finish the conversation with %(client)s first.", client=self.name)
            )
        name = self.env._("Erased client %(number)s", number=self.id)
        leads = conversations.session_ids.lead_id
        self._erase_said(conversations)
        self._erase_traces(conversations, leads)
        self._erase_records(conversations)
        self.write(
            {
                **dict.fromkeys(PERSONAL, False),
                "name": name,
                "network_ref": f"erased-{self.id}",
                "erased_at": fields.Datetime.now(),
            }
        )
        self.guest_id.image_1920 = False
        self._rename()
        leads.filtered(lambda lead: not lead.partner_id).write(
            dict.fromkeys(PERSONAL_OF_LEAD, False)
        )
        _logger.info("Identity %d erased by user %d", self.id, self.env.uid)

    def _erase_said(self, conversations):
        """Threads keep who spoke when, and not what was said."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "in", conversations.discuss_channel_id.ids),
            ]
        )
        messages.attachment_ids.unlink()
        messages.write({"body": "", "subject": False})
        messages.reaction_ids.unlink()
        messages.sudo().tracking_value_ids.unlink()
        own = self.env["omnichannel.message"].search([("conversation_id", "in", conversations.ids)])
        own.attachment_ids.unlink()
        own.write({"text": False, "group_body": False, "failure_reason": False})

    def _erase_traces(self, conversations, leads):
        """What was planned with him, and what he was called before."""
        everything = {"active_test": False}
        conversations.with_context(**everything).activity_ids.unlink()
        names = ("name", *PERSONAL_OF_LEAD)
        tracked = leads.message_ids.sudo().tracking_value_ids
        tracked.filtered(lambda value: value.field_id.name in names).unlink()

    def _erase_records(self, conversations):
        """What was received, recognised and noted is gone."""
        for model, domain in (
            ("omnichannel.inbound", self._domain_of_events(conversations)),
            ("omnichannel.file", [("message_id.conversation_id", "in", conversations.ids)]),
            ("omnichannel.evidence", [("identity_id", "=", self.id)]),
            ("omnichannel.link", [("identity_id", "=", self.id)]),
        ):
            self.env[model].search(domain).unlink()
        conversations.session_ids.write({"start_parameter": False, "start_source": False})
        for conversation in conversations:
            conversation.write(
                {"note": False, "spam_reason": False, "chat_ref": f"erased-{conversation.id}"}
            )

    def _domain_of_events(self, conversations):
        return [
            ("channel_id", "=", self.channel_id.id),
            ("chat_ref", "in", conversations.mapped("chat_ref")),
        ]
