import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";

import { patient } from "./patience";

const CLIENT = "Client 40112233";
const ITEM = `.o-mail-DiscussSidebarChannel:contains(${CLIENT})`;
const LOCK = ".o-omnichannel-ComposerLock";
const ANSWER = ".o-mail-Message:contains(Good day)";

/** Let something happen on the server that is not done in this browser: see test_tours.py. */
function happens(name) {
    return async () => {
        await rpc("/web/dataset/call_kw/omnichannel.conversation/tour_event", {
            model: "omnichannel.conversation",
            method: "tour_event",
            args: [name],
            kwargs: {},
        });
    };
}

const newConversation = [
    { trigger: ".o-omnichannel-Category:contains(Waiting)", run: happens("client writes") },
    { trigger: ITEM },
];

registry.category("web_tour.tours").add("omnichannel_operator", {
    steps: () =>
        patient([
            ...newConversation,
            { content: "Read without being a member", trigger: ITEM, run: "click" },
            { trigger: ".o-mail-Message:contains(Hello)", run: happens("client goes on") },
            { trigger: ".o-mail-Message:contains(And one more thing)" },
            {
                content: "Take",
                trigger: `${LOCK} button:contains(Take conversation)`,
                run: "click",
            },
            { trigger: ".o-mail-Composer-input", run: "edit Good day" },
            { trigger: ".o-mail-Composer button[name='send-message']:enabled", run: "click" },
            {
                trigger: `${ANSWER} .o-omnichannel-MessageDelivery[data-state='sent']`,
                run: happens("client reads"),
            },
            { trigger: `${ANSWER} .o-omnichannel-MessageDelivery[data-state='read']` },
            { content: "Finish", trigger: "button[name='omnichannel-finish']", run: "click" },
            { trigger: `${LOCK}:contains(finished)` },
            { trigger: `body:not(:has(${ITEM}))` },
            { content: "Restore", trigger: `${LOCK} button:contains(Restore)`, run: "click" },
            { trigger: ".o-mail-Composer-input" },
            { content: "Spam", trigger: "button[name='omnichannel-spam']", run: "click" },
            {
                content: "The reason, where one is asked for",
                trigger: `.modal button[name='confirm'], ${LOCK}:contains(spam)`,
                run: ({ anchor }) => anchor.matches("button") && anchor.click(),
            },
            { trigger: `${LOCK}:contains(spam)` },
            { trigger: `body:not(:has(${ITEM}))` },
        ]),
});

registry.category("web_tour.tours").add("omnichannel_other_operator", {
    steps: () =>
        patient([
            ...newConversation,
            { content: "A colleague is faster", trigger: ITEM, run: happens("colleague takes") },
            { trigger: `body:not(:has(${ITEM}))` },
        ]),
});

registry.category("web_tour.tours").add("omnichannel_finished", {
    steps: () =>
        patient([
            { trigger: ".o-mail-Message:contains(Hello)" },
            { trigger: `${LOCK}:contains(finished)` },
            { trigger: "button[name='omnichannel-restore']" },
        ]),
});

registry.category("web_tour.tours").add("omnichannel_phone", {
    steps: () =>
        patient([
            { trigger: ".o-mail-MessagingMenu-tab:contains(Open Lines)", run: "click" },
            { trigger: `.o-mail-NotificationItem:contains(${CLIENT})`, run: "click" },
            {
                trigger: `.o-mail-ChatWindow ${LOCK} button:contains(Take conversation)`,
                run: "click",
            },
            { trigger: ".o-mail-ChatWindow .o-mail-Composer-input", run: "edit Good day" },
            { trigger: ".o-mail-ChatWindow button[name='send-message']:enabled", run: "click" },
            { trigger: `${ANSWER} .o-omnichannel-MessageDelivery[data-state='sent']` },
        ]),
});
