import { fields, Record } from "@mail/core/common/record";

/** One external chat on one channel; its history is a thread. */
export class OmnichannelConversation extends Record {
    static _name = "omnichannel.conversation";
    static id = "id";

    /** @type {number} */
    id;
    /** @type {"new"|"open"|"done"|"spam"} */
    state;
    thread = fields.One("Thread", { inverse: "omnichannel_conversation_id" });
    waiting_since = fields.Datetime();
    last_message_at = fields.Datetime();
    began_at = fields.Datetime();
    /** @type {number|false} id of the lead */
    lead_id;
    /** @type {boolean} whether the network lets us write to the client */
    client_reachable;

    /**
     * Call a method of the conversation, and show the thread as it is afterwards.
     *
     * The bus tells it too; this does not depend on the bus.
     *
     * @param {string} method
     * @param {Array} [args]
     */
    async call(method, args = []) {
        const { orm } = this.store.env.services;
        try {
            return await orm.call(this.constructor._name, method, [[this.id], ...args]);
        } finally {
            await this.thread?.refreshOmnichannel();
        }
    }

    /** Open the lead, in front of whatever is open. */
    async openLead() {
        const { action, orm } = this.store.env.services;
        action.doAction(await orm.call(this.constructor._name, "action_open_lead", [[this.id]]));
    }
}
OmnichannelConversation.register();
