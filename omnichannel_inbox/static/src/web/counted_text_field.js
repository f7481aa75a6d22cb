import { useState } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { TextField, textField } from "@web/views/fields/text/text_field";

/** A text that may only be so long: under it stands how much of that is used. */
export class CountedTextField extends TextField {
    static props = { ...TextField.props, limit: { type: Number } };
    static template = "omnichannel_inbox.CountedTextField";

    setup() {
        super.setup();
        this.state = useState({ typed: null });
    }

    get used() {
        const text = this.state.typed ?? this.props.record.data[this.props.name] ?? "";
        return [...(text || "")].length;
    }

    get isTooLong() {
        return this.used > this.props.limit;
    }

    onInput(ev) {
        this.state.typed = ev.target.value;
    }

    async onBlur() {
        await super.onBlur();
        this.state.typed = null;
    }
}

registry.category("fields").add("omnichannel_counted_text", {
    ...textField,
    component: CountedTextField,
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...textField.extractProps(fieldInfo, dynamicInfo),
        limit: fieldInfo.options.limit,
    }),
});
