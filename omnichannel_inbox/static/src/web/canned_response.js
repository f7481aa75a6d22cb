/** What of a name one addresses somebody by. */
function firstName(name) {
    return (name || "").trim().split(/\s+/)[0];
}

/**
 * Return a prepared answer for this thread: `{client}` and `{operator}` are first names.
 *
 * @param {string} text
 * @param {import("models").Thread} thread
 */
export function fillPlaceholders(text, thread) {
    const names = {
        client: thread.omnichannel_conversation_id?.client_first_name,
        operator: firstName(thread.store.self.name),
    };
    return text.replace(/\{\s*(client|operator)\s*\}/gi, (whole, name) => {
        const filled = names[name.toLowerCase()];
        return filled || whole;
    });
}
