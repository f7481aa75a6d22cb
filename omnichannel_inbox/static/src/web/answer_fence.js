import { htmlToTextContentInline } from "@mail/utils/common/format";

import { RPCError } from "@web/core/network/rpc";

import { AnsweredDialog } from "./answered_dialog";

const ANSWERED_MEANWHILE = "odoo.addons.omnichannel_inbox.models.discuss_channel.AnsweredMeanwhile";

/** Whether the server held a message back because a colleague has answered meanwhile. */
export function isAnsweredMeanwhile(error) {
    return error instanceof RPCError && error.exceptionName === ANSWERED_MEANWHILE;
}

/**
 * Ask the author what becomes of a message that was held back.
 *
 * @param {import("models").Message} message the temporary one
 * @param {string} answer what the server says of the colleague's
 * @returns {Promise<"send"|"discard"|"edit">}
 */
export function askAuthor(message, answer) {
    return new Promise((resolve) => {
        message.store.env.services.dialog.add(
            AnsweredDialog,
            {
                answer,
                text: htmlToTextContentInline(message.body),
                onSend: () => resolve("send"),
                onDiscard: () => resolve("discard"),
            },
            { onClose: () => resolve("edit") }
        );
    });
}

/** Put the text, the files and the buttons of a message back to where they were written. */
export function backToEditing(message) {
    const { composer } = message.thread;
    const written = composer.composerText;
    composer.composerHtml = message.body;
    if (written) {
        composer.composerText = `${composer.composerText}\n${written}`;
    }
    composer.attachments.add(...message.attachment_ids);
    message.thread.omnichannelButtons = message.omnichannel_buttons ?? [];
    composer.replyToMessage = message.parent_id;
    composer.autofocus++;
}
