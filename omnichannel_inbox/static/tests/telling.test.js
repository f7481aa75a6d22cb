import { contains, openDiscuss, start, startServer } from "@mail/../tests/mail_test_helpers";
import { mailDataHelpers } from "@mail/../tests/mock_server/mail_mock_server";

import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";

import { browser } from "@web/core/browser/browser";
import { MockServer, serverState } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    makeConversation,
    MESSAGE,
    tellRecord,
    writeMessage,
} from "./omnichannel_test_helpers";
import {
    expectInTitle,
    newcomer,
    NOTICE,
    RING,
    settle,
    startAway,
    startWatching,
    wait,
} from "./telling_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

/** The client writes, several messages at a time; the browser hears of them together. */
async function clientWrites(threadId, ...texts) {
    const env = MockServer.env;
    const [thread] = env["discuss.channel"].browse(threadId);
    const guests = env["mail.guest"].search([["name", "=", thread.name]]);
    const notifications = texts.map((text) => {
        const id = writeMessage(threadId, text, { author_guest_id: guests[0] });
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
    const values = { message_unread_counter: 0, message_unread_counter_bus_id: upTo };
    tellRecord("discuss.channel.member", { id, ...values });
    await animationFrame();
}

async function mine(options) {
    MockServer.env ?? (await startServer());
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    await startWatching(options);
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
    await expect.waitForSteps([NOTICE]);
});

test("of several tabs one speaks", async () => {
    const threadId = await mine({ isAllowed: true, isMainTab: false });
    await clientWrites(threadId, "One");
    await newcomer();
    await expect.waitForSteps([]);
    await expectInTitle(2);
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
        await wait();
        await expect.waitForSteps([]);
    });
}

test("of a colleague's conversation nothing is told", async () => {
    await startAway({ isAllowed: true, supervises: true });
    const { threadId } = await makeConversation("Early", { state: "open" });
    await start();
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "Here is Early" });
    await clientWrites(threadId, "One");
    await contains(MESSAGE, { text: "One" });
    await expect.waitForSteps([]);
});
