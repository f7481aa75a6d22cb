from dataclasses import asdict, replace

from odoo import fields, models

from ..protocols import Mark


class OmnichannelMessage(models.Model):
    """What the text of a message of ours looks like, where the network can show it."""

    _inherit = "omnichannel.message"

    marks = fields.Json(readonly=True, help="As protocols.Mark, of the text.")

    def _prepare_text_values(self, part):
        """Return how the text of a planned message is stored."""
        return {"text": part.text, "marks": [asdict(mark) for mark in part.marks] or False}

    def _reads_as(self, part):
        """Return whether the message reads and looks like this already."""
        return (self.text or "", self._get_marks()) == (part.text, part.marks)

    def _get_marks(self):
        return tuple(Mark(**values) for values in self.marks or [])

    def _prepare_outgoing(self):
        return replace(super()._prepare_outgoing(), marks=self._get_marks())
