/** One phone: a client, and the chat with a company that is open on it. */

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { face, h, icon, iconButton } from "./dom.js";
import { buttonRows, messageRow } from "./message.js";
import { dayOf, say, timeOf } from "./words.js";

const NEAR_END = 80; // px from the end that still count as being there
const TOLD_FOR = 3500; // ms that a notice stays

export class Phone {
    constructor(client, accounts) {
        this.client = client;
        this.rows = new Map();
        this.days = new Map();
        this.messages = h("div", {
            class: "messages",
            role: "log",
            onscroll: () => this.onScroll(),
        });
        this.composer = new Composer(this);
        this.title = h("div", { class: "title" });
        this.picture = h("span", {});
        this.foot = h("div", { class: "foot" });
        this.down = h(
            "button",
            { type: "button", class: "down", hidden: true, "aria-label": say("newest") },
            icon("bottom")
        );
        this.down.addEventListener("click", () => this.scrollDown(true));
        this.notice = h("div", { class: "notice", role: "status" });
        this.clock = h("span", {}, timeOf(Date.now() / 1000));
        this.pinned = true; // the newest message is in sight, and stays there
        new ResizeObserver(() => this.pinned && this.scrollDown()).observe(this.messages);
        this.element = this.build();
        this.become(client, accounts);
    }

    build() {
        const look = () => this.look();
        const screen = h(
            "div",
            { class: "screen" },
            h("div", { class: "status" }, this.clock, h("span", { class: "battery" })),
            h(
                "div",
                { class: "head" },
                this.picture,
                this.title,
                iconButton("menu", say("menu"), (happened) => this.openChatMenu(happened))
            ),
            h("div", { class: "middle" }, this.messages, this.down, this.notice),
            this.foot
        );
        this.owner = h("div", { class: "owner" });
        const element = h(
            "section",
            { class: "phone", onpointerenter: look, onpointerdown: look, onfocusin: look },
            this.owner,
            h("div", { class: "case" }, screen)
        );
        element.addEventListener("dragover", (happened) => happened.preventDefault());
        element.addEventListener("drop", (happened) => {
            happened.preventDefault();
            this.composer.write({}, [...happened.dataTransfer.files]);
        });
        return element;
    }

    /** Show this client; the first account is the one talked to, until another is chosen. */
    become(client, accounts) {
        this.client = client;
        this.accounts = accounts.filter((account) => account.network === client.network);
        const same = this.accounts.find((account) => account.id === this.account?.id);
        this.choose(same ?? this.accounts[0]);
        this.element.setAttribute("aria-label", client.name);
        this.element.id = `phone-${client.network}-${client.id}`;
    }

    choose(account) {
        if (account?.id !== this.account?.id) {
            this.chat = null;
            this.clearRows();
        }
        this.account = account;
        this.showOwner();
        this.render();
    }

    showOwner() {
        this.badge = h("span", { class: "badge", hidden: true });
        this.owner.replaceChildren(
            face(this.client),
            h("b", {}, this.client.name),
            h("span", { class: "network" }, this.client.network.toUpperCase()),
            this.badge
        );
    }

    /** Show what the simulator told about the chat. */
    update(chat, now) {
        const told = this.chat?.button_answer?.at ?? (this.chat ? 0 : chat.button_answer?.at);
        this.chat = chat;
        this.lag = Date.now() / 1000 - now;
        this.render();
        if (chat.button_answer && chat.button_answer.at !== told) {
            this.answerButton(chat.button_answer);
        }
        if (this.looking()) {
            this.look();
        }
    }

    answerButton(answer) {
        this.tell(answer.text || answer.link || say("opened"));
        if (answer.type === "open_link" && /^https?:/.test(answer.link ?? "")) {
            window.open(answer.link, "_blank", "noopener");
        }
    }

    render() {
        if (!this.account) {
            return;
        }
        this.picture.replaceChildren(face(this.account));
        this.renderTitle();
        this.renderMessages();
        this.renderFoot();
        const unread = this.chat?.unread ?? 0;
        for (const badge of [this.badge, this.navBadge]) {
            if (badge) {
                badge.hidden = !unread;
                badge.textContent = unread;
            }
        }
        if (this.pinned) {
            this.scrollDown();
        }
        this.showWayDown();
    }

    renderTitle() {
        clearTimeout(this.typingTimer);
        const typing = this.chat?.typing;
        const left = typing ? typing.until + this.lag - Date.now() / 1000 : 0;
        const line =
            left > 0
                ? h("span", { class: "typing" }, this.typingText(typing), h("i"), h("i"), h("i"))
                : h("span", {}, `${this.account.network.toUpperCase()} · ${say("network")}`);
        this.title.replaceChildren(h("b", {}, this.account.name), line);
        if (left > 0) {
            this.typingTimer = setTimeout(() => this.renderTitle(), left * 1000);
        }
    }

    typingText(typing) {
        return say(typing.kind === "typing" ? "typing" : `typing.${typing.kind}`);
    }

    /* messages */

    clearRows() {
        this.rows.clear();
        this.days.clear();
        this.messages.replaceChildren();
    }

    renderMessages() {
        const messages = this.chat?.messages ?? [];
        const wanted = messages.length
            ? messages.flatMap((message, index) => this.rowsOf(message, messages[index - 1]))
            : [h("div", { class: "empty" }, say("empty"))];
        this.dropGone(messages);
        this.place(wanted);
    }

    /** The row of a message, with the line of a new day before it; kept as long as it is the same. */
    rowsOf(message, before) {
        const day = dayOf(message.at);
        const written = JSON.stringify(message);
        let row = this.rows.get(message.number);
        if (row?.written !== written) {
            row = { written, element: messageRow(message, this) };
            this.rows.set(message.number, row);
        }
        const begins = !before || dayOf(before.at) !== day;
        const follows = !begins && before.mine === message.mine && message.at - before.at < 300;
        row.element.classList.toggle("follows", follows);
        row.element.classList.toggle("waiting", this.chat.pressed?.number === message.number);
        if (!begins) {
            return [row.element];
        }
        if (!this.days.has(day)) {
            this.days.set(day, h("div", { class: "day" }, h("span", {}, day)));
        }
        return [this.days.get(day), row.element];
    }

    dropGone(messages) {
        const there = new Set(messages.map((message) => message.number));
        for (const number of this.rows.keys()) {
            if (!there.has(number)) {
                this.rows.delete(number);
            }
        }
    }

    /** Put the elements in order, moving none that stands right (a playing voice goes on). */
    place(wanted) {
        wanted.forEach((element, index) => {
            const standing = this.messages.children[index];
            if (standing !== element) {
                this.messages.insertBefore(element, standing ?? null);
            }
        });
        while (this.messages.children.length > wanted.length) {
            this.messages.lastChild.remove();
        }
    }

    showMessage(number) {
        const row = this.rows.get(number)?.element;
        row?.scrollIntoView({ block: "center", behavior: "smooth" });
        row?.classList.add("shown");
        setTimeout(() => row?.classList.remove("shown"), 1200);
    }

    atEnd() {
        const { scrollHeight, scrollTop, clientHeight } = this.messages;
        return scrollHeight - scrollTop - clientHeight < NEAR_END;
    }

    scrollDown(smoothly = false) {
        this.pinned = true;
        const jump = (behavior) =>
            this.messages.scrollTo({ top: this.messages.scrollHeight, behavior });
        jump(smoothly ? "smooth" : "instant");
    }

    onScroll() {
        this.pinned = this.atEnd();
        this.showWayDown();
    }

    showWayDown() {
        this.down.hidden = this.pinned;
        const unread = this.chat?.unread ?? 0;
        this.down.replaceChildren(icon("bottom"), unread ? h("b", {}, String(unread)) : "");
    }

    /* what is under the messages */

    renderFoot() {
        const chat = this.chat ?? { start: true };
        const key = JSON.stringify([chat.blocked, chat.keyboard, chat.start, this.account.id]);
        if (key === this.footKey) {
            this.renderDenied(chat);
            return;
        }
        this.footKey = key;
        this.denied = h("div", { class: "denied", hidden: true }, say("denied"));
        const parts = chat.blocked
            ? [h("div", { class: "denied" }, say("blocked"))]
            : [this.denied, this.startButton(chat), this.composer.element, this.keyboard(chat)];
        this.foot.replaceChildren(...parts.filter(Boolean));
        this.renderDenied(chat);
    }

    renderDenied(chat) {
        this.denied.hidden = !(chat.messages?.length && chat.allowed === false);
    }

    startButton(chat) {
        const onclick = () => this.act("start");
        return chat.start && h("button", { type: "button", class: "start", onclick }, say("start"));
    }

    keyboard(chat) {
        const { number, rows } = chat.keyboard ?? {};
        return rows?.length && h("div", { class: "keyboard" }, buttonRows(number, rows, this));
    }

    /* doing things */

    /** Do something as this client; false if it was refused (the reason is shown). */
    async act(action, data, files) {
        const { network, id } = this.client;
        try {
            return await act(
                { network, client: id, account: this.account.id },
                action,
                data,
                files
            );
        } catch (error) {
            this.tell(error.message);
            return false;
        }
    }

    press(number, row, column, button) {
        if (button.link) {
            window.open(button.link, "_blank", "noopener");
        }
        this.act("press", { number, row, column });
    }

    react(message, reaction) {
        this.act("react", { number: message.number, reaction });
    }

    remove(message) {
        this.act("delete", { number: message.number });
    }

    /** The client looks at the phone: what is there has been read. */
    look() {
        if (this.chat?.unread && document.visibilityState === "visible" && this.atEnd()) {
            this.act("read");
        }
    }

    looking() {
        return this.element.matches(":hover, :focus-within");
    }

    openChatMenu(happened) {
        const allowed = this.chat?.allowed ?? false;
        const others = this.accounts.filter((account) => account !== this.account);
        this.openMenu(happened.currentTarget, [
            h(
                "button",
                { type: "button", onclick: () => this.act(allowed ? "deny" : "allow") },
                icon(allowed ? "close" : "reply"),
                say(allowed ? "deny" : "allow")
            ),
            ...others.map((account) =>
                h(
                    "button",
                    { type: "button", onclick: () => this.onChoose(account) },
                    face(account, "small"),
                    account.name
                )
            ),
        ]);
    }

    /** Show a menu beside an element of this phone, until anything is clicked. */
    openMenu(beside, entries) {
        const screen = this.element.querySelector(".screen");
        const menu = h("div", { class: "menu", role: "menu" }, entries);
        screen.append(menu);
        const [frame, at] = [screen.getBoundingClientRect(), beside.getBoundingClientRect()];
        const { offsetWidth: width, offsetHeight: height } = menu;
        const below = at.bottom + height + 8 < frame.bottom;
        const top = below ? at.bottom + 4 : at.top - height - 4;
        menu.style.left = `${clamp(at.left - frame.left, frame.width - width - 8)}px`;
        menu.style.top = `${clamp(top - frame.top, frame.height - height - 8)}px`;
        const close = (happened) => {
            if (happened.type === "click" || !menu.contains(happened.target)) {
                menu.remove();
                document.removeEventListener("pointerdown", close, true);
            }
        };
        menu.addEventListener("click", close);
        document.addEventListener("pointerdown", close, true);
    }

    /** Say something to the client, for a moment. */
    tell(text) {
        this.notice.textContent = text;
        this.notice.classList.add("told");
        clearTimeout(this.noticeTimer);
        this.noticeTimer = setTimeout(() => this.notice.classList.remove("told"), TOLD_FOR);
    }
}

const clamp = (value, most) => Math.max(8, Math.min(value, most));
