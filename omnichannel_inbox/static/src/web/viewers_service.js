import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** A viewer of whom nothing is heard for so long is gone. */
const EXPIRES_AFTER = 60000;
const REFRESH_EVERY = 40000;

/**
 * Knows which colleagues look at the threads that the user looks at.
 *
 * The server only passes it on. Whoever opens a thread says so once, those who are there answer;
 * while he is alone nobody needs to be told again.
 */
export class Viewers {
    constructor(env, { bus_service: bus, "mail.store": store }) {
        this.store = store;
        /** Number of components that show a thread, by its id. */
        this.shown = new Map();
        /** What forgets a colleague, by thread and user. */
        this.expiries = new Map();
        bus.subscribe("omnichannel.conversation/viewer", (viewer) => this.onViewer(viewer));
        browser.setInterval(() => this.refresh(), REFRESH_EVERY);
        document.addEventListener("visibilitychange", () => this.onVisibilityChange());
    }

    /** The user looks at the thread until the returned function is called. */
    look(thread) {
        const count = this.shown.get(thread.id) ?? 0;
        this.shown.set(thread.id, count + 1);
        if (!count) {
            this.announce(thread, true, true);
        }
        return () => this.leave(thread);
    }

    leave(thread) {
        const count = this.shown.get(thread.id) - 1;
        if (count) {
            this.shown.set(thread.id, count);
            return;
        }
        this.shown.delete(thread.id);
        this.announce(thread, false);
        thread.omnichannelViewedBy = [];
    }

    async announce(thread, viewing, isNew = false) {
        const conversation = thread.omnichannel_conversation_id;
        if (!conversation) {
            return;
        }
        try {
            await conversation.ask("announce_viewer", [viewing, isNew]);
        } catch {
            // Nobody loses anything if he is not seen looking.
        }
    }

    threads() {
        return [...this.shown.keys()]
            .map((id) => this.store.Thread.get({ model: "discuss.channel", id }))
            .filter(Boolean);
    }

    refresh() {
        if (document.visibilityState === "hidden") {
            return;
        }
        for (const thread of this.threads()) {
            if (thread.omnichannelViewedBy.length) {
                this.announce(thread, true);
            }
        }
    }

    /** Who looks at another tab does not look at the thread. */
    onVisibilityChange() {
        const isVisible = document.visibilityState !== "hidden";
        for (const thread of this.threads()) {
            this.announce(thread, isVisible, isVisible);
        }
    }

    onViewer({ discuss_channel_id: id, user_id: userId, name, viewing, is_new: isNew }) {
        const thread = this.store.Thread.get({ model: "discuss.channel", id });
        if (!thread || !this.shown.has(id) || userId === user.userId) {
            return;
        }
        if (!viewing) {
            this.forget(thread, userId);
            return;
        }
        this.remember(thread, { id: userId, name });
        if (isNew && document.visibilityState !== "hidden") {
            this.announce(thread, true);
        }
    }

    remember(thread, viewer) {
        const others = thread.omnichannelViewedBy.filter(({ id }) => id !== viewer.id);
        thread.omnichannelViewedBy = [...others, viewer];
        const key = `${thread.id} ${viewer.id}`;
        browser.clearTimeout(this.expiries.get(key));
        const forget = () => this.forget(thread, viewer.id);
        this.expiries.set(key, browser.setTimeout(forget, EXPIRES_AFTER));
    }

    forget(thread, userId) {
        thread.omnichannelViewedBy = thread.omnichannelViewedBy.filter(({ id }) => id !== userId);
        this.expiries.delete(`${thread.id} ${userId}`);
    }
}

export const viewersService = {
    dependencies: ["bus_service", "mail.store"],
    start: (env, services) => new Viewers(env, services),
};
registry.category("services").add("omnichannel.viewers", viewersService);
