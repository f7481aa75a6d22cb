/** What the interface says in the languages of its people, from the addon's own translations. */

import { readFileSync } from "node:fs";

const ENTRY = /^msgid ((?:"(?:\\.|[^"\\])*"\s*)+)^msgstr ((?:"(?:\\.|[^"\\])*"\s*)+)/m;

function unquote(lines) {
    return lines
        .trim()
        .split(/\n/)
        .map((line) => JSON.parse(line))
        .join("");
}

/** Return the translations in a .po file, by their English text; those of a context are left out. */
export function readTranslations(path) {
    const found = {};
    for (const paragraph of readFileSync(path, "utf-8").split("\n\n")) {
        const entry = /^msgctxt /m.test(paragraph) ? null : ENTRY.exec(`${paragraph}\n`);
        if (entry) {
            found[unquote(entry[1])] = unquote(entry[2]);
        }
    }
    return found;
}

/**
 * Return what says an English text of the addon in a language, with its placeholders filled in;
 * a text that has no translation is an error.
 */
export function speaker(lang, folder) {
    const translations = lang === "en_US" ? undefined : readTranslations(`${folder}/ru.po`);
    return (english, values = {}) => {
        const said = translations ? translations[english] : english;
        if (!said) {
            throw new Error(`The interface has no ${lang} for "${english}".`);
        }
        return said.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
    };
}
