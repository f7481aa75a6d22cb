/** Elements are built, never parsed: whatever somebody wrote is text. */

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
    attach: "M8 12.5 13.8 6.7a3 3 0 0 1 4.2 4.2l-7.4 7.4a5 5 0 0 1-7.1-7.1l7-7",
    bottom: "M12 5v13M6 12.5l6 6 6-6",
    close: "M6 6l12 12M18 6 6 18",
    copy: "M9 9h10v10H9zM5 15V5h10",
    edit: "M5 19l1-4L16.5 4.5l3 3L9 18zM14 7l3 3",
    file: "M7 3h7l4 4v14H7zM14 3v4h4",
    image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
    menu: "M12 5.5h.01M12 12h.01M12 18.5h.01",
    mic: "M12 4a3 3 0 0 1 3 3v4a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3",
    more: "M6.5 9.5l5.5 5.5 5.5-5.5",
    pause: "M9 6v12M15 6v12",
    pin: "M12 21s6-5.6 6-11a6 6 0 0 0-12 0c0 5.400 6 11 6 11zM12 10h.01",
    play: "M8 5.500v13l11-6.500z",
    plus: "M12 5v14M5 12h14",
    reply: "M10 6 4 12l6 6M4.500 12H14a6 6 0 0 1 6 6",
    send: "M4.500 12 4 5l17 7-17 7 .5-7zm0 0H12",
    smile: "M12 3.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17zM8.500 14a4 4 0 0 0 7 0M9 9.500h.01M15 9.500h.01",
    trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
    wave: "M5 10v4M9 7v10M13 4v16M17 8v8M21 11v2",
};

/** A new element: attributes, `on…` listeners, and children that are elements or text. */
export function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith("on")) {
            element.addEventListener(name.slice(2), value);
        } else if (value === true) {
            element.setAttribute(name, "");
        } else if (value !== false && value != null) {
            element.setAttribute(name, value);
        }
    }
    element.append(...children.flat().filter((child) => child != null && child !== false));
    return element;
}

/** An icon by its name, in the colour of the text. */
export function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
}

/** A button with an icon and a name for those who cannot see it. */
export function iconButton(name, title, onclick, kind = "") {
    return h(
        "button",
        { type: "button", class: `icon-button ${kind}`, title, "aria-label": title, onclick },
        icon(name)
    );
}

/** A round picture, or the first letters where there is none. */
export function face(person, kind = "") {
    if (person.picture) {
        return h("img", { class: `face ${kind}`, src: local(person.picture), alt: "" });
    }
    const letters = person.name.split(/\s+/).map((word) => word[0]);
    return h("span", { class: `face letters ${kind}` }, letters.slice(0, 2).join("").toUpperCase());
}

/**
 * The address of a file of the simulator, by whatever name this page reached it; the faults of
 * networks do not concern what a person looks at. Other addresses stay as they are.
 */
export function local(url) {
    const address = new URL(url, location.href);
    if (!address.pathname.startsWith("/media/")) {
        return /^https?:$/.test(address.protocol) ? address.href : "";
    }
    address.searchParams.set("from_phone", "1");
    return address.pathname + address.search;
}

/** The text with its addresses as links. */
export function withLinks(text) {
    return text
        .split(/(https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)])/)
        .map((part, index) =>
            index % 2
                ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part)
                : part
        );
}

export function duration(seconds) {
    const whole = Math.max(0, Math.round(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
