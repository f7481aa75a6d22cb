import { fields } from "@mail/core/common/record";
import { Message } from "@mail/core/common/message_model";

import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";

/** @type {import("models").Message} */
const messagePatch = {
    setup() {
        super.setup(...arguments);
        /**
         * What became of an answer to the client; false for everything else.
         * @type {{ ids: number[], state: string, changing: boolean, lang: string,
         *   reason: string, cure: string }|false|undefined}
         */
        this.omnichannel_delivery = fields.Attr(undefined, {
            onUpdate() {
                const { omnichannel_delivery: delivery, store, thread } = this;
                const catchUp = store.env.services["omnichannel.catch_up"];
                if (delivery && thread) {
                    catchUp.awaitDelivery(thread);
                }
                if (delivery?.reason && delivery.lang !== user.context.lang && thread) {
                    catchUp.askInOwnLanguage(this);
                }
            },
        });
        /**
         * What the client can press under an answer.
         * @type {import("./buttons_dialog").Button[]|undefined}
         */
        this.omnichannel_buttons = undefined;
    },

    /** What was sent is changed only where the network lets us, and by who may write. */
    get editable() {
        const { thread } = this;
        if (!super.editable || !thread?.isOmnichannel) {
            return super.editable;
        }
        return (
            thread.isOmnichannelWriter &&
            this.isSelfAuthored &&
            (!this.omnichannel_delivery ||
                Boolean(thread.omnichannel_channel_id?.capabilities?.edits))
        );
    },
};
patch(Message.prototype, messagePatch);
