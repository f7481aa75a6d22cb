import {
    click,
    contains,
    insertText,
    openDiscuss,
    startServer,
} from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";
import { advanceTime } from "@odoo/hoot-mock";

import { getService, MockServer, onRpc } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    INPUT,
    ITEM,
    LOCK,
    makeConversation,
    openConversation,
    openMine,
    startAsOperator,
    tellSelf,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const VIEWERS = ".o-omnichannel-ThreadViewers";

/** A colleague looks at the thread, or no longer. */
function sendViewer(threadId, viewing, isNew = false) {
    tellSelf("omnichannel.conversation/viewer", {
        discuss_channel_id: threadId,
        user_id: 100,
        name: "Boris",
        viewing,
        is_new: isNew,
    });
}

test("colleagues who look at the thread are seen, and forgotten", async () => {
    onRpc("omnichannel.conversation", "announce_viewer", ({ args }) => {
        const [, viewing, isNew] = args;
        if (viewing) {
            expect.step(isNew ? "I come" : "I am here");
        }
        return true;
    });
    const { threadId } = await openConversation();
    await expect.waitForSteps(["I come"]);
    await advanceTime(120000);
    sendViewer(threadId, true, true);
    await contains(VIEWERS, { text: "Looking at this too: Boris" });
    await expect.waitForSteps(["I am here"]);
    sendViewer(threadId, false);
    await contains(VIEWERS, { count: 0 });
    sendViewer(threadId, true);
    await contains(VIEWERS);
    await advanceTime(61000);
    await expect.waitForSteps(["I am here"]);
    await contains(VIEWERS, { count: 0 });
});

test("a channel that does not work says so, with how many answers wait", async () => {
    onRpc("omnichannel.conversation", "get_trouble", () => ({
        message: "The token was revoked.",
        waiting: 3,
    }));
    const { threadId } = await openMine();
    await contains(".o-omnichannel-ChannelBanner", { count: 0 });
    const channels = MockServer.env["omnichannel.channel"];
    channels.write(channels.search([]), { state: "error" });
    MockServer.env["omnichannel.conversation"]._tell(threadId);
    await contains(".o-omnichannel-ChannelBanner", { text: "Our pigeons:" });
    await contains(".o-omnichannel-ChannelBanner", { text: "The token was revoked." });
    await contains(".o-omnichannel-ChannelBanner", { text: "Answers waiting: 3" });
});

test("prepared answers are found by their text and know the names", async () => {
    const env = await startServer();
    env["mail.canned.response"].create({
        source: "greeting",
        substitution: "Dear {client}, here is {operator}",
    });
    env["mail.canned.response"].create({ source: "bye", substitution: "So long" });
    await openMine();
    await insertText(INPUT, "::dear");
    await contains(".o-mail-Composer-suggestion", { count: 1 });
    await contains(".o-mail-Composer-suggestion", { text: "Dear Early, here is Mitchell" });
    await press("Enter");
    await contains(`${INPUT}:value(Dear Early, here is Mitchell )`);
});

test("the keyboard opens who waits, takes, notes and finishes", async () => {
    await makeConversation("Early");
    await startAsOperator();
    await openDiscuss();
    await contains(ITEM, { text: "Early" });
    await press(["alt", "shift", "w"]);
    await contains(LOCK);
    await press(["alt", "shift", "k"]);
    await contains(`${INPUT}:focus`);
    await press(["alt", "shift", "e"]);
    await contains(".o-omnichannel-Composer.o-note");
    await press(["alt", "shift", "e"]);
    await contains(".o-omnichannel-Composer.o-note", { count: 0 });
    await press(["alt", "shift", "f"]);
    await contains(LOCK, { text: "This conversation is finished." });
    await press(["alt", "shift", "w"]);
    await contains(".o_notification", { text: "Nobody waits." });
});

test("the commands stand in Odoo's palette, those that are possible", async () => {
    await openConversation();
    await contains(LOCK);
    getService("command").openMainPalette();
    await contains(".o_command", { text: "Open Lines: take conversation" });
    await contains(".o_command:contains(Open Lines: internal note)", { count: 0 });
});

test("where Discuss opens the palette the commands stand too", async () => {
    await openConversation();
    await contains(LOCK);
    getService("command").openMainPalette({ searchValue: "@open lines" });
    await contains(".o_command", { text: "Open Lines: next waiting conversation" });
    await contains(".o_command:contains(Open Lines: internal note)", { count: 0 });
    await click(".o_command", { text: "Open Lines: take conversation" });
    await contains(`${INPUT}:focus`);
});
