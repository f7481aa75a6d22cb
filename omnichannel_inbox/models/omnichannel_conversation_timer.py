from odoo import models


class OmnichannelConversation(models.Model):
    """What falls due for a conversation later: see ``omnichannel.timer``.

    What each kind does when it is due stands in ``omnichannel_timer.HANDLED_BY``. A handler looks
    again: so what only moves further off with every message (the end after silence) is set once
    with ``_ensure_timer``, and set anew by its handler when it comes too early.
    """

    _inherit = "omnichannel.conversation"

    def _set_timer(self, kind, due_at, ref="", **data):
        """This kind falls due for these conversations then, and no longer at another moment.

        :param ref: tells several of a kind from each other
        :param data: what the handler is given; plain values
        """
        self.env["omnichannel.timer"]._store(self, kind, due_at, ref, data, replace=True)

    def _ensure_timer(self, kind, due_at, ref="", **data):
        """This kind falls due for these conversations then, if it was not set already."""
        self.env["omnichannel.timer"]._store(self, kind, due_at, ref, data, replace=False)

    def _cancel_timers(self, *kinds):
        """Nothing of these kinds falls due for these conversations any more."""
        # sudo: omnichannel.timer - what falls due follows from what was done, whoever did it
        self.env["omnichannel.timer"].sudo().search(
            [("conversation_id", "in", self.ids), ("kind", "in", kinds)]
        ).unlink()
