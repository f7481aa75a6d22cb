/**
 * From the first message to the quotation on the client's phone, as somebody new to it would do it:
 * each step goes on where the one before it ended.
 */

import { PATIENCE, until } from "./waiting.mjs";

/** What is sold: name, price without taxes, how many of it. */
const GOODS = [
    ["Mug with a picture", 450, 3],
    ["Canvas print", 2300, 1],
];
const TAX = 20;
const UNTAXED = 3650;
const TOTAL = 4380;
/** Milliseconds: a quotation is printed by a program of its own, which asks the server for parts. */
const PRINTING = 3 * PATIENCE;

/** Everything that is sold has a price and a tax, once. */
export async function stock(admin) {
    const [name] = GOODS[0];
    if (await admin.call("product.product", "search_count", [["name", "=", name]])) {
        return;
    }
    const values = { name: "VAT", amount: TAX, type_tax_use: "sale" };
    const tax = await admin.call("account.tax", "create", values);
    const products = GOODS.map(([product, price]) => ({
        name: product,
        list_price: price,
        taxes_id: [[6, 0, [tax]]],
    }));
    await admin.call("product.product", "create", products);
}

/** Return the client's newest order, with these fields. */
async function orderOf(seller, client, fields) {
    const { lead_id: lead } = await seller.conversation(client, "lead_id");
    const domain = [["opportunity_id", "=", lead[0]]];
    const found = await seller.call("sale.order", "search_read", domain, fields);
    if (found.length !== 1) {
        throw new Error(`${found.length} orders of ${client.name}`);
    }
    return found[0];
}

function inPanel({ page }, name) {
    return page.locator(`.o-omnichannel-ConversationPanel button[name='${name}']:enabled`).first();
}

async function addsInDialog({ dialog, page }, [name, , quantity]) {
    await dialog.locator(".o-autocomplete--input").fill(name);
    await page.locator(".o-autocomplete--dropdown-item", { hasText: name }).first().click();
    await dialog.locator("[name='quantity']").fill(String(quantity));
    await dialog.locator("[name='add']:enabled").click();
    await dialog.locator("tr", { hasText: `${quantity} × ${name}` }).waitFor();
}

/** Digits only: currencies and separators are as each language has them. */
function plain(amount) {
    return amount.replace(/\D/g, "");
}

export const SELLING = {
    async "a client asks, and Anna takes him"({ anna, client }) {
        await client.signUp();
        await anna.goesToDiscuss(2 * PATIENCE);
        await client.writes("Three mugs and a canvas print, please.");
        await anna.seesUnder("Waiting", client);
        await anna.opens(client, "Waiting");
        await anna.pressesInstead("Take conversation");
        await anna.mayWrite();
    },

    async "she puts two products on his lead, and sees what they cost"({ anna }) {
        await inPanel(anna, "add_product").click();
        for (const goods of GOODS) {
            await addsInDialog(anna, goods);
        }
        await anna.dialog.locator("button[name='close']").click();
        const total = anna.page.locator(".o-omnichannel-ConversationPanel td[name='total']");
        await until("the total of the lead", async () =>
            plain(await total.innerText()).startsWith(`${TOTAL}`)
        );
    },

    async "one press makes the customer and the quotation, with totals and taxes"(people) {
        const { anna, client } = people;
        await inPanel(anna, "convert").click();
        await anna.page.locator("[name='order_line'] .o_data_row").nth(1).waitFor();
        const fields = ["partner_id", "amount_untaxed", "amount_total", "order_line", "source_id"];
        const order = await orderOf(anna, client, fields);
        const { amount_untaxed: untaxed, amount_total: total, partner_id: partner } = order;
        const found = JSON.stringify([untaxed, total, order.order_line.length, partner[1]]);
        const expected = JSON.stringify([UNTAXED, TOTAL, GOODS.length, client.name]);
        if (found !== expected || !order.source_id) {
            throw new Error(`the quotation has ${found}, not ${expected}`);
        }
    },

    async "from the quotation to the conversation, and back to the lead"({ anna, client }) {
        await anna.communication.getByText(client.name, { exact: true }).first().waitFor();
        await anna.opensFromLead();
        await anna.sees("Three mugs and a canvas print, please.");
        await anna.chooses("Open lead");
        await anna.communication.getByText(client.name, { exact: true }).first().waitFor();
        const page = anna.page.getByRole("tab", { name: anna.say("Products"), exact: true });
        await page.click();
        await anna.page.locator("[name='omnichannel_line_ids'] .o_data_row").nth(1).waitFor();
        await anna.opensFromLead();
        await anna.sees("Three mugs and a canvas print, please.");
    },

    async "she sends the quotation, and it is on the client's phone"({ anna, client }) {
        const { name } = await orderOf(anna, client, ["name"]);
        await inPanel(anna, "send_quotation").click();
        await anna.page
            .locator(".o-omnichannel-ConversationPanel .fa-spin")
            .waitFor({ state: "hidden", timeout: PRINTING });
        await until("the quotation on the phone", async () =>
            (await client.texts()).some(
                (text) => text.includes(name) && text.includes("/my/orders")
            )
        );
        await anna.message(name).first().waitFor();
        const { state } = await orderOf(anna, client, ["state"]);
        if (state !== "sent") {
            throw new Error(`the quotation is ${state}`);
        }
    },
};
