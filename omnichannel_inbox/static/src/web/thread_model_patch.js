import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { imageUrl } from "@web/core/utils/urls";

import { ManageDialog } from "./manage_dialog";

/** @type {import("models").Thread} */
const threadPatch = {
    setup() {
        super.setup(...arguments);
        /** @type {"new"|"open"|"done"|"spam"|false|undefined} */
        this.omnichannel_state = undefined;
        this.omnichannel_operator_id = fields.One("res.users");
        this.omnichannel_channel_id = fields.One("omnichannel.channel");
        this.omnichannel_conversation_id = fields.One("omnichannel.conversation", {
            inverse: "thread",
        });
        /** Whether what is being written stays in the house. */
        this.omnichannelNote = false;
        /** How many forms show this thread now. */
        this.omnichannelViewers = 0;
    },

    get isOmnichannel() {
        return this.channel_type === "omnichannel";
    },

    /** Whether the user may write to the client now: he takes part in an open conversation. */
    get isOmnichannelWriter() {
        return this.omnichannel_state === "open" && Boolean(this.self_member_id);
    },

    /** What stands instead of the composer, and what helps; nothing for a writer. */
    get omnichannelLock() {
        if (!this.isOmnichannel || this.isOmnichannelWriter) {
            return undefined;
        }
        const restore = { label: _t("Restore conversation"), run: () => this.restoreOmnichannel() };
        switch (this.omnichannel_state) {
            case "new":
                return {
                    text: _t("Nobody has taken this conversation yet."),
                    label: _t("Take conversation"),
                    run: () => this.takeOmnichannel(),
                };
            case "done":
                return { text: _t("This conversation is finished."), ...restore };
            case "spam":
                return { text: _t("This conversation is closed as spam."), ...restore };
        }
        return {
            text: _t("%(operator)s has this conversation.", {
                operator: this.omnichannelOperatorName,
            }),
            label: this.store.is_omnichannel_supervisor ? _t("Manage") : "",
            run: () => this.manageOmnichannel(),
        };
    },

    get omnichannelOperatorName() {
        return this.omnichannel_operator_id?.partner_id?.name || _t("A colleague");
    },

    /** What is to be known at a glance: the channel, and who has the conversation. */
    get omnichannelStatus() {
        switch (this.omnichannel_state) {
            case "new":
                return _t("waits for an operator");
            case "open":
                return this.omnichannelOperatorName;
            case "done":
                return _t("finished");
            case "spam":
                return _t("spam");
        }
        return "";
    },

    /** The user becomes the operator, and may write at once. */
    async takeOmnichannel() {
        await this.omnichannel_conversation_id.call("action_take");
        this.composer.autofocus++;
    },

    async restoreOmnichannel() {
        await this.omnichannel_conversation_id.call("action_restore");
    },

    manageOmnichannel() {
        this.store.env.services.dialog.add(ManageDialog, { thread: this });
    },

    /** Ask the server how the thread is now. */
    async refreshOmnichannel() {
        await this.store.fetchChannel(this.id);
    },

    _computeDiscussAppCategory() {
        if (!this.isOmnichannel) {
            return super._computeDiscussAppCategory();
        }
        const { omnichannelWaiting, omnichannelMine, omnichannelAll } = this.store.discuss;
        if (this.omnichannel_state === "new") {
            return omnichannelWaiting;
        }
        if (this.omnichannel_state === "open") {
            return this.self_member_id ? omnichannelMine : omnichannelAll;
        }
        return undefined;
    },

    _computeDisplayInSidebar() {
        return this.isOmnichannel
            ? Boolean(this.discussAppCategory)
            : super._computeDisplayInSidebar();
    },

    /** Whoever finishes or leaves a conversation goes on looking at it. */
    onPinStateUpdated() {
        if (!this.isOmnichannel || this.self_member_id) {
            super.onPinStateUpdated();
        }
    },

    get shouldSubscribeToBusChannel() {
        return (
            super.shouldSubscribeToBusChannel ||
            Boolean(
                this.isOmnichannel &&
                !this.self_member_id &&
                (this.isDisplayed || this.omnichannelViewers)
            )
        );
    },

    get avatarUrl() {
        if (this.isOmnichannel && this.omnichannel_conversation_id) {
            const { id } = this.omnichannel_conversation_id;
            return imageUrl("omnichannel.conversation", id, "avatar_128");
        }
        return super.avatarUrl;
    },

    get displayName() {
        return this.isOmnichannel ? this.name || _t("Client") : super.displayName;
    },

    get isChatChannel() {
        return this.isOmnichannel || super.isChatChannel;
    },

    get supportsCustomChannelName() {
        return !this.isOmnichannel && super.supportsCustomChannelName;
    },

    /** Only those concerned are disturbed by a new message. */
    get inChathubOnNewMessage() {
        return super.inChathubOnNewMessage && (!this.isOmnichannel || Boolean(this.self_member_id));
    },

    get notifyWhenOutOfFocus() {
        return super.notifyWhenOutOfFocus && (!this.isOmnichannel || Boolean(this.self_member_id));
    },
};
patch(Thread.prototype, threadPatch);
