import { click, contains } from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";

import { makeServerError, onRpc } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    INPUT,
    LOCK,
    openConversation,
    openMine,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

test("what was finished by mistake is undone", async () => {
    await openMine();
    await click("[name='omnichannel-finish']");
    await contains(LOCK, { text: "This conversation is finished." });
    await click(".o_notification:contains(Finished: Early) button", { text: "Undo" });
    await contains(INPUT);
    await contains(".o_notification", { count: 0 });
});

test("spam has a reason, if one wants to give it, and is undone", async () => {
    onRpc("omnichannel.conversation", "action_spam", ({ args }) => {
        expect.step(args[1]);
    });
    await openMine();
    await click("[name='omnichannel-spam']");
    await click(".modal input[name='reason']");
    const input = document.activeElement;
    expect(input.name).toBe("reason");
    await click(".modal [name='confirm']");
    await expect.waitForSteps([""]);
    await click(".o_notification:contains(Closed as spam: Early) button", { text: "Undo" });
    await contains(INPUT);
});

test("whoever was too late learns who was faster", async () => {
    onRpc("omnichannel.conversation", "action_take", () => {
        throw makeServerError({ message: "Boris has already taken this conversation." });
    });
    await openConversation();
    await click(`${LOCK} button`, { text: "Take conversation" });
    await contains(".o_notification", { text: "Boris has already taken this conversation." });
    await contains(".modal", { count: 0 });
});

test("several are invited at once, and a note goes with a delegation", async () => {
    for (const method of ["action_invite", "action_delegate"]) {
        onRpc("omnichannel.conversation", method, ({ args }) => {
            expect.step([method, ...args.slice(1)]);
            return true;
        });
    }
    await openMine();
    await click("[name='omnichannel-manage']");
    await click("li[data-operator-id='100'] input[type='checkbox']");
    await click(".modal [name='invite_chosen']", { text: "Invite the chosen (1)" });
    await expect.waitForSteps([["action_invite", [100]]]);
    await contains(".modal [name='invite_chosen']", { count: 0 });
});
