/** How long anybody waits for anything. */

import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds; what is promised takes one or two seconds, on a machine that has nothing to do. */
export const PATIENCE = 90000;

/** Ask again and again until the answer is yes; an error is a no, and told at the end. */
export async function until(what, ask) {
    const end = Date.now() + PATIENCE;
    let cause;
    while (!(await ask().catch((error) => (cause = error) && false))) {
        if (Date.now() > end) {
            throw new Error(`waited ${PATIENCE / 1000} s in vain for ${what}`, { cause });
        }
        await pause(100);
    }
}
