from odoo import api, models

from .discuss_channel import OURS


class OmnichannelConversation(models.Model):
    """Activities on a conversation: what they tell goes to its thread, there is no chatter.

    Core calls these methods of ``mail.thread`` on whatever has activities; nobody else does.
    """

    _inherit = "omnichannel.conversation"

    @api.private
    def message_notify(self, **kwargs):
        """Whoever an activity is given to is told."""
        self.ensure_one()
        return self.env["mail.thread"].message_notify(model=self._name, res_id=self.id, **kwargs)

    @api.private
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody follows a conversation: whoever serves its channel sees it."""

    @api.private
    def message_post_with_source(self, source_ref, **kwargs):
        """What was done stands in the thread, for the staff only."""
        thread = self.discuss_channel_id.with_context(omnichannel_voice=OURS)
        return thread.message_post_with_source(source_ref, **kwargs)
