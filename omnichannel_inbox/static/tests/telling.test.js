import { contains, openDiscuss, start, startServer } from "@mail/../tests/mail_test_helpers";
import { mailDataHelpers } from "@mail/../tests/mock_server/mail_mock_server";

import { describe, expect, test } from "@odoo/hoot";
import { waitUntil } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";

import { browser } from "@web/core/browser/browser";
import {
    getService,
    mockService,
    MockServer,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";

import {
    answerAsServer,
    defineOmnichannelModels,
    makeConversation,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const NAME_DELAY = 1500;
const RING = ["sound new-message"];

/** What the browser lets be heard and seen becomes a step; Odoo is out of sight. */
function listen({ isMainTab = true, isFocused = false, isAllowed = false } = {}) {
    mockService("mail.sound_effects", { play: (name) => expect.step(`sound ${name}`) });
    mockService("multi_tab", { isOnMainTab: () => isMainTab });
    mockService("presence", { isOdooFocused: () => isFocused });
    class Native extends EventTarget {
        static permission = isAllowed ? "granted" : "denied";
        constructor(title, { body }) {
            super();
            expect.step(`native ${title}: ${body}`);
        }
    }
    patchWithCleanup(window, { Notification: Native });
}

async function startAway({ supervises = false, ...options } = {}) {
    listen(options);
    answerAsServer({ isSupervisor: supervises });
    MockServer.env ?? (await startServer());
}

/** Whatever is under way has come. */
async function settle() {
    for (let frame = 0; frame < 5; frame++) {
        await animationFrame();
    }
}

/** The client writes, several messages at a time; the browser hears of them together. */
async function clientWrites(threadId, ...texts) {
    const env = MockServer.env;
    const [thread] = env["discuss.channel"].browse(threadId);
    const guests = env["mail.guest"].search([["name", "=", thread.name]]);
    const notifications = texts.map((text) => {
        const id = env["mail.message"].create({
            author_guest_id: guests[0],
            body: `<p>${text}</p>`,
            message_type: "comment",
            model: "discuss.channel",
            res_id: threadId,
        });
        const data = new mailDataHelpers.Store(env["mail.message"].browse(id)).get_result();
        return [thread, "discuss.channel/new_message", { data, id: threadId }];
    });
    env["bus.bus"]._sendmany(notifications);
    await settle();
}

/** He has the thread before him, in this tab or another. */
async function look(threadId, upTo = 0) {
    const env = MockServer.env;
    const [id] = env["discuss.channel.member"].search([
        ["channel_id", "=", threadId],
        ["partner_id", "=", serverState.partnerId],
    ]);
    const [self] = env["res.partner"].browse(serverState.partnerId);
    const values = { id, message_unread_counter: 0, message_unread_counter_bus_id: upTo };
    const store = new mailDataHelpers.Store().add("discuss.channel.member", values);
    env["bus.bus"]._sendone(self, "mail.record/insert", store.get_result());
    await animationFrame();
}

/** A client writes for the first time. */
async function newcomer(name = "Newcomer") {
    const { threadId } = await makeConversation(name);
    MockServer.env["omnichannel.conversation"]._tell(threadId);
    await animationFrame();
    await advanceTime(NAME_DELAY);
    await settle();
    return threadId;
}

async function mine(options) {
    await startAway(options);
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    await start();
    await contains(".o_menu_systray i[aria-label='Messages']");
    await contains(".o-mail-ChatBubble", { count: 0 });
    return threadId;
}

test("the operator hears one sound until he has looked, and then another", async () => {
    const threadId = await mine();
    await clientWrites(threadId, "One");
    await expect.waitForSteps(RING);
    await clientWrites(threadId, "Two");
    await expect.waitForSteps([]);
    await look(threadId);
    await clientWrites(threadId, "Three");
    await expect.waitForSteps(RING);
});

test("of several messages that come together one is told", async () => {
    const threadId = await mine({ isAllowed: true });
    await clientWrites(threadId, "One", "Two", "Three");
    await expect.waitForSteps(["native Early: One", ...RING]);
});

test("whoever wants no sounds sees the notification and hears nothing", async () => {
    browser.localStorage.setItem("mail.user_setting.message_sound", false);
    const threadId = await mine({ isAllowed: true });
    await clientWrites(threadId, "One");
    await expect.waitForSteps(["native Early: One"]);
    await newcomer();
    await expect.waitForSteps(["native Open Lines: New conversation: Newcomer (Our pigeons)"]);
});

test("of several tabs one speaks", async () => {
    const threadId = await mine({ isAllowed: true, isMainTab: false });
    await clientWrites(threadId, "One");
    await newcomer();
    await expect.waitForSteps([]);
    await waitUntil(() => getService("title").current.startsWith("(1)"), { timeout: 3000 });
});

test("what he has read elsewhere already is not told", async () => {
    const threadId = await mine();
    await clientWrites(threadId, "One");
    await expect.waitForSteps(RING);
    await look(threadId, Number.MAX_SAFE_INTEGER);
    await clientWrites(threadId, "Two");
    await expect.waitForSteps([]);
});

test("whoever is busy is left in peace", async () => {
    await startServer();
    MockServer.env["res.partner"].write([serverState.partnerId], { im_status: "busy" });
    const threadId = await mine({ isAllowed: true });
    await clientWrites(threadId, "One");
    await newcomer();
    await expect.waitForSteps([]);
});

for (const state of ["done", "spam"]) {
    test(`of a conversation that is ${state} nothing is told`, async () => {
        await startAway({ isAllowed: true });
        // As it is for a moment: closed, and he has not left the thread yet.
        const { threadId } = await makeConversation("Early", { state, isMine: true });
        await start();
        await contains(".o_menu_systray i[aria-label='Messages']");
        await clientWrites(threadId, "One");
        MockServer.env["omnichannel.conversation"]._tell(threadId);
        await animationFrame();
        await advanceTime(NAME_DELAY);
        await settle();
        await expect.waitForSteps([]);
    });
}

test("of a colleague's conversation nothing is told", async () => {
    await startAway({ isAllowed: true, supervises: true });
    const { threadId } = await makeConversation("Early", { state: "open" });
    await start();
    await openDiscuss(threadId);
    await contains(".o-mail-Message", { text: "Here is Early" });
    await clientWrites(threadId, "One");
    await contains(".o-mail-Message", { text: "One" });
    await expect.waitForSteps([]);
});

test("a new conversation is told once with Odoo out of sight, and stands in the title", async () => {
    await startAway({ isAllowed: true });
    await start();
    await contains(".o_menu_systray i[aria-label='Messages']");
    const threadId = await newcomer();
    await waitUntil(() => getService("title").current.startsWith("(1)"), { timeout: 3000 });
    await expect.waitForSteps([
        "native Open Lines: New conversation: Newcomer (Our pigeons)",
        ...RING,
    ]);
    MockServer.env["omnichannel.conversation"]._tell(threadId);
    await animationFrame();
    await advanceTime(NAME_DELAY);
    await settle();
    await contains(".o_notification", { count: 0 });
    await expect.waitForSteps([]);
});

test("whoever looks at Odoo is told without a sound", async () => {
    await startAway({ isAllowed: true, isFocused: true });
    await start();
    await contains(".o_menu_systray i[aria-label='Messages']");
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
