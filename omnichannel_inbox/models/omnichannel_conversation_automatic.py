from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .omnichannel_message_automatic import DAY, MOST_A_DAY
from .omnichannel_timer import HANDLED_BY

HANDLED_BY["auto_answer"] = "_on_auto_answer_due"

#: An appeal that begins so soon after a message that was sent by itself may be a bot's answer.
REACTION = timedelta(seconds=30)
#: Before we look again whether a bot still talks with the client.
SHORTLY = timedelta(minutes=1)


class OmnichannelConversation(models.Model):
    """What the company says by itself, and when: rules of the channel, told to no one as spam.

    A client who is told something by itself still waits for his answer.
    """

    _inherit = "omnichannel.conversation"

    # Saying it

    def _say_automatically(self, text, buttons=()):
        """Return whether the client is told; if he cannot be, the thread says why."""
        self.ensure_one()
        if self.state == "spam" or not (text or "").strip() or self._has_heard_enough():
            return False
        try:
            with self.env.cr.savepoint():
                self._say_to_client(text, buttons)
        except (AccessError, UserError) as error:
            self._log_line(
                self.env._("An automatic message was not sent: %(reason)s", reason=error)
            )
            return False
        return True

    def _say_once(self, key, text, buttons=()):
        """The client is told this by itself, if he was not in this appeal; what, says the key."""
        session = self.session_id
        if session and not session._count_said(key)[0]:
            session._note_said(key)
            self._say_automatically(text, buttons)

    def _has_heard_enough(self):
        now = fields.Datetime.now()
        said = self.env["omnichannel.message"]._count_automatic(self, now - DAY, now)
        return said >= MOST_A_DAY

    def _for_client(self, record):
        """Return the record in the client's language, or in the company's."""
        return record.with_context(lang=self._find_client_lang())

    def _find_client_lang(self):
        """Return the language to speak to the client: his own if it is installed here."""
        # sudo: res.partner, omnichannel.identity - only the language
        conversation_sudo = self.sudo()
        if conversation_sudo.partner_id.lang:
            return conversation_sudo.partner_id.lang
        wanted = (conversation_sudo.identity_id.lang or "").replace("-", "_").lower()
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        exact = [code for code in codes if wanted and code.lower() == wanted]
        alike = [code for code in codes if wanted and code[:2].lower() == wanted[:2]]
        own = self.company_id.sudo().partner_id.lang or "en_US"
        return next(iter(exact or ([own] if own in alike else alike)), own)

    # A client begins to wait

    def _on_client_wrote(self, event, mail_message):
        is_new = not self.waiting_since
        result = super()._on_client_wrote(event, mail_message)
        if is_new:
            self._on_wait_begins()
        return result

    def _on_clients_wrote(self):
        answered = self.filtered(lambda conversation: not conversation.waiting_since)
        result = super()._on_clients_wrote()
        answered._on_wait_begins()
        return result

    def _on_wait_begins(self):
        """These clients, all of one channel, have just written, and were answered before."""
        # sudo: omnichannel.channel - its rules hold whoever writes
        answers_sudo = self.channel_id.sudo().auto_answer_ids
        if answers_sudo:
            first = timedelta(minutes=min(answers_sudo.mapped("delay")))
            self._set_timer("auto_answer", fields.Datetime.now() + first)

    # Automatic answers

    def _on_auto_answer_due(self, ref=""):
        """What is due of the automatic answers is said, unless somebody has answered."""
        if not self._awaits_auto_answer():
            return
        if self.with_bot:  # it speaks alone; when it hands over, the client waits for people
            self._set_timer("auto_answer", fields.Datetime.now() + SHORTLY)
            return
        now, upcoming = fields.Datetime.now(), []
        for answer in self.channel_id.auto_answer_ids:
            due = self._find_due(answer)
            if due and due <= now:
                self.session_id._note_said(f"answer:{answer.id}")
                self._say_automatically(self._for_client(answer).text)
                due = self._find_due(answer)
            if due:
                upcoming.append(due)
        if upcoming:
            self._set_timer("auto_answer", min(upcoming))

    def _find_due(self, answer):
        said = self.session_id._count_said(f"answer:{answer.id}")
        return answer._find_due(self.waiting_since, *said)

    def _awaits_auto_answer(self):
        """Return whether the client still waits, and is not a bot that answers ours."""
        session = self.session_id
        return (
            self.state in ("new", "open")
            and bool(self.waiting_since and session and not session.closed_at)
            and not self.env["omnichannel.message"]._count_automatic(
                self, session.opened_at - REACTION, session.opened_at
            )
        )
