import { mailDataHelpers } from "@mail/../tests/mock_server/mail_mock_server";

import { fields, models } from "@web/../tests/web_test_helpers";

export const CAPABILITIES = {
    max_text: 20,
    files: ["image", "file"],
    max_file_bytes: { image: 1 << 20, file: 10 },
    edits: true,
    deletes: true,
    quotes: true,
    buttons: { kinds: ["answer", "link", "phone"], count: 3, label: 10, alone: ["phone"] },
    receipts: ["read"],
};

export class OmnichannelChannel extends models.Model {
    _name = "omnichannel.channel";

    name = fields.Char();
    network = fields.Char();
    state = fields.Char({ default: "connected" });
    is_served = fields.Boolean({ default: true });
    is_operator = fields.Boolean({ default: true });
    lead_follows = fields.Boolean();

    get _to_store_defaults() {
        const { attr } = mailDataHelpers.Store;
        return [
            "name",
            "network",
            attr("network_label", () => "Pigeon Post"),
            "state",
            "is_served",
            "is_operator",
            "lead_follows",
            attr("capabilities", () => CAPABILITIES),
        ];
    }
}
