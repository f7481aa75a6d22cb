import { Component, useState } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus } from "@web/core/utils/hooks";

/** Asks why a conversation is spam; one may say nothing. */
export class SpamDialog extends Component {
    static components = { Dialog };
    static props = { client: String, onConfirm: Function, close: Function };
    static template = "omnichannel_inbox.SpamDialog";

    setup() {
        this.state = useState({ reason: "" });
        useAutofocus({ refName: "reason" });
    }

    get title() {
        return _t("Close as spam: %(client)s", { client: this.props.client });
    }

    confirm() {
        this.props.onConfirm(this.state.reason.trim());
        this.props.close();
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            this.confirm();
        }
    }
}
