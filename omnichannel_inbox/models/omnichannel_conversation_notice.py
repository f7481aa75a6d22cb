from odoo import fields, models

from ..protocols.core.texts import _lt
from .omnichannel_timer import HANDLED_BY

HANDLED_BY["waiting_notice"] = "_on_waiting_long"

WAITING = _lt("%(client)s has waited for an answer for %(minutes)s minutes: %(channel)s")


class OmnichannelConversation(models.Model):
    """The staff are told of a new conversation that nobody takes."""

    _inherit = "omnichannel.conversation"

    def _on_wait_begins(self):
        result = super()._on_wait_begins()
        self._expect_notice(fields.Datetime.now())
        return result

    def _change(self, **values):
        result = super()._change(**values)
        if values.get("state") == "new" and self.waiting_since:
            self._expect_notice(self.waiting_since)
        return result

    def _expect_notice(self, since):
        """The staff are told when these clients, of one channel, have waited too long."""
        if due := self._find_notice(since):
            self._set_timer("waiting_notice", due)

    def _find_notice(self, since):
        # sudo: omnichannel.channel - its rules hold whoever acts
        channel_sudo = self.channel_id.sudo()
        minutes = channel_sudo.notice_waiting_minutes
        told = channel_sudo.notice_user_ids and minutes
        return told and channel_sudo._after_business_minutes(since, minutes)

    def _on_waiting_long(self, ref=""):
        """Once in a wait: a client who was answered or taken meanwhile is none.

        With whom a bot talks, he waits for people from when it hands over.
        """
        if self.with_bot:
            self._expect_notice(fields.Datetime.now())
            return
        due = self.state == "new" and self.waiting_since and self._find_notice(self.waiting_since)
        if not due:
            return
        if due > fields.Datetime.now():
            self._set_timer("waiting_notice", due)
            return
        channel = self.channel_id
        values = {
            "client": self.name,
            "channel": channel.name,
            "minutes": channel.notice_waiting_minutes,
        }
        channel._notify_staff(WAITING, values, self)
