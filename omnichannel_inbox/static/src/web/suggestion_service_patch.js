import { SuggestionService } from "@mail/core/common/suggestion_service";

import { patch } from "@web/core/utils/patch";

patch(SuggestionService.prototype, {
    /** A client is told of no channel of ours; colleagues are named in notes only. */
    getSupportedDelimiters(thread) {
        const delimiters = super.getSupportedDelimiters(...arguments);
        if (!thread?.isOmnichannel) {
            return delimiters;
        }
        const without = thread.omnichannelNote ? ["#"] : ["#", "@"];
        return delimiters.filter(([delimiter]) => !without.includes(delimiter));
    },
});
