"""For `./dev odoo shell`: the addon is uninstalled with rows in all its tables, and comes back.

Run on a database that may be lost. What is left is looked at from outside of the ORM as well.
"""

import json
import sys
import unittest
from pathlib import Path

from werkzeug.test import Client

from odoo import fields, http
from odoo.modules.module import Manifest
from odoo.tools.convert import convert_file

from odoo.addons.omnichannel_inbox.models.omnichannel_inbound import LANES
from odoo.addons.omnichannel_inbox.protocols import Webhook

env = env  # noqa: F821, PLW0127 - the shell's
ADDON = "omnichannel_inbox"
HERE = {"REMOTE_ADDR": "127.0.0.1"}
FIXTURES = Path(Manifest.for_addon(ADDON).path) / "tests" / "fixtures"


def ask(query, *values):
    """Return the first column of what a query finds."""
    env.cr.execute(query, values)
    return [row[0] for row in env.cr.fetchall()]


def models():
    """Return the models of the addon that have a table."""
    found = (env[name] for name in env.registry if name.startswith("omnichannel."))
    return [each.sudo() for each in found if each._auto and not each._abstract]


def load_demo():
    for path in Manifest.for_addon(ADDON)["demo"]:
        convert_file(env, ADDON, path, {}, mode="init", noupdate=True)
    env.cr.commit()


def converse():
    """All that networks say in the fixtures has been said to the channels of the demonstration."""
    for channel in env["omnichannel.channel"].search([]):
        for path in sorted((FIXTURES / channel.network / "webhook").glob("*.json")):
            body = json.loads(path.read_text(encoding="utf-8")).get("body", "").encode()
            envelopes = channel._protocol().split(Webhook(body))
            env["omnichannel.inbound"]._store(channel, envelopes)
    for lane in range(LANES):
        env["omnichannel.inbound"]._cron_work_off(lane)
    administrator = env.ref("base.user_admin")
    new = env["omnichannel.conversation"].with_user(administrator).search([("state", "=", "new")])
    answer(new[:3])
    env.cr.commit()


def answer(conversations):
    """The administrator answers with a file, and plans to call."""
    for conversation in conversations:
        conversation.action_take()
        file = conversation.env["ir.attachment"].create(
            {"name": "price.txt", "raw": b"5", "res_model": "mail.compose.message"}
        )
        conversation.discuss_channel_id.message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=file.ids,
        )
        conversation.activity_schedule("mail.mail_activity_data_call", user_id=conversation.env.uid)


def fill(model):
    """There is a row in the table of a model, whatever it says."""
    values = {
        name: VALUES[field.type](field)
        for name, field in model._fields.items()
        if field.required and field.store and not field.compute and name != "id"
    }
    return model.create(values)


VALUES = {
    "char": lambda _field: "x",
    "text": lambda _field: "x",
    "html": lambda _field: "x",
    "integer": lambda _field: 1,
    "float": lambda _field: 1,
    "boolean": lambda _field: False,
    "json": lambda _field: {},
    "datetime": lambda _field: fields.Datetime.now(),
    "date": lambda _field: fields.Date.today(),
    "selection": lambda field: field.get_values(env)[0],
    "many2one": lambda field: env[field.comodel_name].sudo().search([], limit=1).id,
}


class Browser:
    """Signed in as the administrator, in this process."""

    def __init__(self):
        self._client = Client(http.root)
        self.post("/web/session/authenticate", db=env.cr.dbname, login="admin", password="admin")  # noqa: S106

    def post(self, path, **params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self._client.post(path, json=body, environ_base=HERE).json
        if "error" in answer:
            raise AssertionError(f"{path}: {answer['error']['data']['debug'][-1500:]}")
        return answer["result"]

    def get(self, path):
        return self._client.get(path, environ_base=HERE)


class TestUninstall(unittest.TestCase):
    """In this order."""

    maxDiff = None

    def module(self):
        return env["ir.module.module"].search([("name", "=", ADDON)])

    def test_1_there_is_a_row_in_every_table(self):
        load_demo()
        converse()
        env["product.product"].create({"name": "Kettle", "list_price": 5})
        for model in models():
            if not model.with_context(active_test=False).search_count([], limit=1):
                with self.subTest(model=model._name), env.cr.savepoint():
                    fill(model)
        env["ir.config_parameter"].set_param("omnichannel_inbox.max_incoming_bytes", "1000")
        env["ir.filters"].create(
            {"name": "Mine", "model_id": "omnichannel.conversation", "domain": "[]"}
        )
        env.cr.commit()
        self.assertGreater(env["omnichannel.conversation"].search_count([]), 5)
        self.assertTrue(env["omnichannel.message"].search([("direction", "=", "out")]))

    def test_2_it_is_uninstalled(self):
        self.module().button_immediate_uninstall()
        self.assertEqual(self.module().state, "uninstalled")

    def test_3_nothing_of_it_is_left(self):
        left = {
            "tables": "SELECT tablename FROM pg_tables WHERE tablename LIKE 'omnichannel%%'",
            "columns": "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE column_name LIKE 'omnichannel%%'",
            "parameters": "SELECT key FROM ir_config_parameter WHERE key LIKE 'omnichannel%%'",
            "actions": "SELECT cron_name FROM ir_cron WHERE cron_name LIKE 'Open Lines%%'",
            "names": "SELECT name FROM ir_model_data WHERE module = 'omnichannel_inbox'",
            "filters": "SELECT name FROM ir_filters WHERE model_id LIKE 'omnichannel%%'",
            "threads": "SELECT name FROM discuss_channel WHERE channel_type = 'omnichannel'",
            "messages": "SELECT id FROM mail_message WHERE model LIKE 'omnichannel.%%'",
            "said": "SELECT id FROM mail_message m WHERE model = 'discuss.channel' AND NOT EXISTS "
            "(SELECT 1 FROM discuss_channel d WHERE d.id = m.res_id)",
            "activities": "SELECT id FROM mail_activity WHERE res_model LIKE 'omnichannel.%%'",
            "files": "SELECT name FROM ir_attachment WHERE res_model LIKE 'omnichannel.%%' OR "
            "res_model = 'discuss.channel' AND NOT EXISTS "
            "(SELECT 1 FROM discuss_channel d WHERE d.id = res_id)",
            "pictures": "SELECT a.id FROM ir_attachment a WHERE res_model = 'mail.guest' AND "
            "NOT EXISTS (SELECT 1 FROM mail_guest g WHERE g.id = a.res_id)",
            "clients": "SELECT name FROM mail_guest",
            "groups": "SELECT name->>'en_US' FROM res_groups_privilege "
            "WHERE name->>'en_US' LIKE 'Open Lines%%'",
        }
        for what, query in left.items():
            with self.subTest(what):
                self.assertEqual(ask(query), [])

    def test_4_people_go_on_working(self):
        browser = Browser()
        self.assertEqual(browser.get("/odoo").status_code, 200)
        browser.post(
            "/mail/data", fetch_params=["init_messaging", "channels_as_member", "failures"]
        )
        for model in ("crm.lead", "sale.order", "res.partner", "res.users", "discuss.channel"):
            with self.subTest(model=model):
                call = {"model": model, "args": [], "kwargs": {}}
                browser.post(
                    f"/web/dataset/call_kw/{model}/search_read",
                    **{**call, "method": "search_read", "kwargs": {"limit": 5}},
                )
                views = {"views": [[False, "form"], [False, "list"], [False, "search"]]}
                browser.post(
                    f"/web/dataset/call_kw/{model}/get_views",
                    **{**call, "method": "get_views", "kwargs": views},
                )

    def test_5_it_is_installed_again(self):
        self.module().button_immediate_install()
        self.assertEqual(self.module().state, "installed")
        load_demo()
        converse()
        self.assertGreater(env["omnichannel.conversation"].search_count([]), 5)
        Browser().post("/mail/data", fetch_params=["init_messaging", "channels_as_member"])


tests = unittest.defaultTestLoader.loadTestsFromTestCase(TestUninstall)
# What comes after the first failure would only fail as well.
result = unittest.TextTestRunner(sys.stdout, verbosity=2, failfast=False).run(tests)
sys.stdout.flush()
if not result.wasSuccessful():
    sys.exit(1)
