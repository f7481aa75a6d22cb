import json

from odoo import models

from .discuss_channel import is_omnichannel

#: What nobody is told of: lines about what happened.
NOT_SAID = ("notification", "user_notification")


class DiscussChannel(models.Model):
    """Who is told on a device on which Odoo is not open: those concerned, once until they look."""

    _inherit = "discuss.channel"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not is_omnichannel(self) or message.message_type in NOT_SAID:
            return recipients
        # Whoever is mentioned is told each time.
        mentioned = {one["id"] for one in recipients if one["notif"] != "web_push"}
        told = set(self._told_already(message).ids) - mentioned
        return [one for one in recipients if one["id"] not in told] + self._describe_queue()

    def _told_already(self, message):
        """Return the partners who have not looked since they were told of an earlier message."""
        # sudo: discuss.channel.member - whoever writes does not see what others have read
        members_sudo = self.sudo().channel_member_ids.filtered("partner_id")
        return members_sudo.filtered(
            lambda member: member.channel_id._has_unread_before(message, member)
        ).partner_id

    def _has_unread_before(self, message, member):
        unread = [
            ("model", "=", "discuss.channel"),
            ("res_id", "=", self.id),
            ("id", ">=", member.new_message_separator),
            ("id", "<", message.id),
            ("message_type", "not in", NOT_SAID),
        ]
        return bool(self.env["mail.message"].sudo().search_count(unread, limit=1))

    def _describe_queue(self):
        """Return whom the first message of a new conversation concerns: who may take it."""
        # sudo: omnichannel.conversation - it is the client who writes
        conversation_sudo = self.sudo().omnichannel_conversation_id
        if conversation_sudo.state != "new" or conversation_sudo.session_id.first_message_id:
            return []
        operators = conversation_sudo.channel_id.all_operator_ids
        return [
            {
                "active": True,
                "id": user.partner_id.id,
                "is_follower": False,
                "groups": [],
                "lang": user.lang,
                "notif": "web_push",
                "share": user.share,
                "type": "user",
                "uid": user.id,
                "ushare": user.share,
            }
            for user in operators
            if user.manual_im_status != "busy"
        ]

    def _notify_by_web_push_prepare_payload(self, message, msg_vals=False, force_record_name=False):
        payload = super()._notify_by_web_push_prepare_payload(message, msg_vals, force_record_name)
        if is_omnichannel(self):
            # sudo: omnichannel.conversation - those who are told serve the channel
            conversation_sudo = self.sudo().omnichannel_conversation_id
            payload["title"] = f"{conversation_sudo.name} · {conversation_sudo.channel_id.name}"
            colleague = message.sudo().author_id
            if colleague:
                options = payload["options"]
                options["body"] = f"{colleague.name}: {options['body']}"
        return payload

    def _web_push_send_notification(
        self, devices, private_key, public_key, payload_by_lang=None, payload=None
    ):
        """A push service that is slow must not hold up the line of the client's messages."""
        if not is_omnichannel(self):
            return super()._web_push_send_notification(
                devices, private_key, public_key, payload_by_lang, payload
            )
        return self._queue_push(devices, payload_by_lang, payload)

    def _queue_push(self, devices, payload_by_lang, payload):
        # sudo: mail.push - the queue of notifications belongs to nobody
        self.env["mail.push"].sudo().create(
            [
                {
                    "mail_push_device_id": device.id,
                    "payload": json.dumps(
                        payload_by_lang[device.partner_id.lang] if payload_by_lang else payload
                    ),
                }
                for device in devices
            ]
        )
        self.env.ref("mail.ir_cron_web_push_notification")._trigger()
