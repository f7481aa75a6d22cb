import { Component, useEffect, useState } from "@odoo/owl";

import { ActionPanel } from "@mail/discuss/core/common/action_panel";

import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";

const { DATETIME_SHORT, TIME_SIMPLE } = luxon.DateTime;

/** Every appeal of this client, wherever he wrote; a click goes to where it began. */
export class HistoryPanel extends Component {
    static components = { ActionPanel };
    static props = { thread: Object, close: Function };
    static template = "omnichannel_inbox.HistoryPanel";

    setup() {
        this.store = useService("mail.store");
        this.state = useState({ sessions: undefined });
        this.keepLast = new KeepLast();
        useEffect(
            () => {
                this.load();
            },
            () => [
                this.props.thread.omnichannel_conversation_id?.id,
                this.props.thread.omnichannel_state,
            ]
        );
    }

    async load() {
        const conversation = this.props.thread.omnichannel_conversation_id;
        if (conversation) {
            this.state.sessions = await this.keepLast.add(conversation.ask("get_history"));
        }
    }

    /** From when to when; the day is said once. */
    period({ opened_at: openedAt, closed_at: closedAt }) {
        const opened = deserializeDateTime(openedAt);
        if (!closedAt) {
            return opened.toLocaleString(DATETIME_SHORT);
        }
        const closed = deserializeDateTime(closedAt);
        const end = closed.toLocaleString(
            opened.hasSame(closed, "day") ? TIME_SIMPLE : DATETIME_SHORT
        );
        return `${opened.toLocaleString(DATETIME_SHORT)} – ${end}`;
    }

    outcome(session) {
        if (session.outcome) {
            return session.outcome;
        }
        return session.taken_at ? _t("In progress") : _t("Not taken yet");
    }

    /** Who took part beside the operator. */
    others(session) {
        return session.people.filter((name) => name !== session.operator).join(", ");
    }

    async jump(session) {
        const thread = await this.store.Thread.getOrFetch({
            model: "discuss.channel",
            id: session.discuss_channel_id,
        });
        if (!thread) {
            return;
        }
        if (this.env.inChatWindow || this.env.isSmall) {
            this.props.close();
        }
        if (thread.notEq(this.props.thread)) {
            thread.open({ focus: true });
        }
        if (session.first_message_id) {
            thread.highlightMessage = { id: session.first_message_id, thread };
        }
    }
}
