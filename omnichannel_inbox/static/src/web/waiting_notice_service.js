import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";

const SHOWN_FOR = 8000;
/** So long the network is given to tell us the client's name. */
const NAME_DELAY = 1500;

/**
 * Tells the operators of a channel, once, that a new conversation waits.
 *
 * Within Odoo a line that leaves by itself, and leaves when somebody takes the conversation; with
 * Odoo out of sight sound and desktop notification, by the user's own settings for Discuss.
 */
export class WaitingNotice {
    constructor(env, { bus_service: bus, "mail.out_of_focus": outOfFocus, ...services }) {
        this.env = env;
        this.multiTab = services.multi_tab;
        this.notification = services.notification;
        this.outOfFocus = outOfFocus;
        this.presence = services.presence;
        this.store = services["mail.store"];
        this.title = services.title;
        /** What closes the line about a conversation, by its thread. */
        this.closers = new Map();
        this.unseen = 0;
        /** In it the messages of clients are told one after the other: see the thread. */
        this.turns = new Mutex();
        bus.subscribe("mail.record/insert", (data) => this.onInsert(data));
        env.bus.addEventListener("window_focus", () => this.setUnseen(0));
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
        if (thread.omnichannel_state !== "new" || thread.isOmnichannelWithBot) {
            this.closers.get(thread.id)?.();
            this.closers.delete(thread.id);
        } else if (!this.closers.has(thread.id) && this.isNews(thread)) {
            const timer = browser.setTimeout(() => this.tell(thread), NAME_DELAY);
            this.closers.set(thread.id, () => browser.clearTimeout(timer));
        }
    }

    /** He has just written first, or a bot hands him over; one who waited before is no news. */
    isNews(thread) {
        const conversation = thread.omnichannel_conversation_id;
        return (
            Boolean(conversation?.waiting_since) &&
            conversation.waiting_since.ts >= conversation.last_message_at?.ts &&
            !thread.isDisplayed &&
            !this.store.self.im_status?.includes("busy")
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
        return thread.omnichannel_state === "new" && thread.omnichannel_channel_id.is_operator;
    }

    async tell(thread) {
        if (!(await this.isConcerned(thread))) {
            return;
        }
        const text = _t("New conversation: %(client)s (%(channel)s)", {
            client: thread.displayName,
            channel: thread.omnichannel_channel_id.name,
        });
        if (this.presence.isOdooFocused()) {
            this.showLine(thread, text);
        } else if (await this.multiTab.isOnMainTab()) {
            this.setUnseen(this.unseen + 1);
            await this.outOfFocus.sendNotification({
                icon: thread.avatarUrl,
                message: text,
                title: _t("Open Lines"),
                type: "info",
            });
        }
    }

    /** In Discuss the list says it. */
    showLine(thread, text) {
        if (document.visibilityState === "hidden" || this.store.discuss.isActive) {
            return;
        }
        const close = this.notification.add(text, {
            autocloseDelay: SHOWN_FOR,
            buttons: [
                {
                    name: _t("Open"),
                    onClick: () => {
                        close();
                        thread.open({ focus: true });
                    },
                },
            ],
            type: "info",
        });
        this.closers.set(thread.id, close);
    }

    /** The number stands in the title of the browser's tab until the user comes back. */
    setUnseen(count) {
        this.unseen = count;
        this.title.setCounters({ omnichannel: count || undefined });
    }
}

export const waitingNoticeService = {
    dependencies: [
        "bus_service",
        "mail.out_of_focus",
        "mail.store",
        "multi_tab",
        "notification",
        "presence",
        "title",
    ],
    start: (env, services) => new WaitingNotice(env, services),
};
registry.category("services").add("omnichannel.waiting_notice", waitingNoticeService);
