import { contains, openDiscuss, start, startServer } from "@mail/../tests/mail_test_helpers";

import { describe, test } from "@odoo/hoot";
import { animationFrame, mockDate } from "@odoo/hoot-mock";

import { browser } from "@web/core/browser/browser";
import { getService, MockServer, serverState } from "@web/../tests/web_test_helpers";

import { defineOmnichannelModels, makeConversation } from "./omnichannel_test_helpers";
import { arrive, change, settle, startAway, wait } from "./telling_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const LINE = ".o_notification:contains(Wrote while you were away)";
const MINUTE = 60 * 1000;

/** Odoo is opened by an operator who touched a key so many minutes ago. */
async function comeBack({ minutes = 20, ...options } = {}) {
    browser.localStorage.setItem("presence.lastPresence", Date.now() - minutes * MINUTE);
    await startAway({ isFocused: true, ...options });
    await start();
    await contains(".o_menu_systray i[aria-label='Messages']");
    await settle();
}

/** The user touches a key again. */
async function touch() {
    getService("presence").bus.trigger("presence");
    await settle();
}

/** The user has read what the client wrote. */
function readAll(threadId) {
    const members = MockServer.env["discuss.channel.member"];
    const domain = [
        ["channel_id", "=", threadId],
        ["partner_id", "=", serverState.partnerId],
    ];
    members.write(members.search(domain), { new_message_separator: Number.MAX_SAFE_INTEGER });
}

test("whoever comes back is told in one line who wrote, until all are taken", async () => {
    const { threadId: first } = await makeConversation("Newcomer");
    const { threadId: second } = await makeConversation("Another");
    await comeBack();
    await contains(".o_notification", {
        text: "Wrote while you were away: Newcomer, Another",
    });
    await contains(".o_notification", { count: 1 });
    await change(first, { omnichannel_state: "open" });
    await contains(LINE);
    await change(second, { omnichannel_state: "open" });
    await contains(LINE, { count: 0 });
});

test("whoever is busy is left in peace", async () => {
    await startServer();
    MockServer.env["res.partner"].write([serverState.partnerId], { im_status: "busy" });
    await makeConversation("Newcomer");
    await comeBack();
    await contains(LINE, { count: 0 });
});

test("with whom a bot talks is not told of", async () => {
    const { conversationId } = await makeConversation("Newcomer");
    MockServer.env["omnichannel.conversation"].write([conversationId], { with_bot: true });
    await comeBack();
    await contains(LINE, { count: 0 });
});

test("of many three are named", async () => {
    for (const name of ["A", "B", "C", "D", "E"]) {
        await makeConversation(name);
    }
    await comeBack();
    await contains(".o_notification", { text: "Wrote while you were away: A, B, C and 2 more" });
});

test("whoever was away for a moment is told nothing", async () => {
    await makeConversation("Newcomer");
    await comeBack({ minutes: 14 });
    await contains(LINE, { count: 0 });
});

test("who wrote before that is not told of", async () => {
    const { conversationId } = await makeConversation("Early");
    const values = { last_message_at: "2010-01-01 10:00:00" };
    MockServer.env["omnichannel.conversation"].write([conversationId], values);
    await comeBack();
    await contains(LINE, { count: 0 });
});

test("his own clients are told of where he has not read them", async () => {
    const { threadId } = await makeConversation("Read", { state: "open", isMine: true });
    readAll(threadId);
    await makeConversation("Unread", { state: "open", isMine: true });
    await comeBack();
    await contains(".o_notification", { text: "Wrote while you were away: Unread" });
});

test("the first touch after a long while is a return as well", async () => {
    await comeBack({ minutes: 0 });
    await makeConversation("Newcomer");
    mockDate("2030-02-01 10:00:00");
    await makeConversation("Latest", { waitingSince: "2030-02-01 09:00:00" });
    await touch();
    await contains(LINE);
    await touch();
    await animationFrame();
    await contains(LINE, { count: 1 });
});

test("whoever loads the page once more is not told again", async () => {
    await makeConversation("Newcomer");
    browser.localStorage.setItem("omnichannel.absence.told_at", Date.now() - MINUTE);
    await comeBack();
    await contains(LINE, { count: 0 });
});

test("of whom the line tells nothing else is told", async () => {
    await comeBack({ minutes: 0 });
    mockDate("2030-02-01 10:00:00");
    await arrive("Newcomer");
    await touch();
    await contains(LINE);
    await wait();
    await contains(".o_notification", { count: 1 });
});

test("in Discuss the lists say it", async () => {
    await comeBack({ minutes: 0 });
    const { threadId } = await makeConversation("Newcomer");
    await openDiscuss(threadId);
    mockDate("2030-02-01 10:00:00");
    await touch();
    await contains(LINE, { count: 0 });
});

test("whoever only supervises the channel is told nothing", async () => {
    await startServer();
    const values = { name: "Their pigeons", network: "pigeon", is_operator: false };
    MockServer.env["omnichannel.channel"].create(values);
    await makeConversation("Newcomer");
    await comeBack({ supervises: true });
    await contains(LINE, { count: 0 });
});
