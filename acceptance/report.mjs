/** Says what happened, in the form of Python's unittest. */

import process from "node:process";
import { inspect, stripVTControlCharacters } from "node:util";

const LINE = "=".repeat(70);

const say = (line) => process.stdout.write(`${line}\n`);

export class Report {
    _began = Date.now();
    _failures = [];
    _ran = 0;

    /**
     * Return whether the step passed.
     *
     * @param {string} title
     * @param {boolean} isLost whether a step that it goes on from has failed
     * @param {() => Promise} step
     */
    async run(title, isLost, step) {
        const began = Date.now();
        this._ran++;
        try {
            if (isLost) {
                throw new Error("not reached: a step before it failed");
            }
            await step();
            say(`${title} ... ok (${((Date.now() - began) / 1000).toFixed(1)} s)`);
            return true;
        } catch (error) {
            say(`${title} ... FAIL`);
            this._failures.push({ title, error });
            return false;
        }
    }

    /** Say what failed, and return the exit code. */
    finish() {
        for (const { title, error } of this._failures) {
            const id = title.replaceAll(" ", "_");
            const said = isLost(error) ? error.message : inspect(error);
            say(`${LINE}\nFAIL: ${id} (acceptance)\n${stripVTControlCharacters(said)}\n`);
        }
        const seconds = ((Date.now() - this._began) / 1000).toFixed(1);
        say(`Ran ${this._ran} tests in ${seconds}s`);
        return this._failures.length ? 1 : 0;
    }
}

function isLost(error) {
    return error.message.startsWith("not reached");
}
