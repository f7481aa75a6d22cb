import { click, contains, insertText, openDiscuss } from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { press, queryFirst } from "@odoo/hoot-dom";

import { makeServerError, MockServer, onRpc } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    LOCK,
    makeConversation,
    openMine,
    PANEL,
    startAsOperator,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const HISTORY = ".o-omnichannel-HistoryPanel";
const PHONE = `${PANEL} input[name='phone']`;

function stepWrites() {
    onRpc("omnichannel.conversation", "write", ({ args }) => {
        expect.step(args[1]);
        return true;
    });
}

test("beside the thread stands what is known of the client", async () => {
    await openMine();
    await contains(PANEL, { text: "Pigeon Post · @early" });
    await contains(`${PHONE}:value(+7 900)`);
    await contains(`${PANEL} .o_tag`, { text: "VIP" });
    await contains(`${PANEL} button[name='lead']`, { text: "Cups" });
    await contains(`${PANEL} button[name='order']`, { text: "S00006" });
    await contains(`${PANEL} dd`, { text: "Russian" });
});

test("a value is saved when one leaves it", async () => {
    stepWrites();
    await openMine();
    await insertText(PHONE, "+7 901", { replace: true });
    await press("Tab");
    await expect.waitForSteps([{ phone: "+7 901" }]);
    await contains(".o-omnichannel-SavedField[data-status='saved'] input[name='phone']");
    await click(`${PANEL} button[name='priority']`);
    await expect.waitForSteps([{ priority: "1" }]);
});

test("what could not be saved stays, and says so", async () => {
    onRpc("omnichannel.conversation", "write", () => {
        throw makeServerError({ message: "No such phone" });
    });
    await openMine();
    await insertText(PHONE, "+7 901", { replace: true });
    await press("Tab");
    await contains(".o_notification", { text: "No such phone" });
    await contains(".o-omnichannel-SavedField[data-status='failed'] input:value(+7 901)");
});

test("a closed panel stays closed", async () => {
    const { threadId } = await makeConversation("Busy", { state: "open", isMine: true });
    await openMine();
    await contains(PANEL);
    await click("[name='omnichannel-panel']");
    await contains(PANEL, { count: 0 });
    await openDiscuss(threadId);
    await contains(".o-omnichannel-ThreadStatus");
    await contains(".o-mail-DiscussContent-threadName[title='Busy']");
    expect(queryFirst(PANEL)).toBe(null);
});

test("the history leads to where a session began", async () => {
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    const env = MockServer.env;
    const [first] = env["mail.message"].search([["res_id", "=", threadId]]);
    onRpc("omnichannel.conversation", "get_history", () => [
        {
            id: 9,
            discuss_channel_id: threadId,
            first_message_id: first,
            channel: "Our pigeons",
            opened_at: "2030-01-01 09:00:00",
            taken_at: "2030-01-01 09:01:00",
            closed_at: "2030-01-01 10:00:00",
            outcome: "Finished",
            operator: "Mitchell",
            people: ["Mitchell", "Boris"],
        },
    ]);
    await startAsOperator();
    await openDiscuss(threadId);
    await click("[name='omnichannel-history']");
    await contains(`${HISTORY} button`, { text: "Mitchell, Boris" });
    await contains(`${HISTORY} .badge`, { text: "Finished" });
    await click(`${HISTORY} button`);
    await contains(".o-mail-Message.o-highlighted", { text: "Here is Early" });
});

test("the history of another channel opens the thread there", async () => {
    const other = await makeConversation("Early", { state: "done" });
    onRpc("omnichannel.conversation", "get_history", () => [
        {
            id: 9,
            discuss_channel_id: other.threadId,
            first_message_id: false,
            channel: "Other pigeons",
            opened_at: "2030-01-01 09:00:00",
            taken_at: false,
            closed_at: "2030-01-01 10:00:00",
            outcome: "Spam",
            operator: "",
            people: [],
        },
    ]);
    await openMine();
    await click("[name='omnichannel-history']");
    await click(`${HISTORY} button`, { text: "Other pigeons" });
    await contains(LOCK, { text: "This conversation is finished." });
});
