import hashlib
import hmac
import io
import json
from base64 import b64encode
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from freezegun import freeze_time
from PIL import Image

from odoo import fields
from odoo.tests import tagged

from ..models.omnichannel_message_fetched import FETCHABLE
from ..protocols import PROTOCOLS, Answer, Capabilities, ChatStarted, Person
from .common import PIXEL, InboxHttpCase, reply
from .network.toy import Toy

SECRET = "SECRET-of-the-toy"
#: Bytes of a picture that the toy shows.
SHOWN = 600_000


class FetchingToy(Toy):
    """A network that takes files by their address, greets, and wants to be answered."""

    capabilities = Capabilities(
        max_text=100,
        files=frozenset({"image", "voice"}),
        fetches_files=True,
        shows_sender=True,
        shown_bytes={"image": SHOWN},
        unanswered_per_hour=3,
    )

    def parse(self, envelope):
        message = envelope.json()
        if message.text("kind") != "opened":
            return super().parse(envelope)
        return [
            ChatStarted(
                envelope.key,
                chat_id=message.text("room"),
                person=Person(message.text("who"), name="Olga"),
                start_parameter=message.text("from"),
                reachable=False,
            )
        ]

    def answer(self, webhook):
        return Answer(self.settings.greeting)

    def send(self, outgoing, http):
        self.sent.append(outgoing)
        return super().send(outgoing, http)


@tagged("-at_install", "post_install")
class TestFetchingNetwork(InboxHttpCase):
    """What only some networks want is asked of them as a capability."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(PROTOCOLS, toy=FetchingToy))
        FetchingToy.sent = self.sent = []
        self.toy = self.env["omnichannel.channel"].create(
            {
                "name": "Toys",
                "network": "toy",
                "access_token": "SECRET-token",
                "signing_secret": SECRET,
                "api_url": "https://toy.example",
                "greeting": "Welcome!",
                "operator_ids": self.anna.ids,
            }
        )
        self.numbers = iter(range(1, 100))

    def tell(self, **event):
        body = json.dumps({"room": "7", "who": "5", **event}).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        answer = self.post(body, self.toy, headers={"X-Signature": signature})
        self.work_off()
        return answer

    def say(self, words):
        self.tell(kind="said", id=str(next(self.numbers)), at=1763629200, words=words)
        return self.conversation(chat="7", channel=self.toy)

    def taken(self):
        conversation = self.say("Hello")
        conversation.with_user(self.anna).action_take()
        return conversation

    def sends(self, times=1):
        self.network.says(
            "say", *(reply(body={"id": f"out-{next(self.numbers)}"}) for _ in range(times))
        )
        self.send_all()

    def stop_clock(self):
        # The database's clock stands still during a test: this one is ahead of it, and ours.
        now = fields.Datetime.now().replace(microsecond=0) + timedelta(hours=1)
        return self.startPatcher(freeze_time(now))

    # Who only opened the chat

    def test_who_answers_stands_beside_his_messages(self):
        conversation = self.taken()
        self.toy.shows_operator = True
        self.sends(3)
        self.answer(conversation)
        self.send_all()
        self.assertEqual((self.sent[-1].sender_name, self.sent[-1].sender_picture), ("Anna", ""))
        self.anna.image_1920 = b64encode(PIXEL)
        self.answer(conversation)
        self.send_all()
        address = urlsplit(self.sent[-1].sender_picture)
        seen = self.url_open(f"{address.path}?{address.query}")
        self.assertEqual((seen.status_code, seen.headers["Content-Type"]), (200, "image/png"))
        self.assertNotEqual(self.url_open(address.path).content, seen.content, "only by its token")
        self.toy.write({"state": "connected", "closing_text": "Goodbye"})
        conversation.with_user(self.anna).action_finish()
        self.send_all()
        self.assertEqual((self.sent[-1].text, self.sent[-1].sender_name), ("Goodbye", ""))
        told = [said.text for said in self.sent]
        self.assertEqual(told, ["Hi", "Hi", "Goodbye"], "no line about the operator")

    def test_whoever_opens_the_chat_is_greeted_and_makes_no_work(self):
        self.assertEqual(self.tell(kind="opened", **{"from": "spring"}).text, "Welcome!")
        self.assertEqual(self.inbound().state, "done")
        self.assertFalse(self.conversation(channel=self.toy))
        identity = self.env["omnichannel.identity"].search([("channel_id", "=", self.toy.id)])
        self.assertEqual((identity.name, identity.reachable), ("Olga", False))

    def test_the_link_is_kept_for_what_he_says_first(self):
        self.tell(kind="opened", **{"from": "spring"})
        self.tell(kind="opened", **{"from": ""})
        conversation = self.say("Hello")
        self.assertEqual(conversation.session_id.start_parameter, "spring")
        self.assertTrue(conversation.identity_id.reachable, "who writes can be written to")
        self.assertFalse(conversation.identity_id.start_parameter, "it led here once")

    def test_a_link_opened_in_the_middle_of_an_appeal_is_none_of_the_next(self):
        conversation = self.say("Hello")
        self.tell(kind="opened", **{"from": "winter"})
        self.assertFalse(conversation.identity_id.start_parameter)

    # Files by their address

    def attach(self, conversation, name, mimetype="image/png", content=PIXEL):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
                "res_model": "discuss.channel",
                "res_id": conversation.discuss_channel_id.id,
            }
        )

    def address(self, name):
        """Return the address under which the network is told of a picture of this name."""
        conversation = self.taken()
        picture = self.attach(conversation, name)
        self.answer(conversation, "Look", attachment_ids=picture.ids)
        self.sends()
        [upload] = self.sent[-1].files
        return urlsplit(upload.url)

    def test_a_file_can_be_fetched_by_its_address_and_by_no_other(self):
        address = self.address("a teapot/№1")
        self.assertTrue(address.path.endswith("/a%20teapot_%E2%84%961.png"), address.path)
        fetched = self.url_open(f"{address.path}?{address.query}")
        self.assertEqual((fetched.status_code, fetched.content), (200, PIXEL))
        self.assertEqual(fetched.headers["Content-Length"], str(len(PIXEL)))
        self.assertEqual(self.url_open(address.path).status_code, 404)
        self.assertEqual(self.url_open(f"{address.path}?{address.query}0").status_code, 404)

    def test_the_address_is_good_for_some_days_only(self):
        address = self.address("teapot.png")
        with freeze_time(fields.Datetime.now() + FETCHABLE + timedelta(minutes=1)):
            fetched = self.url_open(f"{address.path}?{address.query}")
        self.assertEqual(fetched.status_code, 404)

    def offered(self, name, mimetype, content):
        """Return how a file is told to the network."""
        conversation = self.taken()
        file = self.attach(conversation, name, mimetype, content)
        self.answer(conversation, "Look", attachment_ids=file.ids)
        self.sends()
        return self.sent[-1].files[0]

    def noise(self, kind="JPEG"):
        """Return a picture that no packing makes smaller."""
        content = io.BytesIO()
        Image.effect_noise((2400, 1600), 90).convert("RGB").save(content, kind)
        return content.getvalue()

    def test_a_picture_too_large_to_be_shown_is_handed_out_smaller(self):
        noise = self.noise()
        self.assertGreater(len(noise), SHOWN)
        upload = self.offered("sea.jpg", "image/jpeg", noise)
        address = urlsplit(upload.url)
        self.assertIn("/web/image/", address.path)
        fetched = self.url_open(f"{address.path}?{address.query}")
        self.assertEqual(fetched.content, upload.content, "the network is told what it gets")
        self.assertLessEqual(len(fetched.content), SHOWN)
        self.assertEqual(fetched.headers["Content-Type"], "image/jpeg")
        self.assertEqual(self.url_open(address.path).content == fetched.content, False)

    def test_what_cannot_be_made_smaller_goes_as_it_is(self):
        for name, mimetype, content in (
            ("sea.gif", "image/gif", b"GIF89a" + b"x" * SHOWN),
            ("sea.jpg", "image/jpeg", b"no picture" * SHOWN),
        ):
            upload = self.offered(name, mimetype, content)
            self.assertEqual(upload.content, content)
            self.assertIn("/web/content/", upload.url)

    def test_a_recording_goes_as_it_is_stored(self):
        conversation = self.taken()
        recording = self.attach(conversation, "voice.mp3", "audio/mpeg", b"ID3 sound")
        recording._set_voice_metadata()
        self.answer(conversation, "", attachment_ids=recording.ids)
        self.sends()
        [upload] = self.sent[-1].files
        self.assertEqual((upload.kind, upload.content), ("voice", b"ID3 sound"))

    # Who does not answer

    def test_more_than_the_network_allows_waits_and_says_why(self):
        clock = self.stop_clock()
        conversation = self.taken()
        answers = [self.answer(conversation, f"{number}") for number in range(4)]
        self.sends(3)
        states = [(answer.state, answer.failure_code) for answer in answers]
        self.assertEqual(states, [("sent", False)] * 3 + [("waiting", "recipient_throttled")])
        self.assertEqual(answers[3].due_at - fields.Datetime.now(), timedelta(hours=1))
        clock.tick(timedelta(minutes=40))
        self.send_all()
        self.assertEqual(answers[3].state, "waiting", "not before its time")
        clock.tick(timedelta(minutes=21))
        self.sends()
        self.assertEqual(answers[3].state, "sent")

    def test_it_goes_as_soon_as_the_client_answers(self):
        clock = self.stop_clock()
        conversation = self.taken()
        answers = [self.answer(conversation, f"{number}") for number in range(4)]
        self.sends(3)
        clock.tick(timedelta(minutes=1))
        with patch.object(self.env.cr, "now", fields.Datetime.now):
            self.say("Still here")
        self.assertEqual(answers[3].due_at, fields.Datetime.now())
        self.sends()
        self.assertEqual(answers[3].state, "sent")
