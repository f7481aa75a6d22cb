import { Component, useEffect, useState } from "@odoo/owl";

import { ActionPanel } from "@mail/discuss/core/common/action_panel";

import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";

import { ClientProposals } from "./client_proposals";
import { ClientSales } from "./client_sales";
import { SavedField } from "./saved_field";
import { TagField } from "./tag_field";

/** What is known beside the thread: who the client is, and what he and we are about. */
export class ConversationPanel extends Component {
    static components = { ActionPanel, ClientProposals, ClientSales, SavedField, TagField };
    static props = { thread: Object };
    static template = "omnichannel_inbox.ConversationPanel";

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ card: undefined, cardOf: undefined });
        this.keepLast = new KeepLast();
        useEffect(
            () => {
                this.load();
            },
            () => this.followed
        );
    }

    /** When one of these changes, the card is read again. */
    get followed() {
        const { thread } = this.props;
        const { id, lead_id, client_reachable, card_stamp } = this.conversation ?? {};
        const { name, omnichannel_state: state, self_member_id: member } = thread;
        return [id, lead_id, client_reachable, card_stamp, state, name, member?.id];
    }

    get conversation() {
        return this.props.thread.omnichannel_conversation_id;
    }

    /** The card of the conversation that is shown; nothing while it is not there yet. */
    get card() {
        return this.state.cardOf === this.conversation?.id ? this.state.card : undefined;
    }

    async load() {
        const { conversation } = this;
        if (!conversation) {
            return;
        }
        const card = await this.keepLast.add(conversation.ask("get_card"));
        Object.assign(this.state, { card, cardOf: conversation.id });
    }

    get began() {
        return deserializeDateTime(this.card.began_at).toLocaleString(luxon.DateTime.DATE_MED);
    }

    /** The client's language in the user's words. */
    get language() {
        const code = this.card.client.lang;
        try {
            const names = new Intl.DisplayNames(luxon.Settings.defaultLocale, { type: "language" });
            return names.of(code.replace("_", "-"));
        } catch {
            return code;
        }
    }

    get start() {
        return [this.card.start_source, this.card.start_parameter].filter(Boolean).join(" · ");
    }

    /**
     * @param {string} name
     * @param {any} value
     * @returns {Promise<boolean>} whether it is saved
     */
    async save(name, value) {
        const { conversation } = this;
        try {
            await this.orm.silent.write("omnichannel.conversation", [conversation.id], {
                [name]: value,
            });
        } catch (error) {
            this.notification.add(error.data?.message || _t("This could not be saved."), {
                type: "danger",
            });
            return false;
        }
        await this.load();
        return true;
    }

    /** @param {"phone"|"email"|"note"} name */
    saver(name) {
        return (value) => this.save(name, value);
    }

    togglePriority() {
        return this.save("priority", this.card.priority === "1" ? "0" : "1");
    }

    saveTags(commands) {
        return this.save("tag_ids", commands);
    }

    get isSpam() {
        return this.props.thread.omnichannel_state === "spam";
    }
}
