import { Store } from "@mail/core/common/store_service";

import { patch } from "@web/core/utils/patch";

/** @type {import("models").Store} */
const storePatch = {
    setup() {
        super.setup(...arguments);
        this.is_omnichannel_operator = false;
        this.is_omnichannel_supervisor = false;
        /** How many conversations wait beyond those that were loaded. */
        this.omnichannelBeyond = 0;
    },
};
patch(Store.prototype, storePatch);
