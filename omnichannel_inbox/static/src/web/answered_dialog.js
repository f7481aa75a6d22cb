import { Component } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";

/** A colleague has answered since the author began to write: he decides what becomes of his text. */
export class AnsweredDialog extends Component {
    static components = { Dialog };
    static props = {
        answer: String,
        text: String,
        onSend: Function,
        onDiscard: Function,
        close: Function,
    };
    static template = "omnichannel_inbox.AnsweredDialog";

    send() {
        this.props.onSend();
        this.props.close();
    }

    discard() {
        this.props.onDiscard();
        this.props.close();
    }
}
