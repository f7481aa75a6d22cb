import { mailModels, start, startServer } from "@mail/../tests/mail_test_helpers";
import { mailDataHelpers } from "@mail/../tests/mock_server/mail_mock_server";

import {
    Command,
    defineModels,
    MockServer,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";

import { DiscussChannel } from "./mock_server/discuss_channel";
import { OmnichannelChannel } from "./mock_server/omnichannel_channel";
import { OmnichannelConversation } from "./mock_server/omnichannel_conversation";

export function defineOmnichannelModels() {
    return defineModels({
        ...mailModels,
        DiscussChannel,
        OmnichannelChannel,
        OmnichannelConversation,
    });
}

/** What the server answers to an operator, or to a supervisor. */
export function answerAsServer({ isSupervisor = false, isSeller = true, beyond = 0 } = {}) {
    patchWithCleanup(mailDataHelpers, {
        _process_request_for_internal_user(store, name, params) {
            super._process_request_for_internal_user(...arguments);
            if (name === "init_messaging") {
                store.add({
                    is_omnichannel_operator: true,
                    is_omnichannel_supervisor: isSupervisor,
                    is_omnichannel_seller: isSeller,
                });
            }
            if (name === "omnichannel.inbox") {
                const threads = this.env["discuss.channel"];
                const found = threads.search([["omnichannel_state", "in", ["new", "open"]]]);
                store.add(threads.browse([...new Set([...found, ...params.known_ids])]));
                store.add({ omnichannelBeyond: beyond });
            }
        },
    });
}

/** Start the web client for an operator; returns the mock environment. */
export async function startAsOperator(options) {
    answerAsServer(options);
    return start();
}

/**
 * Make a conversation with a client.
 *
 * @param {string} name of the client
 * @param {{ state?: string, isMine?: boolean, waitingSince?: string }} [options]
 * @returns {Promise<{ threadId: number, conversationId: number }>}
 */
export async function makeConversation(name, { state = "new", isMine = false, waitingSince } = {}) {
    const env = MockServer.env ?? (await startServer());
    const channels = env["omnichannel.channel"];
    const [known] = channels.search([]);
    const channelId = known ?? channels.create({ name: "Our pigeons", network: "pigeon" });
    const guestId = env["mail.guest"].create({ name });
    const conversationId = env["omnichannel.conversation"].create({
        state,
        waiting_since: waitingSince ?? "2030-01-01 10:00:00",
        last_message_at: "2030-01-01 10:00:00",
    });
    const members = [Command.create({ guest_id: guestId })];
    if (isMine) {
        members.push(Command.create({ partner_id: serverState.partnerId }));
    }
    const threadId = env["discuss.channel"].create({
        name,
        channel_type: "omnichannel",
        channel_member_ids: members,
        uuid: false,
        omnichannel_state: state,
        omnichannel_operator_id: isMine ? serverState.userId : false,
        omnichannel_channel_id: channelId,
        omnichannel_conversation_id: conversationId,
    });
    env["omnichannel.conversation"].write([conversationId], { discuss_channel_id: threadId });
    env["mail.message"].create({
        author_guest_id: guestId,
        body: `<p>Here is ${name}</p>`,
        message_type: "comment",
        model: "discuss.channel",
        res_id: threadId,
    });
    return { threadId, conversationId };
}

/** Tell the browser what became of a message, as the bus does. */
export function tellDelivery(messageId, delivery) {
    tellOfMessage(messageId, { omnichannel_delivery: delivery });
}

/** Tell the browser something of a message, as the bus does. */
export function tellOfMessage(messageId, values) {
    const env = MockServer.env;
    const [self] = env["res.partner"].browse(serverState.partnerId);
    env["bus.bus"]._sendone(
        self,
        "mail.record/insert",
        new mailDataHelpers.Store().add("mail.message", { id: messageId, ...values }).get_result()
    );
}
