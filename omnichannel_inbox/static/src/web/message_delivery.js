import { Message } from "@mail/core/common/message";

import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const ICONS = {
    waiting: "fa fa-clock-o text-muted",
    sending: "fa fa-circle-o-notch fa-spin text-muted",
    sent: "o-ticks o-one text-muted",
    delivered: "o-ticks text-muted",
    read: "o-ticks o-read",
    failed: "fa fa-exclamation-circle text-danger",
    unknown: "fa fa-question-circle text-warning",
};

/** What became of an answer: a tick on the message. */
export class MessageDelivery extends Component {
    static props = { message: Object };
    static template = "omnichannel_inbox.MessageDelivery";

    get delivery() {
        return this.props.message.omnichannel_delivery;
    }

    get icon() {
        return ICONS[this.delivery.state];
    }

    get title() {
        return this.delivery.automatic
            ? _t("Sent by itself. %(delivery)s", { delivery: this.words })
            : this.words;
    }

    get words() {
        if (this.delivery.changing) {
            return _t("Being changed on the network");
        }
        return {
            waiting: _t("Waiting to be sent"),
            sending: _t("Sending"),
            sent: _t("Sent"),
            delivered: _t("Delivered"),
            read: _t("Read"),
            failed: _t("Not sent"),
            unknown: _t("Possibly sent"),
        }[this.delivery.state];
    }
}

/** Under an answer that did not arrive, or perhaps did not: why, and what to do. */
export class MessageTrouble extends Component {
    static props = { message: Object, alignEnd: { type: Boolean, optional: true } };
    static template = "omnichannel_inbox.MessageTrouble";

    setup() {
        this.orm = useService("orm");
        this.state = useState({ busy: false });
    }

    get delivery() {
        return this.props.message.omnichannel_delivery;
    }

    get isUnknown() {
        return this.delivery.state === "unknown";
    }

    get mayRetry() {
        return Boolean(this.props.message.thread?.isOmnichannelWriter);
    }

    get retryLabel() {
        return this.isUnknown ? _t("Send again anyway") : _t("Retry");
    }

    async retry() {
        this.state.busy = true;
        try {
            await this.orm.call("omnichannel.message", "action_retry", [this.delivery.ids]);
        } finally {
            this.state.busy = false;
        }
    }
}

Object.assign(Message.components, { MessageDelivery, MessageTrouble });
