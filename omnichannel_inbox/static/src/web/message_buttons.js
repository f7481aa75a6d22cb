import { Composer } from "@mail/core/common/composer";
import { Message } from "@mail/core/common/message";

import { Component } from "@odoo/owl";

import { BUTTON_ICONS, openButtonsDialog } from "./buttons_dialog";

/** Under an answer: what the client can press. */
export class MessageButtons extends Component {
    static props = { message: Object, alignEnd: { type: Boolean, optional: true } };
    static template = "omnichannel_inbox.MessageButtons";

    setup() {
        this.icons = BUTTON_ICONS;
    }

    get buttons() {
        return this.props.message.omnichannel_buttons;
    }
}

/** Above what is being written: the buttons that will go with it. */
export class ComposerButtons extends Component {
    static props = { thread: Object };
    static template = "omnichannel_inbox.ComposerButtons";

    setup() {
        this.icons = BUTTON_ICONS;
    }

    get buttons() {
        return this.props.thread.omnichannelButtons;
    }

    edit() {
        openButtonsDialog(this.props.thread);
    }

    remove(button) {
        const { thread } = this.props;
        thread.omnichannelButtons = this.buttons.filter((other) => other !== button);
    }
}

Object.assign(Composer.components, { ComposerButtons });
Object.assign(Message.components, { MessageButtons });
