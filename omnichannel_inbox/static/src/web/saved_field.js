import { Component, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useDebounced } from "@web/core/utils/timing";

const SHOWN_FOR = 2000;

/** A value that is edited where it stands, and is saved when one leaves it. */
export class SavedField extends Component {
    static props = {
        label: String,
        name: String,
        value: String,
        save: Function,
        icon: { type: String, optional: true },
        type: { type: String, optional: true },
        lines: { type: Number, optional: true },
        placeholder: { type: String, optional: true },
        readonly: { type: Boolean, optional: true },
    };
    static template = "omnichannel_inbox.SavedField";

    setup() {
        this.saved = this.props.value;
        this.state = useState({ value: this.props.value, status: "" });
        this.forgetStatus = useDebounced(() => this.setStatus(""), SHOWN_FOR);
        onWillUpdateProps((next) => this.follow(next.value));
        onWillUnmount(() => this.save());
    }

    /** What a colleague wrote meanwhile is shown, unless the user is writing himself. */
    follow(value) {
        if (this.state.value === this.saved) {
            this.state.value = value;
        }
        this.saved = value;
    }

    setStatus(status) {
        this.state.status = status;
    }

    get statusTitle() {
        return { saving: _t("Saving"), saved: _t("Saved"), failed: _t("Not saved") }[
            this.state.status
        ];
    }

    async save() {
        const value = this.state.value.trim();
        if (value === this.saved) {
            return;
        }
        this.setStatus("saving");
        if (await this.props.save(value)) {
            this.saved = value;
            this.setStatus("saved");
            this.forgetStatus();
        } else {
            this.setStatus("failed");
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !this.props.lines) {
            ev.target.blur();
        } else if (ev.key === "Escape") {
            this.state.value = this.saved;
            ev.stopPropagation();
        }
    }
}
