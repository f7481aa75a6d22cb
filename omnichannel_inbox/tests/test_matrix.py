"""Each role × each public method and each route of Discuss × each state of a conversation.

What is asked, and what shall follow, stands in matrix.py and matrix_routes.py.
"""

import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.http import Request, _generate_routing_rules
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.controllers.google_translate import GoogleTranslateController

from . import matrix, matrix_routes
from .common import InboxCase, InboxHttpCase
from .matrix_common import CLIENT, Matrix

#: Whose models hold what is about clients, though they bear another name.
OURS_BESIDE = ("discuss.channel", "discuss.channel.member", "mail.message", "mail.guest")


@tagged("-at_install", "post_install", "omnichannel_beside")
class TestMethodMatrix(Matrix, InboxCase):
    """Calls from outside, as the web client makes them."""

    def test_what_follows_of_each_method(self):
        asked = [
            (model, method, row)
            for model, methods in matrix.METHODS.items()
            for method, rows in methods.items()
            for row in rows
        ]
        for state in self.each_state():
            for model, method, row in asked:
                for role in self.people_to_ask(row, state):
                    said = {"state": state, "method": f"{model}.{method}", "role": role}
                    with self.subTest(**said, asked=row.asked):
                        self.check(
                            row,
                            role,
                            state,
                            lambda m=(model, method), w=row, r=role: self.ask(*m, w, r),
                        )

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def ask(self, model, method, row, role):
        if row.first:
            self.call(self.anna, "omnichannel.conversation", *row.first)
        try:
            return str(self.call(self.people[role], model, method, *row.asked))
        except UserError:
            return None

    def call(self, user, model, method, *asked):
        target = self.env(user=user)[model]
        arguments = self.fill_in(asked)
        if not getattr(getattr(type(target), method), "_api_model", False):
            arguments = [self.records[model].ids, *arguments]
        return call_kw(target, method, arguments, {})

    def test_every_public_method_stands_in_the_table(self):
        models = {name for name in self.env if name.startswith("omnichannel.")}
        for model in {*models, *OURS_BESIDE, *matrix.NO_CONVERSATION, *matrix.METHODS}:
            known = {*matrix.METHODS.get(model, ()), *matrix.NO_CONVERSATION.get(model, ())}
            with self.subTest(model=model):
                self.assertFalse(self.public_methods(model) - known)

    def public_methods(self, model):
        """Return what a call from outside reaches: our own, and Discuss's on its own models."""
        modules = ["odoo.addons.omnichannel_inbox."]
        if model in OURS_BESIDE:
            modules.append("odoo.addons.mail.models.")
        cls = type(self.env[model])
        return {
            name
            for each in cls.mro()
            if each.__module__.startswith(tuple(modules)) and each.__name__ != "Base"
            for name, value in vars(each).items()
            if callable(value) and not name.startswith("_") and name in self.reachable(cls)
        }

    def reachable(self, cls):
        return {
            name
            for name in dir(cls)
            if not any(getattr(vars(c).get(name), "_api_private", False) for c in cls.mro())
        }

    def test_no_search_leads_others_to_the_client(self):
        self.bring_to("open")
        for model, domain, field in matrix.SEARCHES:
            for role, user in self.people.items():
                with self.subTest(model=model, domain=domain, role=role):
                    found = self.find(self.env(user=user)[model], domain, field)
                    is_shown = any(word in found for word in CLIENT)
                    self.assertEqual(is_shown, role in matrix.READ.split(), found)

    def find(self, model, domain, field):
        try:
            found = model.search_read(domain, [field])
            self.assertEqual(model.search_count(domain), len(found))
            return str(found)
        except AccessError:
            return ""

    def test_no_table_that_leads_to_the_client_shows_a_row_to_others(self):
        """Reactions, previews, activities, calls…: whatever hangs on what is the client's."""
        self.bring_to("open")
        self.conversation.activity_schedule("mail.mail_activity_data_todo", user_id=self.anna.id)
        others = [user for role, user in self.people.items() if role not in matrix.READ.split()]
        for model, domain in self.hanging_on_the_client():
            for user in others:
                with self.subTest(model=model, domain=domain, user=user.name):
                    self.assertFalse(self.count(self.env(user=user)[model], domain))

    def hanging_on_the_client(self):
        """Yield where rows refer to a record that is the client's."""
        client = {model: rows.ids for model, rows in self.records.items()}
        del client["omnichannel.channel"]
        # What salespeople, customers and colleagues see by rights of their own.
        apart = {"crm.lead", "sale.order", "res.users", "res.partner"}
        for model in set(self.env) - apart:
            target = self.env[model]
            if target._abstract or target._transient or not target._auto:
                continue
            for name, field in target._fields.items():
                if field.type == "many2one" and field.store and field.comodel_name in client:
                    domain = [(name, "in", client[field.comodel_name])]
                    if target.sudo().search_count(domain):
                        yield model, domain

    def count(self, model, domain):
        try:
            return model.search_count(domain)
        except AccessError:
            return 0

    def test_who_is_mentioned_reads_nothing_more(self):
        """A note that mentions somebody does not lead him to the client."""
        self.bring_to("open")
        for role in ("employee", "stranger", "portal"):
            mentioned = self.people[role]
            note = self.thread.with_user(self.anna).message_post(
                body="Zweistein", message_type="comment", partner_ids=mentioned.partner_id.ids
            )
            with self.subTest(role), self.assertRaises(AccessError):
                note.with_user(mentioned).read(["body"])


@tagged("-at_install", "post_install", "omnichannel_beside")
class TestRouteMatrix(Matrix, InboxHttpCase):
    """Requests, as a browser makes them."""

    def setUp(self):
        super().setUp()
        for name in ("_detect_source_lang", "_get_translation"):
            translated = patch.object(
                GoogleTranslateController, name, lambda _c, text, *_: str(text)
            )
            self.startPatcher(translated)

    def test_what_follows_of_each_route(self):
        asked = [(route, row) for route, rows in matrix_routes.ROUTES.items() for row in rows]
        sessions = {role: self.log_in(role) for role in self.people}
        for state in self.each_state():
            for route, row in asked:
                for role in self.people_to_ask(row, state):
                    with self.subTest(state=state, route=route, role=role, asked=row.asked):
                        self.opener, self.session = sessions[role]
                        self.check(row, role, state, lambda r=route, w=row: self.ask(r, w.asked))

    def log_in(self, role):
        """Return the browser of somebody."""
        login = False if role == "public" else self.people[role].login
        self.session = None  # the one before him stays logged in
        self.authenticate(login, login)
        return self.opener, self.session

    @mute_logger(
        "odoo.http", "odoo.addons.mail.controllers.mail", "odoo.addons.base.models.ir_rule"
    )
    def ask(self, route, asked):
        """Return what was answered, None for a refusal."""
        reply = self.request(route, self.fill_in(asked))
        self.assertLess(reply.status_code, 500, reply.text)
        if reply.status_code >= 400 or reply.is_redirect:
            return None
        if reply.headers["Content-Type"].startswith("application/json"):
            content = json.loads(reply.content)
            if "error" in content:
                return None
            return json.dumps(content.get("result", content.get("data")), ensure_ascii=False)
        return reply.content.decode("utf-8", "replace")

    def request(self, route, asked):
        if isinstance(asked, str):
            return self.url_open(asked, allow_redirects=False)
        if "ufile" in asked:
            files = {"ufile": ("x.txt", asked.pop("ufile").encode())}
            return self.url_open(route, data=self.signed(asked), files=files)
        if route == "/mail/attachment/zip":
            return self.url_open(route, data=self.signed(asked))
        return self.url_open(route, json={"jsonrpc": "2.0", "method": "call", "params": asked})

    def signed(self, form):
        return {**form, "csrf_token": Request.csrf_token(self)}

    def test_every_route_of_discuss_stands_in_the_table(self):
        rules = _generate_routing_rules(sorted(self.env.registry._init_modules), nodb_only=False)
        found = {
            url
            for url, endpoint in rules
            if endpoint.func.__module__.startswith(("odoo.addons.mail.", "odoo.addons.bus."))
            or url.startswith(("/mail/", "/discuss/", "/websocket", "/bus/"))
        }
        icons = {url for url in found if "font_to_img" in url}
        known = {*matrix_routes.ROUTES, *matrix_routes.NO_CONVERSATION}
        self.assertFalse(found - icons - known)
