import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { NetworkIcon } from "./network_icon";

/** A network in a list or on a tile: its sign, and its name for whoever points at it. */
export class NetworkIconField extends Component {
    static components = { NetworkIcon };
    static props = { ...standardFieldProps };
    static template = "omnichannel_inbox.NetworkIconField";

    get network() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return selection.find(([code]) => code === this.network)?.[1] || this.network;
    }
}

registry.category("fields").add("omnichannel_network_icon", {
    component: NetworkIconField,
    supportedTypes: ["selection"],
});
