"""What goes with the addon, in an order in which nothing refers to what is gone already."""

from odoo.tools import split_every

#: Records of one step: their messages and files go with them.
PORTION = 500


def move_out(env):
    """No thread, client or setting of ours is left; leads, customers and orders stay."""
    # Threads take their conversations along, and these have to go before clients and channels.
    for model, domain in (
        ("discuss.channel", [("channel_type", "=", "omnichannel")]),
        ("omnichannel.conversation", []),
        ("omnichannel.identity", []),
        ("mail.guest", [("omnichannel_channel_id", "!=", False)]),
        ("ir.config_parameter", [("key", "=like", "omnichannel\\_inbox.%")]),
        ("ir.filters", [("model_id", "=like", "omnichannel.%")]),
    ):
        # sudo: whoever uninstalls is an administrator
        found = env[model].sudo().with_context(active_test=False).search(domain)
        for portion in split_every(PORTION, found.ids, found.browse):
            portion.unlink()
            env.invalidate_all()
