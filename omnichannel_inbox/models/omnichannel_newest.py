from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.mail.tools.discuss import Store

from .discuss_channel import is_omnichannel


class OmnichannelConversation(models.Model):
    """Whoever has a thread open learns which message is its newest, and sees whether he has it.

    The bus tells those who have subscribed to the thread of each message. It may lose one, and a
    subscription stands later than the thread is shown: then the browser asks for what it misses.
    """

    _inherit = "omnichannel.conversation"

    newest_message_id = fields.Many2one(
        "mail.message", compute="_compute_newest_message_id", compute_sudo=True
    )

    def _compute_newest_message_id(self):
        # SQL: for each thread one step in the index, however many messages it has.
        self.flush_recordset(["discuss_channel_id"])
        newest = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT conversation.id, newest.id
                      FROM omnichannel_conversation AS conversation
                      JOIN LATERAL (
                               SELECT id
                                 FROM mail_message
                                WHERE model = 'discuss.channel'
                                  AND res_id = conversation.discuss_channel_id
                             ORDER BY id DESC
                                LIMIT 1
                           ) AS newest ON TRUE
                     WHERE conversation.id IN %s
                    """,
                    tuple(self.ids) or (0,),
                )
            )
        )
        for conversation in self:
            conversation.newest_message_id = newest.get(conversation.id)

    def _to_store_defaults(self, target):
        return [
            *super()._to_store_defaults(target),
            Store.Attr("newest_message_id", lambda c: c.sudo().newest_message_id.id),
        ]

    def _notify_state(self):
        self.invalidate_recordset(["newest_message_id"], flush=False)
        return super()._notify_state()

    def _notify_newest(self, mail_message):
        """Everybody who serves the channel knows that the thread has this message."""
        self.ensure_one()
        Store(bus_channel=self.channel_id).add(
            self, {"newest_message_id": mail_message.id}
        ).bus_send()


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        is_inside = message.message_type != "comment" or message.sudo().subtype_id.internal
        # Of what is said between the client and us, the conversation's state tells.
        if is_omnichannel(self) and is_inside:
            # sudo: omnichannel.conversation - that there is a message, to those who serve it
            self.sudo().omnichannel_conversation_id._notify_newest(message)
        return result
