import re
from dataclasses import asdict, replace

from odoo import fields, models

from ..protocols import Button

#: What a button of ours carries on the network: short enough for every one of them, and found
#: again where the network does not say which message was pressed.
NAME = "b{}.{}"
NAMED = re.compile(r"b([1-9][0-9]{0,17})\.([0-9]{1,3})")


class OmnichannelMessage(models.Model):
    """The buttons under a message of ours."""

    _inherit = "omnichannel.message"

    buttons = fields.Json(readonly=True, help="As protocols.Button; the payload is our own code's.")

    def _keep_buttons(self, buttons):
        """Return how buttons are stored."""
        return [asdict(button) for button in buttons] or False

    def _get_buttons(self):
        """Return the buttons of these parts of one message: only one of them has some."""
        kept = next((part.buttons for part in self if part.buttons), [])
        return tuple(Button(**values) for values in kept)

    def _prepare_buttons(self):
        """Return the buttons as the network gets them: what is pressed tells the button's name."""
        return tuple(
            replace(button, payload=NAME.format(self.id, number))
            if button.kind == "answer"
            else button
            for number, button in enumerate(self._get_buttons())
        )

    def _find_button(self, conversations, name):
        """Return the message of ours, in these conversations, and the button that this names."""
        named = NAMED.fullmatch(name or "")
        if not named:
            return self.browse(), None
        message = self.search(
            [
                ("id", "=", int(named[1])),
                ("conversation_id", "in", conversations.ids),
                ("direction", "=", "out"),
            ]
        )
        buttons = message._get_buttons()
        number = int(named[2])
        return (message, buttons[number]) if number < len(buttons) else (self.browse(), None)

    def _describe_buttons(self):
        """Return the buttons of these parts of one message as the browser shows them."""
        return [
            {"label": button.label, "kind": button.kind, "url": button.url}
            for button in self._get_buttons()
        ]
