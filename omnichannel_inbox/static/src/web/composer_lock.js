import { Component, useState } from "@odoo/owl";

/** Stands where the composer stands while the user may not write: why, and what helps. */
export class ComposerLock extends Component {
    static props = { thread: Object };
    static template = "omnichannel_inbox.ComposerLock";

    setup() {
        this.state = useState({ busy: false });
    }

    get lock() {
        return this.props.thread.omnichannelLock;
    }

    async help() {
        this.state.busy = true;
        try {
            await this.lock.run();
        } finally {
            this.state.busy = false;
        }
    }
}
