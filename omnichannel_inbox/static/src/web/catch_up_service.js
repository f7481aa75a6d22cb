import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

/** So long the bus is given to bring a message that the thread is said to have. */
const DELAY = 1000;
/** So long it is given to tell what became of an answer; asked in vain, twice as long. */
const DELIVERY_DELAY = 3000;
const LONGEST_DELAY = 60000;
const ON_THE_WAY = ["waiting", "sending"];

/**
 * Brings the messages that the bus did not.
 *
 * Between the loading of a thread and the moment at which the subscription to it stands, and while
 * the connection is lost, messages may pass us by. Of every conversation we hear, or have loaded,
 * which message is its newest: who has less before him asks for the rest. As long as the bus
 * brings everything, nothing is asked. What became of an answer may be missed in the same way, or
 * overtake the server's reply to sending it, which knows only that it waits.
 */
export class CatchUp {
    constructor(env, { bus_service: bus, "mail.store": store }) {
        this.store = store;
        /** Threads that will be looked after in a moment. */
        this.expected = new Set();
        /** Threads with answers on the way. */
        this.sendingThreads = new Set();
        /** Messages whose trouble is being asked for in the user's language. */
        this.translated = new Set();
        for (const event of ["BUS:CONNECT", "BUS:RECONNECT"]) {
            bus.addEventListener(event, () => this.refresh());
        }
    }

    /** What happened before the connection stood nobody has told us. */
    refresh() {
        for (const thread of Object.values(this.store.Thread.records)) {
            if (thread.isOmnichannel && thread.isOmnichannelShown) {
                thread.refreshOmnichannel();
            }
        }
    }

    /**
     * The state of a thread, or that the user takes part in it, has changed; or so it seems: what
     * he read or typed a moment before leaving is told by the bus without knowing that he has left,
     * and what was asked before a change may be answered after it.
     */
    confirm(thread) {
        browser.setTimeout(() => {
            if (thread.exists()) {
                // Without a connection the next one asks again.
                thread.refreshOmnichannel().catch(() => {});
            }
        }, DELAY);
    }

    soon(thread) {
        if (!this.expected.has(thread.id)) {
            this.expected.add(thread.id);
            browser.setTimeout(() => this.look(thread), DELAY);
        }
    }

    async look(thread) {
        this.expected.delete(thread.id);
        if (!thread.exists() || !thread.isOmnichannelBehind) {
            return;
        }
        if (thread.status === "loading") {
            this.soon(thread);
            return;
        }
        const upTo = thread.omnichannel_conversation_id.newest_message_id;
        try {
            await this.fetch(thread);
        } catch {
            // Without a connection there is nothing to be had; the next one brings us back here.
            return;
        }
        thread.omnichannelAskedUpTo = Math.max(thread.omnichannelAskedUpTo, upTo);
    }

    /** An answer is on the way: what becomes of it is asked for, should the bus not tell. */
    awaitDelivery(thread) {
        if (!this.sendingThreads.has(thread.id)) {
            this.sendingThreads.add(thread.id);
            browser.setTimeout(() => this.askDelivery(thread, DELIVERY_DELAY), DELIVERY_DELAY);
        }
    }

    async askDelivery(thread, delay) {
        const onTheWay = thread.exists() ? thread.messages.filter(isOnTheWay) : [];
        if (!onTheWay.length) {
            this.sendingThreads.delete(thread.id);
            return;
        }
        if (thread.isOmnichannelShown) {
            await this.fetchDelivery(thread, onTheWay[0]).catch(() => {});
        }
        const longer = Math.min(2 * delay, LONGEST_DELAY);
        browser.setTimeout(() => this.askDelivery(thread, longer), longer);
    }

    /** The bus tells everybody in the language of the company why an answer did not arrive. */
    async askInOwnLanguage(message) {
        if (!this.translated.has(message.id)) {
            this.translated.add(message.id);
            // Without a connection the other language has to do.
            await this.fetchDelivery(message.thread, message).catch(() => {});
            this.translated.delete(message.id);
        }
    }

    async fetchDelivery(thread, oldest) {
        const { data } = await thread.fetchMessagesData({ after: oldest.id - 1 });
        this.store.insert(data);
    }

    /** Put what is newer than what the thread shows behind it. */
    async fetch(thread) {
        const after = thread.newestPersistentMessage?.id;
        const { data, messages } = await thread.fetchMessagesData({ after });
        this.store.insert(data);
        const found = this.store["mail.message"].insert(messages.reverse());
        if (thread.loadNewer) {
            return; // The user has jumped to another place meanwhile.
        }
        thread.messages.add(...found);
        thread.messages.sort((m1, m2) => m1.id - m2.id);
        if (after && found.length >= this.store.FETCH_LIMIT) {
            await this.fetch(thread);
        }
    }
}

function isOnTheWay(message) {
    return ON_THE_WAY.includes(message.omnichannel_delivery?.state);
}

export const catchUpService = {
    dependencies: ["bus_service", "mail.store"],
    start: (env, services) => new CatchUp(env, services),
};
registry.category("services").add("omnichannel.catch_up", catchUpService);
