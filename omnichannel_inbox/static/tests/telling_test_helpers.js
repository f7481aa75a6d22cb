import { contains, start, startServer } from "@mail/../tests/mail_test_helpers";

import { expect } from "@odoo/hoot";
import { waitUntil } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";

import {
    getService,
    mockService,
    MockServer,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

import { answerAsServer, makeConversation } from "./omnichannel_test_helpers";

export const NAME_DELAY = 1500;
export const TOGETHER = 300;
export const NOTICE = "native Open Lines: New conversation: Newcomer (Our pigeons)";
export const RING = ["sound new-message"];

/** What the browser lets be heard and seen becomes a step; Odoo is out of sight. */
export function listen({ isMainTab = true, isFocused = false, isAllowed = false } = {}) {
    mockService("mail.sound_effects", { play: (name) => expect.step(`sound ${name}`) });
    const isOnMainTab = typeof isMainTab === "function" ? isMainTab : () => isMainTab;
    mockService("multi_tab", { isOnMainTab });
    mockService("presence", { isOdooFocused: () => isFocused });
    class Native extends EventTarget {
        static permission = isAllowed ? "granted" : "denied";
        constructor(title, { body }) {
            super();
            expect.step(`native ${title}: ${body}`);
        }
    }
    patchWithCleanup(window, { Notification: Native });
}

export async function startAway({ supervises = false, ...options } = {}) {
    listen(options);
    answerAsServer({ isSupervisor: supervises });
    MockServer.env ?? (await startServer());
}

/** Whatever is under way has come. */
export async function settle() {
    for (let frame = 0; frame < 5; frame++) {
        await animationFrame();
    }
}

/** All that is to be told of new conversations has been. */
export async function wait() {
    await animationFrame();
    await advanceTime(NAME_DELAY);
    await settle();
    await advanceTime(TOGETHER);
    await settle();
}

/** The browser hears how the conversation is now. */
export async function tellOf(threadId) {
    const heard = new Deferred();
    getService("bus_service").subscribe("mail.record/insert", ({ "discuss.channel": told = [] }) =>
        told.some(({ id }) => id === threadId) ? heard.resolve() : undefined
    );
    MockServer.env["omnichannel.conversation"]._tell(threadId);
    await heard;
    await animationFrame();
}

/** A client writes for the first time; it is not told yet. */
export async function arrive(name = "Newcomer", values = {}) {
    const { threadId, conversationId } = await makeConversation(name);
    MockServer.env["omnichannel.conversation"].write([conversationId], values);
    await tellOf(threadId);
    return { threadId, conversationId };
}

/** A client writes for the first time. */
export async function newcomer(name) {
    const { threadId } = await arrive(name);
    await wait();
    return threadId;
}

/** The conversation becomes something else, and everybody hears of it. */
export async function change(threadId, values) {
    MockServer.env["discuss.channel"].write([threadId], values);
    await tellOf(threadId);
}

/** The web client of an operator who looks at the page, or has it out of sight. */
export async function startWatching(options) {
    await startAway(options);
    await start();
    await contains(".o_menu_systray i[aria-label='Messages']");
}

/** The number in the title of the browser's tab. */
export async function expectInTitle(number) {
    const shown = () => Number(getService("title").current.match(/^\((\d+)\)/)?.[1] ?? 0);
    await waitUntil(() => shown() === number, { timeout: 3000 });
}
