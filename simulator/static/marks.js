/** A text as it looks: its marks, of which one holds another or neither touches the other. */

import { h, withLinks } from "./dom.js";

const ELEMENTS = {
    bold: "b",
    italic: "i",
    underline: "u",
    strike: "s",
    code: "code",
    pre: "pre",
    quote: "blockquote",
    spoiler: "mark",
};

/** What stands in lines of its own: the line ends around it are not shown. */
const BLOCKS = ["pre", "quote"];

/** The text as elements; of marks that cross each other, the later one is left out. */
export function looking(text, marks = []) {
    const inOrder = [...marks].sort((a, b) => a.offset - b.offset || b.length - a.length);
    return between(text, inOrder, 0, text.length);
}

function between(text, marks, begin, end) {
    const children = [];
    let place = begin;
    for (const [number, mark] of marks.entries()) {
        const last = mark.offset + mark.length;
        if (mark.offset < place || last > end) {
            continue;
        }
        const isBlock = BLOCKS.includes(mark.kind);
        const before = text.slice(place, mark.offset);
        children.push(...withLinks(isBlock ? before.replace(/\n$/, "") : before));
        const inner = between(text, marks.slice(number + 1), mark.offset, last);
        children.push(element(mark, inner));
        place = isBlock && text[last] === "\n" ? last + 1 : last;
    }
    children.push(...withLinks(text.slice(place, end)));
    return children.filter((child) => child !== "");
}

function element(mark, inner) {
    if (mark.kind !== "link") {
        return h(ELEMENTS[mark.kind] ?? "span", {}, inner);
    }
    const safe = /^(https?|tg|mailto|tel):/i.test(mark.url) ? mark.url : null;
    return h("a", { href: safe, target: "_blank", rel: "noopener noreferrer", title: safe }, inner);
}
