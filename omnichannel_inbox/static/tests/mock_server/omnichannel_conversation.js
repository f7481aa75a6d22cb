import { mailDataHelpers } from "@mail/../tests/mock_server/mail_mock_server";

import { Command, fields, makeKwArgs, models, serverState } from "@web/../tests/web_test_helpers";

export class OmnichannelConversation extends models.Model {
    _name = "omnichannel.conversation";

    state = fields.Char();
    waiting_since = fields.Datetime();
    last_message_at = fields.Datetime();
    discuss_channel_id = fields.Many2one({ relation: "discuss.channel" });
    lead_id = fields.Integer();
    offered_to_id = fields.Many2one({ relation: "res.users" });
    name = fields.Char();
    channel_id = fields.Many2one({ relation: "omnichannel.channel" });
    answerable = fields.Boolean({ default: true });
    unread_count = fields.Integer();
    unreadable_id = fields.Integer();
    with_bot = fields.Boolean();

    get _to_store_defaults() {
        const { attr, one } = mailDataHelpers.Store;
        const partner = one("partner_id", makeKwArgs({ fields: ["name"] }));
        return [
            "state",
            "waiting_since",
            "last_message_at",
            "with_bot",
            attr("lead_id", (conversation) => conversation.lead_id || false),
            one("offered_to_id", makeKwArgs({ fields: [partner] })),
            attr("client_reachable", () => true),
            attr("client_first_name", () => "Early"),
            attr("newest_message_id", (conversation) => this._newestMessageId(conversation)),
        ];
    }

    /** What not everybody may read is a message as well. */
    _newestMessageId({ discuss_channel_id, unreadable_id }) {
        const threadId = discuss_channel_id[0] ?? discuss_channel_id;
        const ids = this.env["mail.message"].search([["res_id", "=", threadId]]);
        return Math.max(...ids, unreadable_id);
    }

    action_take(ids) {
        this._move(ids, "open", serverState.userId);
    }

    action_finish(ids) {
        this._move(ids, "done");
    }

    action_spam(ids) {
        this._move(ids, "spam");
    }

    action_restore(ids) {
        this._move(ids, "open", serverState.userId);
    }

    /** Whoever waits; the server has reasons for whom. */
    get_next() {
        const [next] = this._filter([["state", "=", "new"]]);
        return (
            next && {
                conversation_id: next.id,
                discuss_channel_id: next.discuss_channel_id[0] ?? next.discuss_channel_id,
                words: "Waits",
            }
        );
    }

    announce_viewer() {}

    get_trouble() {
        return false;
    }

    get_card() {
        return {
            client: {
                id: 1,
                guest_id: 1,
                name: "Early",
                username: "early",
                phone: "+7 900",
                email: "",
                lang: "ru",
                reachable: true,
                network: "Pigeon Post",
            },
            channel: "Our pigeons",
            began_at: "2030-01-01 09:00:00",
            start_parameter: "spring",
            start_source: "",
            customer: false,
            lead: { id: 5, name: "Cups", stage: "New", salesperson: "Mitchell" },
            orders: [{ id: 6, name: "S00006", state: "Quotation", amount: "$ 10.00" }],
            offered_to: "",
            products: false,
            proposals: [],
            may: { edit: true, lead: true, products: true, convert: true, send: true },
            tags: [{ id: 1, name: "VIP", color: 1 }],
            priority: "0",
            note: "",
        };
    }

    get_history() {
        return [];
    }

    get_operators() {
        return [
            { id: serverState.userId, name: "Mitchell", im_status: "online", role: "operator" },
            { id: 100, name: "Boris", im_status: "offline", role: false },
        ];
    }

    /** As the server does: state, operator, members, and a word to everybody who serves. */
    _move([id], state, operatorId = false) {
        const [conversation] = this.browse(id);
        const threadId = conversation.discuss_channel_id;
        this.write([id], { state });
        this.env["discuss.channel"].write([threadId], {
            omnichannel_state: state,
            omnichannel_operator_id: operatorId,
        });
        this._moveSelf(threadId, state === "open");
        this._tell(threadId);
    }

    _moveSelf(threadId, isIn) {
        const members = this.env["discuss.channel.member"];
        const mine = members.search([
            ["channel_id", "=", threadId],
            ["partner_id", "=", serverState.partnerId],
        ]);
        if (isIn && !mine.length) {
            this.env["discuss.channel"].write([threadId], {
                channel_member_ids: [Command.create({ partner_id: serverState.partnerId })],
            });
        } else if (!isIn) {
            members.unlink(mine);
        }
    }

    _tell(threadId) {
        const [self] = this.env["res.partner"].browse(serverState.partnerId);
        const threads = this.env["discuss.channel"].browse(threadId);
        const store = new mailDataHelpers.Store();
        store._add_record_fields(threads, threads._describeOmnichannel(threads[0]));
        this.env["bus.bus"]._sendone(self, "mail.record/insert", store.get_result());
    }
}
