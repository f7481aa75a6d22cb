import { registry } from "@web/core/registry";

import { patient } from "./patience";

const DIALOG = ".modal .o_form_view";
const TALK = ".o-omnichannel-BotTrial-talk";
const SAID = ".o-omnichannel-BotTrial input[type='text']";

registry.category("web_tour.tours").add("omnichannel_bot", {
    steps: () =>
        patient([
            { trigger: ".o_field_widget[name='name'] input", run: "edit Night watch" },
            { trigger: ".o_field_x2many_list_row_add a", run: "click" },
            { trigger: `${DIALOG} .o_field_widget[name='text'] textarea`, run: "edit We sleep" },
            { trigger: ".modal .o_form_button_save", run: "click" },
            { trigger: ".o_data_row:contains(We sleep)" },
            { trigger: "body:not(:has(.modal)) .o_field_x2many_list_row_add a", run: "click" },
            { trigger: `${DIALOG} .o_field_widget[name='kind'] input`, run: "click" },
            { trigger: ".o_select_menu_item:contains(phone number)", run: "click" },
            { trigger: `${DIALOG} .o_field_widget[name='save_to']` },
            { trigger: `${DIALOG} .o_field_widget[name='text'] textarea`, run: "edit Your phone?" },
            { trigger: ".modal .o_form_button_save", run: "click" },
            { trigger: ".o_data_row:contains(Your phone?)" },
            { trigger: ".nav-link:contains(How it reads)", run: "click" },
            { trigger: ".o-omnichannel-BotPreview-bubble.o-bot:contains(We sleep)" },
            { trigger: "button[name='action_try']", run: "click" },
            { trigger: `${TALK} .o-bot:contains(Your phone?)` },
            { trigger: SAID, run: "edit later" },
            { trigger: ".o-omnichannel-BotTrial button[name='say']", run: "click" },
            { trigger: `${TALK} .o-bot:contains(Your phone?):eq(1)` },
            { trigger: SAID, run: "edit +7 903 123-45-67" },
            { trigger: ".o-omnichannel-BotTrial button[name='say']", run: "click" },
            { trigger: `${TALK}:contains(people go on)` },
            { trigger: ".modal .btn-close", run: "click" },
            { trigger: "body:not(:has(.modal))" },
        ]),
});
