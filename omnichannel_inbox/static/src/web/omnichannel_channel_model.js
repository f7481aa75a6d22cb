import { Record } from "@mail/core/common/record";

/** One connected bot, community, mailbox or widget, as far as the browser may know it. */
export class OmnichannelChannel extends Record {
    static _name = "omnichannel.channel";
    static id = "id";

    /** @type {number} */
    id;
    /** @type {string} */
    name;
    /** @type {string} code of the network */
    network;
    /** @type {string} what the network is called */
    network_label;
    /** @type {"draft"|"connected"|"error"} */
    state;
    /**
     * What the network can carry.
     * @type {{ max_text: number, files: string[], max_file_bytes: Object<string, number>,
     *   buttons: { kinds: string[], count: number, label: number, alone: string[] },
     *   edits: boolean, deletes: boolean, quotes: boolean }}
     */
    capabilities;
    /** @type {boolean} whether the lead goes along when somebody else becomes the operator */
    lead_follows;
    /** @type {boolean} whether the user serves the channel; others only read what is theirs */
    is_served = true;
    /**
     * Whether the user is one of its operators, whom new conversations concern; not known before
     * the server was asked about one of its threads.
     * @type {boolean|undefined}
     */
    is_operator = undefined;
}
OmnichannelChannel.register();
