import { Composer } from "@mail/core/common/composer";

import { toRaw } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { ComposerLock } from "./composer_lock";
import { refuseFile } from "./file_limits";

/** From which part of the longest message on the text is counted. */
const COUNT_FROM = 0.8;

Object.assign(Composer.components, { ComposerLock });

/** @type {import("@mail/core/common/composer").Composer} */
const composerPatch = {
    setup() {
        super.setup(...arguments);
        this._guardUploads(toRaw(this.attachmentUploader));
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
        return { text: `${length} / ${limit}`, parts: Math.ceil(length / limit) };
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
        return this.isOmnichannelNote ? { ...data, isNote: true } : data;
    },

    onDropFile() {
        if (!this.omnichannelLock) {
            super.onDropFile(...arguments);
        }
    },
};
patch(Composer.prototype, composerPatch);
