import logging

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from odoo.addons.mail.tools.discuss import Store

#: In the context under ``omnichannel_voice``: it is we who post, on behalf of the network or of
#: the product itself. An object of this process cannot come in through a call from outside.
OURS = object()


class AnsweredMeanwhile(UserError):
    """A colleague has answered since the author last looked; the author decides what to do."""

    # Odoo logs what a request raises at this level: never, it quotes what a client is told.
    loglevel = logging.NOTSET


def is_omnichannel(discuss_channel):
    """Return whether the discuss channel is the thread of a conversation with a client."""
    return discuss_channel.channel_type == "omnichannel"


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    channel_type = fields.Selection(
        selection_add=[("omnichannel", "Open Lines")], ondelete={"omnichannel": "cascade"}
    )
    omnichannel_conversation_id = fields.Many2one(
        "omnichannel.conversation", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    # What access rules and the sidebar need of the conversation, kept beside it.
    omnichannel_channel_id = fields.Many2one(
        "omnichannel.channel", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    omnichannel_state = fields.Char(readonly=True)
    omnichannel_operator_id = fields.Many2one("res.users", readonly=True)
    omnichannel_reader_id = fields.Many2one(
        related="omnichannel_conversation_id.reader_id", store=True, index="btree_not_null"
    )

    def _create_omnichannel(self, conversation):
        """Return the thread of a conversation; its only member is the client.

        Without a uuid it has no public link.
        """
        # sudo: discuss.channel - only we make threads of clients
        create = self.sudo().with_context(install_mode=True).create
        return create(
            {
                "name": conversation.name,
                "channel_type": "omnichannel",
                "uuid": False,
                "omnichannel_conversation_id": conversation.id,
                "omnichannel_channel_id": conversation.channel_id.id,
                "omnichannel_state": conversation.state,
                "channel_member_ids": [
                    Command.create({"guest_id": conversation.identity_id.guest_id.id})
                ],
            }
        ).with_context(install_mode=False)

    def _sync_with_conversation(self, conversation):
        """State and operator are the conversation's; its participants are the members."""
        self.ensure_one()
        self.write(
            {
                "omnichannel_state": conversation.state,
                "omnichannel_operator_id": conversation.operator_id.id,
            }
        )
        wanted = conversation.participant_ids if conversation.state == "open" else None
        partners = wanted.partner_id if wanted else self.env["res.partner"]
        present = self.channel_member_ids.partner_id
        ours = self.with_context(omnichannel_voice=OURS)
        if partners - present:
            joined = ours._add_members(partners=partners - present, post_joined_message=False)
            joined._omnichannel_start_here()
        for partner in present - partners:
            ours._action_unfollow(partner, post_leave_message=False)

    # What reaches the browser

    def _get_omnichannel_store_fields(self):
        """What everybody who serves the channel may know of a thread, member or not."""
        return [
            "channel_type",
            "last_interest_dt",
            "name",
            "omnichannel_state",
            *self._get_omnichannel_relations(),
        ]

    def _to_store_defaults(self, target):
        ours = self.filtered(is_omnichannel)
        if not ours:
            return super()._to_store_defaults(target)
        fields = [
            Store.Attr(
                "omnichannel_state", value=lambda channel: channel.omnichannel_state or False
            ),
            *ours._get_omnichannel_relations(),
        ]
        if target.is_current_user(self.env):
            # Core tells who a member is, from which the browser concludes that it is its user; an
            # older answer that comes late takes that back, and nothing brings it up again.
            fields.append(Store.One("self_member_id", [], predicate=is_omnichannel))
        return super()._to_store_defaults(target) + fields

    def _get_omnichannel_relations(self):
        # sudo: who answers, on which channel, which conversation: known to who sees the thread
        return [
            Store.One(
                "omnichannel_operator_id",
                [Store.One("partner_id", ["avatar_128", "name"], sudo=True)],
                sudo=True,
            ),
            Store.One("omnichannel_channel_id", sudo=True),
            Store.One("omnichannel_conversation_id", sudo=True),
        ]

    @api.depends("channel_type")
    def _compute_is_editable(self):  # pylint: disable=missing-return
        """The thread has the client's name, and nobody else's."""
        super()._compute_is_editable()
        self.filtered(is_omnichannel).is_editable = False

    # Who may write

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Who only reads along says nothing, but for a supervisor's notes; see message_post."""
        operations = super()._mail_get_operation_for_mail_message_operation(message_operation)
        if message_operation == "create" and not self._is_omnichannel_checked():
            theirs = self.filtered(lambda t: is_omnichannel(t) and not t._is_omnichannel_noted())
            operations |= dict.fromkeys(theirs, "write")
        return operations

    def _is_omnichannel_checked(self):
        """Return whether message_post has found that the author may, or we are the author."""
        context = self.env.context
        return OURS in (context.get("omnichannel_checked"), context.get("omnichannel_voice"))

    def _is_omnichannel_noted(self):
        """Return whether a supervisor may leave a note now, member or not."""
        # sudo: omnichannel.conversation - only its state; whose it is, the rules of threads say
        conversation = self.sudo().omnichannel_conversation_id
        return conversation.state in ("new", "open") and conversation._is_supervised()

    def _is_omnichannel_voice_ours(self):
        return self.env.context.get("omnichannel_voice") is OURS

    def _check_may_post(self, is_note):
        """:raises AccessError: not a participant; :raises UserError: closed"""
        # sudo: omnichannel.conversation - its rights are what is being checked
        conversation = self.sudo().omnichannel_conversation_id
        if conversation.state in ("done", "spam"):
            raise UserError(self.env._("This conversation is closed. Restore it first."))
        if conversation._is_written_by(self.env.user):
            return
        if is_note and self._is_omnichannel_noted():
            return
        raise AccessError(self.env._("Take the conversation before you write in it."))

    def _is_note(self, kwargs):
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        xmlid, subtype_id = kwargs.get("subtype_xmlid"), kwargs.get("subtype_id")
        # As message_post reads them: the name goes before the number, without both it is a note.
        return xmlid == "mail.mt_note" if xmlid else subtype_id in (note, None, False)

    def _get_allowed_message_params(self):
        return super()._get_allowed_message_params() | {
            "omnichannel_buttons",
            "omnichannel_post_key",
            "omnichannel_seen_id",
        }

    def _check_answered_since(self, seen_id):
        """:raises AnsweredMeanwhile: with the colleague's name and what he wrote"""
        # sudo: mail.message - a participant reads the whole thread
        newer_sudo = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", "discuss.channel"),
                    ("res_id", "=", self.id),
                    ("id", ">", seen_id),
                    ("message_type", "=", "comment"),
                    ("subtype_id.internal", "=", False),
                    ("author_id", "not in", [False, self.env.user.partner_id.id]),
                    ("omnichannel_message_ids.automatic_at", "=", False),
                ],
                order="id desc",
                limit=1,
            )
        )
        if newer_sudo:
            raise AnsweredMeanwhile(
                self.env._(
                    "%(colleague)s has answered meanwhile: %(text)s",
                    colleague=newer_sudo.author_id.name,
                    text=html2plaintext(newer_sudo.body or "").strip(),
                )
            )

    def message_post(
        self,
        *,
        message_type="notification",
        omnichannel_buttons=None,
        omnichannel_post_key=None,
        omnichannel_seen_id=None,
        **kwargs,
    ):
        """Post, if the author may, once, and unless a colleague was faster.

        :param omnichannel_buttons: what the client shall press: label, kind (``answer``, ``link``,
            ``phone``) and url of each
        :param omnichannel_post_key: what the author's browser calls this press of *Send*; posted
            again under the same key, the message that exists is returned
        :param omnichannel_seen_id: the last message of the thread that the author had before him
        """
        if not is_omnichannel(self) or self._is_omnichannel_voice_ours():
            return super().message_post(message_type=message_type, **kwargs)
        post_sudo = self._claim_post(omnichannel_post_key)
        if post_sudo.mail_message_id:
            return post_sudo.mail_message_id.with_env(self.env)
        is_note = self._is_note(kwargs) or message_type == "notification"
        self._check_may_post(is_note)
        if omnichannel_seen_id and not is_note:
            self._check_answered_since(omnichannel_seen_id)
        # sudo: omnichannel.conversation - its network says which buttons there are
        buttons = self.sudo().omnichannel_conversation_id._read_buttons(
            omnichannel_buttons, is_note=is_note
        )
        # Also without any: what a caller may have put into the context is none.
        thread = self.with_context(omnichannel_checked=OURS, omnichannel_buttons=buttons)
        message = super(DiscussChannel, thread).message_post(message_type=message_type, **kwargs)
        post_sudo.mail_message_id = message
        return message

    def _claim_post(self, key):
        """Return the record of this press of *Send*, none for a message posted otherwise."""
        # sudo: omnichannel.post - whoever posts finds his own
        posts_sudo = self.env["omnichannel.post"].sudo()
        return posts_sudo._claim(self, key) if key else posts_sudo

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if is_omnichannel(self) and not self._is_omnichannel_voice_ours():
            # sudo: omnichannel.message - an operator's answer puts itself into the outbox
            self.sudo().omnichannel_conversation_id._queue_answer(
                message.sudo(), self.env.context.get("omnichannel_buttons", ())
            )
        return result

    def set_message_pin(self, message_id, pinned):
        """Whoever may write or leave notes pins; core asks of him only that he reads."""
        if is_omnichannel(self):
            self._check_may_post(is_note=True)
        return super().set_message_pin(message_id, pinned)

    def _message_update_content(self, message, /, **kwargs):
        ours = not is_omnichannel(self) or self._is_omnichannel_voice_ours()
        if not ours:
            self._check_may_post(is_note=message.sudo().subtype_id.internal)
        result = super()._message_update_content(message, **kwargs)
        if not ours:
            # sudo: omnichannel.message - what the operator changes changes on the network as well
            message.sudo().omnichannel_message_ids._queue_change()
        return result

    # Threads and their members are made and changed by the conversation alone

    @api.model_create_multi
    def create(self, vals_list):
        threads = super().create(vals_list)
        if any(thread._is_about_omnichannel() for thread in threads.sudo()):
            threads._check_omnichannel_hand()
        return threads

    def write(self, vals):
        if any(map(is_omnichannel, self)) or any(name.startswith("omnichannel_") for name in vals):
            self._check_omnichannel_hand()
        return super().write(vals)

    def _is_about_omnichannel(self):
        return is_omnichannel(self) or bool(
            self.omnichannel_conversation_id or self.omnichannel_channel_id
        )

    def _check_omnichannel_hand(self):
        """:raises AccessError: not the conversation's own hand"""
        if not self.env.su:
            raise AccessError(self.env._("The thread of a client follows his conversation."))

    def _add_members(self, **kwargs):
        if any(map(is_omnichannel, self)) and not self._is_omnichannel_voice_ours():
            raise AccessError(self.env._("Invite colleagues with “Manage”."))
        return super()._add_members(**kwargs)

    def _action_unfollow(self, partner=None, guest=None, post_leave_message=True):
        if is_omnichannel(self) and not self._is_omnichannel_voice_ours():
            return self._omnichannel_leave(partner)
        return super()._action_unfollow(partner, guest, post_leave_message)

    def _omnichannel_leave(self, partner):
        conversation = self.omnichannel_conversation_id
        if partner == self.env.user.partner_id and self.env.user in conversation.participant_ids:
            conversation.action_leave()

    def _find_or_create_member_for_self(self):
        if is_omnichannel(self):
            return self.self_member_id
        return super()._find_or_create_member_for_self()

    def _allow_invite_by_email(self):
        return not is_omnichannel(self) and super()._allow_invite_by_email()

    def _get_access_action(self, access_uid=None, force_website=False):
        if is_omnichannel(self) and self.env.user._is_internal():
            return self.omnichannel_conversation_id.action_open()
        return super()._get_access_action(access_uid, force_website)

    def _search_omnichannel_served(self):
        """Return the domain of the threads on the channels that the user serves."""
        return Domain("channel_type", "=", "omnichannel") & Domain(
            "omnichannel_channel_id.all_operator_ids", "in", self.env.user.id
        )
