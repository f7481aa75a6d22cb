import { effectWithCleanup } from "@mail/utils/common/misc";

import { reactive } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { debounce } from "@web/core/utils/timing";

const REFETCH_DELAY = 2000;

/**
 * Keeps the conversations that wait as the database has them.
 *
 * The bus tells of each change; it may lose one, and the laptop may have slept. So they are loaded
 * at the start, when Discuss is opened, after a reconnect, and when those that were not loaded
 * move up.
 */
export class WaitingConversations {
    constructor(env, { bus_service: bus, "mail.store": store }) {
        this.store = store;
        this.isLoaded = false;
        this.loadLater = debounce(() => this.load(), REFETCH_DELAY);
        bus.addEventListener("BUS:RECONNECT", () => this.isLoaded && this.load());
        bus.subscribe("mail.record/insert", () => this.onInsert());
        effectWithCleanup({
            effect: (isActive, isOperator) => {
                if (isOperator && (isActive || !this.isLoaded)) {
                    this.load();
                }
            },
            dependencies: (store) => [store.discuss?.isActive, store.is_omnichannel_operator],
            reactiveTargets: [store],
        });
    }

    async load() {
        this.isLoaded = true;
        const known = Object.values(this.store.Thread.records)
            .filter((thread) => ["new", "open"].includes(thread.omnichannel_state))
            .map((thread) => thread.id);
        await this.store.fetchStoreData("omnichannel.inbox", { known_ids: known });
    }

    /** Those that were beyond what was loaded may have moved up. */
    onInsert() {
        if (this.isLoaded && this.store.omnichannelBeyond) {
            this.loadLater();
        }
    }
}

export const waitingConversationsService = {
    dependencies: ["bus_service", "mail.store"],
    start: (env, services) => reactive(new WaitingConversations(env, services)),
};
registry.category("services").add("omnichannel.waiting", waitingConversationsService);
