import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useOwnedDialogs } from "@web/core/utils/hooks";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";

/** So many proposals are shown; who is none of the first is hardly any of the others. */
const SHOWN = 3;

/** Who is it? The customer, or whom the evidence speaks for; each decision can be undone. */
export class ClientProposals extends Component {
    static props = { card: Object, conversation: Object, reload: Function };
    static template = "omnichannel_inbox.ClientProposals";

    setup() {
        this.addDialog = useOwnedDialogs();
        this.state = useState({ busy: false });
    }

    get customer() {
        return this.props.card.customer;
    }

    get mayDecide() {
        return this.props.card.may.edit;
    }

    get proposals() {
        return this.props.card.proposals.slice(0, SHOWN);
    }

    reasons(proposal) {
        return [...new Set(proposal.evidence.map(({ words }) => words))];
    }

    openCustomer(id) {
        return this.props.conversation.openRecord("res.partner", id);
    }

    link(partnerId) {
        return this.run("action_link", [partnerId]);
    }

    reject(partnerId) {
        return this.run("action_not_him", [partnerId]);
    }

    undo() {
        return this.run("action_unlink_partner");
    }

    /** Whom no evidence speaks for, an operator may know all the same. */
    choose() {
        this.addDialog(SelectCreateDialog, {
            multiSelect: false,
            noCreate: true,
            onSelected: (ids) => this.link([ids].flat()[0]),
            resModel: "res.partner",
            title: _t("Who is it?"),
        });
    }

    async run(method, args) {
        this.state.busy = true;
        try {
            await this.props.conversation.call(method, args);
            await this.props.reload();
        } finally {
            this.state.busy = false;
        }
    }
}
