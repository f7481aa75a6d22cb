import base64
import logging
from datetime import timedelta

import psycopg2
from PIL.Image import DecompressionBombError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.mail.tools.discuss import Store

from ..protocols import SendError
from ..tools import transport
from .persist import lock_fresh
from .waking import wake, wake_in_time

_logger = logging.getLogger(__name__)

PROFILE_LIFETIME = timedelta(days=1)
#: Before we ask again after the network did not answer, and named no time.
PROFILE_RETRY = timedelta(minutes=5)
MAX_PHOTO = 5 << 20
#: Fields that whoever serves the channel writes directly.
EDITABLE = {"phone", "email", "partner_id"}
PERSON_FIELDS = ("name", "first_name", "last_name", "username", "phone", "email")


class OmnichannelIdentity(models.Model):
    """One external person on one channel; perhaps a known partner.

    The person speaks in Discuss as a guest, which gives him a name and a picture and nothing else.
    """

    _name = "omnichannel.identity"
    _description = "Client identity"
    _order = "id desc"

    channel_id = fields.Many2one(
        "omnichannel.channel", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    network_ref = fields.Char("Network id", required=True, readonly=True)
    name = fields.Char(required=True, index="trigram")
    first_name = fields.Char()
    last_name = fields.Char()
    username = fields.Char()
    phone = fields.Char(index="trigram")
    email = fields.Char("E-mail")
    lang = fields.Char("Language", help="As the network reports it, such as ru.")
    reachable = fields.Boolean(
        default=True, readonly=True, help="The network lets us write to this person."
    )
    guest_id = fields.Many2one(
        "mail.guest", required=True, readonly=True, index=True, ondelete="restrict"
    )
    avatar_128 = fields.Image(related="guest_id.avatar_128")
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="set null"
    )
    photo_url = fields.Char(readonly=True, exportable=False)
    start_parameter = fields.Char(
        readonly=True, help="Of the link that led here, until the client says something."
    )
    start_source = fields.Char(readonly=True)
    profile_due_at = fields.Datetime(readonly=True)
    conversation_ids = fields.One2many("omnichannel.conversation", "identity_id")

    _network_ref_unique = models.UniqueIndex("(channel_id, network_ref)")
    _profile_due_index = models.Index("(profile_due_at) WHERE profile_due_at IS NOT NULL")

    def write(self, vals):
        if not self.env.su and vals.keys() - EDITABLE:
            raise AccessError(self.env._("What the network says about a client stays as it is."))
        if not self.env.su:
            for conversation in self.conversation_ids:
                conversation._check_may_manage()
        return super().write(vals)

    # Who writes

    @api.model
    def _ensure(self, channel, person):
        """Return the identity of this person on the channel, with what the network now says."""
        identity = self.search(
            [("channel_id", "=", channel.id), ("network_ref", "=", person.id)], limit=1
        )
        if identity:
            identity._update_person(person)
            identity._ask_for_profile()
            return identity
        name = person.name or self.env._("Client %(number)s", number=person.id)
        guest = self.env["mail.guest"].create(
            {"name": name[:512], "omnichannel_channel_id": channel.id}
        )
        identity = self.create(
            {
                "channel_id": channel.id,
                "network_ref": person.id,
                "guest_id": guest.id,
                **identity._prepare_person_values(person),
                "name": name,
            }
        )
        identity._ask_for_profile()
        return identity

    def _prepare_person_values(self, person):
        """What the network says and we did not know; an empty value never replaces another."""
        values = {name: getattr(person, name) for name in (*PERSON_FIELDS, "lang", "photo_url")}
        return {name: value for name, value in values.items() if value and self[name] != value}

    def _is_as_known(self, person):
        """Return whether the network says nothing new of this person, and lets us write to him."""
        return self.reachable and not self._prepare_person_values(person)

    def _update_person(self, person):
        values = self._prepare_person_values(person)
        new_photo = "photo_url" in values
        if values:
            self.write(values)
        if "name" in values:
            self._rename()
        return new_photo

    def _rename(self):
        """The name reaches the thread, the conversation's and the leads that were named by us."""
        for identity in self:
            guest = identity.guest_id
            old_name, guest.name = guest.name, identity.name[:512]
            conversations = identity.conversation_ids
            conversations._on_renamed(old_name)
            for discuss_channel in conversations.discuss_channel_id:
                Store(bus_channel=discuss_channel).add(guest, ["avatar_128", "name"]).bus_send()

    # Where he came from

    def _keep_start(self, event):
        """The link is remembered until the client says something: the last one counts."""
        if event.start_parameter or event.start_source:
            self.write(
                {"start_parameter": event.start_parameter, "start_source": event.start_source}
            )

    def _take_start(self, event):
        """Return what a session keeps of the link that led here, told now or kept from before."""
        kept = event if event.start_parameter or event.start_source else self
        start = {
            "start_parameter": kept.start_parameter or "",
            "start_source": kept.start_source or "",
        }
        if self.start_parameter or self.start_source:
            self.write({"start_parameter": False, "start_source": False})
        return start

    def _latest_chat(self):
        """Return where he spoke last: for what happens in a chat that nobody names."""
        latest = self.conversation_ids.search(
            [("identity_id", "=", self.id)], order="last_message_at DESC NULLS LAST", limit=1
        )
        return latest.chat_ref or self.network_ref

    # Names and pictures

    def _ask_for_profile(self):
        """The network will be asked for name and picture, unless they are still fresh."""
        now = fields.Datetime.now()
        due = self.filtered(lambda identity: not identity.profile_due_at)
        stale = (self - due).filtered(lambda identity: identity.profile_due_at <= now)
        due.profile_due_at = now
        if due or stale:
            wake(self.env, "fetch_people")

    @api.model
    def _cron_fetch_people(self):
        """Names and pictures that are due are asked for, a channel at a time."""
        now = fields.Datetime.now()
        due = self.search(
            [("profile_due_at", "<=", now), ("channel_id.state", "!=", "draft")],
            order="profile_due_at",
            limit=200,
        )
        recent = due.filtered(lambda identity: identity._is_active_since(now - PROFILE_LIFETIME))
        (due - recent).profile_due_at = False
        for identities in recent.grouped("channel_id").values():
            try:
                identities._fetch_profiles()
                self.env["ir.cron"]._commit_progress(len(identities))
            except psycopg2.errors.SerializationFailure:
                # A message of one of them came in meanwhile: they are still due.
                self.env.cr.rollback()

    def _is_active_since(self, moment):
        """Only who wrote lately is worth a question; the others are asked when they write again."""
        self.ensure_one()
        dates = self.conversation_ids.mapped("last_message_at")
        return any(date and date >= moment for date in dates)

    def _fetch_profiles(self):
        protocol = self.channel_id._protocol()
        now = fields.Datetime.now()
        try:
            self.channel_id._wait_for_turn()
            people = protocol.fetch_people(self.mapped("network_ref"), transport.http)
        except SendError as error:
            _logger.info("Channel %d: no profiles: %s", self.channel_id.id, error.code)
            delay = timedelta(seconds=error.retry_after) or PROFILE_RETRY
            self.profile_due_at = now + delay
            wake_in_time(self.env, "fetch_people", now + delay)
            return
        # The question took its time: what came in meanwhile is seen from here on.
        if lock_fresh(self.conversation_ids):
            self.profile_due_at = now + PROFILE_LIFETIME
            with_new_photo = self._update_people(people)
            # A picture that comes slowly must keep nobody from these conversations.
            self.env["ir.cron"]._commit_progress()
            for identity in with_new_photo:
                identity._fetch_photo()

    def _update_people(self, people):
        """Return those of whom the network has a new picture, now that all are up to date."""
        by_ref = {identity.network_ref: identity for identity in self}
        changed = self.browse()
        for person in people:
            identity = by_ref.get(person.id, changed.browse())
            if identity and identity._update_person(person):
                changed |= identity
        return changed

    def _fetch_photo(self):
        """The guest shows the person's picture; one that cannot be had is left out."""
        try:
            fetched = self.env["omnichannel.file"]._fetch_from(
                self.channel_id, self.photo_url, max_bytes=MAX_PHOTO, deadline=10
            )
            with self.env.cr.savepoint():
                self.guest_id.image_1920 = base64.b64encode(fetched.content)
        except (transport.FileError, UserError, ValueError, DecompressionBombError) as error:
            _logger.info("Identity %d: no picture: %s", self.id, type(error).__name__)
            return
        except OSError:
            _logger.exception("Identity %d: its picture cannot be stored", self.id)
            self.photo_url = False  # is news again when the network is asked next
            return
        for discuss_channel in self.conversation_ids.discuss_channel_id:
            Store(bus_channel=discuss_channel).add(self.guest_id, ["avatar_128"]).bus_send()

    def _find_lang(self):
        """Return the installed language that the client speaks, if there is one."""
        langs = self.env["res.lang"]
        if not self.lang:
            return langs
        return langs.search([("code", "=like", f"{self.lang}%")], order="active desc", limit=1)

    def _describe(self):
        """Return what the side panel shows of a client."""
        return {
            "id": self.id,
            "guest_id": self.guest_id.id,
            "name": self.name,
            "username": self.username or "",
            "phone": self.phone or "",
            "email": self.email or "",
            "lang": self.lang or "",
            "reachable": self.reachable,
            "network": self.channel_id._protocol_class().label,
        }

    def _set_reachable(self, reachable):
        """Whether the network lets us write to these people; shown where one would write."""
        changed = self.filtered(lambda identity: identity.reachable != reachable)
        changed.reachable = reachable
        changed.conversation_ids._notify_state()
