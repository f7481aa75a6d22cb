import { click, contains, hover, openDiscuss } from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";

import { onRpc } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    makeConversation,
    MESSAGE,
    startAsOperator,
    tellDelivery,
    TICK,
    writeAnswer,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const TROUBLE = ".o-omnichannel-MessageTrouble";

async function openWithAnswer(state = "open") {
    const isMine = state === "open";
    const { threadId } = await makeConversation("Early", { state, isMine });
    const messageId = writeAnswer(threadId);
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "Our answer" });
    return messageId;
}

function delivery(state, values) {
    return { ids: [7, 8], state, changing: false, reason: "", cure: "", ...values };
}

test("the tick follows what the network tells", async () => {
    const messageId = await openWithAnswer();
    await contains(TICK, { count: 0 });
    const titles = {
        waiting: "Waiting to be sent",
        sending: "Sending",
        sent: "Sent",
        delivered: "Delivered",
        read: "Read",
    };
    for (const [state, title] of Object.entries(titles)) {
        tellDelivery(messageId, delivery(state));
        await contains(`${TICK}[data-state='${state}'][title='${title}']`);
        await contains(TROUBLE, { count: 0 });
    }
});

test("what has failed says why, what to do, and is tried again", async () => {
    onRpc("omnichannel.message", "action_retry", ({ args }) => {
        expect.step(args);
        return true;
    });
    const messageId = await openWithAnswer();
    tellDelivery(messageId, delivery("failed", { reason: "He blocked us.", cure: "Call him." }));
    await contains(`${TICK}[data-state='failed']`);
    await contains(TROUBLE, { text: "Not sent" });
    await contains(TROUBLE, { text: "He blocked us." });
    await contains(TROUBLE, { text: "Call him." });
    await click(`${TROUBLE} button`, { text: "Retry" });
    await expect.waitForSteps([[[7, 8]]]);
});

test("what was possibly sent is sent again only by decision", async () => {
    const messageId = await openWithAnswer();
    tellDelivery(messageId, delivery("unknown", { reason: "No answer came back." }));
    await contains(`${TICK}[data-state='unknown'][title='Possibly sent']`);
    await contains(`${TROUBLE} button`, { text: "Send again anyway" });
});

test("whoever does not take part only reads what went wrong", async () => {
    const messageId = await openWithAnswer("done");
    tellDelivery(messageId, delivery("failed"));
    await contains(TROUBLE);
    await contains(`${TROUBLE} button`, { count: 0 });
});

test("an own answer is edited while the conversation is ours", async () => {
    const messageId = await openWithAnswer();
    tellDelivery(messageId, delivery("sent"));
    await contains(`${TICK}[data-state='sent']`);
    await hover(".o-mail-Message:contains(Our answer)");
    await contains(".o-mail-Message:contains(Our answer) [name='edit']");
});

test("an answer is not edited once the conversation is closed", async () => {
    const messageId = await openWithAnswer("done");
    tellDelivery(messageId, delivery("sent"));
    await contains(`${TICK}[data-state='sent']`);
    await hover(".o-mail-Message:contains(Our answer)");
    await contains(".o-mail-Message:contains(Our answer) .o-mail-Message-actions");
    await contains(".o-mail-Message:contains(Our answer) [name='edit']", { count: 0 });
});
