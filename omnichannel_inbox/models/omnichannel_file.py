import html
import io
import logging
import re
from collections import Counter
from datetime import timedelta

from markupsafe import Markup
from PIL import Image

from odoo import api, fields, models
from odoo.tools.mimetypes import guess_mimetype

from ..protocols import SendError, UnsupportedContent
from ..tools import bodies, transport
from .persist import lock_fresh
from .put_off import recall
from .waking import wake

_logger = logging.getLogger(__name__)

#: Minutes before the second, third… attempt; after the last one the file is given up.
RETRY_AFTER = (1, 5, 30, 120)
#: Bytes of one incoming file, unless the system parameter below says otherwise.
MAX_BYTES = 50 << 20
MAX_BYTES_PARAMETER = "omnichannel_inbox.max_incoming_bytes"
#: What content sniffing says of what it does not know.
VAGUE_TYPES = ("", "application/octet-stream", "application/zip", "text/plain")
#: What a picture is called that nobody shall open by itself. Odoo looks anew at octet-streams.
UNOPENED = "application/x-unopened"
#: Seconds one file may take.
DEADLINE = 60
#: Files of one client that are fetched as they come; of more, so many a minute. Whoever floods us
#: with pictures keeps nobody's waiting.
AT_ONCE = 50

PLACEHOLDER = Markup('<p class="o-omnichannel-file">%s</p>')


class OmnichannelFile(models.Model):
    """One file a client sent: fetched in the background, after its message is there.

    ``waiting`` → ``done``, or ``failed`` with the reason; ``held`` while the client counts as
    spam. The message has a line for a file that is not there.
    """

    _name = "omnichannel.file"
    _description = "Incoming file"
    _order = "id"

    message_id = fields.Many2one(
        "omnichannel.message", required=True, readonly=True, index=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(related="message_id.channel_id", store=True, precompute=True)
    kind = fields.Char(required=True, readonly=True)
    name = fields.Char(readonly=True)
    url = fields.Char(required=True, readonly=True, groups="base.group_system", exportable=False)
    mimetype = fields.Char(readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("held", "Held back"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="waiting",
    )
    error = fields.Char("Reason", readonly=True)
    attempts = fields.Integer(readonly=True)
    due_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    put_off = fields.Integer(readonly=True, help="Seconds for which it was put off last.")
    attachment_id = fields.Many2one("ir.attachment", readonly=True, index="btree_not_null")

    _waiting_index = models.Index("(due_at) WHERE state = 'waiting'")

    @api.model
    def _render_waiting(self, files):
        """Return the lines that stand for files until they are here."""
        return Markup("").join(PLACEHOLDER % bodies.file_line(file) for file in files)

    def _render_missing(self):
        """Return the lines of these files that are not in the message, yet or ever."""
        return Markup("").join(
            file._failure_line() if file.state == "failed" else self._render_waiting(file)
            for file in self
            if file.state != "done"
        )

    def _find_fresh(self, files):
        """Return those of a message's files that are not among these.

        They are known by their names: their addresses change from one event to the next.
        """
        known, fresh = Counter((file.kind, file.name or "") for file in self), []
        for file in files:
            if known[file.kind, file.name]:
                known[file.kind, file.name] -= 1
            else:
                fresh.append(file)
        return fresh

    @api.model
    def _expect(self, message, files):
        """These files of a message will be fetched."""
        if not files:
            return
        held = message.conversation_id.state == "spam"
        delay = self._find_delay(message.conversation_id)
        self.create(
            [
                {
                    "due_at": fields.Datetime.now() + timedelta(seconds=delay),
                    "message_id": message.id,
                    "kind": file.kind,
                    "name": file.name,
                    "put_off": delay,
                    "url": file.url,
                    "mimetype": file.mimetype,
                    "state": "held" if held else "waiting",
                }
                for file in files
            ]
        )
        if not held:
            wake(self.env, "fetch_files")

    @api.model
    def _find_delay(self, conversation):
        """Return the seconds after which one more file of this client may be fetched."""
        mine = [("message_id.conversation_id", "=", conversation.id), ("state", "=", "waiting")]
        return self.search_count(mine) // AT_ONCE * 60

    @api.model
    def _cron_fetch(self):
        """Files that are due are fetched, one transaction each."""
        cron = self.env["ir.cron"]
        self.env["omnichannel.message"]._complete_due()
        recall(self, [("state", "=", "waiting")])
        due = [("state", "=", "waiting"), ("due_at", "<=", fields.Datetime.now())]
        while file := self.search(due, order="due_at, id", limit=1):
            file.with_env(file.channel_id._acting().env)._fetch()
            if not cron._commit_progress(1, remaining=self.search_count(due, limit=1)):
                wake(self.env, "fetch_files")
                break

    def _fetch(self):
        """The file stands in the message, or the message says why it does not."""
        # The next attempt is planned first: a crash in between is one attempt, not an endless loop.
        last = self.attempts >= len(RETRY_AFTER)
        delay = timedelta(minutes=RETRY_AFTER[-1 if last else self.attempts])
        self.write(
            {
                "attempts": self.attempts + 1,
                "due_at": fields.Datetime.now() + delay,
                "put_off": delay.total_seconds(),
            }
        )
        self.env["ir.cron"]._commit_progress()
        try:
            fetched = self._download()
        except transport.FileError as error:
            if last or not error.retry:
                lock_fresh(self.message_id.mail_message_id)
                self._give_up(error.code)
            return
        lock_fresh(self.message_id.mail_message_id)
        try:
            with self.env.cr.savepoint():
                self._attach(fetched)
        except OSError:
            # No room, or no disk: it is still on the network, and the others are not kept waiting.
            _logger.exception("File %d cannot be stored", self.id)

    def _download(self):
        """:raises transport.FileError: it cannot be had, now or ever"""
        return self._fetch_from(
            self.channel_id, self.sudo().url, max_bytes=self._max_bytes(), deadline=DEADLINE
        )

    @api.model
    def _fetch_from(self, channel, url, *, max_bytes, deadline):
        """Return a file that the channel's network keeps, named as its protocol names it.

        :raises transport.FileError: it cannot be had, now or ever
        """
        address = self._locate(channel, url)
        return transport.fetch_file(
            address.url,
            headers=address.headers,
            roots=address.roots,
            hosts=channel._protocol_class().file_hosts,
            # sudo: omnichannel.channel - where its files may be, not shown to anybody
            origin=channel.sudo().api_url or "",
            max_bytes=max_bytes,
            deadline=deadline,
        )

    @api.model
    def _locate(self, channel, url):
        try:
            return channel._protocol().locate_file(url, transport.http)
        except UnsupportedContent as error:
            raise transport.FileTooLarge(error.detail) from None
        except SendError as error:
            # A channel in trouble is mended, and its files are still there.
            retry = error.retry or error.blames == "channel"
            raise transport.FileUnavailable(error.code, retry=retry) from None

    def _max_bytes(self):
        # sudo: ir.config_parameter - one number
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param(MAX_BYTES_PARAMETER) or MAX_BYTES)

    def _attach(self, fetched):
        mail_message = self.message_id.mail_message_id
        # A page or a drawing that could run something is kept as text.
        attachments = self.env["ir.attachment"].with_context(attachments_mime_plainxml=True)
        attachment = attachments.create(
            {
                "name": self._file_name(fetched),
                "raw": fetched.content,
                "res_model": "discuss.channel",
                "res_id": mail_message.res_id,
                **self._prepare_mimetype(fetched),
            }
        )
        if self.kind == "voice":
            attachment._set_voice_metadata()
        self.write({"state": "done", "attachment_id": attachment.id, "error": False})
        mail_message.attachment_ids = [fields.Command.link(attachment.id)]
        self._replace_placeholder("")

    def _prepare_mimetype(self, fetched):
        """Content decides what a file is; where it tells nothing, the name does.

        A picture that would fill the memory when it is opened is no picture here.
        """
        if self._is_bomb(fetched.content):
            return {"mimetype": UNOPENED}
        sniffed = guess_mimetype(fetched.content, default="")
        return {} if sniffed in VAGUE_TYPES else {"mimetype": sniffed}

    @api.model
    def _is_bomb(self, content):
        try:
            with Image.open(io.BytesIO(content)):
                return False
        except Image.DecompressionBombError:
            return True
        except Exception:  # noqa: BLE001 - no picture that this server knows
            return False

    def _file_name(self, fetched):
        return self.name or fetched.name or f"{self.kind}-{self.id}"

    def _give_up(self, code):
        """It is not fetched any more; the message says so."""
        self.write({"state": "failed", "error": code})
        _logger.info("File %d given up: %s", self.id, code)
        self._replace_placeholder(self._failure_line())

    def _failure_line(self):
        """Return the line that says why the file is not there."""
        texts = {
            "file_too_large": self.env._("too large to be fetched"),
            "file_refused": self.env._("from an address that is not fetched"),
        }
        reason = texts.get(self.error, self.env._("could not be fetched"))
        return Markup("<p>%s – %s</p>") % (bodies.file_line(self), reason)

    def _replace_placeholder(self, replacement):
        """The line that stood for this file in the message is replaced; the screens follow."""
        # As the sanitizer writes it, perhaps with the mark that the message was edited behind it.
        line = re.escape(html.escape(bodies.file_line(self), quote=False))
        pattern = rf'<p class="o-omnichannel-file">{line}( ?<span[^>]*></span>)?</p>'
        body = str(self.message_id.mail_message_id.body)
        body = re.sub(pattern, lambda found: f"{replacement}{found[1] or ''}", body, count=1)
        self.message_id._show_body(Markup(body))  # noqa: S704 - the sanitized body, a line changed
