import { RelativeTime } from "@mail/core/common/relative_time";
import { DiscussSidebarChannel } from "@mail/discuss/core/public_web/discuss_sidebar_categories";

const MINUTE = 60 * 1000;

/** How long ago, in as few letters as the language has for it. */
export class WaitingTime extends RelativeTime {
    computeRelativeTime(datetime) {
        super.computeRelativeTime(datetime);
        if (datetime && Date.now() - datetime.ts >= MINUTE) {
            this.relativeTime = datetime.toRelative({ style: "narrow" });
        }
    }
}

Object.assign(DiscussSidebarChannel.components, { WaitingTime });
