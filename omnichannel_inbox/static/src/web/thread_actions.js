import { ACTION_TAGS } from "@mail/core/common/action";
import { registerThreadAction } from "@mail/core/common/thread_actions";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

import { ConversationPanel } from "./conversation_panel";
import { NO_PANEL_KEY } from "./discuss_content_patch";
import { HistoryPanel } from "./history_panel";

function mayClose({ thread }) {
    return Boolean(thread?.mayCloseOmnichannel);
}

function mayManage({ store, thread }) {
    return (
        thread?.isOmnichannelWriter ||
        (["new", "open"].includes(thread?.omnichannel_state) && store.is_omnichannel_supervisor)
    );
}

/** The name of an action stands beside its icon where there is room. */
function roomyName({ action, owner }) {
    return owner.isDiscussContent && !owner.env.inChatter ? action.name : undefined;
}

registerThreadAction("omnichannel-take", {
    condition: ({ thread }) => thread?.omnichannel_state === "new" && thread.isOmnichannelServed,
    icon: "fa fa-fw fa-hand-paper-o",
    inlineName: roomyName,
    nameClass: "ms-1",
    name: _t("Take conversation"),
    open: ({ thread }) => thread.takeOmnichannel(),
    sequence: 10,
    sequenceGroup: 4,
});
registerThreadAction("omnichannel-finish", {
    condition: mayClose,
    icon: "fa fa-fw fa-check",
    inlineName: roomyName,
    nameClass: "ms-1",
    name: _t("Finish"),
    open: ({ thread }) => thread.finishOmnichannel(),
    sequence: 20,
    sequenceGroup: 4,
});
registerThreadAction("omnichannel-restore", {
    condition: ({ thread }) =>
        ["done", "spam"].includes(thread?.omnichannel_state) && thread.isOmnichannelServed,
    icon: "fa fa-fw fa-undo",
    inlineName: roomyName,
    nameClass: "ms-1",
    name: _t("Restore conversation"),
    open: ({ thread }) => thread.restoreOmnichannel(),
    sequence: 10,
    sequenceGroup: 4,
});
registerThreadAction("omnichannel-manage", {
    condition: mayManage,
    icon: "fa fa-fw fa-users",
    name: _t("Manage"),
    open: ({ thread }) => thread.manageOmnichannel(),
    sequence: 30,
    sequenceGroup: 4,
});
registerThreadAction("omnichannel-lead", {
    condition: ({ thread }) => thread?.isOmnichannel && thread.omnichannel_conversation_id?.lead_id,
    icon: "fa fa-fw fa-handshake-o",
    name: _t("Open lead"),
    open: ({ thread }) => thread.omnichannel_conversation_id.openLead(),
    sequence: 40,
    sequenceGroup: 4,
});
registerThreadAction("omnichannel-spam", {
    condition: mayClose,
    icon: "fa fa-fw fa-ban",
    name: _t("Close as spam"),
    open: ({ thread }) => thread.spamOmnichannel(),
    sequence: 50,
    sequenceGroup: 4,
    tags: ({ owner }) => (owner.isDiscussContent ? [] : [ACTION_TAGS.DANGER]),
});

/** A panel has its place beside a thread or in its window, not beside an item of the sidebar. */
function hasPanels({ owner, thread }) {
    return (
        thread?.isOmnichannel &&
        (!owner.props.chatWindow || owner.props.chatWindow.isOpen) &&
        !owner.isDiscussSidebarChannelActions
    );
}

registerThreadAction("omnichannel-panel", {
    actionPanelComponent: ConversationPanel,
    close: ({ action, nextActiveAction, owner }) => {
        if (action.condition && owner.env.inDiscussApp && !nextActiveAction) {
            browser.localStorage.setItem(NO_PANEL_KEY, "true");
        }
    },
    condition: hasPanels,
    icon: "fa fa-fw fa-address-card-o",
    name: _t("Client"),
    open: ({ owner }) => {
        if (owner.env.inDiscussApp) {
            browser.localStorage.removeItem(NO_PANEL_KEY);
        }
    },
    panelOuterClass: "o-omnichannel-panel bg-inherit",
    sequence: 10,
    sequenceGroup: 8,
    toggle: true,
});
registerThreadAction("omnichannel-history", {
    actionPanelComponent: HistoryPanel,
    actionPanelComponentProps: ({ action }) => ({ close: () => action.close() }),
    condition: hasPanels,
    icon: "fa fa-fw fa-history",
    name: _t("History of the client"),
    panelOuterClass: "o-omnichannel-panel bg-inherit",
    sequence: 20,
    sequenceGroup: 8,
    toggle: true,
});
