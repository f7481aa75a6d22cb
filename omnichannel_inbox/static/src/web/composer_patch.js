import { Composer } from "@mail/core/common/composer";

import { toRaw, useEffect } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { fillPlaceholders } from "./canned_response";
import { ChannelBanner } from "./channel_banner";
import { ComposerLock } from "./composer_lock";
import { refuseFile } from "./file_limits";
import { ThreadViewers } from "./thread_viewers";

/** From which part of the longest message on the text is counted. */
const COUNT_FROM = 0.8;

Object.assign(Composer.components, { ChannelBanner, ComposerLock, ThreadViewers });

/** @type {import("@mail/core/common/composer").Composer} */
const composerPatch = {
    setup() {
        super.setup(...arguments);
        this._guardUploads(toRaw(this.attachmentUploader));
        useEffect(
            (threadId, isEmpty, newestId) => this._rememberSeen(isEmpty, newestId),
            () => [
                this.thread?.id,
                !this.props.composer.composerText,
                this.thread?.newestPersistentOfAllMessage?.id,
            ]
        );
    },

    /**
     * What stood in the thread when the author began to write is what his answer is an answer to.
     *
     * Not what stands there when he sends: a colleague's answer that came while he typed is the
     * one that he has most likely not noticed, and to ask once too often costs one click only.
     */
    _rememberSeen(isEmpty, newestId) {
        const { thread } = this;
        if (thread?.isOmnichannel && (isEmpty || !thread.omnichannelSeenId)) {
            thread.omnichannelSeenId = newestId;
        }
    },

    /** Beside the composer of a thread, not of a message that is being edited. */
    get showsOmnichannelNotices() {
        return Boolean(
            this.thread?.isOmnichannel &&
            this.thread.omnichannel_conversation_id &&
            !this.props.composer.message
        );
    },

    /** What the network cannot carry is refused before it is uploaded. */
    _guardUploads(uploader) {
        const upload = uploader.uploadFile.bind(uploader);
        uploader.uploadFile = async (file, options) => {
            const reason = this.isOmnichannelNote ? "" : refuseFile(this.thread, file, options);
            if (!reason) {
                return upload(file, options);
            }
            this.env.services.notification.add(reason, { type: "warning" });
        };
    },

    /** The lock of the thread; a message that is being edited has its composer. */
    get omnichannelLock() {
        return this.props.composer.message ? undefined : this.thread?.omnichannelLock;
    },

    get isOmnichannelNote() {
        return Boolean(
            this.thread?.isOmnichannel &&
            this.thread.omnichannelNote &&
            !this.props.composer.message
        );
    },

    /** How much has been written, near the longest message that the network carries. */
    get omnichannelCounter() {
        const limit = this.thread?.omnichannel_channel_id?.capabilities?.max_text;
        const length = this.props.composer.composerText.length;
        if (!limit || this.isOmnichannelNote || length < limit * COUNT_FROM) {
            return undefined;
        }
        const parts = Math.ceil(length / limit);
        return parts > 1
            ? _t("%(length)s / %(limit)s: will arrive as %(parts)s messages", {
                  length,
                  limit,
                  parts,
              })
            : `${length} / ${limit}`;
    },

    get placeholder() {
        if (this.isOmnichannelNote) {
            return _t("Internal note: the client does not see it");
        }
        if (this.thread?.isOmnichannel) {
            return _t("Message to %(client)s…", { client: this.thread.displayName });
        }
        return super.placeholder;
    },

    get postData() {
        const data = super.postData;
        if (!this.thread?.isOmnichannel) {
            return data;
        }
        return {
            ...data,
            isNote: data.isNote || this.isOmnichannelNote,
            omnichannelSeenId: this.thread.omnichannelSeenId,
            omnichannelButtons: this.omnichannelButtons.map((button) => ({ ...button })),
        };
    },

    /** The buttons that go with what is being written; a note has none. */
    get omnichannelButtons() {
        const isAnswer = this.showsOmnichannelNotices && !this.isOmnichannelNote;
        return isAnswer ? this.thread.omnichannelButtons : [];
    },

    async sendMessage() {
        if (this.omnichannelButtons.length && !this.props.composer.composerText.trim()) {
            const text = _t("Write the text that stands above the buttons.");
            this.env.services.notification.add(text, { type: "warning" });
            return;
        }
        await super.sendMessage(...arguments);
    },

    async _sendMessage(_value, postData) {
        const message = await super._sendMessage(...arguments);
        if (postData.omnichannelButtons?.length) {
            this.thread.omnichannelButtons = [];
        }
        return message;
    },

    /** Prepared answers are offered as they will be sent. */
    get navigableListProps() {
        const props = super.navigableListProps;
        if (!this.thread?.isOmnichannel) {
            return props;
        }
        const options = props.options.map((option) =>
            option.cannedResponse
                ? { ...option, label: fillPlaceholders(option.label, this.thread) }
                : option
        );
        return { ...props, options };
    },

    onDropFile() {
        if (!this.omnichannelLock) {
            super.onDropFile(...arguments);
        }
    },
};
patch(Composer.prototype, composerPatch);
