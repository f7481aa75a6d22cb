/** Milliseconds, the most that Odoo allows: a machine with much to do is slow, not broken. */
const PATIENCE = 60000;

/** Return the steps of a tour; each waits long for what it needs. */
export const patient = (steps) => steps.map((step) => ({ timeout: PATIENCE, ...step }));
