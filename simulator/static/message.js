/** One message as the client sees it. */

import { face, h, icon, local } from "./dom.js";
import { looking } from "./marks.js";
import { say, sizeOf, timeOf } from "./words.js";
import { player } from "./voice.js";

export const REACTIONS = { 1: "❤️", 2: "🔥", 3: "😂", 4: "👍", 5: "💩", 6: "❓", 7: "😭", 8: "😡" };
const OFFERED = [1, 4, 3, 2, 7, 8];

/** What stands for a message where there is no room for it. */
export function summary(message) {
    const [first] = message.parts ?? [];
    return message.text || (first ? say(`kind.${first.kind}`) : say("forwarded"));
}

/** The row of a message; `phone` does what is clicked. */
export function messageRow(message, phone) {
    const side = message.mine ? "mine" : "theirs";
    const bare = isBare(message) ? "bare" : "";
    const bubble = h(
        "div",
        { class: `bubble ${bare}` },
        message.reply && quoted(message.reply, () => phone.showMessage(message.reply.number)),
        message.forwarded.map((one) => forwarded(one)),
        pictures(message.parts),
        message.parts.filter((part) => part.kind !== "image").map((part) => partOf(part, phone)),
        message.text && h("div", { class: "text" }, looking(message.text, message.marks)),
        footer(message)
    );
    const row = h(
        "div",
        { class: `row ${side}`, "data-number": message.number },
        !message.mine && face(phone.account, "small"),
        h(
            "div",
            { class: "column" },
            bubble,
            reactions(message),
            message.buttons.length > 0 && inlineButtons(message, phone)
        ),
        tools(message, phone)
    );
    row.addEventListener("contextmenu", (happened) => {
        happened.preventDefault();
        openMenu(message, phone, row);
    });
    return row;
}

function isBare(message) {
    return (
        !message.text &&
        !message.reply &&
        !message.forwarded.length &&
        message.parts.length > 0 &&
        (message.parts[0].kind === "sticker" || message.parts.every(({ kind }) => kind === "image"))
    );
}

function footer(message) {
    const marks = message.mine
        ? h("span", {
              class: `ticks ${message.state}`,
              role: "img",
              "aria-label": say(`state.${message.state}`),
              title: say(`state.${message.state}`),
          })
        : null;
    const edited = message.edited ? `${say("edited")} ` : "";
    return h("span", { class: "meta" }, edited, timeOf(message.at), marks);
}

function reactions(message) {
    const given = Object.values(message.reactions);
    return (
        given.length > 0 &&
        h(
            "div",
            { class: "reactions" },
            given.map((number) => h("span", {}, REACTIONS[number] ?? "⭐"))
        )
    );
}

/* parts */

function quoted(quote, onclick) {
    return h(
        "button",
        { type: "button", class: "quote", onclick },
        h("b", {}, quote.name),
        h("span", {}, summary(quote))
    );
}

function forwarded(quote) {
    return h(
        "div",
        { class: "quote forwarded" },
        h("small", {}, say("forwarded")),
        h("b", {}, quote.name),
        quote.text && h("span", {}, quote.text),
        pictures(quote.parts),
        quote.parts.filter((part) => part.kind !== "image").map((part) => partOf(part)),
        quote.forwarded.map((one) => forwarded(one))
    );
}

function pictures(parts) {
    const images = parts.filter((part) => part.kind === "image");
    return (
        images.length > 0 &&
        h("div", { class: `pictures count-${Math.min(images.length, 4)}` }, images.map(picture))
    );
}

function picture(part) {
    const image = h("img", { src: local(part.url), alt: say("kind.image"), loading: "lazy" });
    image.width = part.width;
    image.height = part.height;
    const open = () => {
        const large = h("img", { src: local(part.full), alt: say("kind.image") });
        const box = h("dialog", { class: "lightbox", onclick: () => box.close() }, large);
        box.addEventListener("close", () => box.remove());
        document.body.append(box);
        box.showModal();
    };
    return h("button", { type: "button", class: "picture", onclick: open }, image);
}

const PARTS = {
    file: (part) =>
        h(
            "a",
            { class: "card", href: local(part.url), download: part.name },
            h("span", { class: "card-icon" }, icon("file")),
            h("span", { class: "card-text" }, h("b", {}, part.name), sizeOf(part.size))
        ),
    voice: (part) => player(part),
    sticker: (part) =>
        h("img", { class: "sticker", src: local(part.url), alt: say("kind.sticker") }),
    video: (part, phone) =>
        h(
            "button",
            { type: "button", class: "video", onclick: () => phone?.tell(say("video.none")) },
            h("img", { src: local(part.preview), alt: part.title }),
            h("span", { class: "video-play" }, icon("play"))
        ),
    link: (part) =>
        h(
            "a",
            { class: "card", href: local(part.url), target: "_blank", rel: "noopener noreferrer" },
            h("span", { class: "card-text" }, h("b", {}, part.title || part.url), part.description)
        ),
    place: (part) =>
        h(
            "div",
            { class: "place" },
            h("span", { class: "map" }, icon("pin")),
            h("b", {}, part.title || say("kind.place")),
            h("small", {}, `${part.latitude.toFixed(4)}, ${part.longitude.toFixed(4)}`)
        ),
    note: (part) =>
        h(
            "div",
            { class: "card" },
            h("span", { class: "card-text" }, h("b", {}, noteTitle(part.type)), part.text)
        ),
};

/** What the phone has no picture for is called by its name, or as the network calls it. */
function noteTitle(type) {
    const title = say(`note.${type}`);
    return title.startsWith("note.") ? `${say("kind.note")}: ${type}` : title;
}

const partOf = (part, phone) => (PARTS[part.kind] ?? PARTS.note)(part, phone);

/* buttons of the company */

function inlineButtons(message, phone) {
    return h(
        "div",
        { class: "keyboard inline" },
        buttonRows(message.number, message.buttons, phone)
    );
}

/** Rows of buttons; a press goes to the message they came with. */
export function buttonRows(number, rows, phone) {
    return rows.map((row, rowIndex) =>
        h(
            "div",
            { class: "keyboard-row" },
            row.map((button, column) =>
                h(
                    "button",
                    {
                        type: "button",
                        class: `key ${button.color}`,
                        onclick: () => phone.press(number, rowIndex, column, button),
                    },
                    button.label || say(button.type === "location" ? "attach.place" : "opened")
                )
            )
        )
    );
}

/* what can be done with a message */

function tools(message, phone) {
    const onclick = (happened) => openMenu(message, phone, happened.currentTarget.closest(".row"));
    const label = { title: say("menu"), "aria-label": say("menu") };
    return h("button", { type: "button", class: "tool", ...label, onclick }, icon("more"));
}

function openMenu(message, phone, row) {
    const offer = (name, key, onclick) =>
        h("button", { type: "button", onclick }, icon(name), say(key));
    const current = message.reactions.client;
    const emoji = OFFERED.map((reaction) =>
        h(
            "button",
            {
                type: "button",
                class: reaction === current ? "chosen" : "",
                onclick: () => phone.react(message, reaction === current ? 0 : reaction),
            },
            REACTIONS[reaction]
        )
    );
    phone.openMenu(row.querySelector(".bubble"), [
        h("div", { class: "menu-emoji" }, emoji),
        offer("reply", "reply", () => phone.composer.replyTo(message)),
        message.text && offer("copy", "copy", () => navigator.clipboard?.writeText(message.text)),
        message.mine && message.text && offer("edit", "edit", () => phone.composer.edit(message)),
        message.mine && offer("trash", "delete", () => phone.remove(message)),
    ]);
}
