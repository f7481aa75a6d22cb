from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.mail.tools.discuss import Store

from .discuss_channel import OURS


class DiscussChannel(models.Model):
    """Many messages of clients at once, with the result of ``message_post`` for each of them.

    What ``message_post`` looks up, writes and reports for every message is looked up, written and
    reported once for all of them: that is what makes a backlog short.
    """

    _inherit = "discuss.channel"

    @api.model
    def _post_of_clients(self, posts):
        """Return the new messages, in the order of their posts.

        :param posts: for each message, the thread, the guest who speaks, and what
            ``message_post`` would be given
        """
        voice = self.with_user(self.env.ref("base.public_user")).with_context(
            omnichannel_voice=OURS
        )
        threads = voice.sudo().union(*(thread for thread, _guest, _values in posts))
        prepared = threads._prepare_client_values()
        values_list = [
            {**prepared[thread.id], "author_guest_id": guest.id, **values}
            for thread, guest, values in posts
        ]
        for values in values_list:
            values["subtype_id"] = self.env["ir.model.data"]._xmlid_to_res_id(
                values.pop("subtype_xmlid")
            )
        messages = threads._message_create(values_list)
        threads.last_interest_dt = fields.Datetime.now()
        self._mark_seen_by_authors(
            {
                (thread.id, guest.id): message.id
                for (thread, guest, _), message in zip(posts, messages, strict=True)
            }
        )
        threads._announce(messages, values_list)
        return messages

    def _prepare_client_values(self):
        """Return by thread what its messages have in common."""
        domains = self._mail_get_alias_domains(default_company=self.env.company)
        companies = self._mail_get_companies(default=self.env.company)
        reply_to = self._notify_get_reply_to(default=False, author_id=False)
        return {
            thread.id: {
                "author_id": False,
                "email_add_signature": True,
                "email_from": False,
                "model": thread._name,
                "partner_ids": [],
                "record_alias_domain_id": domains[thread.id].id,
                "record_company_id": companies[thread.id].id,
                "reply_to": reply_to[thread.id],
                "res_id": thread.id,
                "subject": False,
            }
            for thread in self
        }

    @api.model
    def _mark_seen_by_authors(self, last_messages):
        """Whoever writes has seen what was there: his membership says so.

        :param last_messages: the last message's id, by thread and guest
        """
        # SQL: the ORM would count the unread messages of each client, twice, to tell his browser.
        member = self.env["discuss.channel.member"]
        member.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE discuss_channel_member AS member
                   SET seen_message_id = last.message_id,
                       fetched_message_id = GREATEST(member.fetched_message_id, last.message_id),
                       new_message_separator = last.message_id + 1,
                       last_seen_dt = %s
                  FROM (VALUES %s) AS last (thread_id, guest_id, message_id)
                 WHERE member.channel_id = last.thread_id AND member.guest_id = last.guest_id
                """,
                fields.Datetime.now(),
                SQL(", ").join(
                    SQL("(%s, %s, %s)", thread_id, guest_id, message_id)
                    for (thread_id, guest_id), message_id in last_messages.items()
                ),
            )
        )
        member.invalidate_model(
            ["seen_message_id", "fetched_message_id", "new_message_separator", "last_seen_dt"]
        )

    def _announce(self, messages, values_list):
        """The messages appear on the screens and, where somebody wants that, on locked phones."""
        threads = {thread.id: thread for thread in self}
        pushed = self._with_push_devices()
        for message, values in zip(messages, values_list, strict=True):
            thread = threads[message.res_id]
            if thread in pushed:
                recipients = thread._notify_get_recipients(message, msg_vals=values)
                thread._notify_thread_by_web_push(message, recipients, msg_vals=values)
            data = Store(bus_channel=thread).add(message, msg_vals=values).get_result()
            thread._bus_send("discuss.channel/new_message", {"data": data, "id": thread.id})

    def _with_push_devices(self):
        """Return the threads of which a member has a device that wants to be told."""
        members = self.env["discuss.channel.member"].sudo()
        members = members.search([("channel_id", "in", self.ids), ("partner_id", "!=", False)])
        devices = self.env["mail.push.device"].sudo()
        devices = devices.search([("partner_id", "in", members.partner_id.ids)])
        told = members.filtered(lambda member: member.partner_id in devices.partner_id)
        return self & told.channel_id
