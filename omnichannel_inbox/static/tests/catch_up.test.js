import { contains, openDiscuss } from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";

import { asyncStep, MockServer, onRpc, waitForSteps } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    makeConversation,
    MESSAGE,
    openConversation,
    reconnect,
    startAsOperator,
    tellDelivery,
    TICK,
    writeAnswer,
    writeMessage,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

/** The client writes, and the bus tells nobody. */
function write(threadId, text) {
    const [author_guest_id] = MockServer.env["mail.guest"].search([]);
    writeMessage(threadId, text, { author_guest_id });
}

/** The client writes, and the bus tells nobody but for the conversation's state. */
function writeUnheard(threadId, text) {
    write(threadId, text);
    MockServer.env["omnichannel.conversation"]._tell(threadId);
}

test("what the bus has not brought is fetched", async () => {
    const { threadId } = await openConversation();
    await contains(MESSAGE, { text: "Here is Early" });
    writeUnheard(threadId, "And one more thing");
    writeUnheard(threadId, "And another");
    await advanceTime(1000);
    await contains(`${MESSAGE}:contains(And one more thing) + ${MESSAGE}`, { text: "And another" });
});

test("what came while the thread was not shown is there when it is", async () => {
    const { threadId } = await makeConversation("Early");
    const { threadId: otherId } = await makeConversation("Late");
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "Here is Early" });
    await openDiscuss(otherId);
    await contains(MESSAGE, { text: "Here is Late" });
    writeUnheard(threadId, "And one more thing");
    await advanceTime(1000);
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "Here is Early" });
    await advanceTime(1000);
    await contains(MESSAGE, { text: "And one more thing" });
});

test("what came while there was no connection is fetched when there is one", async () => {
    const { threadId } = await openConversation();
    await contains(MESSAGE, { text: "Here is Early" });
    write(threadId, "And one more thing");
    await advanceTime(5000);
    await contains(MESSAGE, { count: 1 });
    reconnect();
    await contains(MESSAGE, { text: "And one more thing" });
});

test("as long as the bus brings everything, and where nothing is found, nothing is asked", async () => {
    const { threadId, conversationId } = await makeConversation("Early");
    onRpc("/discuss/channel/messages", () => asyncStep("messages"));
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "Here is Early" });
    await waitForSteps(["messages"]);
    MockServer.env["omnichannel.conversation"]._tell(threadId);
    await advanceTime(1000);
    MockServer.env["omnichannel.conversation"].write([conversationId], { unreadable_id: 1000 });
    for (let times = 0; times < 3; times++) {
        MockServer.env["omnichannel.conversation"]._tell(threadId);
        await advanceTime(1000);
    }
    await waitForSteps(["messages"]);
    expect(`${MESSAGE}:visible`).toHaveCount(1);
});

test("what became of an answer is asked for, should the bus not tell", async () => {
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    const id = writeAnswer(threadId);
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "Our answer" });
    const states = ["waiting", "sent"];
    onRpc("/discuss/channel/messages", async (request) => {
        const { params } = await request.json();
        asyncStep(`asked after ${id - params.fetch_params.after}`);
        const omnichannel_delivery = { ids: [7], state: states.shift() };
        return { data: { "mail.message": [{ id, omnichannel_delivery }] }, messages: [] };
    });
    tellDelivery(id, { ids: [7], state: "waiting" });
    await contains(`${TICK}[data-state='waiting']`);
    await advanceTime(2000);
    await waitForSteps([]);
    await advanceTime(1000);
    await waitForSteps(["asked after 1"]);
    await contains(`${TICK}[data-state='waiting']`);
    await advanceTime(6000);
    await waitForSteps(["asked after 1"]);
    await contains(`${TICK}[data-state='sent']`);
    await advanceTime(120000);
    await waitForSteps([]);
});

test("why an answer did not arrive is asked for in the language of the user", async () => {
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    const id = writeAnswer(threadId);
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "Our answer" });
    const trouble = { ids: [7], state: "failed", cure: "" };
    const words = { en: "He blocked us.", unknown: "Nobody speaks so." };
    let lang = "en";
    onRpc("/discuss/channel/messages", () => {
        asyncStep(`asked for ${lang}`);
        const omnichannel_delivery = { ...trouble, lang, reason: words[lang] };
        return { data: { "mail.message": [{ id, omnichannel_delivery }] }, messages: [] };
    });
    tellDelivery(id, { ...trouble, lang: "ru_RU", reason: "Он закрыл переписку." });
    await contains(MESSAGE, { text: "He blocked us." });
    await waitForSteps(["asked for en"]);
    tellDelivery(id, { ...trouble, lang: "en", reason: "He left." });
    await contains(MESSAGE, { text: "He left." });
    await waitForSteps([]);
    lang = "unknown";
    tellDelivery(id, { ...trouble, lang: "ru_RU", reason: "Он ушёл." });
    await contains(MESSAGE, { text: "Nobody speaks so." });
    await advanceTime(120000);
    await waitForSteps(["asked for unknown"]);
});

test("what the bus tells is not asked for", async () => {
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    const [id] = MockServer.env["mail.message"].search([["res_id", "=", threadId]]);
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "Here is Early" });
    onRpc("/discuss/channel/messages", () => asyncStep("asked"));
    tellDelivery(id, { ids: [7], state: "waiting" });
    await contains(`${TICK}[data-state='waiting']`);
    tellDelivery(id, { ids: [7], state: "sent" });
    await contains(`${TICK}[data-state='sent']`);
    await advanceTime(120000);
    await waitForSteps([]);
});
