import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";

import { NetworkIcon } from "./network_icon";

/** The page of channels: a tile for each, and below them one for each network to connect. */
export class ChannelTilesRenderer extends KanbanRenderer {
    static components = { ...KanbanRenderer.components, NetworkIcon };
    static template = "omnichannel_inbox.ChannelTilesRenderer";

    setup() {
        super.setup();
        this.action = useService("action");
    }

    /** Whoever may not connect is offered nothing to connect. */
    get networks() {
        const { selection } = this.props.list.fields.network;
        return user.isSystem ? selection.map(([code, label]) => ({ code, label })) : [];
    }

    get isEmpty() {
        return !this.props.list.isGrouped && !this.props.list.count;
    }

    /** The networks themselves are the best help for an empty page. */
    get showNoContentHelper() {
        return super.showNoContentHelper && !this.networks.length;
    }

    connect(network) {
        return this.action.doAction("omnichannel_inbox.omnichannel_channel_action_connect", {
            additionalContext: { default_network: network },
            onClose: () => this.props.list.model.load(),
        });
    }
}

registry.category("views").add("omnichannel_channel_tiles", {
    ...kanbanView,
    Renderer: ChannelTilesRenderer,
});
