import { Component } from "@odoo/owl";

import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { _t } from "@web/core/l10n/translation";
import { TagsList } from "@web/core/tags_list/tags_list";
import { useService } from "@web/core/utils/hooks";

const LIMIT = 8;

/** The tags of a conversation; each change is saved at once. */
export class TagField extends Component {
    static components = { AutoComplete, TagsList };
    static props = { tags: Array, save: Function, readonly: { type: Boolean, optional: true } };
    static template = "omnichannel_inbox.TagField";

    setup() {
        this.orm = useService("orm");
    }

    get tags() {
        return this.props.tags.map((tag) => ({
            id: tag.id,
            text: tag.name,
            colorIndex: tag.color,
            onDelete: this.props.readonly ? undefined : () => this.remove(tag),
        }));
    }

    get sources() {
        return [{ options: (term) => this.search(term.trim()), placeholder: _t("Loading…") }];
    }

    /** Tags that are not there yet; a name that nobody has used can become one. */
    async search(term) {
        const domain = [["id", "not in", this.props.tags.map((tag) => tag.id)]];
        if (term) {
            domain.push(["name", "ilike", term]);
        }
        const found = await this.orm.searchRead("omnichannel.tag", domain, ["name", "color"], {
            limit: LIMIT,
        });
        const options = found.map((tag) => ({
            label: tag.name,
            onSelect: () => this.add(tag),
        }));
        const isKnown = [...found, ...this.props.tags].some(({ name }) => name === term);
        if (term && !isKnown) {
            options.push({
                cssClass: "fst-italic",
                label: _t("Create “%(name)s”", { name: term }),
                onSelect: () => this.create(term),
            });
        }
        return options;
    }

    async create(name) {
        const [id] = await this.orm.create("omnichannel.tag", [{ name }]);
        await this.add({ id, name, color: 0 });
    }

    add(tag) {
        return this.props.save([[4, tag.id]]);
    }

    remove(tag) {
        return this.props.save([[3, tag.id]]);
    }
}
