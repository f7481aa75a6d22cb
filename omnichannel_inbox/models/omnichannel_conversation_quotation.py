import logging

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from .discuss_channel import OURS

_logger = logging.getLogger(__name__)


class OmnichannelConversation(models.Model):
    """Quotations and orders in the thread."""

    _inherit = "omnichannel.conversation"

    def action_send_quotation(self, order_id=None):
        """The client gets his quotation in the messenger: words with a link, and the PDF.

        Without a PDF where the network carries no files. A quotation in draft becomes sent.

        :param order_id: one of this client's; without it the lead's newest one
        :raises UserError: there is none, or the conversation is not the caller's
        """
        self.ensure_one()
        self._check_serves()
        order = self._browse_quotation(order_id)
        # sudo: discuss.channel - who may write to the client is what is being checked
        self.discuss_channel_id.sudo()._check_may_post(is_note=False)
        template = self.env["omnichannel.order.template"]._find("quotation")
        self.discuss_channel_id.message_post(
            body=plaintext2html(template._render(order).strip()),
            attachments=self._render_quotation(order),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        if order.state == "draft":
            order.with_context(omnichannel_client_knows=True).action_quotation_sent()
        return True

    def _browse_quotation(self, order_id):
        """Return the order, as the user reads it."""
        # sudo: sale.order - which are the client's; whether the user may read it is checked
        known_sudo = self.sudo().lead_id.order_ids | self.sudo().partner_id.sale_order_ids
        if order_id:
            order = known_sudo.filtered(lambda order: order.id == order_id)
        else:
            order = self.sudo().lead_id._omnichannel_order()
        if not order or order.state == "cancel":
            raise UserError(self.env._("There is no quotation to send. Convert the lead first."))
        order = order.sudo(False)
        order.check_access("read")
        return order

    def _render_quotation(self, order):
        """Return the PDF as an attachment to be made, nothing where it cannot be sent or had."""
        if "file" not in self.channel_id.sudo()._protocol_class().capabilities.files:
            return []
        try:
            # sudo: ir.actions.report - the order is readable, the report's parts need not be
            content, kind = (
                self.env["ir.actions.report"]
                .sudo()
                ._render_qweb_pdf("sale.action_report_saleorder", order.ids)
            )
        except UserError as error:
            # No wkhtmltopdf on this server: the client opens the link.
            _logger.warning("Order %d: no PDF: %s", order.id, type(error).__name__)
            return []
        return [(f"{order.name.replace('/', '-')}.pdf", content)] if kind == "pdf" else []

    # What happens to an order

    def _tell_order_event(self, order, event, line):
        """The thread says what happened; the client too, where his channel is chosen for that."""
        self.ensure_one()
        self._log_line(line)
        template = self.env["omnichannel.order.template"]._find(event)
        knows = self.env.context.get("omnichannel_client_knows")
        if knows or self.channel_id not in template.channel_ids or self.state == "spam":
            return
        try:
            with self.env.cr.savepoint():
                self._say_to_client(template._render(order))
        except (AccessError, UserError) as error:
            # What is done with an order does not depend on whether the client can be told.
            self._log_line(self.env._("The client was not told about it: %(reason)s", reason=error))

    def _say_to_client(self, text, buttons=()):
        """The company tells the client something by itself; he still waits for his answer.

        Into a finished conversation nobody writes, the product itself neither: what is said after
        the end would be answered by a client whom nobody awaits. The operators read in the thread
        that he was not told, and restore the conversation if he should be.

        :param buttons: ``protocols.Button``; what a pressed one carries comes back to
            ``_on_button_pressed``
        :raises UserError: he cannot be written to now, the conversation is finished, or his network
            has no such buttons
        """
        if self.state == "done":
            raise UserError(self.env._("the conversation is finished. Restore it to write to him"))
        if not self.answerable:
            raise UserError(self.env._("the client cannot be written to now"))
        buttons = self._read_buttons(buttons)
        mail_message = self.discuss_channel_id.with_context(omnichannel_voice=OURS).message_post(
            body=plaintext2html(text.strip()),
            author_id=self.channel_id._company_author().id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        now = fields.Datetime.now()
        self.env["omnichannel.message"]._queue(self, mail_message, buttons).automatic_at = now
        self.last_message_at = now
        self._notify_state()
