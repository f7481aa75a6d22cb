import logging
import re
from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup
from psycopg2.extensions import TransactionRollbackError

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.mail.tools.discuss import Store

from ..protocols import Button
from ..tools import bodies, bot_script, contacts
from ..tools.distribution import choose
from .omnichannel_timer import HANDLED_BY
from .persist import lock

_logger = logging.getLogger(__name__)

HANDLED_BY["bot"] = "_on_bot_waited"

#: What stands for an answer that is nothing but a file.
FILE = "📎"
#: So many messages of bots a client gets in a day: whatever two bots do to each other ends.
MOST_A_DAY = 100
#: What a button of a bot carries: run, step, choice.
PAYLOAD = "bot:{}:{}:{}"
PRESSED = re.compile(r"bot:(\d{1,18}):(\d{1,18}):(\d{1,3})")
#: Where an answer is kept on a lead.
LEAD_FIELDS = {
    "name": "contact_name",
    "phone": "phone",
    "email": "email_from",
    "company": "partner_name",
    "city": "city",
}


class OmnichannelConversation(models.Model):
    """A bot talks with the client, until a person takes the conversation or the script ends.

    While it does, the conversation waits for nobody: it is seen, and may be taken at any time, but
    is neither counted nor given to anybody. Everything happens while the conversation is locked, in
    the transaction that has put the client's message into the thread.
    """

    _inherit = "omnichannel.conversation"

    with_bot = fields.Boolean("With the bot", readonly=True)
    bot_run_ids = fields.One2many(
        "omnichannel.bot.run", "conversation_id", "Runs of the bot", readonly=True
    )

    def _to_store_defaults(self, target):
        return [
            *super()._to_store_defaults(target),
            Store.Attr("with_bot", lambda conversation: bool(conversation.with_bot)),
        ]

    # What ends it from outside

    def _change(self, **values):
        """Whoever takes or closes the conversation ends the bot's talk."""
        if self.with_bot and values.get("state", "new") != "new":
            outcome = "taken" if values["state"] == "open" else "closed"
            self._end_bot(outcome)
            values["with_bot"] = False
        return super()._change(**values)

    def _post_echo(self, event):
        """A colleague answers in the network's own interface: it is his now."""
        result = super()._post_echo(event)
        if self.with_bot and event.author_id:
            self._end_bot("taken")
            self._leave_bot(waiting_since=False)
        return result

    def _goes_on(self):
        """What is said to a bot is answered one by one."""
        return super()._goes_on() and not self.with_bot

    def _find_bot_run(self):
        # sudo: omnichannel.bot.run - of the conversation itself
        runs_sudo = self.env["omnichannel.bot.run"].sudo()
        return runs_sudo.search(
            [("conversation_id", "=", self.id), ("ended_at", "=", False)], limit=1
        )

    def _end_bot(self, outcome, why=""):
        self._find_bot_run()._end(outcome, why)
        self._cancel_timers("bot")

    # What it hears

    def _post_received(self, event, identity):
        mail_message = super()._post_received(event, identity)
        if self.state == "new":
            self._let_bot_hear(event, mail_message)
        return mail_message

    def _let_bot_hear(self, event, mail_message):
        """The bot answers, or begins to, where it is for it to do.

        :raises TransactionRollbackError: somebody else changed the conversation meanwhile
        """
        _message, button = self.env["omnichannel.message"]._find_button(self, event.payload)
        if button and button.payload and not PRESSED.fullmatch(button.payload):
            return  # somebody else's button, who answers it
        if self.with_bot:
            lock(self)
            heard = self._read_heard(event, button)
            self._go_on_with_bot(lambda run, script, facts: self._hear(run, script, facts, heard))
        elif self.session_id.first_message_id.id == mail_message.id and (
            bot := self.channel_id._find_bot()
        ):
            lock(self)
            self._begin_with_bot(bot, event.text)

    def _begin_with_bot(self, bot, text):
        self.env["omnichannel.bot.run"].create(
            {"conversation_id": self.id, "session_id": self.session_id.id, "bot_id": bot.id}
        )
        self.with_bot = True
        self._go_on_with_bot(
            lambda _run, script, facts: bot_script.begin(script, facts, text or "")
        )

    def _read_heard(self, event, button):
        pressed = PRESSED.fullmatch((button and button.payload) or "")
        run = self._find_bot_run()
        is_ours = pressed and int(pressed[1]) == run.id
        text = (button.label if button else event.text) or event.sender.phone
        return bot_script.Heard(
            text=text or (FILE if bodies.all_files(event) else ""),
            pressed=(int(pressed[2]), int(pressed[3])) if is_ours else None,
        )

    def _hear(self, run, script, facts, heard):
        return bot_script.hear(script, run._get_state(), heard, facts, self._read_for_bot)

    def _on_bot_waited(self, ref="", run_id=0, turn=0):
        """The client has not answered the question in time, unless he has meanwhile."""
        run = self._find_bot_run()
        if self.state == "new" and (run.id, run.turn) == (run_id, turn):
            self._go_on_with_bot(
                lambda run, script, _facts: bot_script.time_out(script, run._get_state())
            )

    def _go_on_with_bot(self, think):
        """What the bot thinks of is done; if it cannot be, people go on."""
        run = self._find_bot_run()
        try:
            with self.env.cr.savepoint():
                bot = run.bot_id.with_context(lang=self._find_client_lang())
                turn = think(run, bot._compile(), self._find_bot_facts())
                if self._has_heard_bots_enough():
                    turn = replace(turn, acts=(), end="hand", why="too_much", step=None)
                self._do_turn(run, bot, turn)
        except TransactionRollbackError:
            raise
        except (AccessError, UserError) as error:
            self._hand_from_bot(run, "broken", str(error))
        except Exception:
            _logger.exception("Bot %d stumbles over conversation %d", run.bot_id.id, self.id)
            self._hand_from_bot(run, "broken")

    def _has_heard_bots_enough(self):
        """Return whether so much was said in a day that the client must be a bot himself."""
        day_ago = fields.Datetime.now() - timedelta(days=1)
        said = [("bot_id", "!=", False), ("create_date", ">=", day_ago)]
        count = self.env["omnichannel.message"].search_count(
            [("conversation_id", "=", self.id), *said], limit=MOST_A_DAY
        )
        return count >= MOST_A_DAY

    # What it knows

    def _find_bot_facts(self):
        return bot_script.Facts(
            is_open=self.channel_id._is_open(),
            knows_phone=bool(self.identity_id.phone),
            lang=self._find_client_lang(),
        )

    def _read_for_bot(self, kind, text):
        """Return the phone number or address in the text, nothing without one."""
        identity = self.identity_id
        if kind == "email":
            return next(iter(contacts.find_emails(text)), "")
        found = contacts.find_phones(text, identity._normalize_phone)
        return next(iter(found), "") or identity._normalize_phone(text) or ""

    # What it does

    def _do_turn(self, run, bot, turn):
        """Everything of the turn has been done, and the run stands where the turn leads."""
        run._set_state(turn.state)
        self._cancel_timers("bot")
        speaker = self.with_context(omnichannel_bot=bot)
        for act in turn.acts:
            getattr(speaker, f"_bot_{act.kind}")(run, act)
        if turn.end == "hand":
            self._hand_from_bot(run, turn.why, step=turn.step)
        elif turn.end:
            self._finish_by_bot(run, turn.why)
        else:
            self._wait_with_bot(run)

    def _wait_with_bot(self, run):
        """The client is expected to answer, and waits for nobody."""
        self.waiting_since = False
        if minutes := run.step_id.timeout:
            due = fields.Datetime.now() + timedelta(minutes=minutes)
            self._set_timer("bot", due, run_id=run.id, turn=run.turn)
        self._notify_state()

    def _bot_say(self, run, act):
        text, buttons = act.text, []
        if run.step_id.id == act.step.key:  # the question that waits, not what leads to it
            text, buttons = self._offer_answers(run, act)
        self._say_to_client(text, buttons)

    def _offer_answers(self, run, act):
        """Return the text and what the client may press; numbers where the network has no buttons.

        :rtype: tuple[str, list]
        """
        limits = self.channel_id._protocol_class().capabilities.buttons
        if act.step.kind == "phone" and "phone" in limits.kinds:
            return act.text, [Button(self.env._("Send my number")[: limits.label], "phone")]
        choices = act.step.choices
        if not choices:
            return act.text, []
        fits = len(choices) <= limits.count and all(
            len(choice.label) <= limits.label for choice in choices
        )
        if "answer" not in limits.kinds or not fits:
            lines = [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
            return "\n".join([act.text, *lines]), []
        return act.text, [
            Button(choice.label, payload=PAYLOAD.format(run.id, act.step.key, number))
            for number, choice in enumerate(choices)
        ]

    def _bot_tag(self, run, act):
        self.tag_ids |= run.bot_id.step_ids.filtered(lambda s: s.id == act.step.key).tag_ids

    def _bot_lead(self, run, act):
        """There is a lead for this appeal, with everything that was answered."""
        session = self.session_id
        if session.lead_id:
            return
        lead = self.lead_id
        if not lead or not lead._is_omnichannel_open():
            lead = self.env["crm.lead"]._create_from_conversation(self)
        session.lead_id = self.lead_id = lead
        answers = run.answers or {}
        for step in run.bot_id.step_ids:
            if answer := answers.get(str(step.id)):
                self._keep_on_lead(step, answer["value"])

    def _bot_save(self, run, act):
        step = run.bot_id.step_ids.filtered(lambda each: each.id == act.step.key)
        if step.save_to in ("phone", "email"):
            self.identity_id[step.save_to] = act.value
        self._keep_on_lead(step, act.value)

    def _keep_on_lead(self, step, value):
        """The lead of the appeal has the answer: in its field, or among its notes."""
        lead = self.session_id.lead_id
        if not lead or not step.save_to or not lead._is_omnichannel_open():
            return
        field = LEAD_FIELDS.get(step.save_to)
        if field and lead[field] == value:
            return
        # A customer's own data is for people to change.
        is_free = not lead[field] or lead[field] == self.identity_id.name if field else False
        if is_free and not lead.partner_id:
            lead[field] = value
            return
        names = dict(step._fields["save_to"]._description_selection(self.env))
        title = names[step.save_to] if field else step.name or step.summary
        line = Markup("<p>%s: %s</p>") % (title, value)
        if line not in (lead.description or ""):
            lead.description = (lead.description or Markup()) + line

    # How it ends

    def _hand_from_bot(self, run, why, detail="", step=None):
        """People go on: whom the script names if he is there, or whoever serves the channel."""
        reasons = {
            "script": self.env._("The bot handed over."),
            "end": self.env._("The bot handed over: its script is over."),
            "not_understood": self.env._("The bot handed over: it did not understand the client."),
            "timeout": self.env._("The bot handed over: the client has not answered."),
            "too_much": self.env._("The bot handed over: it would have gone on and on."),
            "broken": self.env._("The bot handed over: it could not go on."),
        }
        run._end("handed", why)
        self._cancel_timers("bot")
        self._log_line(f"{reasons[why]} {detail}".strip())
        self._leave_bot(waiting_since=fields.Datetime.now())
        own = run.bot_id.step_ids.filtered(lambda each: step and each.id == step.key)
        if own.user_id or own.team_id:
            self._give_from_bot(own)

    def _leave_bot(self, waiting_since):
        """From now on the conversation waits as any other; a client who was answered does not."""
        self.write({"with_bot": False, "waiting_since": waiting_since})
        if waiting_since:
            self._on_wait_begins()
        self._notify_state()
        # sudo: omnichannel.channel - whoever may have become free
        self.env["omnichannel.channel"].sudo()._wake_distribution()

    def _give_from_bot(self, step):
        """Whom the step names has the conversation, if he is free; otherwise it waits."""
        channel = self.channel_id
        wanted = step.user_id or step.team_id.crm_team_member_ids.filtered("active").user_id
        candidates = [one for one in channel._find_candidates() if one.user_id in wanted.ids]
        if not candidates or not channel._is_open():
            return
        rule = channel.distribution if channel.is_distributing else "evenly"
        decision = choose(rule, candidates, self._find_known())
        if decision.user_id:
            self._give(decision)

    def _finish_by_bot(self, run, why):
        """The appeal is over: done."""
        run._end("finished", why)
        self._cancel_timers("bot")
        self.with_bot = False
        self._end("done", "done", self.env._("The bot finished the conversation."))


class OmnichannelMessage(models.Model):
    """Messages that a bot said."""

    _inherit = "omnichannel.message"

    bot_id = fields.Many2one("omnichannel.bot", readonly=True, ondelete="set null")

    _bot_index = models.Index("(conversation_id, create_date) WHERE bot_id IS NOT NULL")

    def _queue(self, conversation, mail_message, buttons=()):
        messages = super()._queue(conversation, mail_message, buttons)
        # A record in the context cannot come in through a call from outside.
        bot = self.env.context.get("omnichannel_bot")
        if isinstance(bot, models.BaseModel):
            messages.bot_id = bot.id
            mail_message.invalidate_recordset(["omnichannel_delivery"])
            messages._notify_delivery()
        return messages

    def _describe_delivery(self):
        # sudo: omnichannel.bot - whoever reads what it said knows its name
        bot_sudo = self.sudo().bot_id[:1]
        return {**super()._describe_delivery(), "bot": bot_sudo.name or False}
