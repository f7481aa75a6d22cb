/** The page: all phones in a row, and the button for one more. */

import { createClient, watch } from "./api.js";
import { face, h, icon } from "./dom.js";
import { Phone } from "./phone.js";
import { lang, say, somebody, timeOf } from "./words.js";

const CLOCK_EVERY = 10_000; // ms

class Page {
    constructor() {
        this.phones = new Map();
        this.chats = new Map();
        this.desk = document.querySelector(".desk");
        this.people = document.querySelector(".people");
        this.offline = document.querySelector(".offline");
        document.documentElement.lang = lang;
        document.title = say("title");
        document.querySelector(".bar-title").textContent = say("title");
        this.offline.textContent = say("offline");
        const button = document.querySelector(".new-client");
        button.append(icon("plus"), h("span", {}, say("client.new")));
        button.addEventListener("click", () => this.askForClient());
        setInterval(() => this.tick(), CLOCK_EVERY);
        watch(
            (news) => this.show(news),
            (linked) => (this.offline.hidden = linked)
        );
    }

    show(news) {
        if (news.complete) {
            this.chats.clear();
            this.showPeople(news.people);
        }
        for (const chat of news.chats) {
            this.chats.set(keyOf(chat, chat.account), chat);
        }
        for (const phone of this.phones.values()) {
            const chat = phone.account && this.chats.get(keyOf(phone.client, phone.account.id));
            if (chat && chat !== phone.chat) {
                phone.update(chat, news.now);
            } else if (!chat && phone.chat) {
                phone.chat = null;
                phone.render();
            }
        }
    }

    showPeople({ accounts, clients, networks }) {
        this.networks = networks;
        const there = new Set(clients.map((client) => `${client.network}:${client.id}`));
        for (const [key, phone] of this.phones) {
            if (!there.has(key)) {
                phone.element.remove();
                this.phones.delete(key);
            }
        }
        for (const client of clients) {
            this.showClient(client, accounts);
        }
        this.people.replaceChildren(
            ...[...this.phones.values()].map((phone) => this.navigation(phone))
        );
        this.desk.classList.toggle("nobody", !clients.length);
        this.desk.dataset.nobody = say("nobody");
    }

    showClient(client, accounts) {
        const key = `${client.network}:${client.id}`;
        const phone = this.phones.get(key);
        if (phone) {
            phone.become(client, accounts);
            return;
        }
        const added = new Phone(client, accounts);
        added.onChoose = (account) => {
            added.choose(account);
            const chat = this.chats.get(keyOf(added.client, account.id));
            if (chat) {
                added.update(chat, Date.now() / 1000);
            }
        };
        this.phones.set(key, added);
        this.desk.append(added.element);
    }

    navigation(phone) {
        phone.navBadge = h("span", { class: "badge", hidden: true });
        const onclick = () =>
            phone.element.scrollIntoView({ behavior: "smooth", inline: "center" });
        return h(
            "button",
            { type: "button", class: "person", title: phone.client.name, onclick },
            face(phone.client),
            phone.navBadge
        );
    }

    askForClient() {
        const { first, last } = somebody();
        const field = (name, value) =>
            h("label", {}, say(`client.${name}`), h("input", { name, value, required: true }));
        const options = this.networks.map(({ code, label }) => h("option", { value: code }, label));
        const network = h("select", { name: "network" }, options);
        const form = h(
            "form",
            { method: "dialog" },
            h("h2", {}, say("client.new")),
            field("first", first),
            field("last", last),
            h("label", { hidden: options.length < 2 }, say("client.network"), network),
            h(
                "div",
                { class: "form-buttons" },
                h("button", { type: "button", onclick: () => box.close() }, say("cancel")),
                h("button", { type: "submit", class: "primary" }, say("client.create"))
            )
        );
        const box = h("dialog", { class: "box" }, form);
        form.addEventListener("submit", () => this.create(new FormData(form)));
        box.addEventListener("close", () => box.remove());
        document.body.append(box);
        box.showModal();
    }

    async create(data) {
        const names = { first_name: data.get("first"), last_name: data.get("last"), lang };
        const { id } = await createClient(data.get("network"), names);
        const key = `${data.get("network")}:${id}`;
        setTimeout(() => {
            this.phones.get(key)?.element.scrollIntoView({ behavior: "smooth", inline: "center" });
        }, 400);
    }

    tick() {
        for (const phone of this.phones.values()) {
            phone.clock.textContent = timeOf(Date.now() / 1000);
        }
    }
}

const keyOf = (one, account) => `${one.network}:${one.client ?? one.id}:${account}`;

new Page();
