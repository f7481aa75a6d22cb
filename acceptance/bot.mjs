/**
 * A bot begins, an operator goes on: each step goes on where the one before it ended.
 */

import { PATIENCE, until } from "./waiting.mjs";

const GREETING = "Hello! What is it about?";
const ORDER = "I want to order";
const WISH = "What would you like to order? Write in a few words.";
const THANKS = "Thank you! A colleague answers in a moment.";
const WITH_BOT = "A bot talks with this client. You can take over at any time.";

/**
 * The story of a channel that a bot answers first.
 *
 * @param {Person} admin who sets it, and takes it back
 * @param {(english: string) => string} hear what is said in the language of the client
 */
export function talking(admin, hear) {
    const set = async (client, values) => {
        const domain = [["account_ref", "=", String(client.account)]];
        const channels = await admin.call("omnichannel.channel", "search", domain);
        await admin.call("omnichannel.channel", "write", channels, values);
    };
    return {
        async "the channel has the ready script"({ anna, client }) {
            await client.signUp();
            const named = [["name", "=", "bot_topic"]];
            const found = await admin.call("ir.model.data", "search_read", named, ["res_id"]);
            await set(client, { answers_by: "bot", bot_id: found[0].res_id });
            await anna.goesToDiscuss(2 * PATIENCE);
        },

        async "the bot greets, and the client waits for nobody"({ anna, client }) {
            await client.writes("Good evening");
            await client.hasReceived(hear(GREETING));
            await anna.opens(client, "Waiting");
            await anna.sees(hear(GREETING));
            await anna.seesInstead(WITH_BOT);
        },

        async "he presses a button, and answers"({ anna, client }) {
            await client.presses(hear(ORDER));
            await client.hasReceived(hear(WISH));
            await client.writes("A red chair");
            await client.hasReceived(hear(THANKS));
            await anna.sees("A red chair");
            await anna.seesInstead("Nobody has taken this conversation yet.");
        },

        async "Anna takes him, and the bot is silent"({ anna, client }) {
            await anna.pressesInstead("Take conversation");
            await anna.mayWrite();
            const before = (await client.texts()).length;
            await client.writes("Is it in stock?");
            await anna.sees("Is it in stock?");
            await anna.writes("It is, until tomorrow.");
            await client.hasReceived("It is, until tomorrow.");
            await until(
                "nothing else to be said",
                async () => (await client.texts()).length === before + 2
            );
        },

        async "what he answered stands on his lead"({ anna, client }) {
            const { lead_id: lead } = await anna.conversation(client, "lead_id");
            const [{ description }] = await anna.call(
                "crm.lead",
                "read",
                [lead[0]],
                ["description"]
            );
            if (!String(description).includes("A red chair")) {
                throw new Error(`the notes of the lead are ${description}`);
            }
        },

        async "people answer again"({ client }) {
            await set(client, { answers_by: "people" });
        },
    };
}
