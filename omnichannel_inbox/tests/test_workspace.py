from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common import CHAT, InboxCase
from .test_tours import TourCase


@tagged("-at_install", "post_install")
class TestLookingOn(InboxCase):
    """Colleagues know of each other that they look at the same thread."""

    def sent_viewers(self, conversation, viewing, **options):
        """Return whom the announcement reaches, and what it says."""
        sent = []
        bus = self.env.registry["bus.bus"]
        self.patch(
            bus, "_sendone", lambda _bus, to, kind, message: sent.append((to, kind, message))
        )
        conversation.with_user(self.boris).announce_viewer(viewing, **options)
        return sent

    def test_those_who_have_the_thread_open_hear_who_looks(self):
        conversation = self.taken()
        [(to, kind, message)] = self.sent_viewers(conversation, True, is_new=True)
        self.assertEqual(to, (conversation.discuss_channel_id, "internal_users"))
        self.assertEqual(kind, "omnichannel.conversation/viewer")
        self.assertEqual(
            (message["name"], message["viewing"], message["is_new"]), ("Boris", True, True)
        )

    def test_whoever_does_not_serve_the_channel_announces_nothing(self):
        conversation = self.taken()
        with self.assertRaises(AccessError):
            conversation.with_user(self.stranger).announce_viewer(True)


@tagged("-at_install", "post_install")
class TestWhatOneIsToAChannel(InboxCase):
    """The browser tells of new conversations those whom they concern."""

    def told(self, user):
        """Return what the user's browser hears of the channel."""
        told = Store().add(self.channel.with_user(user).sudo()).get_result()
        [values] = told["omnichannel.channel"]
        return values["is_served"], values["is_operator"]

    def test_a_supervisor_serves_every_channel_and_is_operator_of_his(self):
        self.assertEqual(self.told(self.anna), (True, True))
        self.assertEqual(self.told(self.vera), (True, False))
        self.channel.operator_ids |= self.vera
        self.assertEqual(self.told(self.vera), (True, True))


@tagged("-at_install", "post_install")
class TestWhoTakesPart(InboxCase):
    """A browser that asks is told whether its user takes part, whatever it has missed."""

    def told(self, talk, user):
        thread = talk.discuss_channel_id.with_user(user)
        store = Store().add(thread).get_result()
        [about] = [one for one in store["discuss.channel"] if one["id"] == thread.id]
        return about.get("self_member_id")

    def test_everybody_is_told_that_he_is_a_member_or_that_he_is_none(self):
        talk = self.taken()
        [anna] = talk.discuss_channel_id.channel_member_ids.filtered("partner_id").ids
        self.assertEqual(self.told(talk, self.anna), anna)
        self.assertIs(self.told(talk, self.boris), False)
        talk.with_user(self.anna).action_invite(self.boris.ids)
        talk.with_user(self.anna).action_delegate(self.boris.id)
        talk.with_user(self.anna).action_leave()
        self.env.invalidate_all()
        self.assertIs(self.told(talk, self.anna), False)
        [boris] = talk.discuss_channel_id.channel_member_ids.filtered("partner_id").ids
        self.assertEqual(self.told(talk, self.boris), boris)


@tagged("-at_install", "post_install")
class TestInbox(InboxCase):
    """What a browser loads when Odoo is opened: what waits, and what one takes part in."""

    def setUp(self):
        super().setUp()
        self.waiting = self.deliver(self.message(chat="101"))
        self.annas = self.taken(self.message(chat="102"), by=self.anna)
        self.boriss = self.taken(self.message(chat="103"), by=self.boris)

    def loaded(self, user):
        conversations = self.env["omnichannel.conversation"].with_user(user)
        threads, beyond = conversations._load_inbox()
        self.assertEqual(beyond, 0)
        return threads.omnichannel_conversation_id

    def test_an_operator_gets_what_waits_and_his_own(self):
        self.assertEqual(self.loaded(self.anna), self.waiting | self.annas)

    def test_whoever_was_invited_gets_it_too(self):
        self.boriss.with_user(self.boris).action_invite(self.anna.ids)
        self.assertEqual(self.loaded(self.anna), self.waiting | self.annas | self.boriss)

    def test_a_supervisor_gets_all_in_progress(self):
        self.assertEqual(self.loaded(self.vera), self.waiting | self.annas | self.boriss)

    def test_what_is_finished_is_not_loaded(self):
        self.annas.with_user(self.anna).action_finish()
        self.assertEqual(self.loaded(self.anna), self.waiting)


@tagged("-at_install", "post_install")
class TestChannelTrouble(InboxCase):
    """Whoever writes to a client knows when the channel does not work."""

    def trouble(self, conversation):
        return conversation.with_user(self.anna).get_trouble()

    def test_a_healthy_channel_has_none(self):
        self.assertFalse(self.trouble(self.taken()))

    def test_a_channel_that_needs_attention_says_why_and_how_many_answers_wait(self):
        conversation = self.taken()
        self.answer(conversation, "Hi")
        self.channel.write({"state": "error", "state_message": "The token was revoked."})
        self.assertEqual(
            self.trouble(conversation), {"message": "The token was revoked.", "waiting": 1}
        )

    def test_a_network_that_does_not_answer_is_told_of_while_answers_wait(self):
        conversation = self.taken()
        self.answer(conversation, "Hi")
        self.env["omnichannel.channel.pace"].create(
            {"channel_id": self.channel.id, "next_at": "2030-01-01", "failures": 2}
        )
        self.assertEqual(self.trouble(conversation)["waiting"], 1)
        conversation.discuss_channel_id.message_ids.omnichannel_message_ids.filtered(
            "state"
        ).state = "sent"
        self.assertFalse(self.trouble(conversation))


@tagged("-at_install", "post_install", "omnichannel_beside")
class TestWorkspaceTour(TourCase):
    def test_the_panels_are_worked_with_and_a_slip_is_undone(self):
        self.deliver(self.message("Hello"))
        self.start_tour("/odoo/discuss", "omnichannel_workspace", login=self.anna.login)
        conversation = self.conversation(CHAT)
        self.assertEqual(conversation.state, "open")
        self.assertEqual(conversation.phone, "+7 900 000-00-00")
        self.assertEqual(conversation.note, "Wants blue cups")
        self.assertEqual(conversation.tag_ids.mapped("name"), ["Wholesale"])
        self.assertEqual(conversation.priority, "1")
