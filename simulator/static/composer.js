/** Where the client writes: text, files, voice, stickers, places. */

import { duration, h, icon, iconButton } from "./dom.js";
import { summary } from "./message.js";
import { say } from "./words.js";
import { record } from "./voice.js";

const TYPING_EVERY = 5000; // ms between two signs that somebody types
const PLACE = { latitude: 55.7539, longitude: 37.6208, title: "Москва, Красная площадь" };
const STICKERS = [1, 2, 3, 4, 5, 6];

export class Composer {
    constructor(phone) {
        this.phone = phone;
        this.reply = null;
        this.editing = null;
        this.typedAt = 0;
        this.input = h("textarea", {
            rows: 1,
            placeholder: say("message"),
            "aria-label": say("message"),
            oninput: () => this.onInput(),
            onkeydown: (happened) => this.onKey(happened),
            onpaste: (happened) => this.onPaste(happened),
        });
        this.about = h("div", { class: "about", hidden: true });
        this.main = iconButton("mic", say("voice"), () => this.onMain(), "main");
        this.line = h(
            "div",
            { class: "line" },
            iconButton("attach", say("menu"), (happened) => this.openAttach(happened)),
            this.input,
            iconButton("smile", say("attach.sticker"), (happened) => this.openStickers(happened)),
            this.main
        );
        this.element = h("div", { class: "composer" }, this.about, this.line);
    }

    onInput() {
        this.input.style.height = "auto";
        this.input.style.height = `${Math.min(this.input.scrollHeight, 110)}px`;
        const full = Boolean(this.input.value.trim()) || this.editing;
        this.main.replaceChildren(icon(full ? "send" : "mic"));
        this.main.title = say(full ? "send" : "voice");
        this.main.classList.toggle("full", Boolean(full));
        if (this.input.value && Date.now() - this.typedAt > TYPING_EVERY) {
            this.typedAt = Date.now();
            this.phone.act("typing");
        }
    }

    onKey(happened) {
        if (happened.key === "Enter" && !happened.shiftKey && !happened.isComposing) {
            happened.preventDefault();
            this.send();
        } else if (happened.key === "Escape") {
            this.forget();
        }
    }

    onPaste(happened) {
        const files = [...happened.clipboardData.files];
        if (files.length) {
            happened.preventDefault();
            this.write({}, files);
        }
    }

    onMain() {
        return this.input.value.trim() || this.editing ? this.send() : this.startRecording();
    }

    async send() {
        const text = this.input.value.trim();
        if (!text) {
            return;
        }
        if (this.editing) {
            const { number } = this.editing;
            if (await this.phone.act("edit", { number, text })) {
                this.forget();
            }
        } else if (await this.write({ text })) {
            this.typedAt = 0;
        }
    }

    /** Send a message, with what it replies to; the input is empty afterwards if it went. */
    async write(data, files = []) {
        const values = this.reply ? { ...data, reply_to: this.reply.number } : data;
        const sent = await this.phone.act("write", values, files);
        if (sent) {
            this.forget(data.text == null);
            this.phone.scrollDown();
        }
        return sent;
    }

    replyTo(message) {
        this.forget(true);
        this.reply = message;
        this.showAbout(
            "reply",
            message.mine ? this.phone.client.name : this.phone.account.name,
            message
        );
    }

    edit(message) {
        this.forget();
        this.editing = message;
        this.input.value = message.text;
        this.showAbout("edit", say("editing"), message);
    }

    showAbout(name, title, message) {
        this.about.hidden = false;
        this.about.replaceChildren(
            icon(name),
            h("span", { class: "about-text" }, h("b", {}, title), summary(message)),
            iconButton("close", say("cancel"), () => this.forget())
        );
        this.onInput();
        this.input.focus();
    }

    /** Neither reply nor edit any more; the text goes too, unless it was not what was sent. */
    forget(keepText = false) {
        this.reply = this.editing = null;
        this.about.hidden = true;
        if (!keepText) {
            this.input.value = "";
        }
        this.onInput();
    }

    /* attachments */

    openAttach(happened) {
        const offer = (name, key, onclick) =>
            h("button", { type: "button", onclick }, icon(name), say(key));
        this.phone.openMenu(happened.currentTarget, [
            offer("image", "attach.photo", () => this.pick("image/*,video/*", {})),
            offer("file", "attach.doc", () => this.pick("", { as_doc: true })),
            offer("pin", "attach.place", () => this.write({ geo: PLACE })),
            offer("mic", "attach.voice", () =>
                this.pick("audio/ogg,.ogg,.oga,.opus", { voice: true })
            ),
            offer("wave", "attach.sample", () => this.sendSample()),
        ]);
    }

    pick(accept, data) {
        const input = h("input", { type: "file", multiple: !data.voice, accept });
        input.addEventListener("change", () => this.write(data, [...input.files]));
        input.click();
    }

    async sendSample() {
        const sample = await (await fetch("/static/voice.ogg")).blob();
        this.write({ voice: true }, [new File([sample], "voice.ogg", { type: "audio/ogg" })]);
    }

    openStickers(happened) {
        const stickers = STICKERS.map((number) =>
            h(
                "button",
                {
                    type: "button",
                    "aria-label": `${say("attach.sticker")} ${number}`,
                    onclick: () =>
                        this.write({ attachments: [{ kind: "sticker", sticker_id: number }] }),
                },
                h("img", { src: `/phone/sticker/${number}.png`, alt: "" })
            )
        );
        this.phone.openMenu(happened.currentTarget, [h("div", { class: "stickers" }, stickers)]);
    }

    /* voice */

    async startRecording() {
        try {
            this.recording = await record();
        } catch {
            this.phone.tell(say("mic.denied"));
            return;
        }
        const began = Date.now();
        const time = h("span", { class: "recording-time" }, duration(0));
        const timer = setInterval(() => {
            time.textContent = duration((Date.now() - began) / 1000);
        }, 250);
        const end = () => {
            clearInterval(timer);
            bar.replaceWith(this.line);
        };
        const send = async () => {
            end();
            this.write({ voice: true }, [await this.recording.stop()]);
        };
        const cancel = () => {
            end();
            this.recording.cancel();
        };
        const bar = h(
            "div",
            { class: "line recording" },
            iconButton("trash", say("cancel"), cancel),
            h("span", { class: "recording-dot" }),
            time,
            h("span", { class: "recording-text" }, say("recording")),
            iconButton("send", say("send"), send, "main full")
        );
        this.line.replaceWith(bar);
    }
}
