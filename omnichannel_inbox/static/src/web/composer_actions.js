import { registerComposerAction } from "@mail/core/common/composer_actions";

import { _t } from "@web/core/l10n/translation";

import { openButtonsDialog } from "./buttons_dialog";

registerComposerAction("omnichannel-note", {
    btnClass: ({ action }) => (action.isActive ? "o-omnichannel-noteActive" : ""),
    condition: ({ composer }) => composer.targetThread?.isOmnichannel && !composer.message,
    icon: "fa fa-sticky-note-o",
    isActive: ({ composer }) => Boolean(composer.targetThread?.omnichannelNote),
    name: ({ composer }) =>
        composer.targetThread?.omnichannelNote ? _t("Write to the client") : _t("Internal note"),
    onSelected: ({ composer }) => composer.targetThread.toggleOmnichannelNote(),
    sequenceQuick: 10,
});
registerComposerAction("omnichannel-buttons", {
    condition: ({ composer }) => {
        const { targetThread: thread } = composer;
        return (
            thread?.isOmnichannel &&
            !composer.message &&
            !thread.omnichannelNote &&
            thread.omnichannel_channel_id?.capabilities?.buttons?.kinds.length
        );
    },
    icon: "fa fa-hand-pointer-o",
    name: _t("Add buttons"),
    onSelected: ({ composer }) => openButtonsDialog(composer.targetThread),
    sequence: 15,
});
