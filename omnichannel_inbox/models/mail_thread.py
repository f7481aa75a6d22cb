from markupsafe import Markup

from odoo import api, models
from odoo.tools.mail import generate_tracking_message_id

from .discuss_channel import is_omnichannel


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        """A letter does not get into the thread of a client: nothing proves who has written it.

        It may be a colleague's answer to a note in which he was mentioned: he is told where to go.
        """
        model, thread_id, _values, _user_id, alias = route
        # Where the caller names the thread, it is the thread that refuses him.
        is_found_by_letter = alias or not raise_exception
        if model == "discuss.channel" and thread_id and is_found_by_letter:
            # sudo: discuss.channel - only to see whether it is the thread of a client
            thread_sudo = self.env[model].sudo().browse(thread_id).exists()
            if any(map(is_omnichannel, thread_sudo)):
                self._omnichannel_send_back(message, message_dict, thread_sudo)
                return False
        return super()._routing_check_route(message, message_dict, route, raise_exception)

    def _omnichannel_send_back(self, message, message_dict, thread):
        """Tell who wrote the letter that nobody has read it; without a word about the client."""
        author = self._partner_find_from_emails_single([message_dict["email_from"]], no_create=True)
        # sudo: res.partner - only the language in which he is told
        there = self.with_context(lang=author.sudo().lang or self.env.lang)
        body = Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (
            there.env._(
                "Your letter was not delivered: conversations with clients are not answered by "
                "e-mail. Please open the conversation and write there."
            ),
            f"{self.get_base_url()}/mail/view?model={thread._name}&res_id={thread.id}",
            there.env._("Open conversation"),
        )
        # What comes back to this letter is ignored by core.
        ours = generate_tracking_message_id("loop-detection-bounce-email")
        references = (message_dict["message_id"], ours)
        self._routing_create_bounce_email(
            message_dict["email_from"], body, message, references=" ".join(references)
        )
