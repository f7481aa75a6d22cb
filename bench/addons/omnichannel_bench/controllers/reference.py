import json

from odoo import Command, http
from odoo.http import request


class ReferenceController(http.Controller):
    @http.route(
        "/omnichannel_bench/inside",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def inside(self):
        """Do all the work before the answer: what an integration does that has no inbox."""
        message = json.loads(request.httprequest.get_data())["object"]["message"]
        env = request.env(su=True)
        guest = env["mail.guest"].search([("name", "=", f"Reference {message['from_id']}")])
        thread = guest.channel_ids or self._begin(env, f"Reference {message['from_id']}")
        thread.with_context(guest=guest or thread.channel_member_ids.guest_id).message_post(
            body=message["text"], message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        return request.make_response("ok")

    def _begin(self, env, name):
        """Return the thread of a new client, who is a lead."""
        guest = env["mail.guest"].create({"name": name})
        env["crm.lead"].create({"name": name, "contact_name": name, "type": "lead"})
        members = [{"guest_id": guest.id}, {"partner_id": env.ref("base.partner_admin").id}]
        return env["discuss.channel"].create(
            {
                "name": name,
                "channel_type": "group",
                "channel_member_ids": [Command.create(values) for values in members],
            }
        )
