"""Attacks by what a client says and sends, and what leaks: A8, A9, A10, A11, A16.

Each test says which guard it is held off by: it fails without it.
"""

import gzip
import logging
import struct
import time
import zlib
from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo.fields import Datetime, Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import omnichannel_export
from ..protocols.core.events import Card
from ..tools import bodies, contacts
from .common import CHAT, PIXEL, InboxCase
from .test_file import URL, FileCase, InboxHttpCase
from .test_order_events import Orders

#: Each is text, and has to read as it was written.
SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'-alert(1)-'",
    '<a href="javascript:alert(1)">x</a>',
    "javascript:alert(1)//",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "</p></div><style>*{display:none}</style>",
    'ivan@example.com"><img src=x onerror=alert(1)>',
    'https://example.com/"onmouseover="alert(1)',
    "https://example.com/<script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
    '<t t-out="object.env.cr"/>',
)
#: What runs: elements, attributes and addresses that no message needs.
ELEMENTS = {"script", "iframe", "object", "embed", "svg", "math", "style", "base", "form", "img"}


def what_runs(source):
    """Return what a browser would run of an HTML text."""
    if not source or not source.strip():
        return []
    found = []
    for element in html.fragment_fromstring(source, create_parent="div").iter():
        if element.tag in ELEMENTS:
            found.append(element.tag)
        for name, value in element.attrib.items():
            scheme = value.strip().lower().partition(":")[0]
            if name.startswith("on") or name == "srcdoc" or scheme in ("javascript", "data"):
                found.append(f"{element.tag}@{name}={value}")
    return found


@tagged("-at_install", "post_install")
class TestWords(InboxCase):
    """A8: what comes in is text, and is escaped once."""

    def everything(self, script, chat):
        """A client who has such a name writes such a text, with such a file, card and quote."""
        attachments = [
            {"type": "doc", "doc": {"id": 1, "owner_id": 2, "title": script, "url": URL}},
            {"type": "link", "link": {"url": script, "title": script, "caption": script}},
            {"type": "wall", "wall": {"id": 1, "from_id": 2, "text": script}},
        ]
        quoted = {**self.message_object(script, chat), "attachments": attachments}
        self.network.says(
            "users.get",
            [{"id": int(chat), "first_name": script, "last_name": script, "screen_name": script}],
        )
        talk = self.taken(
            self.message(
                script,
                chat,
                attachments=attachments,
                fwd_messages=[quoted],
                reply_message=quoted,
                ref=script,
                ref_source=script,
                payload=f'{{"button": "{script}"}}',
            )
        )
        self.fetch_people()
        self.fetch_files()  # that it does not come is said in the thread, with its name
        number = self.message_object()["id"]
        self.deliver(self.edited(number - 1, f"{script} changed", chat))
        talk.with_user(self.anna).write({"note": script, "phone": script, "email": script})
        talk.with_user(self.anna).action_spam(script)
        talk.with_user(self.anna).action_restore()
        talk.with_user(self.anna).action_take()
        return talk

    def shown(self):
        """Yield every HTML text that there is now, by where it stands."""
        self.env.flush_all()
        for model in ("mail.message", "crm.lead", "mail.activity", "omnichannel.message"):
            found = self.env[model].search([])
            for name, field in found._fields.items():
                if field.type == "html" and field.store:
                    yield from ((f"{model}.{name}", one[name]) for one in found if one[name])

    def test_a8_nothing_that_a_client_says_runs(self):
        """Fails without: ``escape`` in ``render_text`` (the texts do not read as written)."""
        for number, script in enumerate(SCRIPTS):
            with self.subTest(script=script):
                talk = self.everything(script, str(70 + number))
                for place, source in self.shown():
                    self.assertEqual(what_runs(source), [], place)
                messages = talk.discuss_channel_id.message_ids
                shown = "\n".join(
                    html.fragment_fromstring(one.body, create_parent="div").text_content()
                    for one in messages
                    if one.body
                )
                self.assertIn(script, shown)
                self.assertEqual(talk.name, f"{script} {script}".strip())
                self.assertIn(script, talk.lead_id.name)

    def test_a8_what_is_rendered_is_escaped_and_not_only_sanitized(self):
        """Fails without: ``escape`` in ``render_text``, ``is_safe`` in ``render_card``."""
        for script in SCRIPTS:
            with self.subTest(script=script):
                rendered = bodies.render_text(script)
                self.assertEqual(what_runs(rendered), [])
                shown = html.fragment_fromstring(rendered, create_parent="div")
                self.assertEqual(shown.text_content(), script)
                card = bodies.render_card(Card("link", script, script, script), str)
                self.assertEqual(what_runs(card), [])

    def test_a10_texts_are_no_patterns_domains_or_templates(self):
        """Fails without: parameters in SQL (``_search_any_phone``), ``re.escape`` in files."""
        hostile = (
            "'; DROP TABLE omnichannel_inbound; --",
            "%' OR '1'='1",
            "\\",
            "\\1\\g<0>",
            "%s %(x)s {0} {x} ${x} {{x}} #{x}",
            "[('id', '>', 0)]",
            "__import__('os').system('true')",
            "(a+)+$",
            "_%_",
        )
        conversations = self.env["omnichannel.conversation"].with_user(self.anna)
        for text in hostile:
            with self.subTest(text=text):
                document = {"id": 1, "owner_id": 2, "title": text, "url": URL}
                self.storage.files[URL] = b"%PDF-1.4"
                talk = self.deliver(
                    self.message(text, attachments=[{"type": "doc", "doc": document}])
                )
                self.fetch_files()
                message = talk.discuss_channel_id.message_ids.filtered("attachment_ids")[:1]
                self.assertIn(text, message.preview)
                self.assertNotIn("📎", message.body)
                for field in ("any_phone", "message_text", "name", "phone", "chat_ref"):
                    found = conversations.search(Domain(field, "ilike", text))
                    self.assertLessEqual(len(found), 1)
        self.assertFalse(conversations.search([("any_phone", "ilike", "%' OR 1=1 --")]))
        self.assertTrue(self.inbound())

    def test_a10_no_text_takes_long_to_look_through(self):
        """Fails without: the bounded repetitions in tools/contacts.py."""
        for piece in ("1 ", "a@", "a.", "+7(", "http://", "http://a.", "<", "1-", ">", "\n"):
            text = piece * 200_000
            begun = time.process_time()
            contacts.find_emails(text)
            contacts.find_phones(text, lambda _written: "")
            bodies.render_text(text)
            with self.subTest(piece=piece):
                self.assertLess(time.process_time() - begun, 3)

    def test_a10_only_the_beginning_of_a_text_is_looked_through(self):
        """Fails without: ``[:MAX_TEXT]`` in ``find_emails`` and in ``find_phones`` (each)."""
        for behind, found in ((contacts.MAX_TEXT - 40, 1), (contacts.MAX_TEXT, 0)):
            text = "x " * (behind // 2) + "a@b.test +79123456789"
            with self.subTest(behind=behind):
                self.assertEqual(len(contacts.find_emails(text)), found)
                self.assertEqual(len(contacts.find_phones(text, str)), found)


@tagged("-at_install", "post_install")
class TestTemplates(Orders):
    def test_a10_a_name_is_no_template(self):
        """Fails without: one ``format`` over the administrator's text alone, in ``_render``."""
        name = "{order.env} {0} %(order)s {{ object.env }} {company.env.cr}"
        self.order.partner_id.name = name
        template = self.template("confirmed", body="Dear {client}, {order}")
        self.assertEqual(template._render(self.order), f"Dear {name}, {self.order.name}")


def picture_of(width, height):
    """Return a PNG that says it is so large, in a few bytes."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PAGE = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
#: By what they are; the server and the name say something else.
HOSTILE = {
    "page": PAGE,
    "page behind blanks": b" \n\t" * 300 + PAGE,
    "page behind a mark": b"\xef\xbb\xbf" + PAGE,
    "page in UTF-16": PAGE.decode().encode("utf-16"),
    "drawing": DRAWING,
    "drawing with a head": b'<?xml version="1.0"?><!-- x -->' + DRAWING,
    "drawing in UTF-16": b"\xff\xfe" + DRAWING.decode().encode("utf-16-le"),
    "packed drawing": gzip.compress(DRAWING),
    "XHTML": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script/></html>',
    "picture and page": PIXEL + PAGE,
    "GIF and script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)" + PAGE,
    "stylesheet": b'<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>',
    "mail": b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + PAGE,
}
NAMES = (
    "a.png",
    "a.html",
    "a.svg",
    "a.xhtml",
    "a.pdf",
    "a.svgz",
    "a.htm\u202egnp",
    "../../a.xml",
    "",
)
RUNNABLE = ("html", "svg", "xml", "javascript")


@tagged("-at_install", "post_install")
class TestHostileFiles(FileCase, InboxHttpCase):
    def test_a9_no_file_of_a_client_runs_in_a_browser(self):
        """Fails without: ``attachments_mime_plainxml`` and ``_prepare_mimetype`` in ``_attach``."""
        self.authenticate(self.anna.login, self.anna.login)
        for what, content in HOSTILE.items():
            documents = []
            for number, name in enumerate(NAMES):
                url = f"https://sun9-1.userapi.com/{number}"
                self.storage.files[url] = (content, "image/png")
                documents.append(self.document(name, url))
            message = self.receive(*documents, self.photo("https://sun9-1.userapi.com/0"))
            self.fetch_files()
            self.assertEqual(len(message.attachment_ids), len(NAMES) + 1)
            for file in message.attachment_ids:
                with self.subTest(what=what, name=file.name):
                    self.assertFalse(file.public or file.access_token)
                    self.check_served(file)

    def check_served(self, file):
        for path in ("content", "image"):
            answer = self.url_open(f"/web/{path}/{file.id}")
            served = answer.headers["Content-Type"]
            self.assertFalse([each for each in RUNNABLE if each in served], (path, served))
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    @mute_logger("odoo.addons.base.models.ir_attachment", "odoo.tools.image", "PIL")
    def test_a9_a_picture_that_says_it_is_huge_costs_nothing(self):
        """Fails without: nothing of ours; Pillow's and Odoo's limits of pixels."""
        for size in ((60_000, 60_000), (2**31 - 1, 2**31 - 1)):
            with self.subTest(size=size):
                self.storage.files[URL] = (picture_of(*size), "image/png")
                begun = time.process_time()
                message = self.receive(self.photo())
                self.network.says(
                    "users.get",
                    [{"id": int(CHAT), "first_name": "I", "last_name": "P", "photo_200": URL}],
                )
                self.env["omnichannel.identity"].search([]).write(
                    {"photo_url": False, "profile_due_at": "2020-01-01"}
                )
                self.fetch_people()
                self.fetch_files()
                self.assertLess(time.process_time() - begun, 5)
                self.assertIn("Look", message.preview)
                self.assertFalse(self.files(message).filtered(lambda file: file.state == "waiting"))


#: Where the company keeps its books, and what is kept of the outside world.
BOOKS = {"res_partner", "res_users", "ir_logging", "ir_model_data"}


@tagged("-at_install", "post_install")
class TestForgotten(InboxCase):
    def test_a16_nothing_in_the_whole_database_tells_who_he_was(self):
        """Transcripts, files, notifications, activities, tracking; the bus forgets within a day.

        Fails without: ``_erase_said``, ``_erase_traces``, ``_erase_records`` (each).
        """
        talk = self.remembered()
        before = self.find("Zebedee")
        self.assertIn("mail_message.body", before)
        talk.identity_id.with_user(self.administrator).action_erase()
        for word in ("Zebedee", "zebedee@example.com", "345-67-89", "9123456789", "zebfile", CHAT):
            with self.subTest(word):
                self.assertEqual(self.find(word), {})
        with freeze_time(Datetime.now() + timedelta(hours=25)):
            self.env["bus.bus"]._gc_messages()
        self.assertFalse(self.env["bus.bus"].search([("message", "like", "Zebedee")]))

    def remembered(self):
        """Return the finished conversation with a client of whom there are traces everywhere."""
        person = {"id": int(CHAT), "first_name": "Zebedee", "last_name": "Q", "photo_200": URL}
        self.storage.files[URL] = (PIXEL, "image/png")
        self.network.says("users.get", [person])
        document = {"id": 1, "owner_id": 2, "title": "zebfile.pdf", "url": URL}
        talk = self.taken(
            self.message(
                "I am Zebedee, +7 912 345-67-89, zebedee@example.com",
                ref="Zebedee",
                attachments=[{"type": "doc", "doc": document}],
            )
        )
        self.fetch_people()
        self.fetch_files()
        mine = talk.with_user(self.anna)
        mine.write({"note": "Zebedee is loud", "phone": "+79123456789"})
        self.answer(talk, "Good day, Zebedee")
        self.answer(talk, "Zebedee is waiting", subtype_xmlid="mail.mt_note")
        mine.activity_schedule("mail.mail_activity_data_call", summary="Call Zebedee")
        self.send_all()
        mine.action_finish()
        self.env.cr.precommit.run()  # what goes to browsers
        return talk

    def find(self, word):
        """Return in which columns of which tables a word stands, and how often."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND data_type IN ('text', 'character varying', 'jsonb', 'json')"
        )
        found = {}
        for table, column in self.env.cr.fetchall():
            if table in BOOKS or table == "bus_bus":
                continue
            self.env.cr.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE %s',  # noqa: S608 - names of the database
                (f"%{word}%",),
            )
            if count := self.env.cr.fetchone()[0]:
                found[f"{table}.{column}"] = count
        return found

    def test_a16_who_exports_is_logged(self):
        """Whatever holds his words, his name or his number.

        Fails without: ``_export_rows`` in models/omnichannel_export.py, each class there.
        """
        talk = self.taken(self.message("+7 912 345-67-89"))
        self.env.ref("base.group_allow_export").user_ids += (
            self.vera | self.administrator | self.system
        )
        everything = (
            (self.vera, talk),
            (self.vera, talk.identity_id),
            (self.vera, talk.identity_id.guest_id),
            (self.vera, talk.identity_id.evidence_ids),
            (self.vera, talk.session_ids),
            (self.system, talk.discuss_channel_id.message_ids),
            (self.vera, self.env["omnichannel.message"].search([])),
            (self.administrator, self.inbound()),
        )
        for user, records in everything:
            with (
                self.subTest(model=records._name),
                self.assertLogs(omnichannel_export.__name__, logging.INFO) as logs,
            ):
                self.assertTrue(records)
                records.with_user(user).export_data(["display_name"])
            said = f"User {user.id} exports {len(records)} records of {records._name}"
            self.assertIn(said, "\n".join(logs.output))
