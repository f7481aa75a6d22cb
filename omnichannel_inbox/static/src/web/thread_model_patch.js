import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { imageUrl } from "@web/core/utils/urls";

import { ManageDialog } from "./manage_dialog";
import { SpamDialog } from "./spam_dialog";

/** How long what was closed is restored by one click. */
const UNDO_DELAY = 10000;

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
        /**
         * What the client shall press under what is being written.
         * @type {import("./buttons_dialog").Button[]}
         */
        this.omnichannelButtons = [];
        /**
         * The newest message when the user began to write; nothing while he has not looked.
         * @type {number|undefined}
         */
        this.omnichannelSeenId = undefined;
        /**
         * Colleagues who look at the thread as well.
         * @type {{ id: number, name: string }[]}
         */
        this.omnichannelViewedBy = [];
        /** How many forms show this thread now. */
        this.omnichannelViewers = 0;
        /** The newest message up to which the server has been asked for what is missing here. */
        this.omnichannelAskedUpTo = 0;
        /** Whether the user was told of what he has not looked at since. */
        this.omnichannelIsTold = false;
        this.omnichannelUnread = fields.Attr(0, {
            compute() {
                return this.self_member_id?.message_unread_counter ?? 0;
            },
            eager: true,
            onUpdate() {
                this.omnichannelIsTold &&= this.omnichannelUnread > 0;
            },
        });
        /** Whether the user takes part, or did before. */
        this.omnichannelTookPart = false;
        /** What decides where it stands in the sidebar, and whether the user may write. */
        this.omnichannelStanding = fields.Attr("", {
            compute() {
                const { isOmnichannel, omnichannel_state: state, self_member_id: member } = this;
                return isOmnichannel && state
                    ? `${state}, ${member ? "takes part" : "does not"}`
                    : "";
            },
            eager: true,
            onUpdate() {
                if (this.omnichannelTookPart || this.isOmnichannelShown) {
                    this.store.env.services["omnichannel.catch_up"].confirm(this);
                }
                this.omnichannelTookPart ||= this.isOmnichannel && Boolean(this.self_member_id);
            },
        });
        /** Whether the user has before him less than there is. */
        this.isOmnichannelBehind = fields.Attr(false, {
            compute() {
                return this._computeIsOmnichannelBehind();
            },
            onUpdate() {
                if (this.isOmnichannelBehind) {
                    this.store.env.services["omnichannel.catch_up"].soon(this);
                }
            },
        });
    },

    _computeIsOmnichannelBehind() {
        if (!this.isOmnichannel || !this.isOmnichannelShown || !this.isLoaded || this.loadNewer) {
            return false;
        }
        const known = Math.max(this.newestPersistentMessage?.id ?? 0, this.omnichannelAskedUpTo);
        return this.omnichannel_conversation_id?.newest_message_id > known;
    },

    /** Whether somebody looks at it: in Discuss, in a chat window, in a form. */
    get isOmnichannelShown() {
        return this.isDisplayed || this.omnichannelViewers > 0;
    },

    get isOmnichannel() {
        return this.channel_type === "omnichannel";
    },

    /** Whether the user serves the channel; the lead's salesperson may read without that. */
    get isOmnichannelServed() {
        return this.omnichannel_channel_id?.is_served !== false;
    },

    /** Whether a bot answers: the client waits for nobody. */
    get isOmnichannelWithBot() {
        const { with_bot: withBot } = this.omnichannel_conversation_id ?? {};
        return this.omnichannel_state === "new" && Boolean(withBot);
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
        if (!this.isOmnichannelServed) {
            return { text: _t("You read along: the operators of the channel answer.") };
        }
        const restore = { label: _t("Restore conversation"), run: () => this.restoreOmnichannel() };
        switch (this.omnichannel_state) {
            case "new":
                return {
                    text: this.isOmnichannelWithBot
                        ? _t("A bot talks with this client. You can take over at any time.")
                        : _t("Nobody has taken this conversation yet."),
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
                return this._omnichannelWaitsFor;
            case "open":
                return this.omnichannelOperatorName;
            case "done":
                return _t("finished");
            case "spam":
                return _t("spam");
        }
        return "";
    },

    /** A known client is offered to his salesperson; anybody may take him. */
    get _omnichannelWaitsFor() {
        if (this.isOmnichannelWithBot) {
            return _t("talks with the bot");
        }
        const { isOfferedToUser, offered_to_id: knownBy } = this.omnichannel_conversation_id ?? {};
        if (!knownBy) {
            return _t("waits for an operator");
        }
        return isOfferedToUser
            ? _t("your client waits")
            : _t("waits, offered to %(operator)s", { operator: knownBy.partner_id?.name });
    },

    /** A command of ours is done in the browser; what was written goes nowhere. */
    executeCommand(command, body = "") {
        return command.run
            ? command.run({ body, thread: this })
            : super.executeCommand(...arguments);
    },

    /** Waiting: anybody who serves the channel; open: those who take part, and supervisors. */
    get mayCloseOmnichannel() {
        return (
            this.isOmnichannelServed &&
            (this.omnichannel_state === "new" ||
                (this.omnichannel_state === "open" &&
                    (this.isOmnichannelWriter || this.store.is_omnichannel_supervisor)))
        );
    },

    /** The user becomes the operator, and may write at once. */
    async takeOmnichannel() {
        if (await this.omnichannel_conversation_id.call("action_take")) {
            this.composer.autofocus++;
        }
    },

    async restoreOmnichannel() {
        await this.omnichannel_conversation_id.call("action_restore");
    },

    async finishOmnichannel() {
        if (await this.omnichannel_conversation_id.call("action_finish")) {
            this._offerUndo(_t("Finished: %(client)s", { client: this.displayName }));
        }
    },

    spamOmnichannel() {
        const onConfirm = async (reason) => {
            if (await this.omnichannel_conversation_id.call("action_spam", [reason])) {
                this._offerUndo(_t("Closed as spam: %(client)s", { client: this.displayName }));
            }
        };
        this.store.env.services.dialog.add(SpamDialog, { client: this.displayName, onConfirm });
    },

    /** For a while the conversation is restored by one click. */
    _offerUndo(text) {
        const close = this.store.env.services.notification.add(text, {
            autocloseDelay: UNDO_DELAY,
            className: "o-omnichannel-UndoNotice",
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: async () => {
                        close();
                        await this.restoreOmnichannel();
                        this.open({ focus: true });
                    },
                },
            ],
            type: "info",
        });
    },

    /** What is written next goes to the client, or stays in the house. */
    toggleOmnichannelNote() {
        this.omnichannelNote = !this.omnichannelNote;
        this.composer.autofocus++;
    },

    /** The prepared answers are offered where the cursor stands. */
    startOmnichannelResponse() {
        const { composer } = this;
        const before = composer.composerText.slice(0, composer.selection.start);
        const isApart = !before || /\s$/.test(before);
        composer.insertText(isApart ? "::" : " ::", before.length);
        composer.autofocus++;
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

    /** Behind the window of a phone stands the list that the conversation is in. */
    setAsDiscussThread() {
        super.setAsDiscussThread(...arguments);
        if (this.isOmnichannel && this.store.env.services.ui.isSmall) {
            this.store.discuss.activeTab = "omnichannel";
        }
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
            Boolean(this.isOmnichannel && !this.self_member_id && this.isOmnichannelShown)
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

    /**
     * What the house notes about a conversation disturbs nobody. Of several messages that come
     * together the first is told: each waits until it is known whether the one before it was.
     */
    async notifyMessageToUser(message) {
        if (!this.isOmnichannel) {
            return super.notifyMessageToUser(message);
        }
        if (!message.isNotification) {
            const { turns } = this.store.env.services["omnichannel.waiting_notice"];
            await turns.exec(async () => {
                await super.notifyMessageToUser(message);
                this.omnichannelIsTold = this.omnichannelUnread > 0;
            });
        }
    },

    /** Only those concerned are disturbed by a new message. */
    get inChathubOnNewMessage() {
        return super.inChathubOnNewMessage && (!this.isOmnichannel || Boolean(this.self_member_id));
    },

    /** Sound and desktop notification: those concerned, once until they have looked. */
    get notifyWhenOutOfFocus() {
        if (!this.isOmnichannel) {
            return super.notifyWhenOutOfFocus;
        }
        return (
            super.notifyWhenOutOfFocus &&
            this.omnichannel_state === "open" &&
            this.omnichannelUnread > 0 &&
            !this.omnichannelIsTold
        );
    },
};
patch(Thread.prototype, threadPatch);
