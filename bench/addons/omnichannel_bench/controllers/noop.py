from odoo import http
from odoo.http import request


class NoopController(http.Controller):
    @http.route(
        "/omnichannel_bench/noop",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def noop(self):
        """Answer at once: what a request costs whatever it does."""
        request.httprequest.get_data()
        return request.make_response("ok")
