import re
from datetime import timedelta
from typing import NamedTuple

from odoo import fields, models

from ..protocols import Button
from ..tools import bodies

#: So long an answer in words counts as the rating that was asked for.
RATED_WITHIN = timedelta(days=1)
#: So long after it one more message counts as the comment on it.
COMMENTED_WITHIN = timedelta(minutes=15)

#: A thumb of any colour, and what follows it.
THUMBED = re.compile(
    r"(?P<thumb>👍|👎)[\U0001F3FB-\U0001F3FF\uFE0F]*[\s.,!:;—-]*(?P<comment>.*)", re.DOTALL
)
#: What clients answer, in both languages: alone, or with a comment set off behind it.
ANSWERS = {
    value: re.compile(
        rf"(?:{words})\s*(?:[.,!:;\n—-]+\s*(?P<comment>.*))?", re.IGNORECASE | re.DOTALL
    )
    for value, words in {
        "good": "good|great|excellent|хорошо|отлично|супер",
        "bad": "bad|poor|terrible|плохо|ужасно",
    }.items()
}
PRESSED = re.compile(r"rating:(?P<value>good|bad):(?P<session>[0-9]{1,18})")


class Rating(NamedTuple):
    """What a client said about an appeal: a rating, a comment on it, or what counts for nothing."""

    session: models.BaseModel
    value: str = ""
    comment: str = ""


def read_rating(text):
    """Return what this answer rates us, and the comment in it; empty where it is no rating."""
    if "?" in text:
        return "", ""  # whoever asks something wants an answer
    if thumbed := THUMBED.fullmatch(text):
        return ("good" if thumbed["thumb"] == "👍" else "bad"), thumbed["comment"].strip()
    for value, pattern in ANSWERS.items():
        if answer := pattern.fullmatch(text):
            return value, (answer["comment"] or "").strip()
    return "", ""


class OmnichannelConversation(models.Model):
    """The client is asked what he thinks of how he was served, and heard.

    What he answers stands in the thread, and nobody has to answer it: it begins no appeal and no
    lead. Everything else he writes after the end is a new appeal.
    """

    _inherit = "omnichannel.conversation"

    # Asking

    def _say_last_words(self):
        result = super()._say_last_words()
        self._ask_for_rating()
        return result

    def _ask_for_rating(self):
        """Whom an operator has answered is asked, once in an appeal."""
        # sudo: omnichannel.channel - its setting holds, whoever ends the appeal
        channel_sudo = self._for_client(self.channel_id.sudo())
        session = self.session_id
        served = session.operator_id and session.first_reply_at and not session.rating_asked_at
        if not channel_sudo.asks_rating or not served:
            return
        spoken = channel_sudo.env
        question = channel_sudo.rating_question or spoken._("How did we serve you?")
        buttons = self._prepare_rating_buttons(spoken)
        how = "" if buttons else "\n" + spoken._("Please answer 👍 or 👎.")
        if self._say_automatically(f"{question}{how}", buttons):
            session.rating_asked_at = fields.Datetime.now()
            said = self.env["omnichannel.message"]
            session.rating_question_id = said.search([("conversation_id", "=", self.id)], limit=1)

    def _prepare_rating_buttons(self, spoken):
        """Return the two buttons, none where the network has no such buttons.

        :param spoken: the environment in the client's language
        """
        limits = self.channel_id._protocol_class().capabilities.buttons
        if "answer" not in limits.kinds or limits.count < 2:
            return ()
        good, bad = spoken._("Good"), spoken._("Bad")
        return [
            Button(label, payload=f"rating:{value}:{self.session_id.id}")
            for value, label in (("good", f"👍 {good}"), ("bad", f"👎 {bad}"))
        ]

    # Hearing

    def _hear_rating(self, event, identity):
        """Return whether this is about a rating: then nothing but that follows from it."""
        heard = None if self.state == "spam" else self._read_rating(event)
        if not heard:
            return False
        self._post_of_client(event, identity)
        self.last_message_at = fields.Datetime.now()
        if heard.value:
            heard.session._rate(heard.value, heard.comment)
        elif heard.comment:
            heard.session._add_rating_comment(heard.comment)
        self._notify_state()
        return True

    def _show_reaction(self, event):
        """A thumb on our question is the answer to it; it may come whenever he likes."""
        result = super()._show_reaction(event)
        value, _comment = read_rating(event.emoji or "")
        for conversation in self.filtered(lambda one: value and one.state != "spam"):
            session = conversation._find_asked(conversation._find_by_event(event))
            if session and not session.rated_at:
                session._rate(value)
        return result

    def _find_asked(self, message):
        """Return the appeal about which this message asks, if it does."""
        return self.session_ids.filtered(
            lambda session: message and session.rating_question_id == message
        )

    def _read_rating(self, event):
        """Return the client's ``Rating``, None for what is a message like every other."""
        if pressed := self._read_pressed_rating(event):
            return pressed
        session, text = self.session_id, (event.text or "").strip()
        if self.state != "done" or not session.rating_asked_at or not text:
            return None
        if bodies.all_files(event):
            return None
        if session.rated_at:
            return self._read_rating_comment(session, text)
        value, comment = read_rating(text)
        in_time = fields.Datetime.now() <= session.rating_asked_at + RATED_WITHIN
        return Rating(session, value, comment) if value and in_time else None

    def _read_pressed_rating(self, event):
        """Whenever he presses it; what he has rated already stays as it is."""
        _message, button = self.env["omnichannel.message"]._find_button(self, event.payload)
        pressed = button and PRESSED.fullmatch(button.payload or "")
        session = pressed and self.env["omnichannel.session"].browse(int(pressed["session"]))
        if not session or session not in self.session_ids:
            return None
        return Rating(session, "" if session.rated_at else pressed["value"])

    def _read_rating_comment(self, session, text):
        in_time = fields.Datetime.now() <= session.rated_at + COMMENTED_WITHIN
        if session.rating_comment or not in_time or "?" in text:
            return None
        return Rating(session, comment=text)


class OmnichannelInbound(models.Model):
    _inherit = "omnichannel.inbound"

    def _hear(self, conversation, event, identity):
        """A rating is no appeal."""
        if conversation._hear_rating(event, identity):
            return None
        return super()._hear(conversation, event, identity)
