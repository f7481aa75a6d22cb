import { contains, openDiscuss } from "@mail/../tests/mail_test_helpers";

import { describe, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { onRpc } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    makeConversation,
    openMine,
    startAsOperator,
} from "./omnichannel_test_helpers";

describe.current.tags("desktop");
defineOmnichannelModels();

test("one key opens who most deserves an answer, and says why", async () => {
    const early = await makeConversation("Early");
    const late = await makeConversation("Late");
    onRpc("omnichannel.conversation", "get_next", ({ args: [shown] }) => {
        expect.step(shown);
        return {
            conversation_id: late.conversationId,
            discuss_channel_id: late.threadId,
            words: "Has waited 25 min; your client",
        };
    });
    await startAsOperator();
    await openDiscuss(early.threadId);
    await contains(".o-mail-DiscussContent-threadName[title='Early']");
    await press(["alt", "shift", "w"]);
    await contains(".o-mail-DiscussContent-threadName[title='Late']");
    await contains(".o_notification:contains('Has waited 25 min; your client')");
    expect.verifySteps([early.conversationId]);
});

test("when nobody waits, it says so", async () => {
    onRpc("omnichannel.conversation", "get_next", () => false);
    await openMine();
    await contains(".o-mail-DiscussContent-threadName[title='Early']");
    await press(["alt", "shift", "w"]);
    await animationFrame();
    await contains(".o_notification", { text: "Nobody waits." });
});
