import { Component, useEffect } from "@odoo/owl";

import { formatList } from "@web/core/l10n/utils";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";

/** Over the composer: which colleagues look at this thread as well. */
export class ThreadViewers extends Component {
    static props = { thread: Object };
    static template = "omnichannel_inbox.ThreadViewers";

    setup() {
        this.viewers = useService("omnichannel.viewers");
        useEffect(
            () => this.viewers.look(this.props.thread),
            () => [this.props.thread.id]
        );
    }

    get others() {
        return this.props.thread.omnichannelViewedBy;
    }

    get text() {
        const names = formatList(this.others.map(({ name }) => name));
        return _t("Looking at this too: %(names)s", { names });
    }

    avatarUrl(viewer) {
        return imageUrl("res.users", viewer.id, "avatar_128");
    }
}
