import { click, contains, insertText, openDiscuss } from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { makeServerError, MockServer, onRpc, serverState } from "@web/../tests/web_test_helpers";

import { OmnichannelConversation } from "./mock_server/omnichannel_conversation";
import {
    defineOmnichannelModels,
    INPUT,
    LOCK,
    makeConversation,
    openMine,
    PANEL,
    startAsOperator,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

const PROPOSAL = ".o-omnichannel-ClientProposals-one";
const DIALOG = ".o-omnichannel-ProductDialog";
const NOTHING = { edit: false, lead: false, products: false, convert: false, send: false };
const OLGA = {
    partner_id: 7,
    name: "Olga",
    words: "Probably Olga: the same phone",
    evidence: [{ kind: "phone_written", value: "+7", words: "the same phone +7", message_id: 1 }],
};

/** The server describes the client with these changes, as they are when it is asked. */
function describeClient(changes) {
    onRpc("omnichannel.conversation", "get_card", () => ({
        ...OmnichannelConversation.prototype.get_card(),
        ...changes,
    }));
}

/** The calls of these methods are remembered, and answered. */
function stepCalls(answers) {
    for (const [method, answer] of Object.entries(answers)) {
        onRpc("omnichannel.conversation", method, ({ args }) => {
            expect.step([method, ...args.slice(1)]);
            return typeof answer === "function" ? answer() : answer;
        });
    }
}

function makeProducts() {
    onRpc("product.product", "name_search", ({ kwargs }) =>
        [
            [1, "Chair"],
            [2, "Table"],
        ].filter(([, name]) => name.toLowerCase().includes(kwargs.name.toLowerCase()))
    );
    onRpc("product.product", "read", ({ args }) => [
        { id: args[0][0], display_name: ["", "Chair", "Table"][args[0][0]] },
    ]);
}

test("whom the client might be is proposed with the reasons, and linked", async () => {
    const card = { proposals: [OLGA] };
    describeClient(card);
    stepCalls({
        action_link() {
            Object.assign(card, { customer: { id: 7, name: "Olga" }, proposals: [] });
            return true;
        },
        action_unlink_partner() {
            Object.assign(card, { customer: false, proposals: [OLGA] });
            return true;
        },
        action_not_him() {
            card.proposals = [];
            return true;
        },
    });
    await openMine();
    await contains(PROPOSAL, { text: "Probably Olga" });
    await contains(PROPOSAL, { text: "the same phone +7" });
    await click(`${PROPOSAL} [name='link']`);
    await contains(`${PANEL} [name='customer']`, { text: "Olga" });
    await contains(PROPOSAL, { count: 0 });
    await click(`${PANEL} [name='unlink']`);
    await click(`${PROPOSAL} [name='not_him']`);
    await contains(`${PANEL} [name='choose_customer']`);
    await contains(PROPOSAL, { count: 0 });
    expect.verifySteps([["action_link", 7], ["action_unlink_partner"], ["action_not_him", 7]]);
});

test("who only reads is offered nothing to press", async () => {
    describeClient({ may: NOTHING, proposals: [OLGA], customer: { id: 7, name: "Olga" } });
    await openMine();
    await contains(`${PANEL} [name='customer']`);
    for (const name of ["unlink", "add_product", "convert", "send_quotation"]) {
        await contains(`${PANEL} [name='${name}']`, { count: 0 });
    }
    await contains(`${PANEL} [name='phone'][readonly]`);
    await contains(`${PANEL} [name='priority'][disabled]`);
});

test("products are put on the lead one after the other", async () => {
    const card = { products: false };
    describeClient(card);
    makeProducts();
    let number = 0;
    stepCalls({
        action_add_product() {
            number++;
            const [product, price] = number === 1 ? ["Chair", "$ 240.00"] : ["Table", "$ 300.00"];
            card.products = {
                lines: [{ id: number, name: product, quantity: "2", amount: "$ 200.00" }],
                more: 0,
                total: "$ 540.00",
            };
            return {
                line_id: number,
                product,
                quantity: number === 1 ? 2 : 1,
                price_total: price,
                amount_total: "$ 540.00",
            };
        },
    });
    await openMine();
    await click(`${PANEL} [name='add_product']`);
    await insertText(`${DIALOG} .o-autocomplete--input`, "chai");
    await click(".o-autocomplete--dropdown-item", { text: "Chair" });
    await insertText(`${DIALOG} [name='quantity']`, "2", { replace: true });
    await click(`${DIALOG} [name='add']:enabled`);
    await contains(`${DIALOG} tr`, { text: "2 × Chair" });
    await insertText(`${DIALOG} .o-autocomplete--input`, "tab");
    await contains(`${DIALOG} [name='add']:disabled`);
    await click(".o-autocomplete--dropdown-item", { text: "Table" });
    await click(`${DIALOG} [name='add']:enabled`);
    await contains(`${DIALOG} tr`, { text: "1 × Table" });
    await contains(`${DIALOG} [name='total']`, { text: "$ 540.00" });
    await click(".modal [name='close']");
    await contains(`${PANEL} [name='total']`, { text: "$ 540.00" });
    expect.verifySteps([
        ["action_add_product", 1, 2],
        ["action_add_product", 2, 1],
    ]);
});

test("the next product is written while the server is still at the first", async () => {
    makeProducts();
    const answer = new Deferred();
    onRpc("omnichannel.conversation", "action_add_product", () => answer);
    await openMine();
    await click(`${PANEL} [name='add_product']`);
    await insertText(`${DIALOG} .o-autocomplete--input`, "chair");
    await click(".o-autocomplete--dropdown-item", { text: "Chair" });
    await click(`${DIALOG} [name='add']:enabled`);
    await contains(`${DIALOG} [name='add']:disabled`);
    await animationFrame();
    await insertText(`${DIALOG} .o-autocomplete--input`, "table");
    await click(".o-autocomplete--dropdown-item", { text: "Table" });
    await contains(`${DIALOG} [name='add']:disabled`);
    const line = { line_id: 1, product: "Chair", quantity: 1, price_total: "$ 1.00" };
    answer.resolve({ ...line, amount_total: "$ 1.00" });
    await contains(`${DIALOG} tr`, { text: "1 × Chair" });
    await contains(`${DIALOG} .o-autocomplete--input:value(Table)`);
    await contains(`${DIALOG} [name='add']:enabled`);
});

test("what the server refuses is said in the dialog", async () => {
    makeProducts();
    onRpc("omnichannel.conversation", "action_add_product", () => {
        throw makeServerError({ message: "This lead is a colleague's." });
    });
    await openMine();
    await click(`${PANEL} [name='add_product']`);
    await insertText(`${DIALOG} .o-autocomplete--input`, "chair");
    await click(".o-autocomplete--dropdown-item", { text: "Chair" });
    await click(`${DIALOG} [name='add']:enabled`);
    await contains(`${DIALOG} [role='alert']`, { text: "This lead is a colleague's." });
    await contains(`${DIALOG} [name='add']:enabled`);
});

test("the command of the composer names product and quantity; nothing is said", async () => {
    makeProducts();
    onRpc("/mail/message/post", () => expect.step("posted"));
    await openMine();
    await insertText(INPUT, "/pro");
    await contains(".o-mail-Composer-suggestion", { text: "product" });
    await insertText(INPUT, "/product 2,5 chair", { replace: true });
    await click("button[name='send-message']:enabled");
    await contains(`${DIALOG} .o-autocomplete--input:value(Chair)`);
    await contains(`${DIALOG} [name='quantity']:value(2,5)`);
    await contains(".o-mail-Composer-input:value()");
    expect.verifySteps([]);
});

test("who sells nothing has no such command", async () => {
    await openMine({ isSeller: false });
    await insertText(INPUT, "/");
    await contains(".o-mail-Composer-suggestion", { text: "help" });
    await contains(".o-mail-Composer-suggestion", { text: "product", count: 0 });
});

test("converting opens the order", async () => {
    const tag = "display_notification";
    const params = { message: "The order is open" };
    stepCalls({ action_convert: { type: "ir.actions.client", tag, params } });
    await openMine();
    await click(`${PANEL} [name='convert']`);
    await contains(".o_notification", { text: "The order is open" });
    expect.verifySteps([["action_convert"]]);
});

test("while a quotation is on its way it is not sent again", async () => {
    const sent = new Deferred();
    stepCalls({ action_send_quotation: () => sent });
    await openMine();
    await click(`${PANEL} [name='send_quotation']`);
    await contains(`${PANEL} [name='send_quotation']:disabled .fa-spin`);
    sent.resolve(true);
    await contains(`${PANEL} [name='send_quotation']:enabled`);
    expect.verifySteps([["action_send_quotation", 6]]);
});

test("whoever delegates is asked whether the lead goes along", async () => {
    const { conversationId, threadId } = await makeConversation("Early", {
        state: "open",
        isMine: true,
    });
    const env = MockServer.env;
    env["omnichannel.conversation"].write([conversationId], { lead_id: 5 });
    stepCalls({ action_delegate: true });
    await startAsOperator();
    await openDiscuss(threadId);
    await click("[name='omnichannel-manage']");
    await click("[name='with_lead']:not(:checked)");
    await click("li[data-operator-id='100'] [name='delegate']");
    await contains(".o-omnichannel-ManageDialog", { count: 0 });
    expect.verifySteps([["action_delegate", 100, "", true]]);
});

test("a known client's conversation says whom it is offered to", async () => {
    const mine = await makeConversation("Early");
    const others = await makeConversation("Late");
    const env = MockServer.env;
    const partnerId = env["res.partner"].create({ name: "Boris" });
    const borisId = env["res.users"].create({ name: "Boris", partner_id: partnerId });
    const conversations = env["omnichannel.conversation"];
    conversations.write([mine.conversationId], { offered_to_id: serverState.userId });
    conversations.write([others.conversationId], { offered_to_id: borisId });
    await startAsOperator();
    await openDiscuss(mine.threadId);
    await contains(".o-omnichannel-ThreadStatus", { text: "Our pigeons · your client waits" });
    await contains(".o-omnichannel-offered[title='Your client']", { count: 1 });
    await openDiscuss(others.threadId);
    await contains(".o-omnichannel-ThreadStatus", {
        text: "Our pigeons · waits, offered to Boris",
    });
});

test("who reads along takes, restores and finishes nothing", async () => {
    const { threadId } = await makeConversation("Early");
    const env = MockServer.env;
    env["omnichannel.channel"].write(env["omnichannel.channel"].search([]), { is_served: false });
    await startAsOperator();
    await openDiscuss(threadId);
    await contains(LOCK, {
        text: "You read along: the operators of the channel answer.",
    });
    await contains(".o-omnichannel-ComposerLock button", { count: 0 });
    for (const name of ["take", "finish", "spam", "restore"]) {
        await contains(`[name='omnichannel-${name}']`, { count: 0 });
    }
});
