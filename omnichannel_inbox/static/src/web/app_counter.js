import { Component, useState } from "@odoo/owl";

import { useService } from "@web/core/utils/hooks";
import { NavBar } from "@web/webclient/navbar/navbar";

const APP = "omnichannel_inbox.omnichannel_menu_root";

/** Beside the name of the app: how many conversations want the user. */
export class AppCounter extends Component {
    static props = { app: Object };
    static template = "omnichannel_inbox.AppCounter";

    setup() {
        this.store = useState(useService("mail.store"));
    }

    get count() {
        return this.props.app.xmlid === APP ? this.store.omnichannelCounter : 0;
    }
}

Object.assign(NavBar.components, { AppCounter });
