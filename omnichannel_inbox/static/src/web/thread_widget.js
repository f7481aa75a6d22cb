import { DiscussContent } from "@mail/core/public_web/discuss_content";
import { useMessageScrolling } from "@mail/utils/common/hooks";

import {
    Component,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useState,
    useSubEnv,
} from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const FIELD = "discuss_channel_id";

/** The same as in Discuss; no panel opens by itself where a form is around. */
export class EmbeddedContent extends DiscussContent {
    actionPanelAutoOpenFn() {}
}

/** A live thread within a form. */
export class EmbeddedThread extends Component {
    static components = { EmbeddedContent };
    static props = { threadId: { type: [Number, { value: false }] } };
    static template = "omnichannel_inbox.EmbeddedThread";

    setup() {
        useSubEnv({
            // The form's own: with it messages are fetched together with the form's record only.
            chatter: undefined,
            inChatter: undefined,
            inDiscussApp: true,
            messageHighlight: useMessageScrolling(),
        });
        this.store = useService("mail.store");
        this.state = useState({ thread: undefined });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((props) => this.load(props));
        useEffect(
            (thread) => {
                if (thread) {
                    thread.omnichannelViewers++;
                    return () => thread.omnichannelViewers--;
                }
            },
            () => [this.state.thread]
        );
    }

    /** The thread is there, if there is one that the user may read. */
    async load({ threadId: id }) {
        this.state.thread = id
            ? await this.store.Thread.getOrFetch({ model: "discuss.channel", id })
            : undefined;
    }
}

/** The thread of a conversation: `<widget name="omnichannel_thread"/>`. */
export class ThreadWidget extends Component {
    static components = { EmbeddedThread };
    static props = { ...standardWidgetProps, field: { type: String, optional: true } };
    static defaultProps = { field: FIELD };
    static template = "omnichannel_inbox.ThreadWidget";

    get threadId() {
        return this.props.record.data[this.props.field]?.id || false;
    }
}

registry.category("view_widgets").add("omnichannel_thread", {
    component: ThreadWidget,
    extractProps: ({ attrs }) => ({ field: attrs.field || FIELD }),
    fieldDependencies: ({ attrs }) => [{ name: attrs?.field || FIELD, type: "many2one" }],
});
