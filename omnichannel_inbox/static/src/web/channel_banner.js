import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

/** How often we ask while something is wrong, or while an answer waits. */
const ASK_EVERY = 20000;

/** Over the composer: what is wrong with the channel, and how many answers wait. */
export class ChannelBanner extends Component {
    static props = { thread: Object };
    static template = "omnichannel_inbox.ChannelBanner";

    setup() {
        this.state = useState({ trouble: false });
        useEffect(
            () => {
                this.state.trouble = false;
                this.ask();
            },
            () => [this.conversation?.id, this.isSuspicious]
        );
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get waitingText() {
        return _t("Answers waiting: %(count)s", { count: this.state.trouble.waiting });
    }

    get conversation() {
        return this.props.thread.omnichannel_conversation_id;
    }

    /** A healthy channel is not asked about. */
    get isSuspicious() {
        const { messages, omnichannel_channel_id: channel } = this.props.thread;
        return (
            channel?.state === "error" ||
            messages.some((message) => message.omnichannel_delivery?.state === "waiting")
        );
    }

    async ask() {
        browser.clearTimeout(this.timer);
        const { conversation } = this;
        if (!conversation || !this.isSuspicious) {
            return;
        }
        const trouble = await conversation.ask("get_trouble");
        if (conversation.eq(this.conversation)) {
            this.state.trouble = this.isSuspicious && trouble;
        }
        this.timer = browser.setTimeout(() => this.ask(), ASK_EVERY);
    }
}
