import { ACTION_TAGS } from "@mail/core/common/action";
import { registerThreadAction } from "@mail/core/common/thread_actions";

import { _t } from "@web/core/l10n/translation";

/** Waiting: anybody who serves the channel; open: those who take part, and supervisors. */
function mayClose({ store, thread }) {
    return (
        thread?.omnichannel_state === "new" ||
        (thread?.omnichannel_state === "open" &&
            (thread.isOmnichannelWriter || store.is_omnichannel_supervisor))
    );
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
    condition: ({ thread }) => thread?.omnichannel_state === "new",
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
    open: ({ thread }) => thread.omnichannel_conversation_id.call("action_finish"),
    sequence: 20,
    sequenceGroup: 4,
});
registerThreadAction("omnichannel-restore", {
    condition: ({ thread }) => ["done", "spam"].includes(thread?.omnichannel_state),
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
    open: ({ thread }) => thread.omnichannel_conversation_id.call("action_spam"),
    sequence: 50,
    sequenceGroup: 4,
    tags: ({ owner }) => (owner.isDiscussContent ? [] : [ACTION_TAGS.DANGER]),
});
