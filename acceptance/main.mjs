/**
 * People before browsers, on a running server: an operator, another operator, a supervisor and
 * a client on the phone, on wide and small screens, in English and Russian.
 *
 * node acceptance/main.mjs <JSON: odoo, simulator, database, chromium, pictures>
 *
 * The report reads as that of Python's unittest.
 */

import { mkdir } from "node:fs/promises";
import process from "node:process";

import { chromium } from "playwright-core";

import { talking } from "./bot.mjs";
import { Client } from "./client.mjs";
import { NETWORKS, clientOf, connecting } from "./connect.mjs";
import { Person, SCREENS } from "./person.mjs";
import { Report } from "./report.mjs";
import { Reader } from "./russian.mjs";
import { SELLING, stock } from "./selling.mjs";
import { CLOSING, TALK } from "./story.mjs";
import { readTranslations, speaker } from "./words.mjs";

const TRANSLATIONS = new URL("../omnichannel_inbox/i18n", import.meta.url).pathname;
const STAFF = { anna: "Anna Orlova", boris: "Boris Zimin", vera: "Vera Sokolova" };
const LANGUAGES = { en_US: "English", ru_RU: "Russian" };
/** Clients of the story by where it is played; each has a name of his own. */
const CLIENTS = {
    "English desk": [50112201, "Olga", "Desk"],
    "English phone": [50112202, "Pavel", "Pocket"],
    "Russian desk": [50112203, "Ольга", "Столова"],
    "Russian phone": [50112204, "Павел", "Карманов"],
    "English sale": [50112205, "Sonya", "Buyer"],
    "Russian sale": [50112206, "Соня", "Покупаева"],
    "English bot": [50112207, "Nina", "Button"],
};
const STORY = { ...TALK, ...CLOSING };
/** Milliseconds until the interface is there for the first time. */
const FIRST_PATIENCE = 240000;

const given = JSON.parse(process.argv[2]);
const report = new Report();
const reader = new Reader(readTranslations(`${TRANSLATIONS}/ru.po`));

/** Return the staff, each before a screen of this size. */
async function signIn(screen) {
    const people = Object.entries(STAFF).map(([login, name]) =>
        Person.signIn(browser, { ...given, login, name, screen })
    );
    const staff = await Promise.all(people);
    await Promise.all(staff.map((person) => reader.readAlong(person)));
    return staff;
}

/** All of the staff read this language from now on; nobody is greeted by OdooBot. */
async function setLanguage(admin, lang) {
    const domain = [["login", "in", Object.keys(STAFF)]];
    const users = await admin.call("res.users", "search", domain);
    await admin.call("res.users", "write", users, { lang, odoobot_state: "disabled" });
}

/** Whoever comes first waits until the server has put the interface together. */
async function openForTheDay() {
    const admin = await Person.signIn(browser, { ...given, login: "admin", screen: SCREENS.desk });
    await admin.goesToDiscuss(FIRST_PATIENCE);
    await admin.page.close();
    return admin;
}

/** His browser has not stumbled. */
function hasNoError({ errors, name }) {
    if (errors.length) {
        throw new Error(`in the browser of ${name}`, { cause: errors.splice(0)[0] });
    }
}

async function keepPictures(people, place) {
    await mkdir(given.pictures, { recursive: true });
    for (const person of people) {
        const path = `${given.pictures}/${place.replace(" ", "-")}-${person.login}.png`;
        await person.page.screenshot({ path, timeout: 20000 }).catch(() => {});
    }
}

/** Play the story; what comes after a failed step is not reached, and has failed too. */
async function play(story, staff, place, client) {
    const [anna, boris, vera] = staff;
    let failed = false;
    for (const [name, step] of Object.entries(story)) {
        const title = `${name}, ${place}`;
        const passed = await report.run(title, failed, async () => {
            try {
                await step({ anna, boris, vera, client });
            } finally {
                staff.forEach(hasNoError);
            }
        });
        if (!passed && !failed) {
            await keepPictures(staff, place);
        }
        failed = !passed;
    }
}

async function playIn(lang, staffs) {
    const say = speaker(lang, TRANSLATIONS);
    const plays = Object.entries(staffs).map(([size, staff]) => {
        const place = `${LANGUAGES[lang]} ${size}`;
        staff.forEach((person) => Object.assign(person, { say }));
        return play(STORY, staff, place, new Client(given.simulator, ...CLIENTS[place]));
    });
    await Promise.all(plays);
}

/** A channel of each network is connected, and its first client answered. */
async function connectEverywhere([anna]) {
    const desk = { ...given, screen: SCREENS.desk };
    const admin = await Person.signIn(browser, { ...desk, login: "admin", name: "Administrator" });
    anna.say = admin.say = speaker("en_US", TRANSLATIONS);
    for (const [label, network] of Object.entries(NETWORKS)) {
        const client = clientOf(given.simulator, network);
        await play(connecting(label, network, admin), [anna, admin], label, client);
    }
}

/** From the first message to the quotation on the client's phone. */
async function sellIn(lang, staff) {
    const place = `${LANGUAGES[lang]} sale`;
    await play(SELLING, staff, place, new Client(given.simulator, ...CLIENTS[place]));
}

/** A bot answers first; the clients of the simulator speak Russian. */
async function talkWithBot(admin, staff) {
    const client = new Client(given.simulator, ...CLIENTS["English bot"]);
    staff.forEach((person) => Object.assign(person, { say: speaker("en_US", TRANSLATIONS) }));
    const story = talking(admin, speaker("ru_RU", TRANSLATIONS));
    await play(story, staff, "English bot", client);
}

const browser = await chromium.launch({
    executablePath: given.chromium,
    args: ["--no-sandbox", "--disable-gpu"],
});
try {
    const admin = await openForTheDay();
    await stock(admin);
    const staffs = { desk: await signIn(SCREENS.desk), phone: await signIn(SCREENS.phone) };
    for (const lang of Object.keys(LANGUAGES)) {
        await setLanguage(admin, lang);
        await playIn(lang, staffs);
        await sellIn(lang, staffs.desk);
    }
    await report.run("Russian screens said nothing in English", false, () =>
        reader.hasReadNoEnglish()
    );
    await setLanguage(admin, "en_US");
    await talkWithBot(admin, staffs.desk);
    await connectEverywhere(staffs.desk);
} finally {
    await browser.close();
}
process.exit(report.finish());
