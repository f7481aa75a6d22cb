import logging

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..protocols import Webhook, WebhookRejected

_logger = logging.getLogger(__name__)

#: Bytes; the largest documented payload is WhatsApp's, up to 3 MB.
MAX_BODY = 4 << 20


class WebhookController(http.Controller):
    @http.route(
        "/omnichannel/webhook/<string:token>",
        type="http",
        auth="none",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=MAX_BODY,
    )
    def receive(self, token, **_query):
        """Store what an authentic network says, and answer before anything is done about it.

        200: stored, known already, or not for us. 401 and 404: one of the two sides is set up
        wrongly. 413: the body is too large. 5xx: not stored, the network shall repeat it.
        """
        # superuser: omnichannel.channel - the caller is proven to be the network by verify(), below
        request.update_env(user=SUPERUSER_ID)
        channel_sudo = request.env["omnichannel.channel"]._find_by_token(token)
        if not channel_sudo:
            raise request.not_found()
        webhook, protocol = self._read_webhook(), channel_sudo._protocol()
        try:
            protocol.verify(webhook)
        except WebhookRejected:
            _logger.warning("Webhook of channel %d rejected: not authentic", channel_sudo.id)
            return request.make_response("", status=401)
        request.env["omnichannel.inbound"]._store(channel_sudo, protocol.split(webhook))
        answer = protocol.answer(webhook)
        return request.make_response(answer.body, headers=[("Content-Type", answer.content_type)])

    def _read_webhook(self):
        # Cached: a transaction that is run again reads it again.
        raw = request.httprequest
        return Webhook(
            body=raw.get_data(),
            headers=dict(raw.headers),
            query=raw.args.to_dict(),
            form=raw.form.to_dict(),
            method=raw.method,
        )
