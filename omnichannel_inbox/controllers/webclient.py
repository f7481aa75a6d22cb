from odoo.http import request

from odoo.addons.mail.controllers.webclient import WebclientController
from odoo.addons.mail.tools.discuss import Store

#: How many conversations the browser may ask about at a time.
MAX_KNOWN = 500


class OmnichannelWebclientController(WebclientController):
    """What the browser asks for when Discuss is opened."""

    @classmethod
    def _process_request_for_internal_user(cls, store: Store, name, params):
        result = super()._process_request_for_internal_user(store, name, params)
        if name == "init_messaging":
            cls._add_omnichannel_roles(store)
        elif name == "omnichannel.inbox":
            cls._add_omnichannel_inbox(store, params or {})
        return result

    @classmethod
    def _add_omnichannel_roles(cls, store):
        user = request.env.user
        store.add_global_values(
            is_omnichannel_operator=user.has_group("omnichannel_inbox.group_operator"),
            is_omnichannel_supervisor=user.has_group("omnichannel_inbox.group_supervisor"),
            is_omnichannel_seller=user.has_group("sales_team.group_sale_salesman"),
        )

    @classmethod
    def _add_omnichannel_inbox(cls, store, params):
        """Who waits, and how those are now that the browser already knows."""
        if not request.env.user.has_group("omnichannel_inbox.group_operator"):
            return
        conversations = request.env["omnichannel.conversation"]
        loaded, beyond = conversations._load_inbox()
        known = request.env["discuss.channel"].browse(params.get("known_ids", [])[:MAX_KNOWN])
        visible = known.search([("id", "in", known.ids), ("channel_type", "=", "omnichannel")])
        store.add(known - visible, {"omnichannel_state": False})
        store.add_global_values(omnichannelBeyond=beyond)
        request.update_context(
            channels=request.env.context["channels"] | loaded | visible,
            add_channels_last_message=True,
        )
