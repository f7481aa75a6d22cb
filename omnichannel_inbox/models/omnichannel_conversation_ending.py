from datetime import timedelta

from odoo import fields, models

from .omnichannel_timer import HANDLED_BY

HANDLED_BY["silence"] = "_on_silence"

#: Before we look again whether a message that has come is in the thread.
SHORTLY = timedelta(minutes=1)


class OmnichannelConversation(models.Model):
    """The end of an appeal: by silence, with a word of farewell."""

    _inherit = "omnichannel.conversation"

    def _change(self, **values):
        """An appeal that goes on ends by itself when nobody says anything any more."""
        result = super()._change(**values)
        # sudo: omnichannel.channel - its rules hold whoever acts
        channel_sudo = self.channel_id.sudo()
        goes_on = values.get("state") in ("new", "open")
        if due := goes_on and channel_sudo._end_of_silence(fields.Datetime.now()):
            self._ensure_timer("silence", due)
        return result

    def _end(self, state, outcome, line, **values):
        """The last words are said while the conversation is still open for them."""
        if state == "done":
            self._say_last_words()
        result = super()._end(state, outcome, line, **values)
        self._cancel_timers(*HANDLED_BY)  # whatever falls due concerns an appeal that goes on
        return result

    def _say_last_words(self):
        """The client hears that his appeal is over, once, where the channel wants it."""
        # sudo: omnichannel.channel - what is said is the channel's, whoever ends the appeal
        if text := self._for_client(self.channel_id.sudo()).closing_text:
            self._say_once("closing", text)

    # Silence

    def _on_silence(self, ref=""):
        """The appeal ends, unless something was said meanwhile or is about to be read."""
        due = self._is_going_on() and self._find_end_of_silence()
        if not due:
            return
        now = fields.Datetime.now()
        if due > now:
            self._set_timer("silence", due)
        elif self._has_unread_events():
            self._set_timer("silence", now + SHORTLY)
        else:
            silence = self.channel_id._describe_silence()
            line = self.env._("Ended by itself: the client was silent for %(time)s.", time=silence)
            self._end("done", "timeout", line)

    def _is_going_on(self):
        session = self.session_id
        return self.state in ("new", "open") and bool(session) and not session.closed_at

    def _find_end_of_silence(self):
        """Return when the appeal ends if nothing more is said; False for never.

        While the client waits for our answer it is not he who is silent.
        """
        channel = self.channel_id
        if self.waiting_since and not channel.ends_unanswered:
            return channel._end_of_silence(fields.Datetime.now())
        moments = (self.session_id.opened_at, self.last_message_at, self.operator_since)
        return channel._end_of_silence(max(filter(None, moments)))

    def _has_unread_events(self):
        """Return whether something of this chat has come that is not applied yet."""
        inbound = self.env["omnichannel.inbound"]
        return bool(
            inbound.search_count(
                [
                    ("state", "=", "received"),
                    ("lane", "=", inbound._lane_of(self.channel_id, self.chat_ref)),
                    ("channel_id", "=", self.channel_id.id),
                    ("chat_ref", "=", self.chat_ref),
                ],
                limit=1,
            )
        )
