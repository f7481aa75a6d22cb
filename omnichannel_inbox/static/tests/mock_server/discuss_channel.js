import { mailModels } from "@mail/../tests/mail_test_helpers";
import { mailDataHelpers } from "@mail/../tests/mock_server/mail_mock_server";

import { fields, makeKwArgs, serverState } from "@web/../tests/web_test_helpers";

const { Store } = mailDataHelpers;

/** The thread of a conversation, with what the server tells the browser of it. */
export class DiscussChannel extends mailModels.DiscussChannel {
    channel_type = fields.Generic({ default: "channel" });
    omnichannel_state = fields.Char();
    omnichannel_operator_id = fields.Many2one({ relation: "res.users" });
    omnichannel_channel_id = fields.Many2one({ relation: "omnichannel.channel" });
    omnichannel_conversation_id = fields.Many2one({ relation: "omnichannel.conversation" });

    /** @override */
    _to_store(store) {
        super._to_store(...arguments);
        for (const thread of this) {
            if (thread.channel_type === "omnichannel") {
                store._add_record_fields(this.browse(thread.id), this._describeOmnichannel(thread));
                store._add_record_fields(this.browse(thread.id), this._describeSelf(thread));
            }
        }
    }

    /** Whether the user takes part is told to him alone. */
    _describeSelf({ id }) {
        const members = this.env["discuss.channel.member"];
        const mine = members.search([
            ["channel_id", "=", id],
            ["partner_id", "=", serverState.partnerId],
        ]);
        const none = makeKwArgs({ fields: [] });
        return { self_member_id: mine.length ? Store.one(members.browse(mine), none) : false };
    }

    _describeOmnichannel(thread) {
        const one = (model, id, names) =>
            Store.one(this.env[model].browse(id || []), makeKwArgs({ fields: names }));
        return {
            channel_type: thread.channel_type,
            is_editable: false,
            name: thread.name,
            omnichannel_state: thread.omnichannel_state,
            omnichannel_operator_id: one("res.users", thread.omnichannel_operator_id, [
                Store.one("partner_id", makeKwArgs({ fields: ["name"] })),
            ]),
            omnichannel_channel_id: one("omnichannel.channel", thread.omnichannel_channel_id),
            omnichannel_conversation_id: one(
                "omnichannel.conversation",
                thread.omnichannel_conversation_id
            ),
        };
    }
}
