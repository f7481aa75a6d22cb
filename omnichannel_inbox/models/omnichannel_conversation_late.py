from markupsafe import Markup

from odoo import fields, models

LATE = Markup('<p class="o-omnichannel-late text-muted fst-italic">%s</p>')


class OmnichannelConversation(models.Model):
    """Networks deliver in disorder; a thread shows what came as it came, and what came late.

    What is late stands at the end, where it is noticed, and says that it is.
    """

    _inherit = "omnichannel.conversation"

    written_at = fields.Datetime(
        readonly=True, help="When the client's newest message was written, by the network's clock."
    )
    written_number = fields.Integer(
        readonly=True, help="The network's own number of that message, 0 where it has none."
    )

    def _is_late(self, event):
        """Return whether the message was written before one of the client's that stands here.

        A number alone does not say it: where a chat moves, numbers begin anew. What has no id on
        the network, such as a pressed button, bears our own time and says nothing about order.
        """
        if not (event.message_id and self.written_at):
            return False
        written_at = _find_written_at(event)
        if event.sequence and self.written_number:
            return event.sequence < self.written_number and written_at <= self.written_at
        return written_at < self.written_at

    def _note_written(self, event):
        """What was written before this message is late from now on."""
        if event.message_id and not self._is_late(event):
            self.write({"written_at": _find_written_at(event), "written_number": event.sequence})

    def _render_late(self):
        return LATE % self.env._("Came late: written before the messages above it.")


def _find_written_at(event):
    """Return when a message was written, without numbers at the latest now.

    One that bears a date in the future would make all that follow it late.
    """
    written_at = event.sent_at.replace(tzinfo=None)
    return written_at if event.sequence else min(written_at, fields.Datetime.now())
