from datetime import timedelta

from odoo import api, fields, models

from ..protocols.core.texts import _lt
from .failures import translate

#: Those who wait longest, and the operator's own, that are weighed against each other.
WEIGHED = 100
#: A network's time to answer is about to end when so much of it is left.
CLOSING = timedelta(hours=3)
#: By what the time that a client has waited is multiplied, and what is said about it.
IMPORTANCE = {
    "window_closing": (4, _lt("the time to answer is about to end")),
    "window_closed": (0.1, _lt("the network allows no answer any more")),
    "quotation": (2, _lt("open quotation")),
    "own_client": (2, _lt("your client")),
    "own_conversation": (2, _lt("your conversation")),
    "priority": (2, _lt("high priority")),
}


class OmnichannelConversation(models.Model):
    """Which client deserves an answer most, instead of a choice among eighty."""

    _inherit = "omnichannel.conversation"

    _offered_index = models.Index(
        "(offered_to_id, waiting_since) WHERE state = 'new' AND offered_to_id IS NOT NULL"
    )

    @api.model
    def get_next(self, after_id=None):
        """Return the conversation that most deserves the caller's answer, and why.

        The minutes of working time that the client has waited, times the importance. Only those
        are weighed who wait longest, and the caller's own.

        :param after_id: the one he looks at already: then the one that comes after it
        :rtype: dict | bool
        """
        ranked = self._rank(self._find_unanswered(), fields.Datetime.now())
        if not ranked:
            return False
        ids = [conversation.id for conversation, _minutes, _reasons in ranked]
        place = (ids.index(after_id) + 1) % len(ids) if after_id in ids else 0
        conversation, minutes, reasons = ranked[place]
        return {
            "conversation_id": conversation.id,
            "discuss_channel_id": conversation.discuss_channel_id.id,
            "words": conversation._describe_next(minutes, reasons),
        }

    def _find_unanswered(self):
        """Return who waits longest for an answer, and whom the user has or is to have."""
        oldest = {"order": "waiting_since, id", "limit": WEIGHED}
        waiting, user = [("waiting_since", "!=", False)], ("=", self.env.uid)
        return (
            self.search([("state", "=", "new"), *waiting], **oldest)
            | self.search([("state", "=", "open"), ("operator_id", *user), *waiting], **oldest)
            | self.search([("state", "=", "new"), ("offered_to_id", *user), *waiting], **oldest)
        )

    def _rank(self, conversations, now):
        """Return these with their minutes and reasons, the most deserving first."""
        quoted, ranked = conversations._find_quoted(), []
        for channel, alike in conversations.grouped("channel_id").items():
            # sudo: omnichannel.channel - its working time, for whoever serves it
            minutes = channel.sudo()._business_minutes_since(alike.mapped("waiting_since"), now)
            for conversation, waited in zip(alike, minutes, strict=True):
                reasons = list(conversation._find_importance(conversation in quoted, now))
                score = max(waited, 1)
                for reason in reasons:
                    score *= IMPORTANCE[reason][0]
                ranked.append((score, conversation, waited, reasons))
        ranked.sort(key=lambda one: (-one[0], one[1].waiting_since, one[1].id))
        return [one[1:] for one in ranked]

    def _find_quoted(self):
        """Return those whose lead or customer has a quotation that nobody has decided upon."""
        # sudo: crm.lead, res.partner, sale.order - only whether there is one
        records_sudo = self.sudo()
        found = (
            self.env["sale.order"]
            .sudo()
            .search_fetch(
                [
                    ("state", "in", ("draft", "sent")),
                    "|",
                    ("opportunity_id", "in", records_sudo.lead_id.ids),
                    ("partner_id", "in", records_sudo.partner_id.ids),
                ],
                ["opportunity_id", "partner_id"],
            )
        )
        return records_sudo.filtered(
            lambda c: c.lead_id & found.opportunity_id or c.partner_id & found.partner_id
        ).sudo(False)

    def _find_importance(self, is_quoted, now):
        """Yield what makes this one more, or less, important than its waiting."""
        # sudo: crm.lead, res.partner - whose client it is
        owners = self.sudo().lead_id.user_id | self.sudo().partner_id.user_id | self.offered_to_id
        window = self.channel_id._protocol_class().capabilities.reply_window
        if window:
            left = (self.last_message_at or now) + window - now
            if left < CLOSING:
                yield "window_closing" if left > timedelta() else "window_closed"
        if is_quoted:
            yield "quotation"
        if self.state == "open":
            yield "own_conversation"
        elif self.env.user in owners:
            yield "own_client"
        if self.priority == "1":
            yield "priority"

    def _describe_next(self, minutes, reasons):
        hours, minutes = divmod(int(minutes), 60)
        if hours:
            waited = self.env._(
                "Has waited %(hours)s h %(minutes)s min", hours=hours, minutes=minutes
            )
        else:
            waited = self.env._("Has waited %(minutes)s min", minutes=minutes)
        words = [translate(self.env, IMPORTANCE[reason][1]) for reason in reasons]
        return "; ".join([waited, *words])
