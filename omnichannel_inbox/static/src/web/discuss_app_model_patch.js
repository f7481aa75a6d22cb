import { fields } from "@mail/core/common/record";
import { DiscussApp } from "@mail/core/public_web/discuss_app_model";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** The categories of Open Lines: above Odoo's own, whose first is 10. */
const discussAppPatch = {
    setup() {
        super.setup(...arguments);
        this.omnichannelWaiting = this._omnichannelCategory(() => ({
            icon: "fa fa-hourglass-half",
            id: "omnichannel_waiting",
            name: _t("Waiting"),
            sequence: 5,
        }));
        this.omnichannelMine = this._omnichannelCategory(() => ({
            icon: "fa fa-comments",
            id: "omnichannel_mine",
            name: _t("Mine"),
            sequence: 6,
        }));
        this.omnichannelAll = this._omnichannelCategory(
            () => ({ icon: "fa fa-eye", id: "omnichannel_all", name: _t("All"), sequence: 7 }),
            "is_omnichannel_supervisor"
        );
    },

    /**
     * @param {() => Object} describe
     * @param {string} [role] what of the store says that the user has this category
     */
    _omnichannelCategory(describe, role = "is_omnichannel_operator") {
        return fields.One("DiscussAppCategory", {
            compute() {
                return this.store[role]
                    ? { ...describe(), extraClass: "o-omnichannel-Category" }
                    : null;
            },
            eager: true,
        });
    },
};
patch(DiscussApp.prototype, discussAppPatch);
