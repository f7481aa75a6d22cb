/**
 * Reads along while people work in Russian: everything that their screens say, in whatever place,
 * and finds what of it is one of the addon's English texts.
 */

/** How often a screen is read, in milliseconds: before a notice disappears. */
const PAUSE = 400;
/** Below these stands what was written once, in the language of that time. */
const WRITTEN_BY_PEOPLE =
    ".o-mail-Message-content, .o-mail-NotificationMessage, .o-mail-NotificationItem-text, textarea";
/** The name of a person, which is also what a role is called. */
const NAMES = ["Administrator"];
const CYRILLIC = /[а-яё]/i;

/** Runs in the browser: hands on each text of a Russian page, once. */
function readScreens({ attributes, pause, writtenByPeople }) {
    const known = new Set();
    let isChanged = true;
    const isSaidByUs = (element) =>
        element && !element.closest(writtenByPeople) && element.checkVisibility();
    const add = (text, element, found) => {
        const said = text?.trim().replace(/\s+/g, " ");
        if (said && !known.has(said) && isSaidByUs(element)) {
            known.add(said);
            found.push(said);
        }
    };
    const read = () => {
        const found = [];
        for (const element of document.querySelectorAll(attributes.map((a) => `[${a}]`).join())) {
            attributes.forEach((name) => add(element.getAttribute(name), element, found));
        }
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            add(walker.currentNode.nodeValue, walker.currentNode.parentElement, found);
        }
        if (found.length) {
            window.handOnWhatScreensSay(found);
        }
    };
    // Also what becomes visible without a new text changes something.
    const everything = { subtree: true, childList: true, characterData: true, attributes: true };
    new MutationObserver(() => (isChanged = true)).observe(document, everything);
    setInterval(() => {
        if (isChanged && window.luxon?.Settings.defaultLocale?.startsWith("ru")) {
            isChanged = false;
            read();
        }
    }, pause);
}

/** Return what recognizes a text with its placeholders filled in. */
function pattern(english) {
    const parts = english
        .split(/%\(\w+\)s|%s/)
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".+")}$`);
}

export class Reader {
    _said = new Map();

    /** @param {Record<string, string>} translations Russian by English */
    constructor(translations) {
        const english = Object.keys(translations).filter(
            (text) => CYRILLIC.test(translations[text]) && !CYRILLIC.test(text)
        );
        this._english = new Set(english.map((text) => text.trim().replace(/\s+/g, " ")));
        // Of what is little but placeholders everything would be an example.
        this._patterns = english
            .filter((text) => /%(\(\w+\))?s/.test(text))
            .filter((text) => text.replace(/%(\(\w+\))?s/g, "").match(/[a-z]{2,}/gi)?.length > 1)
            .map(pattern);
    }

    /** From now on everything is read that this person's screens say. */
    async readAlong({ context, name }) {
        await context.exposeFunction("handOnWhatScreensSay", (texts) =>
            texts.forEach((text) => this._said.set(text, name))
        );
        await context.addInitScript(readScreens, {
            attributes: ["title", "placeholder", "aria-label", "data-tooltip"],
            pause: PAUSE,
            writtenByPeople: WRITTEN_BY_PEOPLE,
        });
    }

    /** Nothing that was read is English of ours; and something was read at all. */
    hasReadNoEnglish() {
        const said = [...this._said.keys()];
        if (!said.some((text) => CYRILLIC.test(text))) {
            throw new Error("no Russian screen was read");
        }
        const english = said.filter(
            (text) =>
                !NAMES.includes(text) &&
                (this._english.has(text) || this._patterns.some((one) => one.test(text)))
        );
        if (english.length) {
            const seen = english.map((text) => `"${text}" (${this._said.get(text)})`);
            throw new Error(`said in English on Russian screens: ${seen.join(", ")}`);
        }
    }
}
