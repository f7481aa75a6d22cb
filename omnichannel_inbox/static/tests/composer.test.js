import { click, contains, inputFiles, insertText } from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";

import { getService, onRpc } from "@web/../tests/web_test_helpers";

import { defineOmnichannelModels, INPUT, openMine } from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const NOTE = "Internal note: the client does not see it";

/** Step each posted message: its subtype and its text. */
function stepPosts() {
    onRpc("/mail/message/post", async (request) => {
        const { params } = await request.json();
        expect.step(params.post_data.subtype_xmlid);
    });
}

test("a note is written under its own colours and is posted as a note", async () => {
    stepPosts();
    await openMine();
    await insertText(INPUT, "to the client");
    await press("Enter");
    await expect.waitForSteps(["mail.mt_comment"]);
    await click("[name='omnichannel-note']");
    await contains(`${INPUT}[placeholder='${NOTE}']`);
    await contains(".o-omnichannel-Composer.o-note .o-omnichannel-Composer-noteBanner");
    await insertText(INPUT, "to ourselves");
    await press("Enter");
    await expect.waitForSteps(["mail.mt_note"]);
    await contains(".o-omnichannel-Message-note + .o-mail-Message-body", { text: "to ourselves" });
    await contains(".o-omnichannel-Composer.o-note");
    await click("[name='omnichannel-note']");
    await contains(".o-omnichannel-Composer.o-note", { count: 0 });
});

test("near the longest message the text is counted", async () => {
    await openMine();
    await insertText(INPUT, "short");
    await contains(".o-omnichannel-Composer-counter", { count: 0 });
    await insertText(INPUT, " but becoming long");
    await contains(".o-omnichannel-Composer-counter", {
        text: "23 / 20: will arrive as 2 messages",
    });
});

test("what the network does not carry is refused before it is uploaded", async () => {
    onRpc("/mail/attachment/upload", () => expect.step("uploaded"));
    await openMine();
    const file = new File(["x".repeat(11)], "long.bin", { type: "application/octet-stream" });
    await inputFiles(".o-mail-Composer .o_input_file", [file]);
    await contains(".o_notification", {
        text: "long.bin is too large for Pigeon Post: at most 0 MB",
    });
    await contains(".o-mail-AttachmentContainer", { count: 0 });
    expect.verifySteps([]);
});

test("a client is told of no channel and no colleague of ours", async () => {
    const { threadId } = await openMine();
    const thread = getService("mail.store").Thread.get({ model: "discuss.channel", id: threadId });
    const offered = () =>
        getService("mail.suggestion")
            .getSupportedDelimiters(thread)
            .map(([delimiter]) => delimiter);
    expect(offered()).not.toInclude("@");
    expect(offered()).not.toInclude("#");
    await click("[name='omnichannel-note']");
    await contains(".o-omnichannel-Composer.o-note");
    expect(offered()).toInclude("@");
    expect(offered()).not.toInclude("#");
});
