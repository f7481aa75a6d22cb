import { click, contains, openDiscuss, start, startServer } from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, waitUntil } from "@odoo/hoot-dom";
import { advanceTime } from "@odoo/hoot-mock";

import { getService, MockServer, serverState } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    ITEM,
    makeConversation,
    reconnect,
    startAsOperator,
    tellSelf,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const NAME = ".o-mail-DiscussSidebarChannel-itemName";
const COUNT = ".o-omnichannel-Category:contains(Waiting) .o-omnichannel-Category-count";

test("who waits longest stands first, with network and counter", async () => {
    await makeConversation("Late", { waitingSince: "2030-01-01 11:00:00" });
    await makeConversation("Early", { waitingSince: "2030-01-01 09:00:00" });
    await startAsOperator();
    await openDiscuss();
    await contains(ITEM, { text: "Early" });
    await contains(`${ITEM} .o-omnichannel-NetworkIcon`, { count: 2, text: "Pi" });
    await contains(COUNT, { text: "2" });
    const names = queryAllTexts(NAME).filter((name) => ["Early", "Late"].includes(name));
    expect(names).toEqual(["Early", "Late"]);
});

test("the counter says how many wait beyond those that were loaded", async () => {
    await makeConversation("Early");
    await startAsOperator({ beyond: 41 });
    await openDiscuss();
    await contains(COUNT, { text: "42" });
});

test("whoever is no operator has no categories of Open Lines", async () => {
    await startServer();
    await makeConversation("Early");
    await start();
    await openDiscuss();
    await contains(".o-mail-DiscussSidebarCategory", { text: "Channels" });
    await contains(".o-omnichannel-Category", { count: 0 });
});

test("a new conversation appears without asking the server", async () => {
    await makeConversation("Early");
    await startAsOperator();
    await openDiscuss();
    await contains(ITEM, { text: "Early" });
    const { threadId } = await makeConversation("Newcomer");
    MockServer.env["omnichannel.conversation"]._tell(threadId);
    await contains(ITEM, { text: "Newcomer" });
    await contains(COUNT, { text: "2" });
});

test("what a colleague has taken leaves", async () => {
    const { threadId } = await makeConversation("Early");
    await startAsOperator();
    await openDiscuss();
    await contains(ITEM, { text: "Early" });
    MockServer.env["discuss.channel"].write([threadId], { omnichannel_state: "open" });
    MockServer.env["omnichannel.conversation"]._tell(threadId);
    await contains(ITEM, { text: "Early", count: 0 });
});

test("what one has read a moment before leaving does not bring one back", async () => {
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    await startAsOperator({ isSupervisor: true });
    await openDiscuss();
    await contains(ITEM, { text: "Early" });
    const { env } = MockServer;
    const [id] = env["discuss.channel.member"].search([["partner_id", "=", serverState.partnerId]]);
    env["omnichannel.conversation"]._moveSelf(threadId, false);
    const tell = (told) => tellSelf("mail.record/insert", told);
    const place = { id: threadId, model: "discuss.channel" };
    tell({ "discuss.channel": [{ ...place, channel_member_ids: [["DELETE", [{ id }]]] }] });
    const { Thread } = getService("mail.store");
    const isUnder = (name) => () => Thread.get(place).discussAppCategory.name === name;
    await waitUntil(isUnder("All"), { timeout: 3000 });
    tell({
        "discuss.channel.member": [{ id, channel_id: place, partner_id: serverState.partnerId }],
    });
    await waitUntil(isUnder("Mine"), { timeout: 3000 });
    await advanceTime(1000);
    await waitUntil(isUnder("All"), { timeout: 3000 });
    await advanceTime(60000);
    expect(isUnder("All")()).toBe(true);
});

/** An answer that was given before the conversation was taken comes after that. */
async function tellLate(threadId, place) {
    const { Thread } = getService("mail.store");
    const thread = { id: threadId, model: "discuss.channel" };
    const isUnder = (name) => () => Thread.get(thread)?.discussAppCategory?.name === name;
    await waitUntil(isUnder(place), { timeout: 3000 });
    getService("mail.store").insert({
        "discuss.channel": [{ ...thread, omnichannel_state: "new", self_member_id: false }],
    });
    await waitUntil(isUnder("Waiting"), { timeout: 3000 });
    await advanceTime(1000);
    await waitUntil(isUnder(place), { timeout: 3000 });
    await advanceTime(60000);
    expect(isUnder(place)()).toBe(true);
}

test("what was asked before taking takes nothing away when it is answered late", async () => {
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    await startAsOperator({ isSupervisor: true });
    await openDiscuss();
    await tellLate(threadId, "Mine");
});

test("what is answered late does not free a colleague's conversation before a supervisor", async () => {
    const { threadId } = await makeConversation("Busy", { state: "open" });
    await startAsOperator({ isSupervisor: true });
    await openDiscuss(threadId);
    await tellLate(threadId, "All");
});

test("a supervisor sees under All what colleagues have in work", async () => {
    await makeConversation("Busy", { state: "open" });
    await startAsOperator({ isSupervisor: true });
    await openDiscuss();
    await contains(".o-omnichannel-Category", { text: "All" });
    await contains(ITEM, { text: "Busy" });
});

test("a lost notification is made up for after a reconnect", async () => {
    const { threadId } = await makeConversation("Early");
    await startAsOperator();
    await openDiscuss();
    await contains(ITEM, { text: "Early" });
    await makeConversation("Missed");
    MockServer.env["discuss.channel"].write([threadId], { omnichannel_state: "done" });
    reconnect();
    await contains(ITEM, { text: "Missed" });
    await contains(ITEM, { text: "Early", count: 0 });
});

test("Odoo's own categories are as they were", async () => {
    const env = await startServer();
    env["discuss.channel"].create({ name: "zebra", channel_type: "channel" });
    env["discuss.channel"].create({ name: "ant", channel_type: "channel" });
    await startAsOperator();
    await openDiscuss();
    await contains(ITEM, { text: "zebra" });
    expect(queryAllTexts(NAME).filter((name) => name !== "Mitchell Admin")).toEqual([
        "ant",
        "zebra",
    ]);
    await click(ITEM, { text: "ant" });
    await contains(".o-mail-Composer-input[placeholder='Message #ant…']");
});
