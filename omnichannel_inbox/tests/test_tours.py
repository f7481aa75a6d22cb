from itertools import count

from odoo import api
from odoo.tests import tagged

from ..protocols import Webhook
from .common import CHAT, InboxHttpCase

#: Seconds a tour may take on a machine that has much else to do.
PATIENCE = 300
#: The id on the network of the first answer.
FIRST_ANSWER = 900001


class TourCase(InboxHttpCase):
    """A browser, and a server on which something happens while the browser looks on."""

    def setUp(self):
        super().setUp()
        self.answers = count(FIRST_ANSWER)
        (self.anna | self.boris).odoobot_state = "disabled"  # it would open a window of its own
        outbox = self.env.registry["omnichannel.message"]
        self.patch(outbox, "_trigger_lanes", lambda messages, at=None: self.send_at_once(messages))
        model = self.env.registry["omnichannel.conversation"]
        model.tour_event = api.model(
            lambda records, name: self.let_happen(records.sudo().env, name)
        )
        self.addCleanup(delattr, model, "tour_event")

    def start_tour(self, url_path, tour_name, **kwargs):
        """Steps wait up to a minute each: see static/tests/tours/patience.js."""
        super().start_tour(url_path, tour_name, **{"timeout": PATIENCE, **kwargs})

    def send_at_once(self, messages):
        """The network takes every answer without delay."""
        for message in messages:
            message.network_ref = str(next(self.answers))
            message._move_to("sent")

    def let_happen(self, env, name):
        """Called from the tour: what others do meanwhile."""
        if name == "colleague takes":
            conversation = env["omnichannel.conversation"].search([("chat_ref", "=", CHAT)])
            conversation.with_user(self.anna).action_take()
            return True
        bodies = {
            "client writes": self.message("Hello"),
            "client goes on": self.message("And one more thing"),
            "client reads": self.read(FIRST_ANSWER),
        }
        self.receive(env, bodies[name])
        return True

    def receive(self, env, body):
        """An event is stored and worked off within the request of the tour."""
        channel = env["omnichannel.channel"].browse(self.channel.id)
        webhook = Webhook(body=self.raw(body))
        env["omnichannel.inbound"]._store(channel, channel._protocol().split(webhook))
        for inbound in env["omnichannel.inbound"].search([("state", "=", "received")], order="id"):
            inbound._apply()
            inbound._settle("done")


@tagged("-at_install", "post_install", "omnichannel_beside")
class TestTours(TourCase):
    def test_an_operator_takes_answers_finishes_restores(self):
        self.start_tour("/odoo/discuss", "omnichannel_operator", login=self.anna.login)
        conversation = self.conversation(CHAT)
        self.assertEqual(conversation.state, "spam")
        self.assertEqual(self.said(conversation), ["Hello", "And one more thing", "Good day"])

    def test_what_a_colleague_takes_leaves_at_once(self):
        self.start_tour("/odoo/discuss", "omnichannel_other_operator", login=self.boris.login)
        self.assertEqual(self.conversation(CHAT).operator_id, self.anna)

    def test_a_finished_one_opens_by_its_link(self):
        conversation = self.taken(self.message("Hello"))
        conversation.with_user(self.anna).action_finish()
        thread = conversation.with_user(self.boris).action_open()["context"]["active_id"]
        self.start_tour(
            f"/odoo/discuss?active_id={thread}", "omnichannel_finished", login=self.boris.login
        )


@tagged("-at_install", "post_install", "omnichannel_beside")
class TestToursOnPhone(TourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_an_operator_takes_and_answers(self):
        self.deliver(self.message("Hello"))
        self.start_tour("/odoo/discuss", "omnichannel_phone", login=self.anna.login)
        self.assertEqual(self.conversation(CHAT).operator_id, self.anna)
