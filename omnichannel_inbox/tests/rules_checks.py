"""What is right on a channel, whatever has happened there: looked at after every step."""

from odoo import fields

CLOSING = "Goodbye to you"
QUESTION = "Were you content?"
#: How an appeal ends that is no spam.
ENDS = ("done", "timeout")
ANSWERS = ("Somebody will come", "We are asleep")


class Checks:
    """To be mixed into what plays: it has a ``case``, and the ``channel`` in ``env``."""

    # What there is

    def find_conversations(self):
        return self.env["omnichannel.conversation"].search(
            [("channel_id", "=", self.channel.id)], order="id"
        )

    def find_timers(self):
        return self.env["omnichannel.timer"].search([])

    def find_messages(self, conversation, *domain):
        return self.env["omnichannel.message"].search(
            [("conversation_id", "=", conversation.id), *domain], order="id"
        )

    def count(self, model):
        return self.env[model].search_count([])

    def see(self):
        """Return what is to be compared with how it was before a step."""
        return {
            one.id: {
                "state": one.state,
                "with_bot": one.with_bot,
                "session": one.session_id.id,
                "taken_at": one.session_id.taken_at,
                "waiting_since": one.waiting_since,
                "last_id": self.find_messages(one)[-1:].id or 0,
            }
            for one in self.find_conversations()
        }

    def picture(self):
        """Return everything that a job which has nothing to do must leave as it is."""
        return {
            "conversations": [
                (
                    one.id,
                    one.state,
                    one.operator_id.id,
                    one.participant_ids.ids,
                    one.waiting_since,
                    one.queued_at,
                    one.with_bot,
                    one.session_id.id,
                    one.session_id.outcome,
                )
                for one in self.find_conversations()
            ],
            "timers": [
                (one.conversation_id.id, one.kind, one.ref, one.due_at)
                for one in self.find_timers()
            ],
            **{
                model: self.count(model)
                for model in (
                    "mail.mail",
                    "omnichannel.assignment",
                    "omnichannel.bot.run",
                    "omnichannel.message",
                    "omnichannel.session",
                    "rating.rating",
                )
            },
        }

    # After every step

    def check(self, before):
        """:param before: what was seen before the step"""
        for conversation in self.find_conversations():
            self.check_owner(conversation)
            self.check_session(conversation)
            self.check_bot(conversation)
            self.check_timers(conversation)
            self.check_last_words(conversation)
            self.check_said(conversation, before.get(conversation.id))
        self.check_nothing_failed()

    def check_owner(self, conversation):
        case, operator = self.case, conversation.operator_id
        members = case.members(conversation)
        if conversation.state != "open":
            case.assertFalse(members, "only who has it in progress is a member")
        if conversation.state == "new":
            case.assertFalse(operator | conversation.participant_ids, "nobody's")
        if conversation.state == "open":
            case.assertEqual(len(operator), 1)
            case.assertEqual(members, conversation.participant_ids)
            case.assertIn(operator, members)
            for user in members:
                case.assertTrue(self.channel._can_serve(user), f"{user.name} serves the channel")
            case.assertEqual(conversation.session_id.operator_id, operator)
        thread = conversation.discuss_channel_id
        case.assertEqual(thread.omnichannel_state, conversation.state)
        case.assertEqual(thread.omnichannel_operator_id, operator)

    def check_session(self, conversation):
        case, session = self.case, conversation.session_id
        going_on = conversation.session_ids.filtered(lambda one: not one.closed_at)
        if conversation.state in ("new", "open"):
            case.assertEqual(going_on, session, "one session, and it is open")
        else:
            case.assertFalse(going_on, "the session is closed as well")
            case.assertFalse(conversation.waiting_since)
            outcomes = ("spam",) if conversation.state == "spam" else ENDS
            case.assertIn(session.outcome, outcomes if session else [False])

    def check_bot(self, conversation):
        case, runs = self.case, conversation.bot_run_ids
        running = runs.filtered(lambda run: not run.ended_at)
        case.assertEqual(len(running), int(conversation.with_bot))
        case.assertEqual(len(runs), len(runs.session_id), "once in an appeal")
        case.assertNotIn("broken", runs.mapped("why"))
        if conversation.with_bot:
            case.assertEqual(conversation.state, "new")
            case.assertTrue(running.step_id, "it waits for an answer")
            case.assertEqual(running.session_id, conversation.session_id)
            case.assertFalse(conversation.waiting_since, "he waits for nobody")

    def check_timers(self, conversation):
        case = self.case
        timers = self.find_timers().filtered(lambda one: one.conversation_id == conversation)
        kinds = timers.mapped("kind")
        if conversation.state in ("done", "spam"):
            case.assertFalse(kinds, "nothing falls due for what is closed")
            return
        if not conversation.with_bot:
            case.assertNotIn("bot", kinds)
        ends = self.channel._end_of_silence(fields.Datetime.now())
        if ends and conversation.session_id:
            case.assertIn("silence", kinds, "it will end by itself")

    def check_last_words(self, conversation):
        """The farewell once in each appeal that was finished, and never to spam."""
        case = self.case
        for session in conversation.session_ids:
            said = session.said_by_itself or {}
            case.assertLessEqual(said.get("closing", [0])[0], 1)
            case.assertLessEqual(len(session.rating_ids), 1)
            case.assertEqual(bool(session.client_rating), bool(session.rating_ids))
            if session.id not in self.ever_done:
                case.assertNotIn("closing", said)
                case.assertFalse(session.rating_asked_at)
        texts = self.find_messages(conversation, ("automatic_at", "!=", False)).mapped("text")
        mine = [one.id for one in conversation.session_ids if one.id in self.ever_done]
        case.assertLessEqual(texts.count(CLOSING), len(mine))
        case.assertLessEqual(texts.count(QUESTION), len(mine))

    def check_said(self, conversation, before):
        """What was said by itself in this step was for us to say."""
        last_id = before["last_id"] if before else 0
        new = self.find_messages(conversation, ("id", ">", last_id), ("direction", "=", "out"))
        if before and before["state"] == conversation.state == "spam":
            self.case.assertFalse(new, "nothing is said to spam")
        for message in new:
            if message.text in ANSWERS:
                self.check_answer(conversation, message, before)
            if message.bot_id:
                self.check_bot_said(conversation, message, before)

    def check_answer(self, conversation, message, before):
        spoken = self.find_messages(
            conversation,
            ("id", "<", message.id),
            "|",
            ("direction", "=", "in"),
            "&",
            ("automatic_at", "=", False),
            ("bot_id", "=", False),
        )
        self.case.assertEqual(spoken[-1:].direction, "in", "nobody has answered him")
        if before and before["session"] == conversation.session_id.id:
            self.case.assertFalse(before["with_bot"] and conversation.with_bot, "the bot speaks")

    def check_bot_said(self, conversation, message, before):
        taken = before and before["session"] == conversation.session_id.id and before["taken_at"]
        self.case.assertFalse(taken, "a bot is silent once a person has taken it")

    def check_nothing_failed(self):
        case = self.case
        case.assertEqual(set(case.inbound().mapped("state")) - {"done"}, set())
        case.assertFalse(any(self.find_timers().mapped("attempts")))
        case.assertFalse([record.getMessage() for record in self.failures])

    # When the scheduled actions have run

    def check_settled(self, waited):
        """:param waited: since when each client had waited who was in the queue before"""
        channel, now = self.channel, fields.Datetime.now()
        candidates = {one.user_id: one for one in channel._find_candidates()}
        is_given = channel.is_distributing and channel._is_open()
        free = is_given and [one for one in candidates.values() if not one.hindrance]
        for conversation in self.find_conversations():
            self.check_cared_for(conversation, candidates, free)
            self.check_not_silent(conversation, now)
        self.case.assertFalse(
            self.find_timers().filtered(lambda timer: timer.due_at <= now), "all of them worked off"
        )
        given = self.env["omnichannel.assignment"].search(
            [("id", ">", self.last_assignment), ("kind", "=", "given")], order="id"
        )
        since = [
            waited[one.conversation_id.id] for one in given if one.conversation_id.id in waited
        ]
        self.case.assertEqual(since, sorted(since), "who has waited longest comes first")
        self.case.assertTrue(all(given.mapped("reasons")))

    def check_not_silent(self, conversation, now):
        """What has been silent for long is over; with a new setting it is counted anew."""
        due = conversation._is_going_on() and conversation._find_end_of_silence()
        anew = self.channel._end_of_silence(self.counted_from)
        if due and anew:
            self.case.assertGreater(max(due, anew), now, "it would have ended by itself")

    def check_cared_for(self, conversation, candidates, free):
        """Nobody is left with somebody absent, or with nobody, while somebody is free."""
        waits = conversation.state == "new" and conversation.session_id
        if waits and not conversation.with_bot:
            self.case.assertFalse(free, "it waits although somebody is free")
            if self.channel.is_distributing:
                self.case.assertTrue(conversation.queued_at, "it is said why it waits")
        if conversation.state == "open" and conversation.waiting_since and free:
            operator = candidates[conversation.operator_id.id]
            self.case.assertFalse(operator.absent, "its operator is gone, and somebody is free")
