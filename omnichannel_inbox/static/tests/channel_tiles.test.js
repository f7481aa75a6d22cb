import { expect, test } from "@odoo/hoot";

import { markup } from "@odoo/owl";

import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { user } from "@web/core/user";

const CONNECT = "omnichannel_inbox.omnichannel_channel_action_connect";
const TILE = ".o_kanban_record:not(.o_kanban_ghost)";
const OFFERED = ".o-omnichannel-ChannelTiles-network";
const PIGEON = `${OFFERED}[data-network=pigeon]`;

/** What the page of channels needs to know of one. */
class Channel extends models.Model {
    _name = "omnichannel.channel";

    name = fields.Char();
    network = fields.Selection({
        selection: [
            ["pigeon", "Pigeon post"],
            ["smoke", "Smoke signals"],
        ],
    });
}

defineMailModels();
defineModels([Channel]);

const ARCH = `
    <kanban js_class="omnichannel_channel_tiles">
        <templates>
            <t t-name="card"><field name="name"/><field name="network"/></t>
        </templates>
    </kanban>`;

/** Open the page with these channels; ``connects`` says whether the user may connect some. */
function openTiles(names = [], { connects = true, ...options } = {}) {
    patchWithCleanup(user, { isSystem: connects });
    Channel._records = names.map((name, index) => ({ id: index + 1, name, network: "pigeon" }));
    return mountView({
        type: "kanban",
        resModel: "omnichannel.channel",
        arch: ARCH,
        noContentHelp: markup`<p>Nothing is here</p>`,
        ...options,
    });
}

test("without a channel the page shows how to begin: a button for each network", async () => {
    await openTiles();
    expect(".o-omnichannel-ChannelTiles-networks h2").toHaveText("Connect the first channel");
    expect(OFFERED).toHaveCount(2);
    expect(`${OFFERED}:first`).toHaveText(/Pigeon post\s+Connect/);
    expect(".o_view_nocontent").toHaveCount(0, { message: "the networks are the help" });
});

test("below the channels there are, the networks stand for another one", async () => {
    await openTiles(["Shop", "Service"]);
    expect(TILE).toHaveCount(2);
    expect(`${TILE}:first`).toHaveText(/Shop/);
    expect(".o-omnichannel-ChannelTiles-networks h2").toHaveCount(0);
    expect(".o-omnichannel-ChannelTiles-networks h3").toHaveText("Connect another channel");
    expect(OFFERED).toHaveCount(2);
});

test("who may not connect is offered nothing, and sees why the page is empty", async () => {
    await openTiles([], { connects: false });
    expect(OFFERED).toHaveCount(0);
    expect(".o_view_nocontent").toHaveText("Nothing is here");
});

test("in groups there are only channels", async () => {
    await openTiles(["Shop"], { groupBy: ["network"] });
    expect(TILE).toHaveCount(1);
    expect(OFFERED).toHaveCount(0);
});

test("a network is connected in its steps, and is there when they are done", async () => {
    const asked = [];
    mockService("action", {
        doAction(action, options) {
            asked.push([action, options.additionalContext]);
            Channel._records.push({ id: 9, name: "Pigeons", network: "pigeon" });
            options.onClose();
        },
    });
    onRpc("web_search_read", () => expect.step("read"));
    await openTiles();
    await contains(PIGEON).click();
    expect(asked).toEqual([[CONNECT, { default_network: "pigeon" }]]);
    expect.verifySteps(["read", "read"]);
});
