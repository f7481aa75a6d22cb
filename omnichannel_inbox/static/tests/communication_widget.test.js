import { click, contains, openFormView } from "@mail/../tests/mail_test_helpers";

import { describe, test } from "@odoo/hoot";

import { Command, defineModels, fields, MockServer, models } from "@web/../tests/web_test_helpers";

import {
    defineOmnichannelModels,
    makeConversation,
    startAsOperator,
} from "./omnichannel_test_helpers";

/** Something that has to do with a client. */
class Folder extends models.Model {
    _name = "folder";

    omnichannel_communication_ids = fields.Many2many({ relation: "omnichannel.conversation" });
}

describe.current.tags("desktop");
defineOmnichannelModels();
defineModels([Folder]);

const WIDGET = ".o-omnichannel-CommunicationWidget";
const ARCH = `
    <form>
        <field name="omnichannel_communication_ids">
            <kanban>
                <field name="name"/>
                <field name="channel_id"/>
                <field name="discuss_channel_id"/>
                <field name="answerable"/>
                <field name="unread_count"/>
                <templates><t t-name="card"><field name="name"/></t></templates>
            </kanban>
        </field>
        <widget name="omnichannel_communication"/>
    </form>`;

/** Open a folder with the conversations of these clients, in this order. */
async function openFolder(...names) {
    const ids = [];
    for (const name of names) {
        const { conversationId } = await makeConversation(name);
        const env = MockServer.env;
        const [channelId] = env["omnichannel.channel"].search([]);
        env["omnichannel.conversation"].write([conversationId], {
            name,
            channel_id: channelId,
            answerable: name !== "Late",
            unread_count: name === "Late" ? 3 : 0,
        });
        ids.push(conversationId);
    }
    const folderId = MockServer.env["folder"].create({
        omnichannel_communication_ids: [Command.set(ids)],
    });
    await startAsOperator();
    await openFormView("folder", folderId, { arch: ARCH });
}

test("of several conversations the first is open, the others one click away", async () => {
    await openFolder("Early", "Late");
    await contains(`${WIDGET} .o-mail-Message`, { text: "Here is Early" });
    await contains(`${WIDGET} [role='tab'][aria-selected='true']`, { text: "Early · Our pigeons" });
    await contains(`${WIDGET} [role='tab'] [title='The client cannot be answered here now']`);
    await contains(`${WIDGET} [role='tab'] .badge`, { text: "3" });
    await click(`${WIDGET} [role='tab']`, { text: "Late · Our pigeons" });
    await contains(`${WIDGET} [role='tab'][aria-selected='true']`, { text: "Late · Our pigeons" });
    await contains(`${WIDGET} .o-mail-Message`, { text: "Here is Late" });
});

test("of one conversation nothing is to be chosen", async () => {
    await openFolder("Early");
    await contains(`${WIDGET} .o-mail-Message`, { text: "Here is Early" });
    await contains(`${WIDGET} [role='tab']`, { count: 0 });
});
