from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools import contacts
from .omnichannel_evidence import CONTACTS, STRENGTH

#: Which evidence links by itself, by the channel's setting.
LINKS_BY_ITSELF = {
    "never": (),
    "confirmed": ("phone_confirmed",),
    "exact": ("phone_confirmed", "phone_written", "email_written"),
}


class OmnichannelIdentity(models.Model):
    """Who is it? An identity is not a customer: evidence says whom it might be."""

    _inherit = "omnichannel.identity"

    evidence_ids = fields.One2many("omnichannel.evidence", "identity_id", readonly=True)
    link_ids = fields.One2many("omnichannel.link", "identity_id", readonly=True)
    rejected_partner_ids = fields.Many2many(
        "res.partner",
        "omnichannel_identity_rejected_rel",
        string="Not him",
        readonly=True,
        help="Customers of whom an operator said that this client is somebody else.",
    )

    def write(self, vals):
        """A customer set by hand is a link like any other: it reaches leads and can be undone."""
        if "partner_id" not in vals or self.env.su:
            return super().write(vals)
        self.check_access("write")
        partner = self.env["res.partner"].browse(vals["partner_id"] or [])
        partner.check_access("read")
        for identity in self:
            identity.sudo()._set_customer(partner.sudo())
        rest = {name: value for name, value in vals.items() if name != "partner_id"}
        return super().write(rest) if rest else True

    # Evidence

    @api.model
    def _ensure(self, channel, person):
        identity = super()._ensure(channel, person)
        identity._note_person(person)
        return identity

    def _update_person(self, person):
        result = super()._update_person(person)
        self._note_person(person)
        return result

    def _note_person(self, person):
        """What the network itself says of a person is evidence."""
        phone, email = self._normalize_phone(person.phone), (person.email or "").strip().lower()
        found = self.env["omnichannel.evidence"]._add(self, "phone_confirmed", phone)
        found |= self.env["omnichannel.evidence"]._add(self, "email_written", email)
        if found:
            self._link_by_itself()

    def _note_text(self, text, mail_message):
        """Phone numbers and e-mail addresses that a client writes are evidence."""
        evidence = self.env["omnichannel.evidence"]
        phones = contacts.find_phones(text, self._normalize_phone)
        emails = contacts.find_emails(text)
        found = evidence
        for kind, values in (("phone_written", phones), ("email_written", emails)):
            for value in values:
                found |= evidence._add(self, kind, value, mail_message)
        if found:
            self._fill_contacts(phones, emails)
            self._link_by_itself()
        return found

    def _normalize_phone(self, written):
        """Return the number as +79…, False if it is none in the channel's country."""
        if not written:
            return False
        country = self.channel_id.company_id.country_id
        return self.env["res.partner"]._phone_format(number=written, country=country)

    def _fill_contacts(self, phones, emails):
        """Where nothing is known yet, identity and lead show what the client wrote."""
        values = {"phone": phones[:1], "email": emails[:1]}
        for name, written in values.items():
            if written and not self[name]:
                self[name] = written[0]
        for lead in self._open_leads().filtered(lambda lead: not lead.partner_id):
            lead_values = {"phone": phones[:1], "email_from": emails[:1]}
            lead.write({f: value[0] for f, value in lead_values.items() if value and not lead[f]})

    def _open_leads(self):
        """Return the leads of the person's conversations that are still worked on."""
        leads = self.conversation_ids.lead_id | self.conversation_ids.session_ids.lead_id
        return leads.filtered(lambda lead: lead._is_omnichannel_open())

    # Candidates

    def _find_candidates(self, kinds=STRENGTH):
        """Return the customers whom the evidence speaks for, the best first, with it.

        :rtype: dict[res.partner, omnichannel.evidence]
        """
        self.ensure_one()
        # sudo: omnichannel.evidence - of this identity, which the caller may read
        evidence_sudo = self.sudo().evidence_ids.filtered(lambda one: one.kind in kinds)
        found = defaultdict(self.env["omnichannel.evidence"].sudo)
        for one in evidence_sudo:
            for partner in self._find_partners(one) - self.sudo().rejected_partner_ids:
                found[partner] |= one
        if "same_person" in kinds:
            for partner, one in self._find_same_person(evidence_sudo):
                found[partner] |= one
        found.pop(self.env["res.partner"], None)
        by_strength = sorted(found, key=lambda p: min(STRENGTH.index(e.kind) for e in found[p]))
        return {partner: found[partner] for partner in by_strength}

    def _find_partners(self, evidence):
        """Return the customers with exactly this number or address whom the user may see."""
        field = CONTACTS.get(evidence.kind)
        if not field or not evidence.value:
            return self.env["res.partner"]
        company = self.sudo().company_id
        domain = [(field, "=", evidence.value), ("company_id", "in", (False, company.id))]
        return self.env["res.partner"].search(domain, order="id", limit=10)

    def _find_same_person(self, evidence_sudo):
        """Yield customers whom other identities with the same number or address are linked to.

        Those on channels that the user does not serve are none of his business.
        """
        values = evidence_sudo.filtered(lambda one: one.kind in CONTACTS).mapped("value")
        same = self.env["omnichannel.evidence"].search(
            [
                ("value", "in", values),
                ("identity_id", "!=", self.id),
                ("identity_id.partner_id", "!=", False),
                ("identity_id.company_id", "=", self.sudo().company_id.id),
            ],
            limit=20,
        )
        for one in same:
            partner = one.identity_id.partner_id._filtered_access("read")
            if partner and partner not in self.sudo().rejected_partner_ids:
                yield partner, one.sudo()

    def _link_by_itself(self):
        """An unambiguous match becomes a link, where the channel's setting says so."""
        kinds = LINKS_BY_ITSELF[self.channel_id.link_policy]
        if not kinds or self.partner_id:
            return
        candidates = self._find_candidates(kinds)
        if len(candidates) == 1:
            [(partner, evidence)] = candidates.items()
            self._link(partner, evidence=evidence[:1], automatic=True)

    # Linking and undoing

    def _set_customer(self, partner):
        """The person is this customer from now on, or nobody known."""
        if partner == self.partner_id:
            return
        if self.partner_id:
            self._unlink_customer()
        if partner:
            self._link(partner)

    def _link(self, partner, evidence=None, automatic=False, changes=None):
        """The person is this customer: his leads without a customer follow.

        :param changes: what has been changed on leads already
        """
        self.ensure_one()
        self.rejected_partner_ids = [Command.unlink(partner.id)]
        self.partner_id = partner
        leads = self._open_leads().filtered(lambda lead: not lead.partner_id)
        changes = {**(changes or {}), **leads._omnichannel_set_customer(partner)}
        evidence = evidence or self.env["omnichannel.evidence"].create(
            {"identity_id": self.id, "kind": "manual", "partner_id": partner.id}
        )
        self.env["omnichannel.link"].create(
            {
                "identity_id": self.id,
                "partner_id": partner.id,
                "evidence_id": evidence.id,
                "automatic": automatic,
                "user_id": self.env.uid,
                "changes": changes,
            }
        )
        line = self.env._(
            "This client is %(customer)s: %(reason)s.",
            customer=partner.display_name,
            reason=evidence._describe(self),
        )
        self._tell_conversations(line)

    def _unlink_customer(self):
        """The person is nobody known again, and leads are as they were.

        :raises UserError: he is not linked
        """
        self.ensure_one()
        partner = self.partner_id
        if not partner:
            raise UserError(self.env._("This client is not linked to a customer."))
        link = self.env["omnichannel.link"]._find(self)
        leads = self.conversation_ids.lead_id | self.conversation_ids.session_ids.lead_id
        leads._omnichannel_unset_customer(partner, link.changes or {})
        self.partner_id = False
        link.undone_at = fields.Datetime.now()
        line = self.env._("This client is not %(customer)s.", customer=partner.display_name)
        self._tell_conversations(line)

    def _tell_conversations(self, line):
        for conversation in self.conversation_ids.filtered("discuss_channel_id"):
            conversation._log_line(line)
        self.conversation_ids._notify_state()
