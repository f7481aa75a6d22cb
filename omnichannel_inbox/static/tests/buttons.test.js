import { click, contains, insertText, openDiscuss } from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";

import { onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";

import { readAddress } from "@omnichannel_inbox/web/buttons_dialog";

import { CAPABILITIES } from "./mock_server/omnichannel_channel";
import {
    defineOmnichannelModels,
    INPUT,
    makeConversation,
    MESSAGE,
    openMine,
    startAsOperator,
    tellOfMessage,
    writeAnswer,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const DIALOG = ".o-omnichannel-ButtonsDialog";
const LAST_LABEL = `${DIALOG} li:last-child input[name='label']`;
const CHIPS = ".o-omnichannel-ComposerButtons";

/** Open the dialog from the composer, and write these choices. */
async function choose(...labels) {
    await click(".o-mail-Composer [title='More Actions']");
    await click(".o-dropdown-item:contains(Add buttons)");
    for (const [number, label] of labels.entries()) {
        if (number) {
            await press("Enter");
            await contains(`${DIALOG} li`, { count: number + 1 });
        }
        await insertText(LAST_LABEL, label);
    }
}

/** Step what each posted message carries. */
function stepPosts() {
    onRpc("/mail/message/post", async (request) => {
        const { params } = await request.json();
        expect.step(params.post_data.omnichannel_buttons ?? []);
    });
}

function answerButton(label) {
    return { kind: "answer", label, url: "" };
}

test("choices are written, shown above the composer, sent once and gone", async () => {
    stepPosts();
    await openMine();
    await choose("Morning", "Evening");
    await contains(`${DIALOG} [name='count']`, { text: "2 / 3" });
    await click("[name='done']");
    await contains(`${CHIPS} .o-omnichannel-Button`, { count: 2 });
    await insertText(INPUT, "When?");
    await press("Enter");
    await expect.waitForSteps([[answerButton("Morning"), answerButton("Evening")]]);
    await contains(CHIPS, { count: 0 });
    await insertText(INPUT, "And this has none");
    await press("Enter");
    await expect.waitForSteps([[]]);
});

test("a chip is taken away, or opens what was written", async () => {
    await openMine();
    await choose("Morning", "Evening");
    await click("[name='done']");
    await click(`${CHIPS} .o-omnichannel-Button:contains(Morning) [name='remove_button']`);
    await contains(`${CHIPS} .o-omnichannel-Button`, { count: 1, text: "Evening" });
    await click(`${CHIPS} [name='edit_buttons']`);
    await contains(LAST_LABEL, { value: "Evening" });
    await click(`${DIALOG} [name='remove']`);
    await click("[name='done']");
    await contains(CHIPS, { count: 0 });
});

test("no more, and no longer ones, than the network carries", async () => {
    await openMine();
    await choose("1", "2", "3");
    await contains(`${LAST_LABEL}[maxlength='10']`);
    await contains(`${DIALOG} button[name='answer']:disabled`);
    await contains(`${DIALOG} button[name='link']:disabled`);
});

test("a link needs an address", async () => {
    await openMine();
    await choose();
    await click(`${DIALOG} button[name='link']`);
    await insertText(`${DIALOG} [data-kind='link'] input[name='label']`, "Our site");
    await insertText(`${DIALOG} input[name='url']`, "nowhere");
    await click("[name='done']");
    await contains(`${DIALOG} .invalid-feedback`);
    await insertText(`${DIALOG} input[name='url']`, "example.com/book", { replace: true });
    await click("[name='done']");
    await contains(`${CHIPS} [data-kind='link']`, { text: "Our site" });
});

test("the phone number is asked for alone where the network wants it so", async () => {
    await openMine();
    await choose("Morning");
    await contains(`${DIALOG} button[name='phone']:disabled`);
    await click(`${DIALOG} [name='remove']`);
    await click(`${DIALOG} button[name='phone']`);
    await contains(`${DIALOG} li`, { count: 1 });
    await contains(`${DIALOG} button[name='answer']:disabled`);
    await click("[name='done']");
    await contains(`${CHIPS} [data-kind='phone']`, { text: "Share my phone number" });
});

test("without a text nothing is sent, and a note has no buttons", async () => {
    stepPosts();
    await openMine();
    await choose("Morning");
    await click("[name='done']");
    await contains(DIALOG, { count: 0 });
    await insertText(INPUT, " ");
    await press("Enter");
    await contains(".o_notification", { text: "Write the text that stands above the buttons." });
    await click("[name='omnichannel-note']");
    await contains(CHIPS, { count: 0 });
    await insertText(INPUT, "to ourselves");
    await press("Enter");
    await expect.waitForSteps([[]]);
    await click("[name='omnichannel-note']");
    await contains(CHIPS, { text: "Morning" });
});

test("where the network has no buttons, none are offered", async () => {
    patchWithCleanup(CAPABILITIES, { buttons: { kinds: [], count: 0, label: 0, alone: [] } });
    await openMine();
    await click(".o-mail-Composer [title='More Actions']");
    await contains(".o-dropdown-item", { text: "Attach Files" });
    await contains(".o-dropdown-item:contains(Add buttons)", { count: 0 });
});

test("under an answer stands what the client can press", async () => {
    const { threadId } = await makeConversation("Early", { state: "open", isMine: true });
    const messageId = writeAnswer(threadId, "When?");
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(MESSAGE, { text: "When?" });
    tellOfMessage(messageId, {
        omnichannel_buttons: [
            answerButton("Morning"),
            { kind: "link", label: "Our site", url: "https://example.com/book" },
        ],
    });
    await contains(".o-omnichannel-MessageButtons [data-kind='answer']", { text: "Morning" });
    await contains(".o-omnichannel-MessageButtons a[href='https://example.com/book']");
});

test("addresses of pages", () => {
    expect(readAddress(" example.com/book ")).toBe("https://example.com/book");
    expect(readAddress("http://example.com")).toBe("http://example.com");
    for (const none of ["", "nowhere", "javascript:alert(1)", "tg://resolve", "https://[book"]) {
        expect(readAddress(none)).toBe("");
    }
});
