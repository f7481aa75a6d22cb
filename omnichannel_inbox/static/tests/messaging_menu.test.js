import { click, contains, openDiscuss, patchUiSize, SIZES } from "@mail/../tests/mail_test_helpers";

import { describe, test } from "@odoo/hoot";

import {
    defineOmnichannelModels,
    makeConversation,
    startAsOperator,
} from "./omnichannel_test_helpers";

describe.current.tags("mobile");
defineOmnichannelModels();

test("on the phone who waits is one touch away", async () => {
    await makeConversation("Early");
    await makeConversation("Busy", { state: "open", isMine: true });
    await patchUiSize({ size: SIZES.SM });
    await startAsOperator();
    await openDiscuss();
    await contains(".o-mail-MessagingMenu-tab", { text: "Open Lines" });
    await contains(".o-mail-MessagingMenu-tab:contains(Open Lines) .badge", { text: "1" });
    await click(".o-mail-MessagingMenu-tab", { text: "Open Lines" });
    await contains(".o-mail-NotificationItem", { text: "Busy" });
    await click(".o-mail-NotificationItem", { text: "Early" });
    await contains(".o-mail-ChatWindow .o-omnichannel-ComposerLock");
});
