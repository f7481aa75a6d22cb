import { DiscussSidebarChannel } from "@mail/discuss/core/public_web/discuss_sidebar_categories";
import { DiscussContent } from "@mail/core/public_web/discuss_content";
import { MessagingMenu } from "@mail/core/public_web/messaging_menu";

import { Component } from "@odoo/owl";

/** The sign of the network a conversation takes place on: its first letters, in its own colour. */
export class NetworkIcon extends Component {
    static props = {
        network: String,
        label: { type: String, optional: true },
        title: { type: String, optional: true },
    };
    static template = "omnichannel_inbox.NetworkIcon";

    get letters() {
        return (this.props.label || this.props.network).slice(0, 2);
    }

    /** The same for a network everywhere, and far from that of most others. */
    get hue() {
        const add = (hue, letter) => (hue * 118 + letter.charCodeAt(0)) % 360;
        return [...this.props.network].reduce(add, 20);
    }
}

Object.assign(DiscussContent.components, { NetworkIcon });
Object.assign(DiscussSidebarChannel.components, { NetworkIcon });
Object.assign(MessagingMenu.components, { NetworkIcon });
