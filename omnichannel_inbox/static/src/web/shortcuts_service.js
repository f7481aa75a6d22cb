import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const CATEGORY = "omnichannel";
registry.category("command_categories").add(CATEGORY, {}, { sequence: 15 });

/** What an operator does with the thread before him, without the mouse. */
const describeCommands = (shortcuts) => [
    {
        name: _t("Open Lines: next waiting conversation"),
        hotkey: "alt+shift+w",
        run: () => shortcuts.openNextWaiting(),
        isAvailable: () => true,
    },
    {
        name: _t("Open Lines: take conversation"),
        hotkey: "alt+shift+k", // T adds a to-do where To-do is installed.
        run: (thread) => thread.takeOmnichannel(),
        isAvailable: (thread) => thread?.omnichannel_state === "new",
    },
    {
        name: _t("Open Lines: finish conversation"),
        hotkey: "alt+shift+f",
        run: (thread) => thread.finishOmnichannel(),
        isAvailable: (thread) => thread?.mayCloseOmnichannel,
    },
    {
        name: _t("Open Lines: internal note or message to the client"),
        hotkey: "alt+shift+e",
        run: (thread) => thread.toggleOmnichannelNote(),
        isAvailable: (thread) => thread?.isOmnichannelWriter,
    },
    {
        name: _t("Open Lines: canned response"),
        hotkey: "alt+shift+r",
        run: (thread) => thread.startOmnichannelResponse(),
        isAvailable: (thread) => thread?.isOmnichannelWriter,
    },
];

/** The commands of Open Lines, in Odoo's command palette and on the keyboard. */
export class Shortcuts {
    constructor(env, { command, "mail.store": store, notification, orm }) {
        this.store = store;
        this.notification = notification;
        this.orm = orm;
        for (const { name, hotkey, run, isAvailable } of describeCommands(this)) {
            command.add(name, () => void run(this.thread), {
                category: CATEGORY,
                global: true,
                hotkey,
                hotkeyOptions: { bypassEditableProtection: true },
                isAvailable: () =>
                    Boolean(store.is_omnichannel_operator && isAvailable(this.thread)),
            });
        }
    }

    /** The thread that the user works with: in a chat window, or in Discuss. */
    get thread() {
        const windows = this.store.chatHub.opened.map((chatWindow) => chatWindow.thread);
        const inDiscuss = this.store.discuss.isActive ? this.store.discuss.thread : undefined;
        const shown = [inDiscuss, ...windows].filter((thread) => thread?.isOmnichannel);
        return shown.find((thread) => thread.isFocused) ?? shown[0];
    }

    /** Open the conversation that most deserves an answer, or the one after it, and say why. */
    async openNextWaiting() {
        const shown = this.thread?.omnichannel_conversation_id?.id ?? false;
        const next = await this.orm.call("omnichannel.conversation", "get_next", [shown]);
        if (!next) {
            this.notification.add(_t("Nobody waits."), { type: "info" });
            return;
        }
        const thread = await this.store.Thread.getOrFetch({
            model: "discuss.channel",
            id: next.discuss_channel_id,
        });
        this.notification.add(next.words, { title: thread.displayName, type: "info" });
        thread.open({ focus: true });
    }
}

/** In Discuss the palette opens among the conversations: what is possible stands there as well. */
registry.category("command_provider").add(
    "omnichannel",
    {
        namespace: "@",
        provide(env, { activeElement, searchValue = "" }) {
            const term = searchValue.trim().toLowerCase();
            return env.services.command
                .getCommands(activeElement)
                .filter(({ category, isAvailable }) => category === CATEGORY && isAvailable())
                .filter(({ name }) => name.toLowerCase().includes(term))
                .map(({ action, name }) => ({ action, name }));
        },
    },
    { sequence: 100 }
);

export const shortcutsService = {
    dependencies: ["command", "localization", "mail.store", "notification", "orm"],
    start: (env, services) => new Shortcuts(env, services),
};
registry.category("services").add("omnichannel.shortcuts", shortcutsService);
