/** Somebody of the staff before a browser of his own: what he does, and what he sees. */

import { PATIENCE, until } from "./waiting.mjs";

/** Discuss on a wide screen: the lists in the sidebar, the thread beside it. */
const DESK = {
    options: { viewport: { width: 1360, height: 850 } },
    thread: ".o-mail-DiscussContent",
    ready: ".o-omnichannel-Category",

    /** The client's line under a heading of the sidebar. */
    line: ({ page, say }, client, heading) =>
        page.locator(
            `xpath=//*[contains(@class, "o-mail-DiscussSidebarChannel-container")]` +
                `[contains(., "${client.name}")]` +
                `[preceding-sibling::*[contains(@class, "o-omnichannel-Category")][1]` +
                `[contains(., "${say(heading)}")]]`
        ),

    async toList() {},

    /** He goes on looking at what he has closed: instead of the composer it says so. */
    isDoneWith: (person, client, closed) => person.seesInstead(closed),

    restore: (person) => person.pressesInstead("Restore conversation"),

    async choose({ page, thread }, name) {
        await thread.getByRole("button", { name, exact: true }).first().click();
    },
};

/** Discuss on a phone: one list, and a window over it. */
const PHONE = {
    options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    thread: ".o-mail-ChatWindow",
    ready: ".o-mail-MessagingMenu-navbar",

    /** There is one list for everything that is open, and nothing else is in it. */
    line: ({ page }, client) => page.locator(".o-mail-NotificationItem", { hasText: client.name }),

    async toList({ page, say, thread }) {
        const tab = page.getByRole("button", { name: say("Open Lines"), exact: true });
        await until("the list", async () => {
            if (await thread.isVisible()) {
                await thread.locator("button[name='close']").click({ timeout: 2000 });
            }
            await tab.click({ timeout: 2000 });
            return true;
        });
    },

    /** The window makes room for the list. */
    async isDoneWith(person, client) {
        await person.thread.waitFor({ state: "hidden" });
        await person.goesToList();
        await person.doesNotSeeUnder("Mine", client);
    },

    async restore(person, client) {
        await person.goesToLead(client);
        const name = person.say("Restore conversation");
        await person.communication.getByRole("button", { name, exact: true }).click();
        await person.opensFromLead();
    },

    async choose({ page, thread }, name) {
        const button = thread.getByRole("button", { name, exact: true });
        if (await button.isVisible()) {
            return button.click();
        }
        await until(`"${name}" in the menu`, async () => {
            const item = page.getByRole("menuitem", { name, exact: true });
            if (!(await item.isVisible())) {
                await thread.locator(".o-mail-ChatWindow-moreActions").click({ timeout: 3000 });
            }
            // Not shorter: a press that was felt late must not be taken for none.
            await item.click({ timeout: 20000 });
            return true;
        });
    },
};

export const SCREENS = { desk: DESK, phone: PHONE };

export class Person {
    /** What went wrong in his browser, whether it was shown or not. */
    errors = [];

    /** Return somebody who has signed in, with an empty page before him. */
    static async signIn(browser, { database, login, name, odoo, screen }) {
        const person = new Person();
        // What slides in is there at once: a press meets what it was meant for.
        const settings = { ...screen.options, baseURL: odoo, reducedMotion: "reduce" };
        const context = await browser.newContext(settings);
        context.setDefaultTimeout(PATIENCE);
        Object.assign(person, { context, login, name, screen });
        await person.ask("/web/session/authenticate", { db: database, login, password: login });
        person.page = await context.newPage();
        person.page.on("pageerror", (error) => person.errors.push(error));
        person.page.on("console", (message) => {
            if (message.type() === "error" && message.text().includes("Error")) {
                person.errors.push(new Error(message.text()));
            }
        });
        return person;
    }

    /** Return what the server answers to the browser of this person. */
    async ask(path, params) {
        const response = await this.context.request.post(path, {
            data: { jsonrpc: "2.0", method: "call", params },
        });
        const { error, result } = await response.json();
        if (error) {
            throw new Error(`${path}: ${error.data?.message ?? error.message}`);
        }
        return result;
    }

    call(model, method, ...args) {
        const path = `/web/dataset/call_kw/${model}/${method}`;
        return this.ask(path, { model, method, args, kwargs: {} });
    }

    /** Return fields of the client's conversation. */
    async conversation(client, ...fields) {
        const domain = [["identity_id.network_ref", "=", String(client.id)]];
        const [found] = await this.call("omnichannel.conversation", "search_read", domain, fields);
        return found;
    }

    get thread() {
        return this.page.locator(this.screen.thread).last();
    }

    get dialog() {
        return this.page.locator(".modal-content").last();
    }

    get composer() {
        return this.thread.locator(".o-mail-Composer-input");
    }

    message(text) {
        return this.thread.locator(".o-mail-Message", { hasText: text });
    }

    // What he does

    async goesToDiscuss(patience = PATIENCE) {
        await this.page.goto("/odoo/discuss", { waitUntil: "commit" });
        await this.page.locator(this.screen.ready).first().waitFor({ timeout: patience });
        await this.screen.toList(this);
    }

    async goesToList() {
        await this.screen.toList(this);
    }

    /** What opens by itself meanwhile, such as what he has just undone, is put away again. */
    async opens(client, heading) {
        await until(`${client.name} to open`, async () => {
            await this.screen.toList(this);
            await this.screen.line(this, client, heading).first().click({ timeout: 3000 });
            return true;
        });
        await this.thread.waitFor();
    }

    /** What was closed is open again, and before him. */
    async restores(client) {
        await this.screen.restore(this, client);
        await this.mayWrite();
    }

    /** By its address; a page that is loaded anew hides nothing behind a window. */
    async goesToLead(client) {
        const { lead_id: lead } = await this.conversation(client, "lead_id");
        await this.page.goto(`/odoo/crm.lead/${lead[0]}`, { waitUntil: "commit" });
        await this.communication.waitFor();
    }

    /** Something that the thread offers: in its header, or in the menu of its window. */
    async chooses(name) {
        await this.screen.choose(this, this.say(name));
    }

    /** The button that stands instead of the composer. */
    async pressesInstead(name) {
        await this.lock.getByRole("button", { name: this.say(name), exact: true }).click();
    }

    async pressesInDialog(name) {
        await this.dialog
            .locator(".modal-footer")
            .getByRole("button", { name: this.say(name), exact: true })
            .click();
    }

    /** In Manage: a button beside a colleague. */
    async pressesBeside(colleague, name) {
        await this.dialog
            .getByRole("listitem")
            .filter({ hasText: colleague.name })
            .getByRole("button", { name: this.say(name), exact: true })
            .click();
    }

    async choosesInComposer(name) {
        await this.thread.getByRole("button", { name: this.say(name), exact: true }).click();
    }

    async writes(text) {
        await this.composer.fill(text);
        await this.thread.locator("button[name='send-message']:enabled").click();
        await this.message(text).waitFor();
    }

    /** His next call of this method does not reach the server before what is returned is called. */
    async isDelayed(method) {
        let letGo;
        const gone = new Promise((resolve) => (letGo = resolve));
        await this.page.route(`**/${method}`, async (route) => {
            await gone;
            await route.continue();
        });
        return letGo;
    }

    // What he sees

    get lock() {
        return this.thread.locator(".o-omnichannel-ComposerLock");
    }

    async seesUnder(heading, client) {
        await this.screen.line(this, client, heading).first().waitFor();
    }

    async doesNotSeeUnder(heading, client) {
        await this.screen.line(this, client, heading).first().waitFor({ state: "hidden" });
    }

    async sees(text) {
        await this.message(text).first().waitFor();
    }

    /** What the lead says about the conversation. */
    get communication() {
        return this.page.locator("[name='omnichannel_communication']");
    }

    async opensFromLead() {
        const name = this.say("Open conversation");
        await this.communication.getByRole("button", { name }).click();
    }

    /** In Manage: what stands beside a colleague. */
    async seesBeside(colleague, english) {
        await this.dialog
            .getByRole("listitem")
            .filter({ hasText: colleague.name })
            .getByText(this.say(english), { exact: true })
            .waitFor();
    }

    /** The tick at his own message. */
    async seesTick(text, title) {
        await this.message(text)
            .getByRole("img", { name: this.say(title), exact: true })
            .waitFor();
    }

    async mayWrite() {
        await this.composer.waitFor();
    }

    /** He has closed it; what is seen of that depends on the screen. */
    async isDoneWith(client, closed) {
        await this.screen.isDoneWith(this, client, closed);
    }

    /** Instead of the composer it says why he cannot write. */
    async seesInstead(english, values) {
        await this.lock.filter({ hasText: this.say(english, values) }).waitFor();
    }

    async isTold(english, values) {
        await this.page
            .locator(".o_notification", { hasText: this.say(english, values) })
            .first()
            .waitFor();
    }

    async pressesInNotice(english, values, button) {
        await this.page
            .locator(".o_notification", { hasText: this.say(english, values) })
            .getByRole("button", { name: this.say(button), exact: true })
            .click();
    }
}
