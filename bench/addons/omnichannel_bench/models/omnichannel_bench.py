import time

from odoo import Command, api, models
from odoo.exceptions import AccessError

from odoo.addons.omnichannel_inbox.models.discuss_channel import OURS
from odoo.addons.omnichannel_inbox.protocols import Envelope


class OmnichannelBench(models.AbstractModel):
    """What the benchmark has done inside Odoo; its methods are called from outside."""

    _name = "omnichannel.bench"
    _description = "Measuring"

    def _check_administrator(self):
        if not self.env.user._is_system():
            raise AccessError(self.env._("Only a system administrator measures."))

    @api.model
    def prepare_channel(self, values):
        """Return address, secret and id of a channel of these values that the caller serves."""
        self._check_administrator()
        group = self.env.ref("omnichannel_inbox.group_operator")
        self.env.user.group_ids = [Command.link(group.id)]
        channel = self.env["omnichannel.channel"].create(
            {**values, "operator_ids": [Command.set(self.env.user.ids)]}
        )
        return {
            "id": channel.id,
            "path": f"/omnichannel/webhook/{channel.webhook_token}",
            "secret": channel.signing_secret,
        }

    @api.model
    def prepare_team(self, channels, operators):
        """Return what filling needs: so many channels, and operators whose password is the login.

        The first operator serves the first half of the channels, the others serve all.
        """
        self._check_administrator()
        groups = self.env.ref("omnichannel_inbox.group_operator")
        groups |= self.env.ref("sales_team.group_sale_salesman")
        users = self.env["res.users"].with_context(no_reset_password=True)
        users = users.create(
            [
                {
                    "name": f"Operator {number}",
                    "login": f"operator{number}",
                    "password": f"operator{number}",
                    "group_ids": [Command.link(group.id) for group in groups],
                }
                for number in range(1, operators + 1)
            ]
        )
        made = self.env["omnichannel.channel"].create(
            [
                {
                    "name": f"Channel {number}",
                    "network": "vk",
                    "operator_ids": [
                        Command.set((users if number < channels / 2 else users[1:]).ids)
                    ],
                }
                for number in range(channels)
            ]
        )
        return {
            "channels": made.ids,
            "operator": users[0].id,
            "colleagues": users[1:].ids,
            "company": self.env.company.id,
            "subtype": self.env.ref("mail.mt_comment").id,
            "names": {user.login: user.name for user in users},
        }

    @api.model
    def store(self, channel_id, bodies):
        """These events, each a text, are stored as the webhook stores them; no lane is woken."""
        self._check_administrator()
        channel = self.env["omnichannel.channel"].browse(channel_id)
        for key, chat, body in bodies:
            envelope = Envelope(key, body.encode(), chat)
            self.env["omnichannel.inbound"]._create_once(channel, envelope)
        return len(bodies)

    @api.model
    def take_all(self, channel_id):
        """The caller takes what waits on the channel; return how many conversations it has."""
        self._check_administrator()
        conversations = self.env["omnichannel.conversation"].search(
            [("channel_id", "=", channel_id)]
        )
        for conversation in conversations.filtered(lambda one: one.state == "new"):
            conversation.action_take()
        return len(conversations)

    @api.model
    def answer_all(self, channel_id, count):
        """The caller answers so many times in one commit, in all conversations in turn."""
        self._check_administrator()
        conversations = self.env["omnichannel.conversation"].search(
            [("channel_id", "=", channel_id)]
        )
        for number in range(count):
            conversations[number % len(conversations)].discuss_channel_id.message_post(
                body=f"Answer {number}",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        return count

    @api.model
    def prepare_groups(self, count):
        """Return the ids of so many plain groups of the caller and the first of the team."""
        self._check_administrator()
        users = self.env["res.users"].search([("login", "=", "operator1")]) | self.env.user
        return [
            self.env["discuss.channel"]._create_group(users.partner_id.ids, name=f"Group {n}").id
            for n in range(count)
        ]

    @api.model
    def post_one_by_one(self, channel_id, texts):
        """Return the seconds that ``message_post`` with a commit for each of these texts takes.

        They go to the channel's conversations in turn, in the clients' names: what an integration
        does that has no inbox.
        """
        self._check_administrator()
        conversations = self.env["omnichannel.conversation"].search(
            [("channel_id", "=", channel_id)]
        )
        public = self.env.ref("base.public_user")
        began = time.monotonic()
        for number, text in enumerate(texts):
            conversation = conversations[number % len(conversations)]
            thread = conversation.discuss_channel_id.with_user(public).sudo()
            thread.with_context(
                guest=conversation.identity_id.guest_id, omnichannel_voice=OURS
            ).message_post(body=text, message_type="comment", subtype_xmlid="mail.mt_comment")
            self.env.cr.commit()  # what is measured  # pylint: disable=invalid-commit
        return time.monotonic() - began
