import { Store } from "@mail/core/common/store_service";

import { RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { uuid } from "@web/core/utils/strings";

import { askAuthor, backToEditing, isAnsweredMeanwhile } from "./answer_fence";

/** @type {import("models").Store} */
const storePatch = {
    setup() {
        super.setup(...arguments);
        this.is_omnichannel_operator = false;
        this.is_omnichannel_supervisor = false;
        this.is_omnichannel_seller = false;
        /** How many conversations wait beyond those that were loaded. */
        this.omnichannelBeyond = 0;
    },

    /** How many conversations want the user, with those that were not loaded. */
    get omnichannelCounter() {
        return this._omnichannelWaitingCount + this._omnichannelUnread.length;
    },

    /** The threads that want the user: those that wait, and his own with something unread. */
    get omnichannelWanting() {
        return [...(this.discuss?.omnichannelWaiting?.threads ?? []), ...this._omnichannelUnread];
    },

    get _omnichannelUnread() {
        const mine = this.discuss?.omnichannelMine?.threads ?? [];
        return mine.filter((thread) => thread.self_member_id?.message_unread_counter);
    },

    get _omnichannelWaitingCount() {
        return this.discuss?.omnichannelWaiting?.omnichannelCount ?? 0;
    },

    /** Who waits counts in the messaging menu and on the icon of the installed application. */
    computeGlobalCounter() {
        return super.computeGlobalCounter() + this._omnichannelWaitingCount;
    },

    /** Each press of *Send* has a key: posted again, also without an answer, it is there once. */
    async getMessagePostParams({ postData, thread }) {
        const params = await super.getMessagePostParams(...arguments);
        if (thread.isOmnichannel) {
            params.post_data.omnichannel_post_key = uuid();
        }
        if (postData.omnichannelSeenId) {
            params.post_data.omnichannel_seen_id = postData.omnichannelSeenId;
        }
        if (postData.omnichannelButtons?.length) {
            params.post_data.omnichannel_buttons = postData.omnichannelButtons;
        }
        return params;
    },

    /** Core keeps to itself why a message was refused; whoever writes to a client is told. */
    async doMessagePost(params, message) {
        if (!message?.thread?.isOmnichannel) {
            return super.doMessagePost(...arguments);
        }
        message.omnichannel_buttons = params.post_data.omnichannel_buttons;
        try {
            // Without the temporary message core throws instead of marking it.
            return await super.doMessagePost(params);
        } catch (error) {
            return isAnsweredMeanwhile(error)
                ? await this._decideOnHeldBack(params, message, error.data.message)
                : this._showNotPosted(params, message, error);
        }
    },

    async _decideOnHeldBack(params, message, answer) {
        const { thread } = message;
        thread.messages.delete(message);
        await thread.refreshOmnichannel();
        const decision = await askAuthor(message, answer);
        const seenId = thread.newestPersistentOfAllMessage?.id;
        if (decision === "send") {
            params.post_data.omnichannel_seen_id = seenId;
            thread.messages.add(message);
            return this.doMessagePost(params, message);
        }
        thread.omnichannelSeenId = seenId;
        if (decision === "edit") {
            backToEditing(message);
        }
        message.delete();
        return undefined;
    },

    _showNotPosted(params, message, error) {
        const { thread } = message;
        message.postFailRedo = async () => {
            message.postFailRedo = undefined;
            thread.messages.delete(message);
            thread.messages.add(message);
            const data = await this.doMessagePost(params, message);
            if (data) {
                this.insert(data.store_data);
                thread.addOrReplaceMessage(this["mail.message"].get(data.message_id), message);
                message.delete();
            }
        };
        if (error instanceof RPCError && error.data?.message) {
            this.env.services.notification.add(error.data.message, { type: "danger" });
        }
    },
};
patch(Store.prototype, storePatch);
