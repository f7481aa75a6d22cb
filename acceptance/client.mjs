/** A client of the shop, with the network's application in his hand: the simulator's control API. */

import { until } from "./waiting.mjs";

/** The shop of the demonstration. */
const SHOP = { code: "vk", account: { id: 210987654 } };

async function order(url, values) {
    const response = await fetch(url, {
        body: values && JSON.stringify(values),
        headers: { "Content-Type": "application/json" },
        method: values ? "POST" : "GET",
    });
    const answer = await response.json();
    if (!response.ok) {
        throw new Error(`${url}: ${answer.error}`);
    }
    return answer;
}

export class Client {
    /** @param {{ code: string, account: object }} network where he is, and whom he writes to */
    constructor(simulator, id, firstName, lastName, network = SHOP) {
        this.origin = simulator;
        this.simulator = `${simulator}/control/${network.code}`;
        this.account = network.account.id;
        this.id = id;
        this.name = `${firstName} ${lastName}`;
        this.about = { id, first_name: firstName, last_name: lastName };
    }

    /** He has an account on the network. */
    async signUp() {
        await order(`${this.simulator}/clients`, this.about);
    }

    /** The company he writes to has an account as well. */
    async meets(account) {
        await order(`${this.simulator}/accounts`, account);
    }

    async does(action, values = {}) {
        const account = String(this.account);
        await order(`${this.simulator}/clients/${this.id}/${action}`, { account, ...values });
    }

    writes(text) {
        return this.does("write", { text });
    }

    readsEverything() {
        return this.does("read");
    }

    /** Return what is on his phone, his own and the shop's. */
    async messages() {
        const chat = await order(`${this.simulator}/chats/${this.account}/${this.id}`);
        return chat.messages;
    }

    async texts() {
        return (await this.messages()).map((message) => message.text);
    }

    /** The button with this label, under the newest message that has one. */
    async presses(label) {
        for (const { buttons, number } of (await this.messages()).reverse()) {
            const row = buttons.findIndex((each) => each.some((one) => one.label === label));
            if (row !== -1) {
                const column = buttons[row].findIndex((one) => one.label === label);
                return this.does("press", { column, number, row });
            }
        }
        throw new Error(`${this.name} has no button "${label}"`);
    }

    async hasReceived(text) {
        await until(`${this.name} to receive "${text}"`, async () =>
            (await this.texts()).includes(text)
        );
    }

    async hasNotReceived(text) {
        if ((await this.texts()).some((received) => received.includes(text))) {
            throw new Error(`${this.name} has received "${text}"`);
        }
    }
}
