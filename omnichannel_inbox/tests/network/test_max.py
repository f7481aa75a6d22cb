import hashlib
import json
import ssl

from .common import (
    FakeDoor,
    NetworkCase,
    base,
    errors,
    fixture,
    load,
    protocol,
    reply,
    settings,
    tagged,
    webhook,
    wire,
)

max_account = load("protocols.parts.max_account")
max_calls = load("protocols.parts.max_calls")

BOT = {"user_id": 990011, "is_bot": True, "first_name": "Лавка", "username": "lavka_shop_bot"}
TOKEN = "f9LHodD0cOL5-SECRET-token-of-the-bot-0001"
ADDRESS = "https://odoo.example.com/omnichannel/webhook/token-of-the-channel"
MOVED = ADDRESS.replace("odoo.", "old.")
OTHER = "https://u:p@other.example.com/SECRET"
API = "https://platform-api2.max.ru"
DONE = {"success": True}


def refusal(status, code, words=""):
    return reply(status, {"code": code, "message": words})


def known(*urls, **values):
    kinds = {"time": 1, "update_types": list(max_account.UPDATES), **values}
    return reply(body={"subscriptions": [{"url": url, **kinds} for url in urls]})


class MaxCase(NetworkCase):
    def setUp(self):
        super().setUp()
        self.max = protocol("max")

    def asked(self, door):
        return [f"{call.method} {call.url.removeprefix(API)}" for call in door.calls]

    def assert_refused(self, error, ask, *args):
        with self.assertRaises(error) as raised:
            ask(*args)
        return raised.exception


@tagged("-at_install", "post_install")
class TestMaxIn(MaxCase):
    def split(self, update):
        (envelope,) = self.max.split(wire.Webhook(json.dumps(update).encode()))
        return envelope

    def test_an_underscore_of_the_secret_may_travel_as_a_hyphen(self):
        own = protocol("max", signing_secret="a_b-c_d")
        for received in ("a_b-c_d", "a-b-c-d"):
            own.verify(wire.Webhook(b"{}", {"X-Max-Bot-Api-Secret": received}))
        with self.assertRaises(errors.WebhookRejected):
            own.verify(wire.Webhook(b"{}", {"X-Max-Bot-Api-Secret": "a-b-c-e"}))

    def test_what_has_no_number_and_no_time_is_known_by_its_body(self):
        for update in ({"update_type": "planet_created"}, {"update_type": "x" * 300}, {}):
            self.assertEqual(len(self.split(update).key), 64, update)
        (envelope,) = self.max.split(wire.Webhook(b"\xff"))
        self.assertEqual((envelope.body, len(envelope.key)), (b"\xff", 64))

    def test_an_edit_is_another_event_each_time(self):
        message = {"message": {"body": {"mid": "mid.1"}, "recipient": {"chat_id": 7}}}
        keys = {
            self.split({"update_type": kind, "timestamp": when, **message}).key
            for kind, when in (("message_created", 1), ("message_edited", 2), ("message_edited", 3))
        }
        self.assertEqual(len(keys), 3)
        again = {"update_type": "message_created", "timestamp": 9, **message}
        self.assertIn(self.split(again).key, keys, "a repeat may come at another time")

    def test_a_contact_proves_nothing_without_a_token(self):
        event = protocol("max", access_token="").parse(self.envelope("contact_own"))[0]
        self.assertEqual(event.sender.phone, "")
        self.assertEqual(
            self.max.parse(self.envelope("contact_own"))[0].sender.phone, "+79001234567"
        )

    def envelope(self, name):
        (envelope,) = self.max.split(webhook(fixture("max", "webhook", name)))
        return envelope


@tagged("-at_install", "post_install")
class TestMaxOut(MaxCase):
    message = base.Outgoing("170045566", "Здравствуйте", send_key="message-1")
    file = base.Outgoing("7", files=(base.Upload("file", "a.pdf", "application/pdf", b"x"),))
    said = reply(body={"message": {"body": {"mid": "mid.1"}}})
    place = reply(body={"url": "https://fu.oneme.ru/up"})
    taken = reply(body={"token": "file-token"})
    busy = refusal(400, "attachment.not.ready")

    def test_the_token_travels_bare_and_to_max_alone(self):
        door = FakeDoor(self.place, self.taken, self.said)
        self.max.send(self.file, door)
        self.assertEqual(
            [call.headers.get("Authorization") for call in door.calls], [TOKEN, None, TOKEN]
        )
        self.assertNotIn(TOKEN, " ".join(call.url for call in door.calls))
        self.assertEqual([call.foreign for call in door.calls], [False, True, False])
        self.assertEqual([call.repeatable for call in door.calls], [True, True, False])

    def test_its_root_is_trusted_at_its_own_hosts_alone(self):
        door = FakeDoor(self.place, self.taken, self.said)
        self.max.send(self.file, door)
        self.assertEqual({call.roots for call in door.calls}, {max_calls.ROOTS})
        elsewhere = reply(body={"url": "https://fu.oneme.ru.example.com/up"})
        door = FakeDoor(elsewhere, self.taken, self.said)
        protocol("max", api_url="https://proxy.example.com").send(self.file, door)
        self.assertEqual({call.roots for call in door.calls}, {""})
        for url, trusted in (
            ("https://i.oneme.ru/a", True),
            ("https://vd.okcdn.ru/a", True),
            ("https://notoneme.ru/a", False),
            ("https://example.com/max.ru", False),
        ):
            self.assertEqual(bool(self.max.locate_file(url, FakeDoor()).roots), trusted, url)

    def test_the_root_is_the_known_one(self):
        raw = ssl.PEM_cert_to_DER_cert(max_calls.ROOTS)
        known_as = "d26d2d0231b7c39f92cc738512ba54103519e4405d68b5bd703e9788ca8ecf31"
        self.assertEqual(hashlib.sha256(raw).hexdigest(), known_as)

    def test_another_api_address_is_used_for_everything(self):
        own = protocol("max", api_url="http://127.0.0.1:8081/")
        place = reply(body={"url": "http://127.0.0.1:8081/upload"})
        door = FakeDoor(place, self.taken, self.said)
        own.send(self.file, door)
        origins = {call.url.partition("/u")[0].partition("/m")[0] for call in door.calls}
        self.assertEqual(origins, {"http://127.0.0.1:8081"})
        self.assertFalse(door.calls[1].foreign)

    def test_a_file_that_is_not_ready_is_not_given_twice(self):
        door = FakeDoor(self.place, self.taken, self.busy)
        error = self.assert_refused(errors.NotReady, self.max.send, self.file, door)
        for _attempt in range(4):
            again = base.Outgoing("7", files=self.file.files, progress=error.progress)
            error = self.assert_refused(errors.NotReady, self.max.send, again, FakeDoor(self.busy))
        last = base.Outgoing("7", files=self.file.files, progress=error.progress)
        self.assertEqual(self.max.send(last, FakeDoor(self.said)), "mid.1")
        given_up = self.assert_refused(errors.SendError, self.max.send, last, FakeDoor(self.busy))
        self.assertEqual((given_up.retry, given_up.cure), (False, max_calls.STILL_PROCESSED))

    def test_a_file_survives_being_slowed_down(self):
        slow = reply(429, "", {"Retry-After": "2"})
        door = FakeDoor(self.place, self.taken, slow)
        error = self.assert_refused(errors.RecipientThrottled, self.max.send, self.file, door)
        again = base.Outgoing("7", files=self.file.files, progress=error.progress)
        door = FakeDoor(self.said)
        self.max.send(again, door)
        sent = door.calls[0].json["attachments"]
        self.assertEqual(sent, [{"type": "file", "payload": {"token": "file-token"}}])

    def test_what_is_no_token_is_asked_for_nothing(self):
        for token, cure in (
            ("", max_calls.NO_TOKEN),
            (" ", max_calls.NO_TOKEN),
            ("abc", max_calls.TOKEN_INVALID),
            ("Bearer abcdefgh", max_calls.TOKEN_INVALID),
            ("абвгдежз", max_calls.TOKEN_INVALID),
            ("a" * 513, max_calls.TOKEN_INVALID),
        ):
            with self.subTest(token=token):
                own = protocol("max", access_token=token)
                error = self.assert_refused(errors.CredentialsRefused, own.identify, FakeDoor())
                self.assertEqual(error.cure, cure)
        door = FakeDoor(reply(body=BOT))
        protocol("max", access_token=f" {TOKEN}\n").identify(door)
        self.assertEqual(door.calls[0].headers["Authorization"], TOKEN)

    def test_every_known_refusal_says_what_kind_it_is(self):
        for part, kind, cure in max_calls.REFUSALS:
            with self.subTest(part=part):
                answer = refusal(400, "proto.payload", f"so {part.upper()} it is")
                error = self.assert_refused(kind, self.max.send, self.message, FakeDoor(answer))
                self.assertEqual(error.cure, cure)

    def test_a_video_is_asked_for_by_its_token(self):
        urls = {"mp4_480": "https://vd.okcdn.ru/s", "mp4_1080": "https://vd.okcdn.ru/l", "hls": "h"}
        door = FakeDoor(reply(body={"urls": urls}))
        self.assertEqual(self.max.locate_file("video:v1", door).url, "https://vd.okcdn.ru/l")
        self.assertEqual(self.asked(door), ["GET /videos/v1"])
        for said in ({"urls": {"hls": "https://a"}}, {"urls": None}, {}):
            self.assert_refused(
                errors.SendError, self.max.locate_file, "video:v1", FakeDoor(reply(body=said))
            )


@tagged("-at_install", "post_install")
class TestMaxChanges(MaxCase):
    message = base.Outgoing("7", "Иначе", send_key="1")

    def test_changes_name_the_message_in_the_query(self):
        door = FakeDoor(reply(body=DONE), reply(body=DONE))
        self.max.edit("mid.1", self.message, door)
        self.max.delete("mid.1", "7", door)
        self.assertEqual(
            self.asked(door),
            ["PUT /messages?message_id=mid.1", "DELETE /messages?message_id=mid.1"],
        )
        self.assertEqual(door.calls[0].json, {"text": "Иначе"}, "files and buttons stay")

    def test_a_success_that_is_none(self):
        no = reply(body={"success": False, "message": "Message is too old"})
        for ask in (
            lambda door: self.max.edit("mid.1", self.message, door),
            lambda door: self.max.delete("mid.1", "7", door),
        ):
            error = self.assert_refused(errors.SendError, ask, FakeDoor(no))
            self.assertEqual(error.cure, max_calls.TOO_LATE)
            self.assertIn("too old", error.detail)

    def test_small_signs(self):
        door = FakeDoor(*[reply(body=DONE)] * 3)
        self.max.show_typing("7", door)
        self.max.mark_read("7", "mid.1", door)
        self.max.answer_button("7", "7", "cb-1", door)
        self.assertEqual(
            self.asked(door),
            ["POST /chats/7/actions", "POST /chats/7/actions", "POST /answers?callback_id=cb-1"],
        )
        told = [call.json for call in door.calls]
        self.assertEqual(told[:2], [{"action": "typing_on"}, {"action": "mark_seen"}])

    def test_what_was_missed_has_the_key_it_would_have_had(self):
        told = json.loads(self.body("text"))["message"]
        ours = {**told, "sender": {"user_id": 990011}}
        door = FakeDoor(reply(body={"messages": [ours, {"garbage": 1}, told]}))
        (found,) = self.max.fetch_recent("170045566", door)
        (pushed,) = self.max.split(wire.Webhook(self.body("text").encode()))
        self.assertEqual((found.key, found.chat_id), (pushed.key, pushed.chat_id))
        (event,) = self.max.parse(found)
        self.assertEqual(event.text, "Здравствуйте! Когда доставка?")

    def body(self, name):
        return fixture("max", "webhook", name)["body"]


@tagged("-at_install", "post_install")
class TestMaxAccount(MaxCase):
    def check(self, *replies, webhook_url=ADDRESS, **changes):
        door = FakeDoor(*(replies or [reply(body=BOT), known(ADDRESS)]))
        checks = protocol("max", **changes).check(webhook_url, door)
        return {check.code: check for check in checks}

    def test_the_token_says_whose_it_is(self):
        account = self.max.identify(FakeDoor(reply(body=BOT)))
        self.assertEqual(account, base.Account("990011", "Лавка @lavka_shop_bot"))

    def test_connecting_takes_away_old_addresses_of_ours(self):
        door = FakeDoor(known(MOVED, OTHER), reply(body=DONE), reply(body=DONE))
        self.max.register(ADDRESS, door)
        self.assertEqual([call.method for call in door.calls], ["GET", "DELETE", "POST"])
        self.assertIn("old.example.com", door.calls[1].url)
        wanted = door.calls[2].json
        self.assertEqual((wanted["url"], wanted["secret"]), (ADDRESS, "SECRET-of-the-webhook"))
        self.assertIn("message_callback", wanted["update_types"])

    def test_a_secret_that_max_does_not_take_is_not_tried(self):
        for secret in ("абв", "a b c d", "abcd"):
            own = protocol("max", signing_secret=secret)
            error = self.assert_refused(errors.SendError, own.register, ADDRESS, FakeDoor())
            self.assertEqual(error.cure, max_account.SECRET_CHARACTERS)

    def test_an_address_that_max_does_not_take(self):
        no = refusal(400, "proto.payload", "Only https url on port 443 is allowed")
        own = ADDRESS.replace("https", "http")
        error = self.assert_refused(errors.SendError, self.max.register, own, FakeDoor(known(), no))
        self.assertEqual(error.cure, max_account.ADDRESS_NEEDED)

    def test_disconnecting_takes_away_our_addresses_only(self):
        door = FakeDoor(known(ADDRESS, OTHER, MOVED), reply(body=DONE), reply(body=DONE))
        self.max.unregister(ADDRESS, door)
        self.assertEqual(len(door.calls), 3)
        self.assertNotIn("other", " ".join(call.url for call in door.calls))

    def test_all_is_well(self):
        checks = self.check()
        self.assertEqual(list(checks), ["token", "webhook", "updates"])
        self.assertEqual({check.state for check in checks.values()}, {"ok"})
        self.assertFalse(any(check.renews for check in checks.values()))

    def test_what_can_be_seen_of_a_token(self):
        for token, words in (("", "Token not found"), ("a b", "Invalid token")):
            (check,) = protocol("max", access_token=token).check_settings()
            self.assertEqual((check.code, check.state, check.button), ("token", "error", "token"))
            self.assertTrue(check.cause.startswith(words))
        self.assertEqual(self.max.check_settings(), [])

    def test_the_known_troubles_have_their_names(self):
        for answer, code, words in (
            (refusal(401, "verify.token"), "token", "Invalid token"),
            (
                refusal(403, "x", "Bot is on moderation"),
                "moderation",
                "The bot is under moderation",
            ),
            (refusal(403, "x", "Legal entity"), "legal_entity", "No access of the legal entity"),
            (refusal(403, "x", "No"), "connection", "The connection fails"),
        ):
            with self.subTest(words=words):
                for answers in ([answer], [reply(body=BOT), answer]):
                    (check,) = self.check(*answers).values()
                    self.assertEqual((check.code, check.state), (code, "error"))
                    self.assertTrue(check.cause.startswith(words))

    def test_an_outage_is_none_of_them(self):
        for answer in (reply(502, ""), refusal(429, "too.many"), errors.NetworkUnavailable("x")):
            with self.assertRaises(errors.SendError) as raised:
                self.check(answer)
            self.assertTrue(raised.exception.retry)

    def test_a_certificate_that_is_not_accepted_says_which_is_expected(self):
        check = self.check(errors.CertificateRefused("its certificate is not accepted"))
        self.assertIn("Russian Trusted Root CA", check["certificate"].cure)

    def test_a_token_of_another_bot(self):
        other = reply(body={**BOT, "user_id": 5})
        self.assertEqual(self.check(other, known(ADDRESS))["token"].state, "error")
        self.assertEqual(self.check(other, known(ADDRESS), account_ref="")["token"].state, "ok")

    def test_a_lost_address_is_registered_again_and_a_moved_one_is_not(self):
        lost = self.check(reply(body=BOT), known())["webhook"]
        self.assertEqual((lost.state, lost.renews), ("error", True))
        moved = self.check(reply(body=BOT), known(MOVED))["webhook"]
        self.assertEqual((moved.state, moved.renews), ("error", False))
        self.assertEqual(moved.values, {"host": "old.example.com"})

    def test_two_addresses_of_ours_and_one_of_somebody_else(self):
        checks = self.check(reply(body=BOT), known(ADDRESS, MOVED, OTHER))
        self.assertEqual(checks["webhook"].state, "ok")
        self.assertEqual((checks["doubled"].state, checks["doubled"].renews), ("warning", True))
        self.assertEqual(checks["others"].values, {"host": "other.example.com"})
        self.assertNotIn("SECRET", repr(checks))

    def test_addresses_that_max_does_not_call(self):
        for address in (ADDRESS.replace("https", "http"), ADDRESS.replace(".com", ".com:8443")):
            known_as = known(address)
            checks = self.check(reply(body=BOT), known_as, webhook_url=address)
            self.assertEqual(checks["callable"].state, "error", address)
            own = {"api_url": "http://127.0.0.1:1"}
            checks = self.check(reply(body=BOT), known_as, webhook_url=address, **own)
            self.assertNotIn("callable", checks, "a stand-in may be laxer")

    def test_updates_that_are_not_asked_for(self):
        for kinds, state in (
            (["message_created"], "warning"),
            (["bot_started"], "error"),
            (None, "ok"),
            ([], "ok"),
        ):
            checks = self.check(reply(body=BOT), known(ADDRESS, update_types=kinds))
            self.assertEqual(checks["updates"].state, state, kinds)

    def test_settings_are_not_shown(self):
        self.assertNotIn("SECRET", repr(settings("max")))
