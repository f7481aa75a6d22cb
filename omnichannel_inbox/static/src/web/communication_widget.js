import { Component, useState } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { EmbeddedThread } from "./thread_widget";

const FIELD = "omnichannel_communication_ids";

/** The live conversations of a lead, customer or order: one is open, the others one click away. */
export class CommunicationWidget extends Component {
    static components = { EmbeddedThread };
    static props = { ...standardWidgetProps };
    static template = "omnichannel_inbox.CommunicationWidget";

    setup() {
        this.store = useService("mail.store");
        this.ui = useService("ui");
        this.state = useState({ chosen: undefined });
    }

    /** The one in which the client can be answered now comes first. */
    get conversations() {
        return this.props.record.data[FIELD].records
            .filter(({ data }) => data.discuss_channel_id)
            .map(({ data }) => ({
                channel: data.channel_id.display_name,
                client: data.name,
                isAnswerable: data.answerable,
                threadId: data.discuss_channel_id.id,
                unread: data.unread_count,
            }));
    }

    get shownId() {
        const ids = this.conversations.map(({ threadId }) => threadId);
        return ids.includes(this.state.chosen) ? this.state.chosen : ids[0];
    }

    /** Where there is no room beside a form, the conversation has a window of its own. */
    async choose({ threadId }) {
        this.state.chosen = threadId;
        if (this.ui.isSmall) {
            const thread = await this.store.Thread.getOrFetch({
                id: threadId,
                model: "discuss.channel",
            });
            thread?.openChatWindow();
        }
    }
}

registry.category("view_widgets").add("omnichannel_communication", {
    component: CommunicationWidget,
});
