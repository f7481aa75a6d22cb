import { DiscussContent } from "@mail/core/public_web/discuss_content";

import { browser } from "@web/core/browser/browser";
import { SIZES } from "@web/core/ui/ui_service";
import { patch } from "@web/core/utils/patch";

/** In the local storage: the user has closed the panel, and wants it closed. */
export const NO_PANEL_KEY = "omnichannel_inbox.no_panel_by_default";

const PANELS = ["omnichannel-panel", "omnichannel-history"];

patch(DiscussContent.prototype, {
    get showThreadAvatar() {
        return this.thread.isOmnichannel || super.showThreadAvatar;
    },

    /** Beside a client's thread there is what we know of him, where there is room. */
    actionPanelAutoOpenFn() {
        if (!this.thread?.isOmnichannel) {
            super.actionPanelAutoOpenFn();
            return;
        }
        const { actions, activeAction } = this.threadActions;
        const isWanted =
            this.env.inDiscussApp &&
            this.ui.size >= SIZES.XL &&
            !browser.localStorage.getItem(NO_PANEL_KEY);
        if (isWanted && !PANELS.includes(activeAction?.id)) {
            actions.find((action) => action.id === "omnichannel-panel")?.open();
        }
    },
});
