/**
 * An administrator connects a new channel in its form, a client writes from his phone, and the
 * answer arrives there: once for each network of this list.
 */

import { Client } from "./client.mjs";
import { until } from "./waiting.mjs";

/** What exists on a network before the story begins: a bot, its token, and somebody with a phone. */
export const NETWORKS = {
    Telegram: {
        code: "telegram",
        account: { id: 7100000901, token: "7100000901:AA-acceptance-SECRET-token-00000001" },
        mistaken: {
            token: "7100000901:AA-acceptance-SECRET-mistake-000001",
            words: "Bot not found",
        },
        client: { id: 5400112901, first_name: "Nadia", last_name: "Telegram" },
    },
    MAX: {
        code: "max",
        account: { id: 990901, token: "f9LHodD0cOL5-acceptance-SECRET-token" },
        mistaken: { token: "f9LHodD0cOL5-acceptance-SECRET-mistake", words: "Invalid token" },
        client: { id: 88112901, first_name: "Nadia", last_name: "Max" },
    },
};

const FORM = "/odoo/action-omnichannel_inbox.omnichannel_channel_action/new?debug=1";
const QUESTION = "Do you have it in blue?";
const ANSWER = "We do, the last one.";

/** Return who writes on this network. */
export function clientOf(simulator, network) {
    const { id, first_name: first, last_name: last } = network.client;
    return new Client(simulator, id, first, last, network);
}

/** Return the story of this network; `admin` is before the form. */
export function connecting(label, { account, mistaken }, admin) {
    const token = () => admin.page.locator("[name='access_token'] input:visible");
    return {
        async "an administrator opens the form of a new channel"({ client }) {
            await client.meets(account);
            await client.signUp();
            await admin.page.goto(FORM, { waitUntil: "commit" });
            await admin.page.getByRole("textbox", { name: "Name" }).fill(`Branch, ${label}`);
            await admin.page.getByRole("radio", { name: label, exact: true }).check();
            await token().fill(mistaken.token);
        },

        async "he chooses who answers and where the network is"({ anna, client }) {
            const { page } = admin;
            await page.getByRole("tab", { name: "Operators and leads" }).click();
            await page.locator("[name='operator_ids'] input").fill(anna.name);
            await page.getByRole("option", { name: anna.name }).first().click();
            await page.getByRole("tab", { name: "Advanced" }).click();
            await page.locator("[name='api_url'] input:visible").fill(client.origin);
            await page.getByRole("button", { name: "Save manually" }).click();
        },

        async "a token that is not the bot's is refused, and the words say what to do"() {
            const { page } = admin;
            await page.getByRole("button", { name: "Connect", exact: true }).click();
            const refusal = page.getByRole("dialog").filter({ hasText: mistaken.words });
            await refusal.getByRole("button", { name: "Close" }).last().click();
            await refusal.waitFor({ state: "hidden" });
            await token().fill(account.token);
            await page.getByRole("button", { name: "Save manually" }).click();
        },

        async "one button connects it, and its checks are green"() {
            const { page } = admin;
            await page.getByRole("button", { name: "Connect", exact: true }).click();
            await page.getByRole("button", { name: "Disconnect", exact: true }).waitFor();
            await page.getByRole("tab", { name: "Checks" }).click();
            const states = page.locator("[name='check_ids'] tbody [name='state']");
            await states.first().waitFor();
            await until("green checks", async () =>
                (await states.allInnerTexts()).every((state) => state === "OK")
            );
        },

        async "a client presses Start and writes"({ anna, client }) {
            await client.does("start");
            await client.writes(QUESTION);
            await anna.goesToDiscuss();
            await anna.opens(client, "Waiting");
            await anna.sees(QUESTION);
        },

        async "the answer is on his phone"({ anna, client }) {
            await anna.pressesInstead("Take conversation");
            await anna.writes(ANSWER);
            await client.hasReceived(ANSWER);
            await anna.seesTick(ANSWER, "Sent");
        },
    };
}
