import { RelativeTime } from "@mail/core/common/relative_time";
import { DiscussSidebarChannel } from "@mail/discuss/core/public_web/discuss_sidebar_categories";
import { user } from "@web/core/user";

const MINUTE = 60 * 1000;
/** Milliseconds of each unit, the largest first. */
const UNITS = { day: 24 * 60 * MINUTE, hour: 60 * MINUTE, minute: MINUTE };

/** How long ago, in as few letters as the language has for it. */
export class WaitingTime extends RelativeTime {
    computeRelativeTime(datetime) {
        super.computeRelativeTime(datetime);
        const waited = datetime ? Date.now() - datetime.ts : 0;
        const unit = Object.keys(UNITS).find((name) => waited >= UNITS[name]);
        if (unit) {
            const words = { style: "unit", unit, unitDisplay: "short" };
            const amount = Math.floor(waited / UNITS[unit]);
            this.relativeTime = new Intl.NumberFormat(user.lang, words).format(amount);
        }
    }
}

Object.assign(DiscussSidebarChannel.components, { WaitingTime });
