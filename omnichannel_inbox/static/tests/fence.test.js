import { click, contains, insertText, openDiscuss } from "@mail/../tests/mail_test_helpers";
import { mailDataHelpers } from "@mail/../tests/mock_server/mail_mock_server";

import { describe, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";

import { makeServerError, MockServer, onRpc, serverState } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    INPUT,
    makeConversation,
    MESSAGE,
    openMine,
    startAsOperator,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const DIALOG = ".modal:has(.o-omnichannel-AnsweredDialog)";

/** Write a message that is held back, until the author insists. */
async function sendHeldBack(text = "My answer") {
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    const [newest] = MockServer.env["mail.message"].search([["res_id", "=", threadId]]);
    let isFirst = true;
    onRpc("/mail/message/post", async (request) => {
        const { params } = await request.json();
        expect.step(params.post_data.omnichannel_seen_id === newest ? "seen" : "not seen");
        if (isFirst) {
            isFirst = false;
            throw makeServerError({
                errorName: "odoo.addons.omnichannel_inbox.models.discuss_channel.AnsweredMeanwhile",
                message: "Boris has answered meanwhile: Yes",
            });
        }
    });
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "Here is Early" });
    await insertText(INPUT, text);
    await press("Enter");
    await expect.waitForSteps(["seen"]);
    await contains(DIALOG, { text: "Boris has answered meanwhile: Yes" });
    await contains(`${DIALOG} blockquote`, { text });
    await contains(MESSAGE, { text, count: 0 });
}

test("a held back message is sent when the author insists", async () => {
    await sendHeldBack();
    await click(`${DIALOG} [name='send']`);
    await expect.waitForSteps(["seen"]);
    await contains(DIALOG, { count: 0 });
    await contains(MESSAGE, { text: "My answer" });
    await contains(`${INPUT}:value()`);
});

test("a held back message goes back to where it was written", async () => {
    await sendHeldBack();
    await click(`${DIALOG} [name='edit']`);
    await contains(`${INPUT}:value(My answer)`);
    await contains(MESSAGE, { text: "My answer", count: 0 });
});

test("to close the dialog loses no text", async () => {
    await sendHeldBack();
    await press("Escape");
    await contains(`${INPUT}:value(My answer)`);
});

test("a held back message is discarded", async () => {
    await sendHeldBack();
    await click(`${DIALOG} [name='discard']`);
    await contains(DIALOG, { count: 0 });
    await contains(`${INPUT}:value()`);
    await contains(MESSAGE, { text: "My answer", count: 0 });
});

test("what the server refuses it says in a sentence", async () => {
    onRpc("/mail/message/post", () => {
        throw makeServerError({ message: "Take the conversation before you write in it." });
    });
    await openMine();
    await insertText(INPUT, "My answer");
    await press("Enter");
    await contains(".o_notification", { text: "Take the conversation before you write in it." });
    await contains(`${MESSAGE} [title*='Click to retry']`);
});

test("what got no answer is posted again under the same key, and stands there once", async () => {
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    const keys = [];
    let messageId;
    onRpc("/mail/message/post", async (request) => {
        const { params } = await request.json();
        keys.push(params.post_data.omnichannel_post_key);
        const messages = MockServer.env["mail.message"];
        if (messageId) {
            const store = new mailDataHelpers.Store(messages.browse(messageId));
            return { message_id: messageId, store_data: store.get_result() };
        }
        messageId = messages.create({
            author_id: serverState.partnerId,
            body: params.post_data.body,
            message_type: "comment",
            model: "discuss.channel",
            res_id: threadId,
        });
        return new Response("", { status: 502 });
    });
    await startAsOperator();
    await openDiscuss(threadId);
    await insertText(INPUT, "My answer");
    await press("Enter");
    await click(`${MESSAGE} [title*='Click to retry']`);
    await contains(`${MESSAGE} [title*='Click to retry']`, { count: 0 });
    await contains(MESSAGE, { text: "My answer", count: 1 });
    expect(keys).toHaveLength(2);
    expect(Boolean(keys[0]) && keys[0] === keys[1]).toBe(true);
});
