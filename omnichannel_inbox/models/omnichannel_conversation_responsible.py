from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store


class OmnichannelConversation(models.Model):
    """Who is responsible for what, and who follows whom."""

    _inherit = "omnichannel.conversation"

    offered_to_id = fields.Many2one(
        "res.users",
        "Known by",
        readonly=True,
        help="The client's salesperson, or who answered him last: told first when the client "
        "writes. Where conversations are distributed he gets it if he is free.",
    )

    def _follow_responsible(self, event, user, with_lead=None):
        """The lead follows whoever answers the client, as the channel's setting wants it.

        What belongs to whom when something happens; ``responsibility`` is the channel's setting:

        ============== ============== ======================================== ===================
        happens        conversation   lead and its quotations in draft or sent customer
        ============== ============== ======================================== ===================
        new appeal     nobody's,      nobody's, or as it was                   as he was
                       offered to the
                       lead's or the
                       customer's
                       salesperson
        ``taken``      the taker's    ``first``: the taker's if nobody's       as he was; one made
                                      ``operator``: the taker's                by converting gets
                                      ``never``: as it was                     the lead's
        ``delegated``  the new        the answer to *With the lead?*; not      as he was
                       operator's     asked, ``operator``: the new operator's
        left           the first of   as it was                                as he was
                       the invited,
                       or nobody's
        restored       its operator's as it was                                as he was
        lead given to  as it was; he  his, by Odoo                             as he was
        another        may ask for it
        ============== ============== ======================================== ===================

        Confirmed orders stay with whom they were confirmed. With the lead its sales team stays.

        :param with_lead: the operator's answer, None if he was not asked
        """
        self.ensure_one()
        setting = self.channel_id.responsibility
        # sudo: crm.lead - the channel's setting or a colleague's answer decides, whoever's it is
        lead_sudo = self.sudo().lead_id
        if event == "taken":
            self.offered_to_id = False
            if setting == "first":
                lead_sudo._omnichannel_follow_operator(user)
        follows = setting == "operator" if with_lead is None else with_lead
        if follows and lead_sudo._is_omnichannel_open():
            lead_sudo._omnichannel_give_to(user)

    def action_delegate(self, user_id, note="", with_lead=None):
        """Another operator becomes responsible; with the lead, if the caller or the channel wants.

        :param with_lead: whether he becomes the lead's salesperson too; None: as the channel says
        """
        result = super().action_delegate(user_id, note)
        for conversation in self:
            user = self.env["res.users"].browse(user_id)
            conversation.sudo()._follow_responsible("delegated", user, with_lead)
        return result

    # A known client goes to who knows him

    def _ensure_session(self, **values):
        before = self.session_id
        session = super()._ensure_session(**values)
        if session != before:
            self._offer()
        return session

    def _offer(self):
        """Whoever knows the client is told first that he writes, where the channel wants it."""
        user = self.channel_id.known_first and self._find_preferred_operator()
        self.offered_to_id = user
        if user:
            self._pop_up(user, self._in_language_of(user).env._("Your client writes"))

    def _to_store_defaults(self, target):
        """Whom the conversation is offered to is shown where it waits."""
        return [
            *super()._to_store_defaults(target),
            # sudo: res.users - the name of a colleague
            Store.One(
                "offered_to_id",
                [Store.One("partner_id", ["avatar_128", "name"], sudo=True)],
                sudo=True,
            ),
        ]

    def _find_preferred_operator(self):
        """Return who knows the client and serves the channel, the first of these.

        The salesperson of the open lead, of the customer, of his company; who answered last.
        """
        # sudo: crm.lead, res.partner - whose they are decides, not who may read them
        lead_sudo, partner_sudo = self.sudo().lead_id, self.sudo().partner_id
        known_by = [
            lead_sudo.user_id if lead_sudo._is_omnichannel_open() else lead_sudo.user_id[:0],
            partner_sudo.user_id,
            partner_sudo.commercial_partner_id.user_id,
            self._find_previous_operator(),
        ]
        serving = (user for user in known_by if user and self.channel_id._is_served_by(user))
        return next(serving, self.env["res.users"])

    def _find_previous_operator(self):
        """Return who had the last appeal of this client that somebody answered."""
        answered = [
            ("conversation_id", "in", self.ids),
            ("operator_id", "!=", False),
            ("first_reply_at", "!=", False),
            ("outcome", "!=", "spam"),
        ]
        return self.env["omnichannel.session"].search(answered, limit=1).operator_id
