import { MessagingMenu } from "@mail/core/public_web/messaging_menu";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";

const TAB = "omnichannel";

patch(MessagingMenu.prototype, {
    setup() {
        super.setup(...arguments);
        this.waitingConversations = useService("omnichannel.waiting");
    },

    get _tabs() {
        const tabs = super._tabs;
        if (this.store.is_omnichannel_operator) {
            tabs.push({
                counter: this.store.discuss.omnichannelWaiting?.omnichannelCount,
                icon: "fa fa-comments-o",
                activeIcon: "fa fa-comments",
                id: TAB,
                label: _t("Open Lines"),
                sequence: 15,
            });
        }
        return tabs;
    },

    /** Who waits first, then what is in work. */
    get threads() {
        if (this.store.discuss.activeTab !== TAB) {
            return super.threads;
        }
        const { omnichannelWaiting, omnichannelMine, omnichannelAll } = this.store.discuss;
        return [omnichannelWaiting, omnichannelMine, omnichannelAll]
            .filter(Boolean)
            .flatMap((category) => [...category.threads]);
    },

    beforeOpen() {
        if (this.store.is_omnichannel_operator) {
            this.waitingConversations.load();
        }
        return super.beforeOpen(...arguments);
    },
});
