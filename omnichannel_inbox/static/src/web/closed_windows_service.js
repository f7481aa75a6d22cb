import { effectWithCleanup } from "@mail/utils/common/misc";

import { registry } from "@web/core/registry";

const CLOSED = ["done", "spam"];

/**
 * Chat windows come back when the page is loaded again: those of conversations that are closed do
 * not. Whoever finishes one is done with it.
 */
async function closeWindows(store) {
    await store.chatHub.initPromise;
    for (const chatWindow of [...store.chatHub.opened, ...store.chatHub.folded]) {
        if (CLOSED.includes(chatWindow.thread?.omnichannel_state)) {
            chatWindow.close();
        }
    }
}

/**
 * On a phone a thread is a window over Discuss; left together with Discuss, it is opened when it is
 * asked for again. Discuss would take it for open already.
 */
function forgetLeftThread(store, ui) {
    effectWithCleanup({
        effect: (isActive) => {
            if (!isActive && ui.isSmall && store.discuss?.thread?.isOmnichannel) {
                store.discuss.thread = undefined;
            }
        },
        dependencies: (reactiveStore) => [reactiveStore.discuss?.isActive],
        reactiveTargets: [store],
    });
}

export const closedWindowsService = {
    dependencies: ["mail.store", "ui"],
    start(env, { "mail.store": store, ui }) {
        closeWindows(store);
        forgetLeftThread(store, ui);
    },
};
registry.category("services").add("omnichannel.closed_windows", closedWindowsService);
