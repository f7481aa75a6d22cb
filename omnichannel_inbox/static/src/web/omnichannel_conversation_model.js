import { fields, Record } from "@mail/core/common/record";

import { RPCError } from "@web/core/network/rpc";
import { user } from "@web/core/user";

const REFUSALS = ["odoo.exceptions.UserError", "odoo.exceptions.AccessError"];

/** Whether the server says no, in words for the user. */
function isRefusal(error) {
    return error instanceof RPCError && REFUSALS.includes(error.exceptionName);
}

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
    /** @type {number|false} id of the newest message of the thread, as the database has it */
    newest_message_id;
    /** @type {boolean} whether the network lets us write to the client */
    client_reachable;
    /** @type {boolean} whether a bot talks with the client, and nobody has to answer */
    with_bot;

    /** @type {string} how the client is addressed in a prepared answer */
    client_first_name;
    /** The client's salesperson, who is told first that he writes. */
    offered_to_id = fields.One("res.users");
    /** @type {string} changes with what the side panel shows */
    card_stamp = "";

    /** The side panel reads again what it shows. */
    touchCard() {
        this.card_stamp = `${this.card_stamp}+`;
    }

    get isOfferedToUser() {
        return Boolean(this.offered_to_id) && this.offered_to_id.id === user.userId;
    }

    /**
     * Return what a method of the conversation says; nothing changes.
     *
     * @param {string} method
     * @param {Array} [args]
     */
    ask(method, args = []) {
        const { orm } = this.store.env.services;
        return orm.silent.call(this.constructor._name, method, [[this.id], ...args]);
    }

    /**
     * Call a method of the conversation, and show the thread as it is afterwards.
     *
     * The bus tells it too; this does not depend on the bus. What the server refuses it says in a
     * sentence: a colleague was faster, or one may not.
     *
     * @param {string} method
     * @param {Array} [args]
     * @returns {Promise<boolean>} whether it was done
     */
    async call(method, args = []) {
        const { notification, orm } = this.store.env.services;
        try {
            await orm.call(this.constructor._name, method, [[this.id], ...args]);
            return true;
        } catch (error) {
            if (!isRefusal(error)) {
                throw error;
            }
            notification.add(error.data.message, { type: "warning" });
            return false;
        } finally {
            await this.thread?.refreshOmnichannel();
        }
    }

    /** Open the lead, in front of whatever is open. */
    openLead() {
        return this.openAction("action_open_lead");
    }

    /** @param {string} method of the conversation that returns an action */
    async openAction(method) {
        await this.show(await this.ask(method));
    }

    openRecord(model, id) {
        return this.show({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }

    /** Do the action; the thread stays at hand beside what it opens, or makes room for it. */
    async show(action) {
        const { action: actions, ui } = this.store.env.services;
        if (ui.isSmall) {
            this.store.ChatWindow.get({ thread: this.thread })?.fold();
        } else if (this.store.discuss.isActive) {
            this.thread?.openChatWindow();
        }
        await actions.doAction(action);
    }
}
OmnichannelConversation.register();
