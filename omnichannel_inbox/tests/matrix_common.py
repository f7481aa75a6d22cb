"""A conversation in every state, somebody of every kind, and all that could change."""

from base64 import b64encode
from contextlib import closing

from odoo import Command
from odoo.tools import SQL

from . import matrix
from .common import CHAT, PIXEL, SALES

#: What shows the client: his name, his words, his file, his photo.
CLIENT = ("Zweistein", "555-12-12")
FILE = "https://vk.com/Zweistein.pdf"
PHOTO = PIXEL + b"Zweistein"
CLOSING = {"done": "action_finish", "spam": "action_spam"}
LETTER = """From: someone@example.com
To: sales@example.com
Message-Id: <1@example.com>
Subject: Let me in

Hello
"""
#: Where something could change beside the tables of the product and its files.
TABLES = (
    "crm_lead",
    "discuss_channel",
    "discuss_channel_member",
    "discuss_channel_rtc_session",
    "mail_activity",
    "mail_followers",
    "mail_guest",
    "mail_message",
    "mail_message_link_preview",
    "mail_message_reaction",
    "mail_message_res_partner_starred_rel",
    "mail_notification",
    "sale_order",
)


class Matrix:
    """Goes through the states, asks as everybody, and compares what follows with the table."""

    def setUp(self):
        super().setUp()
        self.set_up_people()
        self.set_up_conversation()
        self.set_up_names()
        self.prepare_fingerprint()

    def set_up_people(self):
        operator = f"omnichannel_inbox.group_operator,{SALES}"
        salesman = "base.group_user,sales_team.group_sale_salesman"
        self.ivan = self.new_user("ivan", operator)
        self.reader = self.new_user("reader", salesman)
        self.channel.operator_ids += self.ivan
        self.channel.lead_salesperson_reads = True
        sales = self.env.ref(SALES).id
        self.administrator.group_ids = [Command.link(sales)]
        self.stranger.group_ids = [Command.unlink(sales)]
        self.people = {
            "operator": self.anna,
            "invited": self.ivan,
            "colleague": self.boris,
            "supervisor": self.vera,
            "administrator": self.administrator,
            "reader": self.reader,
            "salesman": self.new_user("salesman", salesman),
            "employee": self.new_user("clerk", "base.group_user"),
            "stranger": self.stranger,
            "foreigner": self.foreigner,
            "portal": self.new_user("portal", "base.group_portal"),
            "public": self.env.ref("base.public_user"),
        }
        export = Command.link(self.env.ref("base.group_allow_export").id)
        for user in self.people.values():
            if user._is_internal():
                user.group_ids = [export]

    def set_up_conversation(self):
        """A client with a name, a photo and a file."""
        self.storage.files[FILE] = b"%PDF-1.4 Zweistein"
        document = {"id": 1, "owner_id": 2, "title": "Zweistein.pdf", "ext": "pdf", "url": FILE}
        person = {"id": int(CHAT), "first_name": "Pjotr", "last_name": "Zweistein"}
        self.network.says("users.get", [person])
        self.conversation = self.deliver(
            self.message("My number is 555-12-12", attachments=[{"type": "doc", "doc": document}])
        )
        self.fetch_people()
        self.fetch_files()
        self.thread = self.conversation.discuss_channel_id
        self.conversation.identity_id.guest_id.image_1920 = b64encode(PHOTO)
        self.conversation.lead_id.user_id = self.reader
        self.client_message = self.thread.message_ids.filtered("attachment_ids")
        self.client_message.pinned_at = self.client_message.date

    def set_up_names(self):
        """What the names in the table stand for, and the records behind its models."""
        message, lead = self.client_message, self.conversation.lead_id
        partner = self.env["res.partner"].create({"name": "Firm", "email": "a@example.com"})
        product = self.env["product.product"].create({"name": "Cup", "list_price": 5})
        order = self.env["sale.order"].create({"partner_id": partner.id, "opportunity_id": lead.id})
        preview = self.env["mail.message.link.preview"].create(
            {
                "message_id": message.id,
                "link_preview_id": self.env["mail.link.preview"].create({"source_url": "u"}).id,
            }
        )
        health = self.env["omnichannel.health"].create({})
        self.records = {
            "omnichannel.conversation": self.conversation,
            "omnichannel.identity": self.conversation.identity_id,
            "omnichannel.message": message.omnichannel_message_ids,
            "omnichannel.inbound": self.inbound(),
            "omnichannel.channel": self.channel,
            "omnichannel.channel.check": self.env["omnichannel.channel.check"].create(
                {"channel_id": self.channel.id, "code": "token", "state": "ok", "button": "token"}
            ),
            "omnichannel.health": health,
            "omnichannel.health.finding": self.env["omnichannel.health.finding"].create(
                {"health_id": health.id, "model": "omnichannel.conversation", "domain": "[]"}
            ),
            "discuss.channel": self.thread,
            "discuss.channel.member": self.thread.channel_member_ids,
            "mail.message": message,
            "mail.guest": self.conversation.identity_id.guest_id,
            "ir.attachment": message.attachment_ids,
        }
        self.names = {
            "thread": self.thread.id,
            "conversation": self.conversation.id,
            "identity": self.conversation.identity_id.id,
            "channel": self.channel.id,
            "guest": self.conversation.identity_id.guest_id.id,
            "message": message.id,
            "file": message.attachment_ids.id,
            "boris": self.boris.id,
            "boris_partner": self.boris.partner_id.id,
            "stranger": self.stranger.id,
            "partner": partner.id,
            "product": product.id,
            "order": order.id,
            "preview": preview.id,
            "letter": LETTER,
            "bus": self.env["bus.bus"]._bus_last_id(),
            # Of the operator, while there is one.
            "answer": 0,
            "own_file": 0,
        }

    def prepare_fingerprint(self):
        """PostgreSQL plans once what is asked a few thousand times."""
        found = SQL(r"SELECT tablename FROM pg_tables WHERE tablename LIKE 'omnichannel\_%%'")
        self.tables = [name for (name,) in self.env.execute_query(found)] + list(TABLES)
        rows = [
            SQL(
                "(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM %s t)",
                SQL.identifier(table),
            )
            for table in self.tables
        ]
        files = SQL(
            """
            (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM ir_attachment t
              WHERE res_model IN ('discuss.channel', 'mail.compose.message')
                AND res_field IS NULL)
            """
        )
        self.tables.append("ir_attachment")
        self.env.cr.execute(SQL("PREPARE fingerprint AS SELECT %s", SQL(", ").join([*rows, files])))
        self.addCleanup(self.env.cr.execute, "DEALLOCATE fingerprint")

    def fingerprint(self):
        """Return what stands in the tables, in short."""
        self.env.flush_all()
        self.env.cr.execute("EXECUTE fingerprint")
        return dict(zip(self.tables, self.env.cr.fetchone(), strict=True))

    # The states

    def each_state(self):
        """Go through the states; what happens in one is undone before the next."""
        for state in matrix.STATES:
            with closing(self.env.cr.savepoint()):
                self.bring_to(state)
                yield state

    def bring_to(self, state):
        mine = self.conversation.with_user(self.anna)
        if state != "new":
            mine.action_take()
            mine.action_invite(self.ivan.ids)
            self.say(mine)
        if state in CLOSING:
            getattr(mine, CLOSING[state])()
        self.tell_the_bus()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.conversation.state, state)
        self.before = self.fingerprint()

    def say(self, conversation):
        """Anna answers, and has put a file into the thread."""
        answer = self.answer(conversation, "Hi").mail_message_id
        own_file = self.env["ir.attachment"].create(
            {"name": "own.txt", "res_model": "discuss.channel", "res_id": self.thread.id}
        )
        self.names |= {"answer": answer.id, "own_file": own_file.id}

    def tell_the_bus(self):
        """Whoever hears the client's channel, thread or guest hears his name."""
        targets = (
            self.channel,
            self.thread,
            (self.thread, "internal_users"),
            self.records["mail.guest"],
        )
        for target in targets:
            self.env["bus.bus"]._sendone(target, "test", {"text": CLIENT[0]})
        self.env.cr.precommit.run()

    # What is asked, what follows

    def people_to_ask(self, row, state):
        return [role for role in self.people if row.is_asked(role, state)]

    def fill_in(self, asked):
        """Return what is asked with the ids in place of their names."""
        if isinstance(asked, dict):
            return {key: self.fill_in(part) for key, part in asked.items()}
        if isinstance(asked, (list, tuple)):
            return [self.fill_in(part) for part in asked]
        if isinstance(asked, str) and asked.startswith("$"):
            return self.names[asked[1:]]
        if isinstance(asked, str) and "{" in asked:
            return asked.format(**self.names)
        return asked

    def check(self, row, role, state, ask):
        """What a row says follows for a role in a state, and nothing else.

        :param ask: asks, and returns what was answered, None for a refusal
        """
        with closing(self.env.cr.savepoint()):
            answer = ask()
            after = self.before if answer is None else self.fingerprint()
        changed = [table for table, found in after.items() if found != self.before[table]]
        shown = [word for word in CLIENT if word in (answer or "")]
        concerns = row.concerns(role, state)
        if role not in matrix.READ.split():
            self.assertFalse(shown, "is shown the client")
        if row.follows == "may":
            self.assertFalse(changed and not concerns, f"{changed} changed")
        elif row.follows == "changes":
            self.assertEqual(bool(changed), concerns, f"{changed} changed: {answer}")
        else:
            self.assertFalse(changed, "reading changes nothing")
        if row.follows == "shows":
            self.assertEqual(bool(shown), concerns, f"shown: {answer}")
        if row.follows == "answers":
            self.assertEqual(answer is not None, concerns, f"answered: {answer}")
