import { ThreadAction } from "@mail/core/common/thread_actions";

import { patch } from "@web/core/utils/patch";

/** What of Odoo's own makes no sense with a client, or would let somebody in whom we do not know. */
const NOT_WITH_CLIENTS = new Set([
    "advanced-settings",
    "create-lead",
    "invite-people",
    "rename-thread",
]);

patch(ThreadAction.prototype, {
    _condition({ action, thread }) {
        if (thread?.isOmnichannel && NOT_WITH_CLIENTS.has(action.id)) {
            return false;
        }
        return super._condition(...arguments);
    },
});
