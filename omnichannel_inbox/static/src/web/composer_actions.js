import { registerComposerAction } from "@mail/core/common/composer_actions";

import { _t } from "@web/core/l10n/translation";

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
