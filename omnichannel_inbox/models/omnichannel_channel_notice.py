from markupsafe import Markup

from odoo import api, fields, models

from ..protocols.core.texts import _lt
from .failures import translate

FAILING = _lt("The channel %(channel)s does not work: %(reason)s")


class OmnichannelChannel(models.Model):
    """Who of the staff is told by e-mail and SMS, and of what."""

    _inherit = "omnichannel.channel"

    notice_user_ids = fields.Many2many(
        "res.users",
        "omnichannel_channel_notice_rel",
        string="Tell by e-mail",
        domain="[('share', '=', False)]",
    )
    notice_by_sms = fields.Boolean("Also by SMS", help="To the phone number of each of them.")
    can_sms = fields.Boolean("SMS can be sent", compute="_compute_can_sms")
    notice_waiting_minutes = fields.Integer(
        "A new conversation waits longer than",
        help="Minutes of working time; 0: nobody is told.",
    )
    notice_failing = fields.Boolean("The channel does not work", default=True)
    notice_bad_rating = fields.Boolean("A client rates badly", default=True)

    _notice_check = models.Constraint(
        "CHECK (notice_waiting_minutes >= 0)", "A number of minutes is 0 or more."
    )

    def _compute_can_sms(self):
        """Whether Odoo's own SMS are installed."""
        self.can_sms = "sms.sms" in self.env

    def _tell_administrators(self):
        result = super()._tell_administrators()
        if self.notice_failing:
            self._notify_staff(FAILING, {"channel": self.name, "reason": self._describe_failing})
        return result

    def _describe_failing(self, env):
        """Return what is wrong, in the language of the environment."""
        told = self.with_context(lang=env.lang)
        return told.health_message or told.state_message or ""

    def _notify_staff(self, source, values, conversation=None):
        """Whoever the channel names reads this, each in his language, by e-mail and SMS."""
        # sudo: res.users, mail.mail, sms.sms - the channel's setting names them
        channel_sudo = self.sudo()
        for user in channel_sudo.notice_user_ids.filtered("active"):
            text = translate(self.with_context(lang=user.lang).env, source, values)
            if user.email:
                channel_sudo.with_context(lang=user.lang)._send_mail(
                    [user.email_formatted], text, [text], conversation
                )
            if channel_sudo.notice_by_sms and user.partner_id.phone:
                channel_sudo._send_sms(user.partner_id, text)

    def _send_mail(self, emails, subject, paragraphs, conversation=None):
        """One e-mail to each address, by Odoo's mail, with a link to the conversation."""
        body = Markup("").join(Markup("<div>%s</div>") % paragraph for paragraph in paragraphs)
        record = conversation or self
        link = f"{self.get_base_url()}/odoo/{record._name}/{record.id}"
        body += Markup('<p><a href="%s">%s</a></p>') % (link, self.env._("Open in Odoo"))
        company = self.company_id
        self.env["mail.mail"].sudo().create(
            [
                {
                    "author_id": company.partner_id.id,
                    "auto_delete": True,
                    "body_html": body,
                    "email_from": company.email_formatted or company.default_from_email,
                    "email_to": email,
                    "subject": subject,
                }
                for email in emails
            ]
        )
        self._wake_cron("mail.ir_cron_mail_scheduler_action")

    @api.model
    def _send_sms(self, partner, text):
        """One SMS, by Odoo's own, if they are installed."""
        if "sms.sms" in self.env:
            self.env["sms.sms"].sudo().create(
                {"body": text, "number": partner.phone, "partner_id": partner.id}
            )
            self._wake_cron("sms.ir_cron_sms_scheduler_action")

    @api.model
    def _wake_cron(self, xmlid):
        if cron := self.env.ref(xmlid, raise_if_not_found=False):
            cron.sudo()._trigger()
