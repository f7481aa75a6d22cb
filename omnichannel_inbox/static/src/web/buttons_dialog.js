import { Component, useEffect, useRef, useState } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

export const BUTTON_ICONS = {
    answer: "fa fa-hand-pointer-o",
    link: "fa fa-external-link",
    phone: "fa fa-phone",
};

/**
 * @typedef {{ label: string, kind: "answer"|"link"|"phone", url: string }} Button what the client
 *   presses instead of typing
 */

/**
 * Return the address of a page as it is sent, nothing where it is none.
 *
 * @param {string} written
 */
export function readAddress(written) {
    const text = written.trim();
    const address = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
    try {
        const { protocol, hostname } = new URL(address);
        return ["http:", "https:"].includes(protocol) && hostname.includes(".") ? address : "";
    } catch {
        return "";
    }
}

/**
 * Let the author say what his message shall have beneath it.
 *
 * @param {import("models").Thread} thread
 */
export function openButtonsDialog(thread) {
    const channel = thread.omnichannel_channel_id;
    thread.store.env.services.dialog.add(
        ButtonsDialog,
        {
            buttons: thread.omnichannelButtons.map((button) => ({ ...button })),
            limits: channel.capabilities.buttons,
            network: channel.network_label,
            onDone: (buttons) => (thread.omnichannelButtons = buttons),
        },
        { onClose: () => thread.composer.autofocus++ }
    );
}

/** Which buttons stand under a message to the client: choices, links, his phone number. */
export class ButtonsDialog extends Component {
    static components = { Dialog };
    static props = {
        buttons: Array,
        limits: Object,
        network: String,
        onDone: Function,
        close: Function,
    };
    static template = "omnichannel_inbox.ButtonsDialog";

    setup() {
        this.icons = BUTTON_ICONS;
        this.rows = useRef("rows");
        this.nextId = 1;
        this.state = useState({ rows: this.props.buttons.map((button) => this.row(button)) });
        if (!this.state.rows.length && this.may("answer")) {
            this.add("answer");
        }
        // Whoever adds a button wants to write on it.
        useEffect(
            () => this.rows.el?.querySelector("li:last-child input[name='label']")?.focus(),
            () => [this.nextId]
        );
    }

    row({ kind, label = "", url = "" }) {
        return { id: this.nextId++, kind, label, url, isWrong: false };
    }

    /** What can be added, in the order in which it is offered. */
    get offers() {
        return [
            { kind: "answer", name: _t("Choice") },
            { kind: "link", name: _t("Link") },
            { kind: "phone", name: _t("Phone number") },
        ].filter(({ kind }) => this.props.limits.kinds.includes(kind));
    }

    get phoneNote() {
        return _t("%(network)s: the button for the phone number stands alone.", {
            network: this.props.network,
        });
    }

    placeholder(row) {
        return row.kind === "answer" ? _t("What the client answers") : _t("What the button says");
    }

    isAlone(kind) {
        return this.props.limits.alone.includes(kind);
    }

    get written() {
        return this.state.rows.filter((row) => row.label.trim() || row.url.trim());
    }

    may(kind) {
        const { rows } = this.state;
        if (this.isAlone(kind)) {
            return !this.written.length;
        }
        const isFull = rows.length >= this.props.limits.count;
        const isTaken = kind === "phone" && rows.some((row) => row.kind === "phone");
        return !isFull && !isTaken && !rows.some((row) => this.isAlone(row.kind));
    }

    add(kind) {
        const row = this.row({ kind, label: kind === "phone" ? _t("Share my phone number") : "" });
        this.state.rows = this.isAlone(kind) ? [row] : [...this.state.rows, row];
    }

    remove(row) {
        this.state.rows = this.state.rows.filter((other) => other !== row);
    }

    /** Enter goes on to the next choice, and out where there is nothing more to say. */
    onKeydown(ev, row) {
        if (ev.key !== "Enter" || ev.isComposing) {
            return;
        }
        ev.preventDefault();
        if (row.label.trim() && row.kind === "answer" && this.may("answer")) {
            this.add("answer");
        } else {
            this.done();
        }
    }

    done() {
        for (const row of this.written) {
            row.isWrong = !row.label.trim() || (row.kind === "link" && !readAddress(row.url));
        }
        if (this.written.some((row) => row.isWrong)) {
            return;
        }
        this.props.onDone(
            this.written.map(({ kind, label, url }) => ({
                kind,
                label: label.trim(),
                url: kind === "link" ? readAddress(url) : "",
            }))
        );
        this.props.close();
    }
}
