/**
 * What happens with one client, told in the order in which it happens: each step goes on where the
 * one before it ended.
 */

import { PATIENCE, until } from "./waiting.mjs";

const TAKEN_BY = "%(operator)s has already taken this conversation.";
const HAS_IT = "%(operator)s has this conversation.";
const IS_FINISHED = "This conversation is finished.";
const IS_SPAM = "This conversation is closed as spam.";
const FINISHED = "Finished: %(client)s";

/** From the first message to the colleague who takes over. */
export const TALK = {
    async "everybody opens Discuss"({ anna, boris, vera, client }) {
        await client.signUp();
        await Promise.all([anna, boris, vera].map((one) => one.goesToDiscuss(2 * PATIENCE)));
    },

    async "a client writes, and waits for everybody"({ anna, boris, vera, client }) {
        await client.writes("Good day! Do you print on canvas?");
        await Promise.all([anna, boris, vera].map((one) => one.seesUnder("Waiting", client)));
        await Promise.all(
            [anna, boris].map(async (one) => {
                await one.opens(client, "Waiting");
                await one.sees("Good day! Do you print on canvas?");
                await one.seesInstead("Nobody has taken this conversation yet.");
            })
        );
    },

    async "his lead says with whom one speaks"({ vera, client }) {
        await vera.opens(client, "Waiting");
        await vera.chooses("Open lead");
        const block = vera.communication;
        await block.getByText(vera.say("Communication"), { exact: true }).waitFor();
        await block.getByText(client.name, { exact: true }).waitFor();
        await block.getByRole("button", { name: vera.say("Take conversation") }).waitFor();
        await vera.opensFromLead();
        await vera.sees("Good day! Do you print on canvas?");
    },

    async "Anna takes it, and Boris, who pressed Take at that moment, is told"(people) {
        const { anna, boris, client } = people;
        const letGo = await boris.isDelayed("action_take");
        await boris.pressesInstead("Take conversation");
        await anna.pressesInstead("Take conversation");
        await anna.mayWrite();
        letGo();
        await boris.isTold(TAKEN_BY, { operator: anna.name });
        await boris.goesToList();
        await boris.doesNotSeeUnder("Waiting", client);
    },

    async "her answer is on the client's phone, and she sees that he has read it"(people) {
        const { anna, client } = people;
        await anna.writes("We do. Which size?");
        await client.hasReceived("We do. Which size?");
        await anna.seesTick("We do. Which size?", "Sent");
        await client.readsEverything();
        await anna.seesTick("We do. Which size?", "Read");
    },

    async "Anna invites Boris, and Boris answers"({ anna, boris, client }) {
        await anna.chooses("Manage");
        await anna.pressesBeside(boris, "Invite");
        await anna.seesBeside(boris, "Invited");
        await anna.pressesInDialog("Close");
        await boris.seesUnder("Mine", client);
        await boris.opens(client, "Mine");
        await boris.sees("We do. Which size?");
        await boris.writes("60 by 40 is ready on Thursday.");
        await client.hasReceived("60 by 40 is ready on Thursday.");
        await anna.sees("60 by 40 is ready on Thursday.");
    },

    async "Anna delegates with a note for Boris only, and leaves"({ anna, boris, client }) {
        await anna.chooses("Manage");
        await anna.dialog.getByRole("textbox").fill("He pays in cash.");
        await anna.pressesBeside(boris, "Delegate");
        await boris.sees("He pays in cash.");
        await anna.chooses("Manage");
        await anna.pressesInDialog("Leave conversation");
        await anna.goesToList();
        await anna.doesNotSeeUnder("Mine", client);
        await client.hasNotReceived("He pays in cash.");
    },
};

/** How it ends, and what can be seen of it afterwards. */
export const CLOSING = {
    async "Boris finishes, undoes it, finishes again, and restores"({ boris, client }) {
        await boris.chooses("Finish");
        await boris.pressesInNotice(FINISHED, { client: client.name }, "Undo");
        await boris.seesUnder("Mine", client);
        await boris.opens(client, "Mine");
        await boris.mayWrite();
        await boris.chooses("Finish");
        await boris.isDoneWith(client, IS_FINISHED);
        await boris.restores(client);
    },

    async "what a spammer goes on writing disturbs nobody until it is restored"(people) {
        const { anna, boris, vera, client } = people;
        await boris.chooses("Close as spam");
        await boris.dialog.getByRole("textbox").fill("Sells watches");
        await boris.pressesInDialog("Close as spam");
        await boris.isDoneWith(client, IS_SPAM);
        await client.writes("Cheap watches!");
        await until("the message to be kept apart", async () => {
            const found = await boris.conversation(client, "spam_message_count");
            return found.spam_message_count === 1;
        });
        await Promise.all([anna, boris, vera].map((one) => one.goesToList()));
        await anna.doesNotSeeUnder("Waiting", client);
        await vera.doesNotSeeUnder("All", client);
        await boris.doesNotSeeUnder("Mine", client);
        await boris.restores(client);
        await boris.sees("Cheap watches!");
    },

    async "the history names the appeal and who took part"({ anna, boris }) {
        await boris.chooses("History of the client");
        const appeal = boris.thread.locator(".o-omnichannel-HistoryPanel button").first();
        await appeal.filter({ hasText: boris.name }).waitFor();
        await appeal.filter({ hasText: anna.name }).waitFor();
        await boris.chooses("History of the client");
    },

    async "from the thread to the lead, and back by Open conversation"({ boris, client }) {
        await boris.chooses("Open lead");
        await boris.communication.getByText(client.name, { exact: true }).waitFor();
        await boris.opensFromLead();
        await boris.sees("60 by 40 is ready on Thursday.");
        await boris.mayWrite();
    },

    async "Vera sees it under All, and gives it back to Anna"({ anna, boris, vera, client }) {
        await vera.goesToList();
        await vera.seesUnder("All", client);
        await vera.opens(client, "All");
        await vera.seesInstead(HAS_IT, { operator: boris.name });
        await vera.pressesInstead("Manage");
        await vera.pressesBeside(anna, "Delegate");
        await vera.seesInstead(HAS_IT, { operator: anna.name });
        await anna.goesToList();
        await anna.seesUnder("Mine", client);
    },

    async "Vera's internal note never reaches the phone"({ anna, vera, client }) {
        await vera.pressesInstead("Manage");
        await vera.pressesBeside(vera, "Invite");
        await vera.pressesInDialog("Close");
        await vera.mayWrite();
        await vera.choosesInComposer("Internal note");
        await vera.writes("Give him ten per cent.");
        await anna.opens(client, "Mine");
        await anna.sees("Give him ten per cent.");
        await anna.writes("See you on Thursday!");
        await client.hasReceived("See you on Thursday!");
        await client.hasNotReceived("Give him ten per cent.");
    },
};
