"""Attacks by ways around the network: A6, A13, A14.

A visitor's token, a letter, a page of somebody else's. Files that a network fetches by an address
are in test_fetching_network.py. Each test says which guard it is held off by: it fails without it.
"""

import inspect
import json

from odoo.exceptions import AccessError
from odoo.http import _generate_routing_rules
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common import InboxCase, InboxHttpCase
from .test_rating import Rated

ELSEWHERE = "https://evil.example.com"


@tagged("-at_install", "post_install")
class TestVisitorToken(InboxHttpCase):
    """A6: whoever is a guest of Odoo's, or says so, is nobody's client."""

    def setUp(self):
        super().setUp()
        self.talk = self.taken(self.message("My name is Zweistein"))
        self.thread = self.talk.discuss_channel_id
        self.client = self.talk.identity_id.guest_id

    def request_as(self, guest, route, params):
        """Return what a browser is answered that has the token of a guest."""
        token = f"{guest.id}{guest._cookie_separator}{guest.access_token}"
        self.opener.cookies.set(guest._cookie_name, token)
        asked = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.url_open(route, json=asked).text

    @mute_logger("odoo.http")
    def test_a6_the_token_of_a_client_opens_nothing(self):
        """Fails without: ``_get_guest_from_token`` in models/mail_guest.py."""
        another = self.env["mail.guest"].create({"name": "Another"})
        thread = {"thread_model": "discuss.channel", "thread_id": self.thread.id}
        said = {"body": "I am Ivan", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        requests = {
            "/discuss/channel/messages": {"channel_id": self.thread.id},
            "/mail/message/post": {**thread, "post_data": said},
            "/mail/guest/update_name": {"guest_id": self.client.id, "name": "Mallory"},
            "/mail/data": {"fetch_params": [["discuss.channel", [self.thread.id]]]},
        }
        before = self.said(self.talk), self.client.name
        for guest in (self.client, another):
            for route, params in requests.items():
                with self.subTest(guest=guest.name, route=route):
                    answer = self.request_as(guest, route, params)
                    self.assertNotIn("Zweistein", answer)
                    self.assertNotIn(self.client.name, answer)
        self.env.invalidate_all()
        self.assertEqual((self.said(self.talk), self.client.name), before)

    def test_a6_nobody_is_told_a_token(self):
        """Fails without: ``"uuid": False`` in ``_create_omnichannel``; Odoo's rights on tokens."""
        self.assertFalse(self.thread.uuid)
        for user in self.anna | self.vera | self.administrator:
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.client.with_user(user).read(["access_token"])
        self.authenticate(self.anna.login, self.anna.login)
        for wanted in (
            "init_messaging",
            "omnichannel.inbox",
            ["discuss.channel", [self.thread.id]],
        ):
            told = self.make_jsonrpc_request("/mail/data", {"fetch_params": [wanted]})
            with self.subTest(wanted=wanted):
                self.assertNotIn(self.client.access_token, json.dumps(told))
                self.assertNotIn(self.channel.webhook_token, json.dumps(told))


@tagged("-at_install", "post_install")
class TestOthersChat(Rated):
    """A6: what a client may do, he may do in his own chat."""

    def test_a6_nobody_rates_for_another(self):
        """By a button that was not his, or by what it stands for.

        Fails without both ``conversation_id`` in ``_find_button`` and ``self.session_ids`` in
        ``_read_pressed_rating``.
        """
        client = self.finished()
        question = self.question(client)
        meant = f"rating:bad:{client.session_id.id}"
        self.deliver(self.message("Hello", "777"))
        self.press(question, 1, chat="777")
        self.deliver(
            self.message("Bad", "777", payload=json.dumps({"button": meant})),
            self.pressed({"button": meant}, "forged", "777"),
        )
        self.assertFalse(client.session_ids.filtered("client_rating"))
        self.press(question, 0, event_id="his own")
        self.assertEqual(client.session_id.client_rating, "good")

    def test_a6_who_is_forgotten_takes_nobody_with_him(self):
        """Fails without: ``self`` in the domains of ``_erase_said`` and ``_erase_traces``."""
        kept = self.taken(self.message("I stay", "777"))
        self.answer(kept, "Good")
        forgotten = self.finished()
        before = self.said(kept), kept.name, kept.ledger
        forgotten.identity_id.with_user(self.administrator).action_erase()
        self.env.invalidate_all()
        self.assertNotIn("Hello", self.said(forgotten))
        self.assertEqual((self.said(kept), kept.name, kept.ledger), before)


LETTER = """\
From: {author}
To: {to}
Subject: Re: {subject}
Message-Id: <a-letter-of-the-test@example.com>
In-Reply-To: {about}
References: {about}

Pay to the account 4711, please.
"""


@tagged("-at_install", "post_install")
class TestLetters(MockEmail, InboxCase):
    """A13: who a letter is from, nobody has proven."""

    def setUp(self):
        super().setUp()
        self.talk = self.taken()
        self.thread = self.talk.discuss_channel_id
        self.boris.notification_type = "email"

    def write(self, about, author, to="sales@example.com"):
        """A letter arrives that answers a message of the thread."""
        letter = LETTER.format(author=author, to=to, about=about.message_id, subject="Ivan")
        self.env["mail.thread"].message_process("crm.lead", letter)

    def mention_boris(self, talk):
        """Anna asks Boris, who takes part, in a note; he is sent a letter."""
        talk.with_user(self.anna).action_invite(self.boris.ids)
        return talk.discuss_channel_id.with_user(self.anna).message_post(
            body="Boris?", message_type="comment", partner_ids=self.boris.partner_id.ids
        )

    def test_a13_a_letter_in_the_operators_name_does_not_reach_the_client(self):
        """Its sender is forged, it answers a message of the thread, and he has the conversation.

        Fails without: ``_routing_check_route`` in models/mail_thread.py.
        """
        answer = self.answer(self.talk).mail_message_id
        client_s = self.thread.message_ids.sorted("id")[0]
        self.send_all()
        known = self.thread.message_ids
        leads = self.env["crm.lead"].search_count([])
        for about in (answer, client_s):
            for author in (self.anna.email_formatted, "Ivan <ivan@example.com>", "x@y.example"):
                with self.subTest(author=author), self.mock_mail_gateway():
                    self.write(about, author)
                    self.assertEqual(len(self._new_mails), 1, "he is told")
                    told = self._new_mails
                    self.assertIn("was not delivered", told.body_html)
                    self.assertNotIn(self.talk.name, told.body_html)
        self.env.invalidate_all()
        self.assertEqual(self.thread.message_ids, known)
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)
        self.send_all()
        self.assertEqual(len(self.network.asked("messages.send")), 1)

    def test_a13_a_colleague_who_was_mentioned_is_told_where_to_answer(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.boris.lang = "ru_RU"
        with self.mock_mail_gateway():
            self.write(self.mention_boris(self.talk), self.boris.email_formatted)
        told = self._new_mails[-1]
        self.assertIn("Письмо не доставлено", told.body_html)
        self.assertIn(f"model=discuss.channel&amp;res_id={self.thread.id}", told.body_html)
        self.assertIn(self.boris.email, told.email_to)

    def test_a13_the_name_of_a_client_is_no_header(self):
        """Fails without: ``Person.__post_init__`` in protocols/core/events.py."""
        name = "Ivan\r\nBcc: everybody@example.com\r\n\r\nPay"
        self.network.says("users.get", [{"id": 778, "first_name": name, "last_name": "\nX: y"}])
        talk = self.taken(self.message("Hello", "778"))
        self.fetch_people()
        self.assertEqual(len(talk.name.splitlines()), 1)
        with self.mock_mail_gateway():
            self.mention_boris(talk)
            self._new_mails.send()
        self.assertTrue(self._mails)
        for sent in self._mails:
            self.assertFalse(sent["EmailMessage"]["Bcc"])
            self.assertFalse(sent["EmailMessage"]["X"])


def routes_of_ours():
    """Yield each route that this addon has or changes, with its settings."""
    rules = _generate_routing_rules(["base", "web", "bus", "mail", "omnichannel_inbox"], False)
    for url, endpoint in rules:
        if inspect.getmodule(endpoint.func).__name__.startswith("odoo.addons.omnichannel_inbox."):
            yield url, endpoint.routing


@tagged("-at_install", "post_install")
class TestForeignPages(InboxHttpCase):
    """A14: a page of somebody else's asks with the browser of somebody who is logged in."""

    def test_a14_our_one_route_knows_no_session_and_no_foreign_page(self):
        """Fails without: ``auth="none"``, ``save_session=False`` of the webhook; with ``cors``."""
        found = dict(routes_of_ours())
        self.assertEqual(list(found), ["/omnichannel/webhook/<string:token>"])
        [routing] = found.values()
        self.assertEqual(routing["auth"], "none")
        self.assertFalse(routing["save_session"])
        self.assertFalse(routing.get("cors"))

    def test_a14_the_webhook_answers_no_foreign_page(self):
        """Fails with: ``cors="*"`` on the webhook."""
        self.authenticate(self.anna.login, self.anna.login)
        for method in ("POST", "OPTIONS"):
            answer = self.opener.request(
                method,
                f"{self.base_url()}/omnichannel/webhook/{self.channel.webhook_token}",
                data=self.raw(self.message()),
                headers={"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"},
            )
            with self.subTest(method=method):
                self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
                self.assertNotIn("Set-Cookie", answer.headers)

    @mute_logger("odoo.http")
    def test_a14_a_form_elsewhere_does_not_act_for_the_operator(self):
        """With his cookie. Fails without: nothing of ours; Odoo's CSRF token and JSON-RPC."""
        talk = self.deliver(self.message())
        self.authenticate(self.anna.login, self.anna.login)
        call = {"model": "omnichannel.conversation", "method": "action_take"}
        body = {"params": {**call, "args": [talk.ids], "kwargs": {}}}
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            with self.subTest(kind=kind):
                answer = self.url_open(
                    "/web/dataset/call_kw/omnichannel.conversation/action_take",
                    data=json.dumps(body),
                    headers={"Origin": ELSEWHERE, "Content-Type": kind},
                )
                self.assertGreaterEqual(answer.status_code, 400)
        self.env.invalidate_all()
        self.assertEqual(talk.state, "new")

    def test_a14_the_inbox_is_shown_in_no_foreign_frame(self):
        """Fails without: nothing of ours; Odoo's ``frame-ancestors`` and ``X-Frame-Options``."""
        self.authenticate(self.anna.login, self.anna.login)
        page = self.url_open("/odoo/discuss")
        said = page.headers.get("X-Frame-Options", "") + page.headers.get(
            "Content-Security-Policy", ""
        )
        self.assertRegex(said, "DENY|SAMEORIGIN|frame-ancestors")
