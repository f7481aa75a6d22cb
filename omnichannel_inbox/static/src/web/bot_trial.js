import { Component, onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** A bot's script, played on the screen: nothing is stored, and nobody is told anything. */
export class BotTrial extends Component {
    static props = { "*": true };
    static template = "omnichannel_inbox.BotTrial";

    setup() {
        this.orm = useService("orm");
        this.params = this.props.action.params;
        this.input = useRef("input");
        this.talk = useRef("talk");
        this.isGone = false;
        this.state = useState({
            given: { closed: false, lang: this.params.lang, phone: false },
            lines: [],
            said: "",
            turn: null,
        });
        onMounted(() => this.begin());
        onWillUnmount(() => (this.isGone = true));
        useEffect(
            () => {
                this.talk.el.scrollTop = this.talk.el.scrollHeight;
            },
            () => [this.state.lines.length]
        );
    }

    get languages() {
        return this.params.languages;
    }

    get isWaiting() {
        return Boolean(this.state.turn && !this.state.turn.ended);
    }

    async begin() {
        this.state.lines = [];
        await this.ask({});
    }

    /** What the bot makes of it stands in the talk. */
    async ask(event) {
        const said = { ...event, given: this.state.given };
        const turn = await this.orm.call(
            "omnichannel.bot",
            "try_out",
            [[this.params.bot_id]],
            said
        );
        if (this.isGone) {
            return;
        }
        this.state.lines.push(...turn.lines);
        this.state.turn = turn;
        this.input.el?.focus();
    }

    async say(text, pressed = false) {
        if (!text.trim() || !this.isWaiting) {
            return;
        }
        this.state.lines.push({ text, who: "client" });
        this.state.said = "";
        await this.ask({ pressed, said: text, state: this.state.turn.state });
    }

    async letTimePass() {
        await this.ask({ event: "wait", state: this.state.turn.state });
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            this.say(this.state.said);
        }
    }
}

registry.category("actions").add("omnichannel_inbox.bot_trial", BotTrial);
