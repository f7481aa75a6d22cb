import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { ProductDialog } from "./product_dialog";

/** `/product 2 chair`: how many and what, either may be missing. */
const WRITTEN = /^\/\S+\s*(?:(\d+(?:[.,]\d+)?)(?=\s|$))?\s*(.*)$/s;

/** A command of the composer: the client is told nothing of it. */
registry.category("discuss.channel_commands").add("product", {
    channel_types: ["omnichannel"],
    condition: ({ store, thread }) =>
        store.is_omnichannel_seller && thread.isOmnichannel && thread.isOmnichannelServed,
    help: _t("Put a product on the lead (/product 2 chair)"),
    run({ body, thread }) {
        const [, quantity, term] = WRITTEN.exec(body.trim());
        thread.store.env.services.dialog.add(ProductDialog, {
            conversation: thread.omnichannel_conversation_id,
            onAdded: () => thread.omnichannel_conversation_id.touchCard(),
            quantity: quantity || "1",
            term: term.trim(),
        });
    },
});
