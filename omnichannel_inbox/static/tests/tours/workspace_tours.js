import { registry } from "@web/core/registry";

import { patient } from "./patience";

const ITEM = ".o-mail-DiscussSidebarChannel:contains(Client 40112233)";
const PANEL = ".o-omnichannel-ConversationPanel";
const SAVED = ".o-omnichannel-SavedField[data-status='saved']";

registry.category("web_tour.tours").add("omnichannel_workspace", {
    steps: () =>
        patient([
            { trigger: ITEM, run: "click" },
            { trigger: ".o-omnichannel-ComposerLock button:contains(Take)", run: "click" },
            { trigger: ".o-mail-Composer-input" },
            {
                content: "Open the panel where the screen is too small for it to open by itself",
                trigger: "button[name='omnichannel-panel']",
                run: ({ anchor }) => anchor.classList.contains("active") || anchor.click(),
            },
            {
                trigger: `${PANEL} input[name='phone']`,
                run: "edit +7 900 000-00-00 && press Tab",
            },
            { trigger: `${SAVED} input[name='phone']` },
            { trigger: `${PANEL} textarea[name='note']`, run: "edit Wants blue cups && press Tab" },
            { trigger: `${SAVED} textarea[name='note']` },
            { trigger: `${PANEL} button[name='priority']`, run: "click" },
            { trigger: `${PANEL} button[name='priority'][aria-pressed='true']` },
            { trigger: `${PANEL} .o-autocomplete--input`, run: "edit Wholesale" },
            { trigger: ".o-autocomplete--dropdown-item:contains(Create)", run: "click" },
            { trigger: `${PANEL} .o_tag:contains(Wholesale)` },
            { trigger: "button[name='omnichannel-history']", run: "click" },
            { trigger: ".o-omnichannel-HistoryPanel button:contains(In progress)", run: "click" },
            { trigger: ".o-mail-Message.o-highlighted:contains(Hello)" },
            { trigger: "button[name='omnichannel-finish']", run: "click" },
            { trigger: ".o_notification:contains(Finished) button:contains(Undo)", run: "click" },
            { trigger: ".o-mail-Composer-input" },
        ]),
});
