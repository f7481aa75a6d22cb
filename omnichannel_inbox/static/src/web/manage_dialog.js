import { Component, onWillStart, status, useState } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";

/** Who takes part in a conversation, who could, and who is there at all. */
export class ManageDialog extends Component {
    static components = { Dialog };
    static props = { thread: Object, close: Function };
    static template = "omnichannel_inbox.ManageDialog";

    setup() {
        this.orm = useService("orm");
        this.state = useState({
            operators: [],
            chosen: [],
            note: "",
            busy: false,
            withLead: Boolean(this.props.thread.omnichannel_channel_id?.lead_follows),
        });
        onWillStart(() => this.load());
    }

    get conversation() {
        return this.props.thread.omnichannel_conversation_id;
    }

    get isOpen() {
        return this.props.thread.omnichannel_state === "open";
    }

    get mayLeave() {
        return this.props.thread.isOmnichannelWriter;
    }

    get title() {
        return _t("Manage: %(client)s", { client: this.props.thread.displayName });
    }

    async load() {
        this.state.operators = await this.orm.call("omnichannel.conversation", "get_operators", [
            [this.conversation.id],
        ]);
    }

    avatarUrl(operator) {
        return imageUrl("res.users", operator.id, "avatar_128");
    }

    presence(operator) {
        const isIn = (status) => operator.im_status?.includes(status);
        if (isIn("online")) {
            return { icon: "fa fa-circle text-success", title: _t("Online") };
        }
        if (isIn("away")) {
            return { icon: "fa fa-circle text-warning", title: _t("Away") };
        }
        if (isIn("busy")) {
            return { icon: "fa fa-minus-circle text-danger", title: _t("Busy") };
        }
        return { icon: "fa fa-circle-o text-muted", title: _t("Offline") };
    }

    mayInvite(operator) {
        return this.isOpen && !operator.role;
    }

    toggle(operator) {
        const { chosen } = this.state;
        this.state.chosen = chosen.includes(operator.id)
            ? chosen.filter((id) => id !== operator.id)
            : [...chosen, operator.id];
    }

    get inviteChosenLabel() {
        return _t("Invite the chosen (%(count)s)", { count: this.state.chosen.length });
    }

    async invite(ids) {
        const isDone = await this.run("action_invite", [ids]);
        // Whoever is quick has closed the dialog before the server has answered.
        if (isDone && status(this) !== "destroyed") {
            this.state.chosen = [];
            await this.load();
        }
    }

    /** Whoever delegates is asked whether the lead goes along, where there is one. */
    get asksForLead() {
        return Boolean(this.conversation.lead_id);
    }

    async delegate(operator) {
        const args = [operator.id, this.state.note.trim()];
        args.push(...(this.asksForLead ? [this.state.withLead] : []));
        if (await this.run("action_delegate", args)) {
            this.props.close();
        }
    }

    async leave() {
        if (await this.run("action_leave")) {
            this.props.close();
        }
    }

    /** Returns whether the server has done it. */
    async run(method, args) {
        this.state.busy = true;
        try {
            return await this.conversation.call(method, args);
        } finally {
            this.state.busy = false;
        }
    }
}
