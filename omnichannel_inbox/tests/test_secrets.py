import json
import logging
from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from ..protocols import PROTOCOLS, NetworkUnavailable, OutcomeUnknown
from .common import VK, InboxCase, refusal, reply
from .test_channel import RIGHTS

#: Every secret of fixtures and tests holds this word; `./dev test` searches all logs for it.
MARKER = "SECRET"
#: What a system administrator copies from the form into the network's own pages.
COPIED_BY_HAND = {"signing_secret", "confirmation_code"}
#: Models of others into which what we do flows.
TOUCHED = (
    "bus.bus",
    "crm.lead",
    "discuss.channel",
    "discuss.channel.member",
    "ir.cron",
    "ir.logging",
    "mail.activity",
    "mail.guest",
    "mail.mail",
    "mail.message",
    "mail.notification",
    "mail.tracking.value",
    "res.partner",
    "utm.source",
)


class Listener(logging.Handler):
    """Hears every line of every log, with its traceback."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("-at_install", "post_install")
class TestNothingLeaks(InboxCase):
    """Whatever goes wrong, no secret of a channel is said, shown, sent or exported."""

    def setUp(self):
        super().setUp()
        self.heard = Listener()
        self.words = []
        self.env.ref("base.group_allow_export").user_ids += self.people()
        self.portal = self.new_user("portal", "base.group_portal")
        self.channels = self.channel | self.make_channels()

    def make_channels(self):
        """Return a channel of each network, with every secret there is."""
        return (
            self.env["omnichannel.channel"]
            .with_user(self.system)
            .create(
                [
                    {
                        "name": f"Kiosk {network}",
                        "network": network,
                        "operator_ids": self.anna.ids,
                        "access_token": f"1:token-{MARKER}-{network}",
                        "signing_secret": f"sig-{MARKER}-{network}",
                        "confirmation_code": f"code-{MARKER}",
                    }
                    for network in PROTOCOLS
                ]
            )
        )

    @contextmanager
    def listening(self):
        """All that anybody logs, down to the last detail, is heard here and is no complaint.

        But for SQL: whoever has that logged sees what the database sees.
        """
        loggers = [logging.root, *map(logging.getLogger, logging.root.manager.loggerDict)]
        before = [(logger, logger.level, logger.disabled) for logger in loggers]
        handlers, logging.root.handlers = logging.root.handlers, [self.heard]
        for logger in loggers:
            logger.disabled = False
            logger.setLevel(logging.DEBUG if logger.name != "odoo.sql_db" else logging.INFO)
        try:
            yield
        finally:
            logging.root.handlers = handlers
            for logger, level, disabled in before:
                logger.setLevel(level)
                logger.disabled = disabled

    # What happens

    def live(self):
        """Everything that can go wrong does, and the network repeats our secrets to us."""
        with self.listening():
            self.try_channels()
            self.try_messages()
        self.env.cr.precommit.run()  # what goes to browsers

    def try_channels(self):
        for channel in self.channels.with_user(self.system):
            for action in ("action_connect", "action_enter_token", "action_check"):
                self.words.append(self.try_to(getattr(channel, action)))
            channel.state = "connected"
            channel._run_checks()

    def try_messages(self):
        conversation = self.taken(self.message(), "confirmation")
        for answer in (
            refusal(5, f"User authorization failed: {VK['access_token']}"),
            refusal(901, f"access_token={VK['access_token']}"),
            reply(401, f"<html>{VK['access_token']}"),
            NetworkUnavailable("no connection"),
            OutcomeUnknown("the connection broke"),
            self.break_down,
        ):
            self.channel._let_answers_go()
            self.network.says("messages.send", answer)
            message = self.answer(conversation, f"answered by {answer.__class__.__name__}")
            self.send_all()
            self.words.append(str(message.mapped("failure_reason")))
        self.network.says(
            "groups.getTokenPermissions", {"permissions": [{"name": r} for r in RIGHTS]}
        )
        self.store(
            b'{"type": "message_new", "object": 5, "group_id": %d, "secret": "%s"}'
            % (int(VK["account_ref"]), VK["signing_secret"].encode())
        )
        self.work_off()

    def break_down(self, _said):
        raise ZeroDivisionError(VK["access_token"])

    def try_to(self, action):
        try:
            return str(action())
        except UserError as error:
            return str(error)

    # What is seen

    def shown_to(self, user):
        """Yield what the user reads of each model, as the browser and the export show it."""
        for name in sorted(self.env.registry):
            if name in TOUCHED or name.startswith("omnichannel."):
                yield from self.read_of(self.env[name].with_user(user))

    def read_of(self, model):
        if model._abstract or not model._auto or not model.has_access("read"):
            return
        names = set(model.fields_get(attributes=["type"]))
        records = model.with_context(active_test=False).search([], limit=500)
        if model._name == "omnichannel.channel" and model.env.user == self.system:
            names -= COPIED_BY_HAND
        for field in sorted(names):
            yield f"{model._name}.{field}", self.read(lambda f=field: records.read([f]))
            yield (
                f"export of {model._name}.{field}",
                self.read(lambda f=field: records.export_data([f])),
            )

    def read(self, reading):
        try:
            return json.dumps(reading(), default=str, ensure_ascii=False)
        except UserError:  # not allowed to read it, or to export at all
            return ""

    def leaks(self, user):
        return [place for place, content in self.shown_to(user) if MARKER in content]

    def people(self):
        return (
            self.anna | self.vera | self.administrator | self.employee | self.stranger | self.system
        )

    # Tests

    def test_a11_nothing_that_happens_says_a_secret(self):
        """Fails without: ``_Silent`` in telegram_calls.py, ``_reason`` in transport.py."""
        self.live()
        self.assertTrue(self.heard.lines)
        self.assertFalse([line for line in self.heard.lines if MARKER in line])
        self.assertFalse([words for words in self.words if MARKER in words])

    def test_nobody_reads_or_exports_a_secret(self):
        self.live()
        for user in self.people() | self.portal:
            with self.subTest(user.name):
                self.assertEqual(self.leaks(user), [])

    def test_a_system_administrator_exports_none_of_those_he_copies_either(self):
        self.deliver(self.message())
        channels = self.channels.with_user(self.system)
        for field in COPIED_BY_HAND:
            own = channels.export_data(["name", field])["datas"]
            self.assertEqual(own[0], ["Shop", ""])
            others = self.conversation().with_user(self.system)
            self.assertEqual(others.export_data([f"channel_id/{field}"])["datas"], [[""]])
            self.assertFalse(channels.fields_get([field])[field]["exportable"])

    def test_a_browser_is_told_none(self):
        for user in self.people():
            told = Store().add(self.channels.with_user(user)).get_result()
            self.assertNotIn(MARKER, json.dumps(told, default=str))

    def test_a_leak_would_be_found(self):
        self.channel.state_message = f"Bad token {VK['access_token']}"
        self.assertIn("omnichannel.channel.state_message", self.leaks(self.anna))
        with self.listening():
            logging.getLogger("odoo.addons.omnichannel_inbox.x").info("%s", VK["access_token"])
        self.assertTrue([line for line in self.heard.lines if MARKER in line])
