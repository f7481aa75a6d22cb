import { getWebSocketWorker } from "@bus/../tests/mock_websocket";

import {
    contains,
    mailModels,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
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

export const INPUT = ".o-mail-Composer-input";
/** What stands where one may not write. */
export const LOCK = ".o-omnichannel-ComposerLock";
export const MESSAGE = ".o-mail-Message";
export const PANEL = ".o-omnichannel-ConversationPanel";
/** A conversation in the sidebar of Discuss. */
export const ITEM = ".o-mail-DiscussSidebarChannel";
/** What became of an answer, beside it. */
export const TICK = ".o-omnichannel-MessageDelivery";

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
                const found = threads.search([["omnichannel_state", "=", "new"]]);
                const ongoing = threads.search([
                    ["omnichannel_state", "=", "open"],
                    ...(isSupervisor ? [] : [["id", "in", takesPartIn(this.env)]]),
                ]);
                store.add(
                    threads.browse([...new Set([...found, ...ongoing, ...params.known_ids])])
                );
                store.add({ omnichannelBeyond: beyond });
            }
        },
    });
}

/** The threads that the user takes part in. */
function takesPartIn(env) {
    const members = env["discuss.channel.member"];
    return members
        .browse(members.search([["partner_id", "=", serverState.partnerId]]))
        .map((member) => member.channel_id);
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
    writeMessage(threadId, `Here is ${name}`, { author_guest_id: guestId });
    return { threadId, conversationId };
}

/**
 * Make a conversation with Early, and open it in Discuss before an operator.
 *
 * @param {Object} [values] of the conversation, as `makeConversation` takes them
 * @param {Object} [options] for `answerAsServer`
 */
export async function openConversation(values, options) {
    const made = await makeConversation("Early", values);
    await startAsOperator(options);
    await openDiscuss(made.threadId);
    return made;
}

/** The same, and it is the user's own: he may write. */
export async function openMine(options) {
    const made = await openConversation({ state: "open", isMine: true }, options);
    await contains(INPUT);
    return made;
}

/** A message stands in the thread, and the browser does not know; returns its id. */
export function writeMessage(threadId, text, author) {
    return MockServer.env["mail.message"].create({
        ...author,
        body: `<p>${text}</p>`,
        message_type: "comment",
        model: "discuss.channel",
        res_id: threadId,
    });
}

/** The same, by the user. */
export function writeAnswer(threadId, text = "Our answer") {
    return writeMessage(threadId, text, { author_id: serverState.partnerId });
}

/** The connection to the bus was lost, and stands again. */
export function reconnect() {
    getWebSocketWorker().broadcast("BUS:RECONNECT");
}

/** Tell the browser what became of a message, as the bus does. */
export function tellDelivery(messageId, delivery) {
    const omnichannel_delivery = { lang: serverState.lang, ...delivery };
    tellOfMessage(messageId, { omnichannel_delivery });
}

/** Tell the browser something of a message, as the bus does. */
export function tellOfMessage(id, values) {
    tellRecord("mail.message", { id, ...values });
}

/** Tell the browser these values of a record, as the bus does. */
export function tellRecord(model, values) {
    tellSelf("mail.record/insert", new mailDataHelpers.Store().add(model, values).get_result());
}

/** The bus brings something to the user. */
export function tellSelf(type, told) {
    const { env } = MockServer;
    const [self] = env["res.partner"].browse(serverState.partnerId);
    env["bus.bus"]._sendone(self, type, told);
}
