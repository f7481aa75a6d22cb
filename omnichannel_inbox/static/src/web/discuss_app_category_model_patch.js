import { DiscussAppCategory } from "@mail/discuss/core/public_web/discuss_app_category_model";
import { compareDatetime } from "@mail/utils/common/misc";

import { patch } from "@web/core/utils/patch";

patch(DiscussAppCategory.prototype, {
    get isOmnichannel() {
        return Boolean(this.id?.startsWith("omnichannel_"));
    },

    /** How many there are, also beyond what was loaded; whom a bot answers waits for nobody. */
    get omnichannelCount() {
        const beyond = this.id === "omnichannel_waiting" ? this.store.omnichannelBeyond : 0;
        return this.threads.filter((thread) => !thread.isOmnichannelWithBot).length + beyond;
    },

    /** Who waits longest stands first, whom a bot answers last; among the others, where something happened last. */
    sortThreads(t1, t2) {
        if (!this.isOmnichannel) {
            return super.sortThreads(t1, t2);
        }
        const [c1, c2] = [t1.omnichannel_conversation_id, t2.omnichannel_conversation_id];
        return this.id === "omnichannel_waiting"
            ? t1.isOmnichannelWithBot - t2.isOmnichannelWithBot ||
                  compareDatetime(c1?.waiting_since, c2?.waiting_since) ||
                  t1.id - t2.id
            : compareDatetime(c2?.last_message_at, c1?.last_message_at) || t2.id - t1.id;
    },
});
