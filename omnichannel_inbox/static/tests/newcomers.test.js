import {
    contains,
    openDiscuss,
    setupChatHub,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { waitUntil } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";

import {
    getMockEnv,
    getService,
    MockServer,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";

import {
    answerAsServer,
    defineOmnichannelModels,
    ITEM,
    LOCK,
    makeConversation,
} from "./omnichannel_test_helpers";
import {
    arrive,
    change,
    expectInTitle,
    NAME_DELAY,
    newcomer,
    NOTICE,
    RING,
    settle,
    startAway,
    startWatching,
    tellOf,
    wait,
} from "./telling_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

/** As Odoo's worker does it: of two who ask at once the first never gets an answer. */
function answerTheLast() {
    let asked = 0;
    return async () => {
        const mine = ++asked;
        await animationFrame();
        return mine === asked || new Promise(() => {});
    };
}

test("a new conversation is told once, and no longer when it is taken", async () => {
    answerAsServer();
    await startServer();
    await start();
    await animationFrame();
    const { threadId, conversationId } = await makeConversation("Newcomer");
    const conversations = MockServer.env["omnichannel.conversation"];
    conversations.write([conversationId], { waiting_since: false });
    conversations._tell(threadId);
    await animationFrame();
    conversations.write([conversationId], { waiting_since: "2030-01-01 10:00:00" });
    conversations._tell(threadId);
    await animationFrame();
    await advanceTime(1500);
    await contains(".o_notification", { text: "New conversation: Newcomer (Our pigeons)" });
    MockServer.env["omnichannel.conversation"]._tell(threadId);
    await animationFrame();
    await contains(".o_notification", { count: 1 });
    MockServer.env["discuss.channel"].write([threadId], { omnichannel_state: "open" });
    MockServer.env["omnichannel.conversation"]._tell(threadId);
    await contains(".o_notification", { count: 0 });
});

test("a new conversation is told once with Odoo out of sight, and stands in the title", async () => {
    await startWatching({ isAllowed: true });
    const threadId = await newcomer();
    await expectInTitle(1);
    await expect.waitForSteps([NOTICE, ...RING]);
    await tellOf(threadId);
    await wait();
    await contains(".o_notification", { count: 0 });
    await expect.waitForSteps([]);
});

test("whoever looks at Odoo is told without a sound", async () => {
    await startWatching({ isAllowed: true, isFocused: true });
    await newcomer();
    await contains(".o_notification", { text: "New conversation: Newcomer (Our pigeons)" });
    await expect.waitForSteps([]);
});

for (const isOperator of [true, false]) {
    const where = isOperator ? "where he is an operator" : "but not where he only supervises";
    test(`a supervisor is told of new conversations, ${where}`, async () => {
        await startAway({ supervises: true });
        const values = { name: "Their pigeons", network: "pigeon", is_operator: isOperator };
        MockServer.env["omnichannel.channel"].create(values);
        await start();
        await contains(".o_menu_systray i[aria-label='Messages']");
        await newcomer();
        await expect.waitForSteps(isOperator ? RING : []);
    });
}

test("whoever is busy is shown nothing of a new conversation either", async () => {
    await startServer();
    MockServer.env["res.partner"].write([serverState.partnerId], { im_status: "busy" });
    await startWatching({ isFocused: true });
    await newcomer();
    await contains(".o_notification", { count: 0 });
    await expectInTitle(0);
});

/** These clients write for the first time, and the browser hears of all in one moment. */
async function arriveTogether(...names) {
    const made = [];
    for (const name of names) {
        made.push(await makeConversation(name));
    }
    await Promise.all(made.map(({ threadId }) => tellOf(threadId)));
}

test("those who come together are told in one notification, with one sound", async () => {
    await startWatching({ isAllowed: true, isMainTab: answerTheLast() });
    await arriveTogether("Newcomer", "Another");
    await wait();
    await expect.waitForSteps([`${NOTICE}\nNew conversation: Another (Our pigeons)`, ...RING]);
    await expectInTitle(2);
});

test("within Odoo each of those who come together has a line", async () => {
    await startWatching({ isFocused: true });
    await arriveTogether("Newcomer", "Another");
    await wait();
    await contains(".o_notification", { count: 2 });
});

test("whom a colleague takes before he is told of is not told of", async () => {
    await startWatching({ isAllowed: true });
    const { threadId } = await arrive("Quick");
    await change(threadId, { omnichannel_state: "open" });
    await newcomer();
    await expect.waitForSteps([NOTICE, ...RING]);
    await expectInTitle(1);
});

test("whom a colleague takes just before the sound is not told of", async () => {
    await startWatching({ isAllowed: true });
    const { threadId } = await arrive("Quick");
    await advanceTime(NAME_DELAY);
    await expectInTitle(1);
    await change(threadId, { omnichannel_state: "open" });
    await wait();
    await expectInTitle(0);
    await expect.waitForSteps([]);
});

test("a supervisor is not told of whom somebody took while the server was asked", async () => {
    await startWatching({ isAllowed: true, supervises: true });
    const { threadId } = await arrive();
    const thread = getService("mail.store").Thread.get({ model: "discuss.channel", id: threadId });
    thread.omnichannel_channel_id.is_operator = undefined;
    const asked = new Deferred();
    const answer = new Deferred();
    onRpc("/mail/data", () => {
        asked.resolve();
        return answer;
    });
    await advanceTime(NAME_DELAY);
    await settle();
    await asked;
    MockServer.env["discuss.channel"].write([threadId], { omnichannel_state: "open" });
    answer.resolve();
    await waitUntil(() => thread.omnichannel_state === "open", { timeout: 3000 });
    await wait();
    await expect.waitForSteps([]);
});

test("whom somebody takes leaves the title, and all do when the user is back", async () => {
    await startWatching();
    const threadId = await newcomer("Taken");
    await newcomer();
    await expect.waitForSteps([...RING, ...RING]);
    await expectInTitle(2);
    await change(threadId, { omnichannel_state: "open" });
    await expectInTitle(1);
    getMockEnv().bus.trigger("window_focus", true);
    await expectInTitle(0);
});

test("with whom a bot talks is told of when it hands him over", async () => {
    await startWatching({ isAllowed: true });
    const { threadId, conversationId } = await arrive("Newcomer", { with_bot: true });
    await wait();
    await expect.waitForSteps([]);
    const values = { with_bot: false, waiting_since: "2030-01-01 10:00:05" };
    MockServer.env["omnichannel.conversation"].write([conversationId], values);
    await tellOf(threadId);
    await wait();
    await expect.waitForSteps([NOTICE, ...RING]);
});

test("whom a bot begins to talk with in that moment is not told of", async () => {
    await startWatching({ isAllowed: true });
    const { threadId, conversationId } = await arrive();
    MockServer.env["omnichannel.conversation"].write([conversationId], { with_bot: true });
    await tellOf(threadId);
    await wait();
    await expect.waitForSteps([]);
});

test("who waited before and writes again is no news", async () => {
    await startWatching({ isAllowed: true });
    await arrive("Early", { waiting_since: "2030-01-01 09:00:00" });
    await wait();
    await expect.waitForSteps([]);
});

test("in a tab that is not shown, and in Discuss, no line appears", async () => {
    await startWatching({ isFocused: true });
    patchWithCleanup(document, { visibilityState: "hidden" });
    await newcomer("Behind");
    patchWithCleanup(document, { visibilityState: "visible" });
    await openDiscuss();
    await newcomer("Listed");
    await contains(ITEM, { text: "Listed" });
    await contains(".o_notification", { count: 0 });
});

/** A client who was answered writes again. */
async function writeAgain(threadId, conversationId) {
    const values = { waiting_since: "2030-01-01 10:00:00" };
    MockServer.env["omnichannel.conversation"].write([conversationId], values);
    await change(threadId, { omnichannel_state: "new" });
    await wait();
}

test("whoever has the thread before him needs no line", async () => {
    await startServer();
    const { threadId, conversationId } = await makeConversation("Newcomer");
    MockServer.env["omnichannel.conversation"].write([conversationId], { waiting_since: false });
    setupChatHub({ opened: [threadId] });
    await startWatching({ isFocused: true });
    await contains(".o-mail-ChatWindow", { text: "Newcomer" });
    await writeAgain(threadId, conversationId);
    await contains(".o_notification", { count: 0 });
});

test("whoever has the thread before him, but Odoo out of sight, is told", async () => {
    const { threadId, conversationId } = await makeConversation("Newcomer", { state: "done" });
    await startWatching({ isAllowed: true });
    await openDiscuss(threadId);
    await contains(LOCK, { text: "This conversation is finished." });
    await writeAgain(threadId, conversationId);
    await expect.waitForSteps([NOTICE, ...RING]);
});
