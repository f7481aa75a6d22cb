import { click, contains, setupChatHub } from "@mail/../tests/mail_test_helpers";

import { describe, test } from "@odoo/hoot";

import { defineMenus, MockServer } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    makeConversation,
    startAsOperator,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const APPS = ".o_navbar_apps_menu button";
const WINDOW = ".o-mail-ChatWindow";

/** The client writes in a conversation of the user's. */
function makeUnread(threadId) {
    const env = MockServer.env;
    const [member] = env["discuss.channel.member"].search([
        ["channel_id", "=", threadId],
        ["partner_id", "!=", false],
    ]);
    const last = env["mail.message"].create({ model: "discuss.channel", res_id: threadId });
    env["discuss.channel.member"].write([member], {
        message_unread_counter: 1,
        new_message_separator: last,
    });
}

test("who waits counts in the messaging menu, and with what is unread beside the app", async () => {
    defineMenus([
        { id: 1, name: "Open Lines", xmlid: "omnichannel_inbox.omnichannel_menu_root" },
        { id: 2, name: "Sales", xmlid: "sale.sale_menu_root" },
    ]);
    await makeConversation("Early");
    await makeConversation("Late");
    const { threadId } = await makeConversation("Mine", { state: "open", isMine: true });
    makeUnread(threadId);
    await startAsOperator();
    await contains(".o-mail-MessagingMenu-counter", { text: "3" });
    await click(APPS);
    await contains(".o_app:contains(Open Lines) .o-omnichannel-AppCounter", { text: "3" });
    await contains(".o_app:contains(Sales) .o-omnichannel-AppCounter", { count: 0 });
});

test("windows of closed conversations do not come back", async () => {
    const { threadId: doneId } = await makeConversation("Done", { state: "done" });
    const { threadId: spamId } = await makeConversation("Spam", { state: "spam" });
    const { threadId: mineId } = await makeConversation("Mine", { state: "open", isMine: true });
    setupChatHub({ opened: [doneId, mineId], folded: [spamId] });
    await startAsOperator();
    await contains(WINDOW, { text: "Mine" });
    await contains(WINDOW, { count: 1 });
    await contains(".o-mail-ChatBubble", { count: 0 });
});
