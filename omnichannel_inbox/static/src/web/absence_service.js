import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const { DateTime } = luxon;

/** Whoever has not touched a key for so long was away. */
const AWAY = 15 * 60 * 1000;
/** Where it stands when he came back last: he may load the page again without touching a key. */
const TOLD_AT = "omnichannel.absence.told_at";
/** So many clients are named, the others counted. */
const NAMED = 3;

/**
 * Tells an operator who comes back, in one line, who wrote while he was away.
 *
 * What was told one by one meanwhile nobody has seen; the lists in Discuss show it, so there
 * nothing is said.
 */
export class Absence {
    constructor(env, { presence, ...services }) {
        this.store = services["mail.store"];
        this.waiting = services["omnichannel.waiting"];
        this.notice = services["omnichannel.waiting_notice"];
        const toldAt = Number(browser.localStorage.getItem(TOLD_AT));
        this.seenAt = Math.max(Number(presence.getLastPresence()), toldAt);
        this.store.isReady.then(() => {
            this.onPresence();
            presence.bus.addEventListener("presence", () => this.onPresence());
            env.bus.addEventListener("window_focus", () => this.onPresence());
        });
    }

    onPresence() {
        const since = this.seenAt;
        this.seenAt = DateTime.now().ts;
        const isBack = this.seenAt - since > AWAY;
        if (isBack && this.store.is_omnichannel_operator && !this.notice.isBusy) {
            browser.localStorage.setItem(TOLD_AT, this.seenAt);
            this.sumUp(since);
        }
    }

    /** The laptop may have slept: what the bus did not tell is asked for. */
    async sumUp(since) {
        await this.waiting.load();
        const threads = [];
        for (const thread of this.store.omnichannelWanting) {
            if (wroteSince(thread, since) && (await this.isConcerned(thread))) {
                threads.push(thread);
            }
        }
        if (threads.length && threads.every((thread) => this.notice.canShow(thread))) {
            this.notice.showLine(describe(threads), threads);
        }
    }

    async isConcerned(thread) {
        return (
            thread.isOmnichannelWriter ||
            (this.notice.waits(thread) && this.notice.isConcerned(thread))
        );
    }
}

function wroteSince({ omnichannel_conversation_id: conversation }, since) {
    return Boolean(conversation?.waiting_since) && conversation.last_message_at?.ts >= since;
}

function describe(threads) {
    const clients = threads.slice(0, NAMED).map((thread) => thread.displayName);
    const others = threads.length - clients.length;
    if (!others) {
        return _t("Wrote while you were away: %(clients)s", { clients: clients.join(", ") });
    }
    return _t("Wrote while you were away: %(clients)s and %(others)s more", {
        clients: clients.join(", "),
        others,
    });
}

export const absenceService = {
    dependencies: ["mail.store", "omnichannel.waiting", "omnichannel.waiting_notice", "presence"],
    start: (env, services) => new Absence(env, services),
};
registry.category("services").add("omnichannel.absence", absenceService);
