"""What the tests with records share: a channel, its people, and a network to talk with."""

import json
from base64 import b64decode
from contextlib import nullcontext
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

from odoo.addons.mail.tests.common import mail_new_test_user
from odoo.tests import HttpCase, TransactionCase

from ..models import home, omnichannel_message_outbox, omnichannel_message_watch
from ..protocols import NetworkUnavailable, Reply, Settings, Webhook
from ..tools import transport
from .network.common import FIXTURES, fixture, path_of, plain_call, reply

CHAT = "40112233"
PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
VK = json.loads((FIXTURES / "vk" / "settings.json").read_text(encoding="utf-8"))
SALES = "sales_team.group_sale_salesman_all_leads"


class Network(transport.Door):
    """Stands for the network: says what a test told it to, and remembers what it was asked.

    What nobody gave an answer to is answered as VK usually would.
    """

    def __init__(self):
        self.calls = []
        self.answers = {}
        self.numbers = count(900001)

    def says(self, method, *answers):
        """The next calls of a method are answered with these: replies, errors or functions."""
        self.answers.setdefault(method, []).extend(answers)

    def asked(self, method):
        """Return what the calls of a method said."""
        return [said for name, said in self.calls if name == method]

    def __call__(self, call):
        method = path_of(call.url).rpartition("/")[2]
        said = plain_call(call)
        self.calls.append((method, said))
        answers = self.answers.get(method)
        answer = answers.pop(0) if answers else self._usual(method)
        if callable(answer):
            answer = answer(said)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Reply) else reply(body={"response": answer})

    def _usual(self, method):
        usual = {
            "messages.send": next(self.numbers),
            "messages.edit": 1,
            "messages.delete": {"1": 1},
            "messages.markAsRead": 1,
            "messages.setActivity": 1,
            "users.get": [],
            "photos.getMessagesUploadServer": {"upload_url": "https://pu.vk.com/photo"},
            "photos.saveMessagesPhoto": [{"id": 1, "owner_id": 2}],
            "docs.getMessagesUploadServer": {"upload_url": "https://pu.vk.com/file"},
            "docs.save": {"type": "doc", "doc": {"id": 3, "owner_id": 4}},
            "photo": reply(body={"server": 1, "photo": "[1]", "hash": "h"}),
            "file": reply(body={"file": "f"}),
        }
        return usual.get(method, NetworkUnavailable(f"nobody answers {method}"))


class Storage:
    """Stands for the hosts where the network keeps files, by address."""

    def __init__(self):
        self.files = {}
        self.asked = []

    def __call__(self, url, **limits):
        self.asked.append((url, limits))
        found = self.files.get(url, transport.FileUnavailable(retry=True))
        if isinstance(found, Exception):
            raise found
        content, mimetype = found if isinstance(found, tuple) else (found, "")
        return transport.FetchedFile(content, mimetype, url.rpartition("/")[2])


def refusal(code, words="refused"):
    """Return VK's answer that refuses a call."""
    return reply(body={"error": {"error_code": code, "error_msg": words}})


class Inbox:
    """A VK channel with two operators, a supervisor, and people who are none of its business."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        home.move_in(cls.env)  # a copied database, in which tests are run as well, sends nothing
        cls.company = cls.env.company
        cls.company2 = cls.env["res.company"].create({"name": "Second company"})
        operator, supervisor = (
            f"omnichannel_inbox.group_{name},{SALES}" for name in ("operator", "supervisor")
        )
        cls.anna = cls.new_user("anna", operator)
        cls.boris = cls.new_user("boris", operator)
        cls.vera = cls.new_user("vera", supervisor)
        cls.stranger = cls.new_user("stranger", operator)
        cls.employee = cls.new_user("employee", f"base.group_user,{SALES}")
        cls.foreigner = cls.new_user("foreigner", supervisor, company_id=cls.company2.id)
        cls.administrator = cls.new_user("administrator", "omnichannel_inbox.group_admin")
        cls.system = cls.new_user("system", "base.group_system,omnichannel_inbox.group_admin")
        cls.channel = cls.new_channel("Shop", operator_ids=(cls.anna | cls.boris).ids)
        cls.other_channel = cls.new_channel(
            "Other", account_ref="555", operator_ids=cls.stranger.ids
        )

    @classmethod
    def new_user(cls, login, groups, **values):
        """Return a user of this name, who speaks English and works in one company."""
        return mail_new_test_user(
            cls.env,
            login=f"{login}_of_lines",
            name=login.capitalize(),
            email=f"{login}@lines.example.com",
            password=f"{login}_of_lines",
            groups=groups,
            lang="en_US",
            **values,
        )

    @classmethod
    def new_channel(cls, name, **values):
        return cls.env["omnichannel.channel"].create(
            {
                "name": name,
                "network": "vk",
                "state": "connected",
                **{field: VK[field] for field in VK},
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        self.network, self.storage, self.slept = Network(), Storage(), []
        self.patch(transport, "http", self.network)
        self.patch(transport, "fetch_file", self.storage)
        self.patch(omnichannel_message_outbox, "time", SimpleNamespace(sleep=self.slept.append))
        # Scheduled actions note the database's time: where a test moves ours, they did not sleep.
        self.patch(omnichannel_message_watch, "SLEPT", timedelta(days=365))
        self.event_ids, self.message_ids = count(1), count(5001)

    # What the network sends

    def event(self, kind, event_object, **changes):
        """Return the body of one of VK's events."""
        return {
            "type": kind,
            "group_id": int(VK["account_ref"]),
            "v": "5.199",
            "event_id": f"event-{next(self.event_ids)}",
            "secret": VK["signing_secret"],
            "object": event_object,
            **changes,
        }

    def message_object(self, text="Hello", chat=CHAT, **changes):
        """Return a message of a client as VK describes it."""
        number = next(self.message_ids)
        return {
            "id": number,
            "conversation_message_id": number - 5000,
            "date": 1763629201,
            "peer_id": int(chat),
            "from_id": int(chat),
            "out": 0,
            "random_id": 0,
            "text": text,
            "fwd_messages": [],
            "attachments": [],
            **changes,
        }

    def message(self, text="Hello", chat=CHAT, event_id=None, **changes):
        """Return the event of a new message of a client."""
        named = {"event_id": event_id} if event_id else {}
        return self.event(
            "message_new", {"message": self.message_object(text, chat, **changes)}, **named
        )

    def edited(self, number, text, chat=CHAT, **changes):
        changed = self.message_object(text, chat, id=number, **changes)
        return self.event("message_edit", {**changed, "update_time": 1763629999})

    def echo(self, number, text="Hi", chat=CHAT, **changes):
        """Return the event of a message that our side sent, from here or from VK itself."""
        sender = -int(VK["account_ref"])
        sent = self.message_object(text, chat, id=number, out=1, **{"from_id": sender, **changes})
        return self.event("message_reply", sent)

    def read(self, number, chat=CHAT):
        event_object = {"from_id": int(chat), "peer_id": int(chat), "read_message_id": number}
        return self.event("message_read", event_object)

    def store(self, *bodies, channel=None):
        """The network's events are stored as the webhook stores them."""
        channel = channel or self.channel
        for body in bodies:
            webhook = Webhook(body=self.raw(body))
            self.env["omnichannel.inbound"]._store(channel, channel._protocol().split(webhook))

    def raw(self, body):
        """Return the bytes of an event; a text is the name of a fixture."""
        if isinstance(body, str):
            content = fixture("vk", "webhook", body.removesuffix(".json"))
            return (
                b64decode(content["body_base64"])
                if "body_base64" in content
                else (content["body"].encode())
            )
        return body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()

    def deliver(self, *bodies, channel=None):
        """The network's events are stored and worked off; return the conversation of the last."""
        self.store(*bodies, channel=channel)
        self.work_off()
        return self.conversation()

    def conversation(self, chat=None, channel=None):
        """Return the conversation of a chat, the newest one without a chat."""
        domain = [("channel_id", "=", channel.id)] if channel else []
        if chat:
            domain.append(("chat_ref", "=", chat))
        return self.env["omnichannel.conversation"].search(domain, order="id desc", limit=1)

    # Scheduled actions

    def run_cron(self, *names):
        mode = nullcontext() if isinstance(self, HttpCase) else self.enter_registry_test_mode()
        self.env.flush_all()
        with mode:
            for name in names:
                self.env.ref(f"omnichannel_inbox.ir_cron_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def work_off(self):
        self.run_cron(*(f"inbound_{lane}" for lane in range(4)))

    def send_all(self):
        self.run_cron(*(f"send_{lane}" for lane in range(4)))

    def fetch_files(self):
        self.run_cron("fetch_files")

    def fetch_people(self):
        self.run_cron("fetch_people")

    # What somebody sees and does

    def taken(self, *bodies, by=None):
        """Return a conversation that a client began and an operator has."""
        conversation = self.deliver(*(bodies or [self.message()]))
        conversation.with_user(by or self.anna).action_take()
        return conversation

    def answer(self, conversation, text="Hi", by=None, **values):
        """An operator answers in the thread; return the messages in the outbox."""
        thread = conversation.discuss_channel_id.with_user(by or self.anna)
        mail_message = thread.message_post(
            body=text,
            **{"message_type": "comment", "subtype_xmlid": "mail.mt_comment", **values},
        )
        return mail_message.sudo().omnichannel_message_ids.sorted("part")

    def said(self, conversation):
        """Return the texts of the thread, oldest first, without the lines about what happened."""
        messages = conversation.discuss_channel_id.message_ids.sorted("id")
        spoken = messages.filtered(lambda message: message.message_type == "comment")
        return [message.preview for message in spoken]

    def lines(self, conversation):
        """Return the lines about what happened, oldest first."""
        messages = conversation.discuss_channel_id.message_ids.sorted("id")
        return [m.preview for m in messages.filtered(lambda m: m.message_type == "notification")]

    def inbound(self, *event_ids):
        """Return the stored events, all or those with these keys."""
        domain = [("event_key", "in", event_ids)] if event_ids else []
        return self.env["omnichannel.inbound"].search(domain, order="id")

    def members(self, conversation):
        """Return the employees who are members of the thread."""
        return conversation.discuss_channel_id.channel_member_ids.partner_id.user_ids

    def settings(self, **changes):
        return Settings(**{**VK, **changes})


class InboxCase(Inbox, TransactionCase):
    """Records and scheduled actions."""


class InboxHttpCase(Inbox, HttpCase):
    """The same, and a server that answers."""

    def post(self, body, channel=None, **options):
        """The network posts an event to the channel's address."""
        token = (channel or self.channel).webhook_token
        options = {"headers": {"Content-Type": "application/json"}, **options}
        return self.url_open(f"/omnichannel/webhook/{token}", data=self.raw(body), **options)
