import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { debounce } from "@web/core/utils/timing";

const SHOWN_FOR = 8000;
/** So long the network is given to tell us the client's name. */
const NAME_DELAY = 1500;
/** Who comes so soon after another is told together with him. */
const TOGETHER = 300;

/**
 * Tells the operators of a channel, once, that a new conversation waits.
 *
 * Within Odoo a line that leaves by itself, and leaves when somebody takes the conversation; with
 * Odoo out of sight sound and desktop notification, by the user's own settings for Discuss.
 */
export class WaitingNotice {
    constructor(env, { bus_service: bus, "mail.out_of_focus": outOfFocus, ...services }) {
        this.env = env;
        this.notification = services.notification;
        this.outOfFocus = outOfFocus;
        this.presence = services.presence;
        this.store = services["mail.store"];
        this.title = services.title;
        /** What closes the line about a conversation, by its thread. */
        this.closers = new Map();
        /** What the desktop is to tell, in one: of what is told side by side a part gets lost. */
        this.due = new Map();
        this.speakSoon = debounce(() => this.speak(), TOGETHER);
        /** The threads that were told of with Odoo out of sight, and still wait. */
        this.unseen = new Set();
        /** In it the messages of clients are told one after the other: see the thread. */
        this.turns = new Mutex();
        bus.subscribe("mail.record/insert", (data) => this.onInsert(data));
        env.bus.addEventListener("window_focus", () => this.look());
    }

    /** The store knows the data already: it listens longer than we do. */
    onInsert(data) {
        for (const { id } of data["discuss.channel"] ?? []) {
            const thread = this.store.Thread.get({ model: "discuss.channel", id });
            if (thread?.isOmnichannel && this.store.is_omnichannel_operator) {
                this.follow(thread);
            }
        }
    }

    follow(thread) {
        if (!this.waits(thread)) {
            this.forget(thread);
        } else if (!this.closers.has(thread.id) && this.isNews(thread)) {
            const timer = browser.setTimeout(() => this.tell(thread), NAME_DELAY);
            this.closers.set(thread.id, () => browser.clearTimeout(timer));
        }
    }

    waits(thread) {
        return thread.omnichannel_state === "new" && !thread.isOmnichannelWithBot;
    }

    /** He waits no longer: what was told of him is taken back. */
    forget({ id }) {
        this.closers.get(id)?.();
        this.closers.delete(id);
        this.due.delete(id);
        if (this.unseen.delete(id)) {
            this.showUnseen();
        }
    }

    /** Whoever says so is left in peace. */
    get isBusy() {
        return Boolean(this.store.self.im_status?.includes("busy"));
    }

    /** He has just written first, or a bot hands him over; one who waited before is no news. */
    isNews(thread) {
        const conversation = thread.omnichannel_conversation_id;
        return (
            Boolean(conversation?.waiting_since) &&
            conversation.waiting_since.ts >= conversation.last_message_at?.ts &&
            !this.isBusy
        );
    }

    /** A supervisor sees every channel; a new conversation concerns him where he is an operator. */
    async isConcerned(thread) {
        if (!this.store.is_omnichannel_supervisor) {
            return true;
        }
        if (thread.omnichannel_channel_id.is_operator === undefined) {
            await thread.refreshOmnichannel();
        }
        return this.waits(thread) && thread.omnichannel_channel_id.is_operator;
    }

    async tell(thread) {
        if (!(await this.isConcerned(thread))) {
            return;
        }
        if (this.presence.isOdooFocused()) {
            if (this.canShow(thread)) {
                this.showLine(this.describe(thread), [thread]);
            }
            return;
        }
        this.unseen.add(thread.id);
        this.showUnseen();
        this.due.set(thread.id, thread);
        this.speakSoon();
    }

    describe(thread) {
        return _t("New conversation: %(client)s (%(channel)s)", {
            client: thread.displayName,
            channel: thread.omnichannel_channel_id.name,
        });
    }

    /** One sound and one desktop notification, of the main tab: that is seen to there. */
    speak() {
        const threads = [...this.due.values()];
        this.due.clear();
        if (threads.length) {
            this.outOfFocus.sendNotification({
                icon: threads[0].avatarUrl,
                message: threads.map((thread) => this.describe(thread)).join("\n"),
                title: _t("Open Lines"),
                type: "info",
            });
        }
    }

    /** Not in Discuss, whose list says it, nor beside his own window, nor in a tab behind another. */
    canShow(thread) {
        const isSeen = this.store.discuss.isActive || thread.isDisplayed;
        return !isSeen && document.visibilityState !== "hidden";
    }

    /** A line about these threads; it opens the first, and leaves when none of them waits. */
    showLine(text, threads) {
        const [first] = threads;
        const close = this.notification.add(text, {
            autocloseDelay: SHOWN_FOR,
            buttons: [
                {
                    name: _t("Open"),
                    onClick: () => {
                        close();
                        first.open({ focus: true });
                    },
                },
            ],
            type: "info",
        });
        const left = new Set(threads);
        for (const thread of threads) {
            this.closers.get(thread.id)?.();
            this.closers.set(thread.id, () => left.delete(thread) && !left.size && close());
        }
    }

    /** The user is back. */
    look() {
        this.unseen.clear();
        this.showUnseen();
    }

    /** Their number stands in the title of the browser's tab. */
    showUnseen() {
        this.title.setCounters({ omnichannel: this.unseen.size || undefined });
    }
}

export const waitingNoticeService = {
    dependencies: [
        "bus_service",
        "mail.out_of_focus",
        "mail.store",
        "notification",
        "presence",
        "title",
    ],
    start: (env, services) => new WaitingNotice(env, services),
};
registry.category("services").add("omnichannel.waiting_notice", waitingNoticeService);
