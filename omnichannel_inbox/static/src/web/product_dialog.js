import { Component, onWillStart, useState } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { parseFloat } from "@web/views/fields/parsers";
import { RecordAutocomplete } from "@web/core/record_selectors/record_autocomplete";
import { useService } from "@web/core/utils/hooks";

const DOMAIN = [
    ["sale_ok", "=", true],
    ["type", "!=", "combo"],
];

/** Products are put on the client's lead, one after the other. */
export class ProductDialog extends Component {
    static components = { Dialog, RecordAutocomplete };
    static props = {
        conversation: Object,
        close: Function,
        onAdded: { type: Function, optional: true },
        quantity: { type: String, optional: true },
        term: { type: String, optional: true },
    };
    static defaultProps = { quantity: "1", term: "" };
    static template = "omnichannel_inbox.ProductDialog";

    setup() {
        this.orm = useService("orm");
        this.domain = DOMAIN;
        this.state = useState({
            added: [],
            busy: false,
            key: 0,
            product: undefined,
            quantity: this.props.quantity,
            reason: "",
            total: "",
            value: this.props.term,
        });
        onWillStart(() => this.guess());
    }

    get title() {
        return _t("Add product");
    }

    /** What was named with the command is chosen, if it can mean one product only. */
    async guess() {
        const name = this.props.term;
        if (name) {
            const found = await this.orm.call("product.product", "name_search", [], {
                domain: DOMAIN,
                limit: 2,
                name,
            });
            if (found.length === 1) {
                this.choose(...found[0]);
            }
        }
    }

    choose(id, name) {
        Object.assign(this.state, { product: { id, name }, value: name });
    }

    async update([id]) {
        if (!id) {
            this.state.product = undefined;
            return;
        }
        const [{ display_name: name }] = await this.orm.read(
            "product.product",
            [id],
            ["display_name"]
        );
        this.choose(id, name);
    }

    get quantity() {
        try {
            return parseFloat(this.state.quantity);
        } catch {
            return 0;
        }
    }

    get mayAdd() {
        return !this.state.busy && this.state.product && this.quantity > 0;
    }

    async add() {
        if (!this.mayAdd) {
            return;
        }
        const { product, quantity: typed } = this.state;
        const args = [product.id, this.quantity];
        this.offer({ product: undefined, quantity: "1", value: "" });
        Object.assign(this.state, { busy: true, reason: "" });
        try {
            this.show(await this.props.conversation.ask("action_add_product", args));
        } catch (error) {
            this.state.reason = error.data?.message || _t("The server does not answer.");
            this.offer({ product, quantity: typed, value: product.name });
        } finally {
            this.state.busy = false;
        }
        await this.props.onAdded?.();
    }

    /** The next product can be written at once, however long the server takes for this one. */
    offer(values) {
        Object.assign(this.state, { key: this.state.key + 1, ...values });
    }

    /** What is on the lead now. */
    show(line) {
        const others = this.state.added.filter(({ line_id: id }) => id !== line.line_id);
        Object.assign(this.state, { added: [...others, line], total: line.amount_total });
    }

    /** Whoever types another name has not chosen yet. */
    onInput({ target }) {
        if (target.name !== "quantity") {
            this.state.product = undefined;
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.add();
        }
    }
}
