"""Everything that may happen on a channel, in any order: clients, people, rules and time."""

import logging
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from odoo import Command, fields

from .rules_checks import ENDS, Checks

BEGIN = "2030-01-07 09:00:00"
CHATS = ("91", "92", "93")
PHONE = "+7 903 123-45-67"
#: What a client writes: a start, answers to the bot, a command, ratings.
TEXTS = ("Hello", "Order", "Nothing", "1", "…", PHONE, "/people", "👍", "плохо", "Good, thanks")

chats = st.sampled_from(CHATS)
#: Which of those of whom something can be done.
places = st.integers(0, 2)
people = st.sampled_from(("anna", "boris", "stranger"))


class Failures(logging.Handler):
    """Keeps what was logged as a failure."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record):
        self.records.append(record)


class AnyOrder(Checks, RuleBasedStateMachine):
    """Three clients, three operators and a supervisor of one channel that is never left alone."""

    def __init__(self, case):
        super().__init__()
        self.case, self.env, self.channel = case, case.env, case.channel
        self.savepoint = case.env.cr.savepoint()
        case.clock.move_to(BEGIN)
        self.handler = Failures()
        self.failures = self.handler.records
        logging.getLogger().addHandler(self.handler)
        self.ever_done, self.last_event, self.last_assignment = set(), None, 0
        self.counted_from = fields.Datetime.now()
        self.was, self.is_right = self.see(), True

    def teardown(self):
        try:
            if self.is_right:
                self.settle()
        finally:
            logging.getLogger().removeHandler(self.handler)
            self.savepoint.close(rollback=True)
            self.env.transaction.clear()
            self.env.registry.clear_cache()

    @invariant()
    def holds(self):
        """Nothing of what must never be is."""
        self.is_right = False
        self.case.steps += 1
        sessions = self.find_conversations().session_ids
        self.ever_done |= set(sessions.filtered(lambda one: one.outcome in ENDS).ids)
        self.check(self.was)
        self.was, self.is_right = self.see(), True

    # Who and what

    def conversation(self, chat):
        return self.case.conversation(chat, self.channel)

    def pick(self, place, *states):
        """Return one of the conversations in these states, the open ones first; none without."""
        found = self.find_conversations().filtered(lambda one: one.state in states)
        found = found.sorted(lambda one: (states.index(one.state), one.id))
        return found[place % len(found)] if found else found

    def user(self, name):
        return getattr(self.case, name)

    def serves(self, user):
        return self.channel._can_serve(user)

    def deliver(self, *bodies):
        """The network's events have come, and are in the threads."""
        self.case.store(*bodies)
        lanes = {row.lane for row in self.case.inbound() if row.state == "received"}
        self.case.run_cron(*(f"inbound_{lane}" for lane in sorted(lanes)))

    # Clients

    @initialize(text=st.sampled_from(TEXTS), first=st.sampled_from(("people", "people", "bot")))
    def two_have_come(self, text, first):
        self.channel.answers_by = first
        self.deliver(*(self.case.message(text, chat=chat) for chat in CHATS[:2]))

    @rule(chat=chats, text=st.sampled_from(TEXTS))
    def client_writes(self, chat, text):
        self.last_event = self.case.message(text, chat=chat)
        self.deliver(self.last_event)

    @rule(chat=chats, others=st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3))
    def client_writes_several(self, chat, others):
        self.deliver(*(self.case.message(text, chat=chat) for text in others))

    @precondition(lambda self: self.last_event)
    @rule()
    def network_repeats(self):
        self.deliver(self.last_event)

    @rule(chat=chats, number=st.integers(0, 2), newest=st.booleans())
    def client_presses(self, chat, number, newest):
        conversation = self.conversation(chat)
        asked = self.find_messages(conversation, ("buttons", "!=", False))
        if asked:
            message = asked[-1] if newest else asked[0]
            payload = {"button": f"b{message.id}.{number}"}
            press = {"user_id": int(chat), "peer_id": int(chat), "payload": payload}
            about = {"event_id": f"{message.id}", "conversation_message_id": 88}
            self.deliver(self.case.event("message_event", {**press, **about}))

    @rule(chat=chats, kind=st.sampled_from(("message_deny", "message_allow")))
    def client_forbids_or_allows(self, chat, kind):
        self.deliver(self.case.event(kind, {"user_id": int(chat)}))

    # People

    @rule(place=places, name=people)
    def takes(self, place, name):
        conversation, user = self.pick(place, "new"), self.user(name)
        if conversation and self.serves(user):
            conversation.with_user(user).action_take()

    @rule(place=places)
    def answers(self, place):
        conversation = self.pick(place, "open")
        if conversation.answerable:
            self.case.answer(conversation, by=conversation.operator_id)

    @rule(chat=chats)
    def answers_on_the_network(self, chat):
        number = next(self.case.message_ids)
        self.deliver(self.case.echo(number, chat=chat))

    @rule(place=places, action=st.sampled_from(("action_finish", "action_finish", "action_spam")))
    def closes(self, place, action):
        if conversation := self.pick(place, "open", "new"):
            user = conversation.operator_id or self.case.vera
            getattr(conversation.with_user(user), action)()

    @rule(place=places)
    def restores(self, place):
        if conversation := self.pick(place, "done", "spam"):
            conversation.with_user(self.case.vera).action_restore()

    @rule(place=places, name=people)
    def delegates(self, place, name):
        conversation, user = self.pick(place, "open", "new"), self.user(name)
        if conversation and self.serves(user):
            conversation.with_user(self.case.vera).action_delegate(user.id)

    @rule(place=places, name=people)
    def invites(self, place, name):
        conversation, user = self.pick(place, "open"), self.user(name)
        if conversation and self.serves(user):
            conversation.with_user(conversation.operator_id).action_invite(user.ids)

    @rule(place=places)
    def leaves(self, place):
        if conversation := self.pick(place, "open"):
            conversation.with_user(conversation.operator_id).action_leave()

    @rule(name=people, status=st.sampled_from(("online", "online", "away", "offline")))
    def comes_or_goes(self, name, status):
        user = self.user(name)
        if user.active:
            self.case.show(user, status)

    @rule(name=people, hours=st.integers(1, 30))
    def has_a_day_off(self, name, hours):
        user = self.user(name)
        resource = self.env["resource.resource"].search([("user_id", "=", user.id)]) or self.env[
            "resource.resource"
        ].create({"name": name, "user_id": user.id, "calendar_id": False})
        now = fields.Datetime.now()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "resource_id": resource.id,
                "date_from": now,
                "date_to": now + timedelta(hours=hours),
            }
        )

    @rule(name=people)
    def is_archived_or_back(self, name):
        user = self.user(name)
        user.active = not user.active

    # Rules

    @rule(mode=st.sampled_from(("all", "evenly", "in_turn")), known_first=st.booleans())
    def distribution_changes(self, mode, known_first):
        self.channel.write({"distribution": mode, "known_first": known_first})

    @rule(minutes=st.sampled_from((0, 5, 30)), capacity=st.integers(0, 2))
    def limits_change(self, minutes, capacity):
        self.channel.write({"pass_on_minutes": minutes, "operator_capacity": capacity})

    @rule(name=st.sampled_from(("", "by_day", "never")))
    def schedule_changes(self, name):
        self.channel.resource_calendar_id = self.case.calendars.get(name, False)
        self.counted_from = fields.Datetime.now()

    @rule(hours=st.integers(1, 12))
    def channel_has_a_holiday(self, hours):
        calendar, now = self.case.calendars["by_day"], fields.Datetime.now()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "company_id": self.channel.company_id.id,
                "date_from": now,
                "date_to": now + timedelta(hours=hours),
            }
        )

    @rule(first=st.sampled_from(("people", "bot")), outside=st.sampled_from(("silent", "bot")))
    def who_answers_changes(self, first, outside):
        self.channel.auto_answer_ids.filtered(lambda one: one.during != "open").unlink()
        self.channel.write({"answers_by": first, "outside_hours": outside})

    @rule(delay=st.sampled_from((0, 3, 60)))
    def answers_for_the_night(self, delay):
        answer = {"text": "We are asleep", "during": "closed", "delay": delay}
        self.channel.write(
            {"outside_hours": "answers", "auto_answer_ids": [Command.create(answer)]}
        )

    @rule(
        count=st.sampled_from((0, 2, 24)),
        unit=st.sampled_from(("hours", "days")),
        time=st.sampled_from(("calendar", "business")),
        also_unanswered=st.booleans(),
    )
    def silence_changes(self, count, unit, time, also_unanswered):
        self.channel.write(
            {
                "silence_after": count,
                "silence_unit": unit,
                "silence_time": time,
                "ends_unanswered": also_unanswered,
            }
        )
        self.counted_from = fields.Datetime.now()

    # Time

    @rule(minutes=st.sampled_from((1, 3, 6, 31, 125, 600, 3000)))
    def time_passes(self, minutes):
        self.case.clock.tick(timedelta(minutes=minutes))
        self.settle()

    @rule(minutes=st.sampled_from((1, 6, 31, 125)))
    def time_passes_unseen(self, minutes):
        """The scheduled actions are late."""
        self.case.clock.tick(timedelta(minutes=minutes))

    @rule()
    def settle(self):
        """The scheduled actions run; once more, and nothing more happens."""
        self.case.run_cron("timers")
        self.holds()
        waited = {
            one.id: one.waiting_since
            for one in self.find_conversations()
            if one.state == "new" and one.waiting_since and not one.with_bot
        }
        self.last_assignment = self.env["omnichannel.assignment"].search([], limit=1).id or 0
        self.case.run_cron("distribution")
        self.holds()
        self.check_settled(waited)
        before = self.picture()
        self.case.run_cron("timers", "distribution")
        self.case.assertEqual(self.picture(), before, "nothing happens twice")
