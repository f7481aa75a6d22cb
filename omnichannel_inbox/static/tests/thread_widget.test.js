import { click, contains, openFormView } from "@mail/../tests/mail_test_helpers";

import { describe, test } from "@odoo/hoot";

import {
    defineOmnichannelModels,
    makeConversation,
    startAsOperator,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

test("in a form the thread is read, taken and written to", async () => {
    const { conversationId } = await makeConversation("Early");
    await startAsOperator();
    await openFormView("omnichannel.conversation", conversationId, {
        arch: `<form><widget name="omnichannel_thread"/></form>`,
    });
    const thread = ".o-omnichannel-ThreadWidget";
    await contains(`${thread} .o-mail-Message`, { text: "Here is Early" });
    await click(`${thread} .o-omnichannel-ComposerLock button`, { text: "Take conversation" });
    await contains(`${thread} .o-mail-Composer-input`);
});
