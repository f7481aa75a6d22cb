import {
    click,
    contains,
    hover,
    openDiscuss,
    setupChatHub,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { queryAllAttributes } from "@odoo/hoot-dom";

import { MockServer, onRpc } from "@web/../tests/web_test_helpers";

import {
    answerAsServer,
    defineOmnichannelModels,
    INPUT,
    ITEM,
    LOCK,
    makeConversation,
    MESSAGE,
    openConversation,
    openMine,
    startAsOperator,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

/** What Odoo's own must not be offered with a client. */
const UNWANTED = ["advanced-settings", "call", "camera-call", "invite-people", "leave"];

test("a waiting conversation is read, and written to once it is taken", async () => {
    await openConversation();
    await contains(MESSAGE, { text: "Here is Early" });
    await contains(LOCK, { text: "Nobody has taken this conversation yet." });
    await contains(INPUT, { count: 0 });
    await click(`${LOCK} button`, { text: "Take conversation" });
    await contains(`${INPUT}[placeholder='Message to Early…']:focus`);
    await contains(".o-omnichannel-Category", { text: "Mine1" });
});

test("whoever reads without being a member hears of what is new", async () => {
    const { threadId } = await openConversation();
    await contains(LOCK);
    await waitForChannels([`discuss.channel_${threadId}`]);
});

test("finish, go on looking, restore", async () => {
    await openMine();
    await click("[name='omnichannel-finish']");
    await contains(LOCK, { text: "This conversation is finished." });
    await contains(ITEM, { text: "Early", count: 0 });
    await contains(MESSAGE, { text: "Here is Early" });
    await click("[name='omnichannel-restore']");
    await contains(INPUT);
    await contains(ITEM, { text: "Early" });
});

test("spam is locked and can be restored", async () => {
    const { conversationId } = await openMine();
    await contains("[name='omnichannel-spam']");
    MockServer.env["omnichannel.conversation"].action_spam([conversationId]);
    await contains(LOCK, { text: "This conversation is closed as spam." });
    await click(`${LOCK} button`, { text: "Restore conversation" });
    await contains(INPUT);
});

test("a colleague's conversation is for reading only", async () => {
    const { threadId } = await makeConversation("Busy", { state: "open" });
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(LOCK, { text: "A colleague has this conversation." });
    await contains(`${LOCK} button`, { count: 0 });
    await contains("[name='omnichannel-finish']", { count: 0 });
    await contains("[name='omnichannel-manage']", { count: 0 });
});

test("a supervisor manages a colleague's conversation", async () => {
    const { threadId } = await makeConversation("Busy", { state: "open" });
    await startAsOperator({ isSupervisor: true });
    await openDiscuss(threadId);
    await click(`${LOCK} button`, { text: "Manage" });
    await contains(".o-omnichannel-ManageDialog li", { count: 2 });
});

test("what makes no sense with a client is not offered", async () => {
    await openMine();
    await contains(".o-mail-DiscussContent-header [name='omnichannel-finish']");
    const header = queryAllAttributes(".o-mail-DiscussContent-header button[name]", "name");
    await hover(ITEM, { text: "Early" });
    await click(`${ITEM}:contains(Early) [title='Chat Actions']`);
    await contains(".o-mail-DiscussSidebar-floatingMenu [name='omnichannel-finish']");
    const menu = queryAllAttributes(".o-mail-DiscussSidebar-floatingMenu [name]", "name");
    expect([...header, ...menu].filter((name) => UNWANTED.includes(name))).toEqual([]);
});

test("Odoo's own channels keep what they offer", async () => {
    const env = await startServer();
    const channelId = env["discuss.channel"].create({ name: "general", channel_type: "channel" });
    await startAsOperator();
    await openDiscuss(channelId);
    await contains("[name='invite-people']");
    await contains("[name='omnichannel-take']", { count: 0 });
});

test("the header shows client, channel and operator", async () => {
    await openMine();
    await contains(".o-mail-DiscussContent-threadAvatar img[data-src*='omnichannel.conversation']");
    await contains(".o-omnichannel-ThreadStatus", { text: "Our pigeons · Mitchell Admin" });
});

test("invite, delegate and leave ask the server", async () => {
    const { threadId, conversationId } = await makeConversation("Early", {
        state: "open",
        isMine: true,
    });
    for (const method of ["action_invite", "action_delegate"]) {
        onRpc("omnichannel.conversation", method, ({ args }) => {
            expect.step([method, args]);
            return true;
        });
    }
    await startAsOperator();
    await openDiscuss(threadId);
    await click("[name='omnichannel-manage']");
    await contains(".o-omnichannel-ManageDialog li", { text: "MitchellOperator" });
    await click("li[data-operator-id='100'] [name='invite']");
    await expect.waitForSteps([["action_invite", [[conversationId], [100]]]]);
    await click("li[data-operator-id='100'] [name='delegate']");
    await expect.waitForSteps([["action_delegate", [[conversationId], 100, ""]]]);
    await contains(".o-omnichannel-ManageDialog", { count: 0 });
});

test("a chat window is locked, opened, and closed without leaving", async () => {
    const { threadId } = await makeConversation("Early");
    onRpc("discuss.channel", "action_unfollow", () => expect.step("left"));
    onRpc("omnichannel.conversation", "action_leave", () => expect.step("left"));
    onRpc("omnichannel.conversation", "action_finish", () => expect.step("finished"));
    setupChatHub({ opened: [threadId] });
    answerAsServer();
    await start();
    await click(`.o-mail-ChatWindow ${LOCK} button`, { text: "Take conversation" });
    await contains(`.o-mail-ChatWindow ${INPUT}`);
    await click(".o-mail-ChatWindow [title*='Close Chat Window']");
    await contains(".o-mail-ChatWindow", { count: 0 });
    expect.verifySteps([]);
    const [thread] = MockServer.env["discuss.channel"].browse(threadId);
    expect(thread.omnichannel_state).toBe("open");
});
