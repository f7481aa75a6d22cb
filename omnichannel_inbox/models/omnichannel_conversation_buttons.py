from dataclasses import replace
from datetime import timezone

from odoo import models
from odoo.exceptions import UserError

from ..protocols.core import events
from .buttons import read_buttons


class OmnichannelConversation(models.Model):
    """Buttons: which may stand under an answer, and what a client does who presses one."""

    _inherit = "omnichannel.conversation"

    # Out

    def _read_buttons(self, wanted, *, is_note=False):
        """Return the buttons that somebody wants under his message.

        :param wanted: ``Button`` from our own code, plain values from a browser
        :raises UserError: the network does not carry them, or nobody would see them
        """
        if not wanted:
            return ()
        if is_note:
            raise UserError(self.env._("An internal note has no buttons."))
        limits = self.channel_id._protocol_class().capabilities.buttons
        return read_buttons(self.env, limits, wanted)

    # In

    def _say_pressed(self, event, pressed_at):
        """Return a press as what the client said by it: it counts as that."""
        about = self._find_by_event(event) if event.message_id or event.sequence else None
        name = event.payload or self.env._("(nothing)")
        said = events.MessageReceived(
            event.key,
            chat_id=self.chat_ref,
            message_id="",
            sender=events.Person(id=event.person_id),
            sent_at=pressed_at.replace(tzinfo=timezone.utc),
            text=self.env._("Pressed a button: %(payload)s", payload=name),
            reply_to=(about and about.network_ref) or "",
            payload=name,
        )
        _message, button = self.env["omnichannel.message"]._find_button(self, event.payload)
        return replace(said, text=button.label) if button else said

    def _post_received(self, event, identity):
        """Behind a press, what our own button carries takes the place of the name it travels by."""
        message, button = self.env["omnichannel.message"]._find_button(self, event.payload)
        if button:
            event = replace(
                event,
                text=button.label if event.text in ("", event.payload) else event.text,
                payload=button.payload or button.label,
                reply_to=event.reply_to or message.network_ref or "",
            )
        mail_message = super()._post_received(event, identity)
        if event.payload and self.state != "spam":
            self._on_button_pressed(event.payload, mail_message)
        return mail_message

    def _on_button_pressed(self, payload, mail_message):
        """The client pressed a button that carries this; it stands in the thread.

        Whatever answers by itself takes it from here. Of a button without a payload this is the
        label, of one that is not ours what the network tells.
        """
