import { SuggestionService } from "@mail/core/common/suggestion_service";
import { cleanTerm } from "@mail/utils/common/format";

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

    /** A prepared answer to a client is found by its text as well; its name goes before. */
    searchSuggestions({ delimiter, term }, { thread } = {}) {
        const found = super.searchSuggestions(...arguments);
        if (delimiter !== "::" || !thread?.isOmnichannel) {
            return found;
        }
        const byName = new Set(found.suggestions.map(({ id }) => id));
        const byText = Object.values(this.store["mail.canned.response"].records).filter(
            (response) =>
                !byName.has(response.id) &&
                cleanTerm(response.substitution).includes(cleanTerm(term))
        );
        byText.sort((r1, r2) => r1.source.localeCompare(r2.source));
        return { ...found, suggestions: [...found.suggestions, ...byText] };
    },
});
