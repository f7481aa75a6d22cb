import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useOwnedDialogs } from "@web/core/utils/hooks";

import { ProductDialog } from "./product_dialog";

/** From the conversation to the order: the lead, its products, the quotations of the client. */
export class ClientSales extends Component {
    static props = {
        card: Object,
        conversation: Object,
        isSpam: Boolean,
        reload: Function,
    };
    static template = "omnichannel_inbox.ClientSales";

    setup() {
        this.addDialog = useOwnedDialogs();
        this.state = useState({ busy: "" });
    }

    get may() {
        return this.props.card.may;
    }

    get moreLabel() {
        return _t("and %(count)s more", { count: this.props.card.products.more });
    }

    openOrder(order) {
        return this.props.conversation.openRecord("sale.order", order.id);
    }

    createLead() {
        return this.run("create_lead", () =>
            this.props.conversation.openAction("action_create_lead")
        );
    }

    addProduct() {
        const { conversation, reload } = this.props;
        this.addDialog(ProductDialog, { conversation, onAdded: reload });
    }

    convert() {
        return this.run("convert", () => this.props.conversation.openAction("action_convert"));
    }

    send(order) {
        return this.run(`send ${order.id}`, () =>
            this.props.conversation.call("action_send_quotation", [order.id])
        );
    }

    /** One thing at a time: a PDF takes a while, and nobody shall get it twice. */
    async run(name, work) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = name;
        try {
            await work();
            await this.props.reload();
        } finally {
            this.state.busy = "";
        }
    }
}
