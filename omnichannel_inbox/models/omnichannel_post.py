from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .persist import forget

#: How long a browser may go on trying to post the same message.
KEPT = timedelta(days=7)


class OmnichannelPost(models.Model):
    """One press of *Send* in a thread, by the key that the author's browser gave it.

    A browser that lost the connection before the answer came cannot know whether the message was
    posted: it posts again, under the same key, and the message is there once.
    """

    _name = "omnichannel.post"
    _description = "Press of Send"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    author_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    discuss_channel_id = fields.Many2one(
        "discuss.channel", required=True, readonly=True, ondelete="cascade"
    )
    mail_message_id = fields.Many2one("mail.message", readonly=True, ondelete="cascade")
    posted_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    _key_unique = models.UniqueIndex("(author_id, discuss_channel_id, key)")
    _mail_message_index = models.Index("(mail_message_id)")

    @api.model
    def _claim(self, thread, key):
        """Return the record of the user's press of *Send*; one posted before has its message.

        :raises psycopg2.errors.SerializationFailure: the same press is being posted at this
            moment; the request is run again, and then finds the message
        """
        query = SQL(
            """
            INSERT INTO omnichannel_post (key, author_id, discuss_channel_id, posted_at)
                 VALUES (%s, %s, %s, %s)
            ON CONFLICT (author_id, discuss_channel_id, key) DO UPDATE SET key = EXCLUDED.key
              RETURNING id
            """,
            key,
            self.env.uid,
            thread.id,
            fields.Datetime.now(),
        )
        self.env.cr.execute(query, log_exceptions=False)
        return self.browse(self.env.cr.fetchone()[0])

    @api.autovacuum
    def _gc_old(self):
        """Forget what no browser will post again."""
        return forget(self, "posted_at", fields.Datetime.now() - KEPT)
