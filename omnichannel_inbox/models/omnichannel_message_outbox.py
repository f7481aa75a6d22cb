import logging
import time
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..protocols import (
    OutcomeUnknown,
    Outgoing,
    RecipientUnavailable,
    SendError,
    Upload,
    deliver,
)
from ..tools import transport, voice
from .failures import cure_for_operator, describe_failure
from .home import is_at_home
from .omnichannel_channel_pace import exact_now
from .omnichannel_message import REPLACED_BY
from .persist import lock_fresh
from .waking import wake

_logger = logging.getLogger(__name__)

#: Scheduled actions that work side by side; all messages of a conversation belong to the same one.
LANES = 4
#: Seconds before the second, third… attempt; after the last one the message has failed.
RETRY_AFTER = (2, 5, 15, 60, 300, 900, 1800, 3600, 3600, 3600, 7200, 14400, 28800)
MOST_ATTEMPTS = len(RETRY_AFTER)
#: A channel's turn that comes sooner than this is waited for on the spot, in seconds.
PATIENCE = 1.5
#: Seconds that the others' files may put before ours; a turn farther away is not waited for.
LONGEST_WAIT = 10


class FileMissing(SendError):
    """The filestore has lost a file of the message."""

    code = "file_missing"


class VoiceUnreadable(SendError):
    """A recording that cannot be turned into what messengers play."""

    code = "voice_unreadable"


class OmnichannelMessage(models.Model):
    """The outbox: messages that are ``waiting`` or ``sending``, and changes to sent ones."""

    _inherit = "omnichannel.message"

    # Into the outbox

    @api.model
    def _queue(self, conversation, mail_message, buttons=()):
        """The message waits in the outbox, in as many parts as the network needs."""
        parts, attachments = conversation._plan_answer(mail_message, buttons)
        protocol = conversation.channel_id._protocol()
        reply_to = mail_message.parent_id.omnichannel_message_ids[:1].network_ref
        values_list = []
        for number, part in enumerate(parts):
            send_key = uuid.uuid4().hex
            values_list.append(
                {
                    "mail_message_id": mail_message.id,
                    "conversation_id": conversation.id,
                    "direction": "out",
                    "state": "waiting",
                    "part": number,
                    **self._prepare_text_values(part),
                    "attachment_ids": [attachments[index].id for index in part.files],
                    "buttons": self._keep_buttons(buttons) if part.buttons else False,
                    "reply_to_ref": reply_to if number == 0 else False,
                    "send_key": send_key,
                    "echo_ref": protocol.echo_key(send_key),
                    "lane": conversation.id % LANES,
                    "due_at": fields.Datetime.now(),
                }
            )
        messages = self.create(values_list)
        messages._trigger_lanes()
        messages._notify_delivery()
        return messages

    def _trigger_lanes(self, at=None):
        for lane in set(self.mapped("lane")):
            wake(self.env, f"send_{lane}", at)

    @api.model
    def _wake_lanes(self, at=None):
        """All lanes look for something to send, now or at that moment."""
        for lane in range(LANES):
            wake(self.env, f"send_{lane}", at)

    # Out of it

    @api.model
    def _cron_send(self, lane):
        """What is due in this lane is sent, in order within a conversation."""
        cron = self.env["ir.cron"]
        if not is_at_home(self.env):
            return
        self._look_after(lane)
        while claimed := self._claim_turn(lane):
            message, wait = claimed
            time.sleep(wait)
            message.with_env(message.channel_id._acting().env)._send()
            remaining = self.search_count(self._due_domain(lane), limit=1)
            if not cron._commit_progress(1, remaining=remaining):
                message._trigger_lanes()  # nobody else wakes a cron that stops with work left
                break

    @api.model
    def _due_domain(self, lane):
        held = self.env["omnichannel.channel.pace"].search([("held", "=", True)]).channel_id
        return [
            ("lane", "=", lane),
            ("channel_id", "not in", held.ids),
            ("due_at", "<=", fields.Datetime.now()),
            "|",
            ("state", "=", "waiting"),
            ("change", "!=", False),
        ]

    @api.model
    def _claim_turn(self, lane):
        """Return the next message and the seconds until its channel's turn, committed; or None."""
        for _attempt in range(10):
            try:
                message = self._claim(lane)
                if not message:
                    return None
                pace = self.env["omnichannel.channel.pace"]
                wait = pace._reserve(message.channel_id, message._count_calls())
                if wait > LONGEST_WAIT:
                    # Since we looked another lane was told to rest, or the clock was put right.
                    self.env.cr.rollback()
                    continue
                self.env["ir.cron"]._commit_progress()
            except psycopg2.errors.SerializationFailure:
                # Another lane took the turn before ours of the same channel: look again.
                self.env.cr.rollback()
            else:
                return message, wait
        return None

    def _count_calls(self):
        """Return how many calls sending this message takes of the channel's rate."""
        can = self.channel_id._protocol_class().capabilities
        return 1 + can.calls_per_file * len(self.attachment_ids)

    @api.model
    def _claim(self, lane):
        """Return the next message to send, now ``sending``, or nothing.

        First in line in its conversation, due, and on a channel whose turn it is. What people wrote
        goes before what is said by itself.
        """
        query = SQL(
            """
            WITH head AS (
                SELECT DISTINCT ON (conversation_id) id
                  FROM omnichannel_message
                 WHERE lane = %(lane)s
                   AND (state IN ('waiting', 'sending') OR change IS NOT NULL)
              ORDER BY conversation_id, id
            )
            SELECT message.id
              FROM head
              JOIN omnichannel_message AS message ON message.id = head.id
         LEFT JOIN omnichannel_channel_pace AS pace ON pace.channel_id = message.channel_id
             WHERE message.state != 'sending'
               AND message.due_at <= %(now)s
               AND (pace.next_at IS NULL OR pace.next_at <= %(soon)s)
               AND pace.held IS NOT TRUE
          ORDER BY message.automatic_at IS NOT NULL, message.due_at, message.id
             LIMIT 1
        FOR NO KEY UPDATE OF message SKIP LOCKED
            """,
            lane=lane,
            now=fields.Datetime.now(),
            soon=exact_now() + timedelta(seconds=PATIENCE),
        )
        self.flush_model()
        self.env.cr.execute(query, log_exceptions=False)
        message = self.browse(row_id for (row_id,) in self.env.cr.fetchall())
        if message.state == "waiting":
            message.state = "sending"
        return message

    def _send(self):
        """Make the call, and record what came of it in a transaction of its own."""
        try:
            outcome = self._call_network()
        except SendError as error:
            outcome = error
        except Exception as error:
            _logger.exception("Message %d cannot be sent", self.id)
            outcome = OutcomeUnknown(type(error).__name__)
        self._record(outcome)

    def _call_network(self):
        """Return the id of the new message, or None where an existing one was changed."""
        protocol = self.channel_id._protocol()
        outgoing = self._prepare_outgoing()
        if self.state == "sending":
            return deliver(protocol, outgoing, transport.http)
        if self.change == "edit":
            protocol.edit(self.network_ref, outgoing, transport.http)
        else:
            protocol.delete(self.network_ref, self.conversation_id.chat_ref, transport.http)
        return None

    def _prepare_outgoing(self):
        return Outgoing(
            chat_id=self.conversation_id.chat_ref,
            text=self.text or "",
            files=tuple(self._prepare_uploads()) if self.change != "delete" else (),
            reply_to=self.reply_to_ref or "",
            send_key=self.send_key or "",
            buttons=self._prepare_buttons() if self.change != "delete" else (),
        )

    def _prepare_uploads(self):
        """:raises FileMissing: the filestore has lost one"""
        for attachment in self.attachment_ids.sorted("id"):
            content = attachment.raw
            if not content:
                raise FileMissing(attachment.name)
            upload = Upload(
                kind=attachment._omnichannel_kind(),
                name=attachment.name,
                mimetype=attachment.mimetype or "application/octet-stream",
                content=content,
            )
            yield self._convert_voice(upload) if upload.kind == "voice" else upload

    def _convert_voice(self, upload):
        """:raises VoiceUnreadable: it cannot be turned into what messengers play"""
        if upload.mimetype == voice.MIMETYPE:
            return upload
        try:
            content = voice.to_opus(upload.content)
        except voice.VoiceNotConverted as error:
            raise VoiceUnreadable(str(error)) from error
        name = f"{Path(upload.name).stem}.ogg"
        return replace(upload, name=name, mimetype=voice.MIMETYPE, content=content)

    def _record(self, outcome):
        """The outcome of a call is stored, whatever else touches the row meanwhile."""
        # The call took its time: what the network reported meanwhile is seen from here on.
        if lock_fresh(self):
            self._apply_outcome(outcome)
        else:
            _logger.error("Message %d: the outcome of its call could not be stored", self.id)
        self._tell_identity(outcome)
        self._tell_channel(outcome)

    def _tell_identity(self, outcome):
        """Whether the client can be written to is known from it, in a transaction of its own."""
        refused = isinstance(outcome, RecipientUnavailable)
        if not refused and (not outcome or isinstance(outcome, SendError)):
            return
        identity = self.conversation_id.identity_id
        if identity.reachable == refused and lock_fresh(identity):
            identity._set_reachable(not refused)

    def _tell_channel(self, outcome):
        """The channel learns from it, in a transaction of its own: other lanes tell it the same."""
        error = outcome if isinstance(outcome, SendError) and outcome.blames == "channel" else None
        pace = self.env["omnichannel.channel.pace"]._of(self.channel_id)
        if error is None and (isinstance(outcome, SendError) or not pace.failures):
            return
        if lock_fresh(self.channel_id, pace):
            self.channel_id._learn(error)
        else:
            _logger.error("Channel %d: a failure could not be noted", self.channel_id.id)

    def _apply_outcome(self, outcome):
        if isinstance(outcome, SendError):
            self._record_failure(outcome)
            return
        if self.state in REPLACED_BY["sent"]:
            self._record_sent(outcome)
        elif outcome and not self.network_ref:
            self.network_ref = outcome
        elif outcome is None:
            self.write({"change": False, "failure_code": False, "failure_reason": False})
            self._notify_delivery()

    def _record_sent(self, outcome):
        """It is on the network under this id, or as an album under several."""
        first, *others = outcome.split() or [outcome]
        self.write({"network_ref": first, "failure_code": False, "failure_reason": False})
        self.create([self._prepare_companion_values(network_ref) for network_ref in others])
        self._move_to("sent")

    def _prepare_companion_values(self, network_ref):
        """Only what happens to a whole album happens to each message of it: it can be deleted."""
        now = fields.Datetime.now()
        return {
            "mail_message_id": self.mail_message_id.id,
            "conversation_id": self.conversation_id.id,
            "companion_of_id": self.id,
            "direction": "out",
            "network_ref": network_ref,
            "state": "sent",
            "sent_at": now,
            "part": self.part,
            "lane": self.lane,
            "change": self.change if self.change == "delete" else False,
            "due_at": now,
        }

    def _record_failure(self, error):
        """Later again, or never: the error says which. Whom the network refuses waits for us."""
        is_sent = self.state not in ("sending", "waiting")
        if is_sent and not self.change:
            _logger.info("Message %d: reported as there, whatever its call said", self.id)
        elif (error.retry or error.code == "credentials_refused") and self.attempts < MOST_ATTEMPTS:
            self._postpone(error)
        elif is_sent:
            self._fail_change(error)
        else:
            self._fail(
                error.code,
                error.detail,
                state="unknown" if isinstance(error, OutcomeUnknown) else "failed",
                cure=cure_for_operator(error),
            )

    def _postpone(self, error):
        # A channel that is refused is held: nothing of it is due before it is well.
        delay = (error.retry_after or RETRY_AFTER[self.attempts]) if error.retry else 0
        due_at = fields.Datetime.now() + timedelta(seconds=delay)
        values = {"attempts": self.attempts + 1, "due_at": due_at, "put_off": int(delay)}
        if self.state == "sending":
            values |= {
                "state": "waiting",
                "failure_code": error.code,
                "failure_reason": error.detail,
                "failure_cure": cure_for_operator(error),
            }
        self.write(values)
        self._trigger_lanes(at=due_at)
        self._notify_delivery()

    def _fail(self, code, detail="", state="failed", cure=""):
        """It is not tried again by itself, nor are the later parts of the same message."""
        self.write(
            {
                "state": state,
                "failure_code": code,
                "failure_reason": detail or False,
                "failure_cure": cure or False,
                "change": False,
            }
        )
        self._later_parts().write({"state": "failed", "failure_code": "previous_part"})
        self._notify_delivery()

    def _later_parts(self):
        return self.mail_message_id.omnichannel_message_ids.filtered(
            lambda other: other.part > self.part and other.state == "waiting"
        )

    def _fail_change(self, error):
        """The network keeps the message as it was, and the operator is told."""
        self.write(
            {"change": False, "failure_code": error.code, "failure_reason": error.detail or False}
        )
        self.conversation_id._log_line(
            self.env._(
                "A message could not be changed on the network: %(reason)s",
                reason=describe_failure(self.env, error),
            )
        )
        self._notify_delivery()
