import asyncio
import logging
import threading
from contextlib import suppress

from .common import (
    EndlessDoor,
    FakeDoor,
    NetworkCase,
    base,
    errors,
    events,
    load,
    protocol,
    reply,
    settings,
    tagged,
    wire,
)

telegram_account = load("protocols.parts.telegram_account")
telegram_calls = load("protocols.parts.telegram_calls")
telegram_parts = load("protocols.parts.telegram_parts")

BOT = {"id": 7100000001, "is_bot": True, "first_name": "Лавка", "username": "lavka_bot"}
TOKEN = "7100000001:AAE-SECRET-token-of-the-bot-0000001"
ADDRESS = "https://odoo.example.com/omnichannel/webhook/token-of-the-channel"
DATE = "Thu, 20 Nov 2025 09:00:00 GMT"
NOW = 1763629200


def answer(result, **headers):
    return reply(200, {"ok": True, "result": result}, {"Date": DATE, **headers})


def refusal(code, words, **parameters):
    body = {"ok": False, "error_code": code, "description": words}
    return reply(code, {**body, "parameters": parameters} if parameters else body)


def webhook_info(**values):
    known = {"url": ADDRESS, "has_custom_certificate": False, "pending_update_count": 0}
    allowed = [kind.value for kind in telegram_account.UPDATES]
    return answer({**known, "allowed_updates": allowed, **values})


class TelegramCase(NetworkCase):
    def setUp(self):
        super().setUp()
        self.telegram = protocol("telegram")

    def methods(self, door):
        return [call["url"].rpartition("/")[2] for call in door.asked()]

    def assert_refused(self, error, ask, *args):
        with self.assertRaises(error) as raised:
            ask(*args)
        return raised.exception


@tagged("-at_install", "post_install")
class TestTelegramIn(TelegramCase):
    def parse(self, text, *entities):
        message = {
            "message_id": 5,
            "date": NOW,
            "chat": {"id": 7, "type": "private"},
            "from": {"id": 7, "first_name": "A"},
            "text": text,
            "entities": list(entities),
        }
        body = reply(body={"update_id": 1, "message": message}).body
        (envelope,) = self.telegram.split(wire.Webhook(body))
        (event,) = self.telegram.parse(envelope)
        return event

    def test_a_body_that_cannot_be_read_is_kept_if_it_is_authentic(self):
        (envelope,) = self.telegram.split(wire.Webhook(b"\xff"))
        self.assertEqual((envelope.body, len(envelope.key)), (b"\xff", 64))

    def test_a_number_too_long_for_an_index_is_replaced(self):
        body = b'{"update_id": ' + b"9" * 300 + b', "message": {"chat": {"id": 7}}}'
        (envelope,) = self.telegram.split(wire.Webhook(body))
        self.assertEqual((len(envelope.key), envelope.chat_id), (64, "7"))

    def test_every_update_waits_in_the_line_of_its_chat(self):
        chat = {"chat": {"id": -5}}
        for update in (
            {"message": chat},
            {"my_chat_member": chat},
            {"some_day": chat},
            {"callback_query": {"from": {"id": 7}, "message": chat}},
        ):
            body = {"update_id": 1, **update}
            (envelope,) = self.telegram.split(wire.Webhook(reply(body=body).body))
            self.assertEqual(envelope.chat_id, "-5", update)
        body = {"update_id": 1, "callback_query": {"from": {"id": 7}}, "poll": {"id": "1"}}
        (envelope,) = self.telegram.split(wire.Webhook(reply(body=body).body))
        self.assertEqual(envelope.chat_id, "7")

    def test_places_count_utf_16_units(self):
        link = {"type": "text_link", "offset": 5, "length": 1, "url": "https://a.example"}
        self.assertEqual(self.parse("😀😀 a b", link).text, "😀😀 a (https://a.example) b")

    def test_formatting_that_cannot_be_is_left_out(self):
        link = {"type": "text_link", "url": "https://a.example"}
        for offset, length in ((0, 0), (-1, 2), (3, 5), (9, 1), (2, -1)):
            with self.subTest(offset=offset, length=length):
                entity = {**link, "offset": offset, "length": length}
                self.assertEqual(self.parse("abcd", entity).text, "abcd")

    def test_quoted_lines_are_marked_one_by_one(self):
        quote = {"type": "expandable_blockquote", "offset": 2, "length": 5}
        self.assertEqual(self.parse("a\n😀b\nc\nd", quote).text, "a\n> 😀b\n> c\nd")

    def test_only_a_command_of_its_own_is_a_start(self):
        for text, found in (
            ("/start a-b_1", "a-b_1"),
            ("/start@lavka_bot x", "x"),
            ("/start", ""),
            ("/started x", ""),
            ("see /start x", ""),
            ("/start x y", ""),
        ):
            self.assertEqual(self.parse(text).start_parameter, found, text)

    def test_what_telegram_adds_to_messages_is_no_content(self):
        self.assertFalse(telegram_parts.ABOUT & telegram_parts.SERVICE)


@tagged("-at_install", "post_install")
class TestTelegramOut(TelegramCase):
    message = base.Outgoing("5400112233", "Здравствуйте", send_key="message-1")

    def test_another_api_address_is_used_for_everything(self):
        own = protocol("telegram", api_url="http://127.0.0.1:8081/")
        door = FakeDoor(answer({"message_id": 1}), answer({"file_path": "photos/a.jpg"}))
        own.send(self.message, door)
        self.assertEqual(door.calls[0].url, f"http://127.0.0.1:8081/bot{TOKEN}/sendMessage")
        located = own.locate_file("file-1", door)
        self.assertEqual(located.url, f"http://127.0.0.1:8081/file/bot{TOKEN}/photos/a.jpg")

    def test_a_server_of_ones_own_takes_larger_files(self):
        own = protocol("telegram", api_url="http://127.0.0.1:8081")
        limits = [each.capabilities.max_file_bytes["file"] for each in (self.telegram, own)]
        self.assertEqual(limits, [50_000_000, 2_000_000_000])

    def test_a_path_of_a_local_server_is_asked_for_where_it_is_served(self):
        path = f"/var/lib/telegram-bot-api/{TOKEN}/documents/file_3.pdf"
        located = self.telegram.locate_file("f", FakeDoor(answer({"file_path": path})))
        self.assertTrue(located.url.endswith(f"/file/bot{TOKEN}/documents/file_3.pdf"))
        self.assertNotIn("SECRET", repr(located))

    def test_files_come_from_telegram_only(self):
        self.assertEqual(self.telegram.file_hosts, {"api.telegram.org"})

    def test_files_that_are_not_handed_out(self):
        for words, kind in (
            ("Bad Request: file is too big", errors.UnsupportedContent),
            (
                "Bad Request: wrong file_id or the file is temporarily unavailable",
                errors.NetworkUnavailable,
            ),
            ("Bad Request: invalid file_id", errors.SendError),
        ):
            error = self.assert_refused(
                kind, self.telegram.locate_file, "f", FakeDoor(refusal(400, words))
            )
            self.assertIs(type(error), kind)

    def test_what_is_said_is_not_repeated_and_what_is_asked_may_be(self):
        door = FakeDoor(answer({"message_id": 1}), answer(True), answer(BOT))
        self.telegram.send(self.message, door)
        self.telegram.show_typing("7", door)
        self.telegram.identify(door)
        self.assertEqual([call.repeatable for call in door.calls], [False, True, True])

    def test_a_large_file_has_more_time(self):
        file = base.Upload("file", "a.bin", "application/octet-stream", bytes(3 << 20))
        door = FakeDoor(answer({"message_id": 1}))
        self.telegram.send(base.Outgoing("7", files=(file,)), door)
        self.assertEqual(door.calls[0].timeout, 63)

    def test_what_is_no_token_is_asked_for_nothing(self):
        for token in ("", " ", "abc", "1:a/../x", "1:" + "a" * 101, "1:а"):
            with self.subTest(token=token):
                error = self.assert_refused(
                    errors.CredentialsRefused,
                    protocol("telegram", access_token=token).identify,
                    FakeDoor(),
                )
                self.assertEqual(error.cure, telegram_calls.NO_TOKEN)
        door = FakeDoor(answer(BOT))
        protocol("telegram", access_token=f" {TOKEN}\n").identify(door)
        self.assertIn(f"/bot{TOKEN}/", door.calls[0].url)

    def test_what_is_no_token_is_a_red_check(self):
        for token in ("abc", "7100000001", "https://t.me/lavka_bot", "7100000001:AAE:SECRET"):
            (check,) = protocol("telegram", access_token=token).check_settings()
            self.assertEqual((check.code, check.cure), ("token", telegram_calls.NO_TOKEN))
        self.assertEqual(protocol("telegram", access_token=f" {TOKEN}\n").check_settings(), [])

    def test_every_known_refusal_says_what_kind_it_is(self):
        for words, kind, cure in telegram_calls.REFUSALS:
            with self.subTest(words=words):
                answers = [refusal(400, f"Bad Request: {words.upper()} so")] * 2
                error = self.assert_refused(
                    kind, self.telegram.send, self.message, FakeDoor(*answers)
                )
                self.assertEqual(error.cure, cure)

    def test_the_library_writes_nothing_into_the_log(self):
        logger, written = logging.getLogger("telegram"), []
        handler = logging.Handler()
        handler.emit = written.append
        logger.addHandler(handler)
        self.addCleanup(logger.removeHandler, handler)
        self.addCleanup(logger.setLevel, logger.level)
        logger.setLevel(logging.DEBUG)
        for said in (answer({"message_id": 1}), reply(200, "garbage SECRET"), reply(500, "SECRET")):
            with suppress(errors.SendError, errors.MalformedPayload):
                self.telegram.send(self.message, FakeDoor(said))
        self.assertEqual([record.getMessage() for record in written], [])

    def test_calls_of_several_threads_do_not_meet(self):
        failures = []

        def ask():
            try:
                for _ in range(20):
                    protocol("telegram").identify(FakeDoor(answer(BOT)))
            except Exception as error:  # noqa: BLE001 - the thread must not swallow it
                failures.append(error)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_no_loop_is_left_behind(self):
        self.telegram.identify(FakeDoor(answer(BOT)))
        with self.assertRaises(RuntimeError):
            asyncio.get_running_loop()

    def test_albums_hold_what_may_stand_together(self):
        parts = self.telegram.plan(
            "Смотрите", ["image"] * 11 + ["video", "voice", "file", "file", "audio", "image"]
        )
        self.assertEqual([len(part.files) for part in parts], [10, 2, 1, 2, 1, 1])
        self.assertEqual([part.text for part in parts], ["Смотрите"] + [""] * 5)
        self.assertEqual(self.telegram.plan("x", ["voice", "voice"])[1].files, (1,))

    def test_a_text_too_long_for_a_caption_goes_first(self):
        parts = self.telegram.plan("я" * 1025, ["image"])
        self.assertEqual([(len(part.text), part.files) for part in parts], [(1025, ()), (0, (0,))])
        self.assertEqual(len(self.telegram.plan("я" * 1024, ["image"])), 1)

    def test_stickers_are_not_sent(self):
        self.assert_refused(errors.UnsupportedContent, self.telegram.plan, "", ["sticker"])


@tagged("-at_install", "post_install")
class TestTelegramChanges(TelegramCase):
    message = base.Outgoing("7", "Иначе", send_key="1")
    picture = base.Outgoing("7", "Иначе", files=(base.Upload("image", "a", "image/png", b"x"),))

    def test_a_text_is_edited_and_so_is_a_caption(self):
        door = FakeDoor(answer({"message_id": 5}), answer({"message_id": 5}))
        self.telegram.edit("5", self.message, door)
        self.telegram.edit("5", self.picture, door)
        text, caption = door.asked()
        self.assertEqual(self.methods(door), ["editMessageText", "editMessageCaption"])
        self.assertEqual((text["chat_id"], text["message_id"], text["text"]), ("7", "5", "Иначе"))
        self.assertEqual((caption["message_id"], caption["caption"]), ("5", "Иначе"))

    def test_what_is_so_already_is_no_failure(self):
        for words in ("message is not modified: …", "Message is not modified"):
            self.telegram.edit("5", self.message, FakeDoor(refusal(400, f"Bad Request: {words}")))
        gone = refusal(400, "Bad Request: message to delete not found")
        self.telegram.delete("5", "7", FakeDoor(gone))
        late = refusal(400, "Bad Request: query is too old and response timeout expired")
        self.telegram.answer_button("7", "7", "1", FakeDoor(late))

    def test_what_is_too_late_says_so(self):
        for ask, words in (
            (lambda door: self.telegram.edit("5", self.message, door), "message can't be edited"),
            (lambda door: self.telegram.delete("5", "7", door), "message can't be deleted"),
        ):
            error = self.assert_refused(
                errors.SendError, ask, FakeDoor(refusal(400, f"Bad Request: {words}"))
            )
            self.assertEqual(error.cure, telegram_calls.TOO_LATE)

    def test_a_change_without_an_answer_may_be_made_again(self):
        for said in (reply(502, "bad gateway"), errors.OutcomeUnknown("lost")):
            self.assert_refused(
                errors.NetworkUnavailable, self.telegram.edit, "5", self.message, FakeDoor(said)
            )

    def test_small_signs(self):
        door = FakeDoor(answer(True), answer(True), answer(True))
        self.telegram.show_typing("7", door)
        self.telegram.answer_button("7", "7", "23", door)
        self.telegram.delete("5", "7", door)
        self.assertEqual(
            self.methods(door), ["sendChatAction", "answerCallbackQuery", "deleteMessage"]
        )
        self.assertEqual(door.asked()[0]["action"], "typing")


@tagged("-at_install", "post_install")
class TestTelegramPeople(TelegramCase):
    def chat(self, number, **values):
        return answer({"id": number, "type": "private", "first_name": f"N{number}", **values})

    def test_a_person_has_a_name_and_the_id_of_his_picture(self):
        door = FakeDoor(self.chat(7, last_name="B", photo={"big_file_id": "big"}), self.chat(8))
        first, second = self.telegram.fetch_people(["7", "8"], door)
        self.assertEqual((first.id, first.name, first.photo_url), ("7", "N7 B", "big"))
        self.assertEqual(second.photo_url, "")

    def test_a_group_has_a_title(self):
        door = FakeDoor(answer({"id": -5, "type": "group", "title": "Дом"}))
        self.assertEqual(self.telegram.fetch_people(["-5"], door), [events.Person("-5", "Дом")])

    def test_who_cannot_be_asked_about_is_left_out(self):
        gone = refusal(400, "Bad Request: chat not found")
        people = self.telegram.fetch_people(["7", "8"], FakeDoor(gone, self.chat(8)))
        self.assertEqual([person.id for person in people], ["8"])

    def test_what_was_learnt_is_kept_when_telegram_asks_to_slow_down(self):
        slow = refusal(429, "Too Many Requests", retry_after=30)
        door = FakeDoor(self.chat(7), slow)
        self.assertEqual(len(self.telegram.fetch_people(["7", "8", "9"], door)), 1)
        for said, kind in ((slow, errors.Throttled), (reply(502, ""), errors.NetworkUnavailable)):
            self.assert_refused(kind, self.telegram.fetch_people, ["7", "8"], EndlessDoor(said))
        revoked = refusal(401, "Unauthorized")
        self.assert_refused(
            errors.CredentialsRefused, self.telegram.fetch_people, ["7"], FakeDoor(revoked)
        )


@tagged("-at_install", "post_install")
class TestTelegramAccount(TelegramCase):
    def check(self, info=None, bot=None, **changes):
        door = FakeDoor(answer(bot or BOT), info or webhook_info())
        checks = protocol("telegram", **changes).check(ADDRESS, door)
        return {check.code: check for check in checks}

    def test_the_token_says_whose_it_is(self):
        account = self.telegram.identify(FakeDoor(answer(BOT)))
        self.assertEqual(account, base.Account("7100000001", "Лавка @lavka_bot"))

    def test_a_wrong_token_finds_no_bot(self):
        for code, words in ((401, "Unauthorized"), (404, "Not Found")):
            error = self.assert_refused(
                errors.CredentialsRefused, self.telegram.identify, FakeDoor(refusal(code, words))
            )
            self.assertTrue(error.cure.startswith("Bot not found"))

    def test_connecting_names_address_secret_and_updates(self):
        door = FakeDoor(answer(True))
        self.telegram.register(ADDRESS, door)
        (said,) = door.asked()
        self.assertEqual(door.calls[0].url, f"https://api.telegram.org/bot{TOKEN}/setWebhook")
        self.assertEqual((said["url"], said["secret_token"]), (ADDRESS, "SECRET-of-the-webhook"))
        for kind in ("message", "edited_message", "callback_query", "my_chat_member"):
            self.assertIn(f'"{kind}"', said["allowed_updates"])
        self.assertIn('"message_reaction"', said["allowed_updates"])
        self.assertEqual(said["max_connections"], "20")
        self.assertNotIn("drop_pending_updates", said, "what was missed is wanted")

    def test_an_address_that_telegram_does_not_take(self):
        words = "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
        error = self.assert_refused(
            errors.SendError, self.telegram.register, ADDRESS, FakeDoor(refusal(400, words))
        )
        self.assertEqual(error.cure, telegram_calls.ADDRESS_NEEDED)

    def test_disconnecting_takes_away_our_address_only(self):
        moved = ADDRESS.replace("odoo.", "old.")
        for url, asked in ((ADDRESS, 2), (moved, 2), ("https://other.example.com/x", 1), ("", 1)):
            door = FakeDoor(webhook_info(url=url), answer(True))
            self.telegram.unregister(ADDRESS, door)
            self.assertEqual(len(door.calls), asked, url)

    def test_all_is_well(self):
        checks = self.check()
        self.assertEqual(list(checks), ["token", "webhook", "delivery", "updates"])
        self.assertEqual({check.state for check in checks.values()}, {"ok"})

    def test_a_refused_token(self):
        (check,) = self.telegram.check(ADDRESS, FakeDoor(refusal(401, "Unauthorized")))
        self.assertEqual((check.code, check.state), ("token", "error"))
        self.assertEqual(check.cure, telegram_calls.BOT_NOT_FOUND)

    def test_a_token_of_another_bot(self):
        self.assertEqual(self.check(bot={**BOT, "id": 5})["token"].state, "error")
        self.assertEqual(self.check(bot={**BOT, "id": 5}, account_ref="")["token"].state, "ok")

    def test_no_webhook_an_old_one_and_one_of_somebody_else(self):
        moved = ADDRESS.replace("odoo.", "old.")
        for url, cure, host in (
            ("", telegram_account.PRESS_CONNECT, None),
            (moved, telegram_account.PRESS_CONNECT, "old.example.com"),
            ("https://u:p@other.example.com/SECRET", telegram_account.USED_ELSEWHERE, None),
        ):
            with self.subTest(url=url):
                check = self.check(webhook_info(url=url))["webhook"]
                self.assertEqual((check.state, check.cure), ("error", cure))
                self.assertNotIn("SECRET", str(check.values))
                if host:
                    self.assertEqual(check.values, {"host": host})

    def delivery(self, **values):
        known = {"pending_update_count": 3, "last_error_date": NOW - 60}
        return self.check(webhook_info(**{**known, **values}))["delivery"]

    def test_what_telegram_cannot_deliver(self):
        for words, part in (
            ("Wrong response from the webhook: 401 Unauthorized", "secret token"),
            ("Wrong response from the webhook: 404 Not Found", "archived"),
            ("SSL error {certificate verify failed}", "certificate"),
            ("Connection timed out", "IPv4"),
            ("Read timeout expired", "IPv4"),
            ("Connection refused", "IPv4"),
            ("Network is unreachable", "IPv4"),
            ("Failed to resolve host", "IPv4"),
            ("Wrong response from the webhook: 502 Bad Gateway", "log of this server"),
        ):
            with self.subTest(words=words):
                check = self.delivery(last_error_message=words)
                self.assertEqual(check.state, "error")
                self.assertEqual(check.values, {"count": "3", "error": words})
                self.assertIn(part, check.cure)

    def test_an_error_that_is_over_is_none(self):
        words = {"last_error_message": "Connection timed out"}
        self.assertEqual(self.delivery(**words, pending_update_count=0).state, "ok")
        self.assertEqual(self.delivery(**words, last_error_date=NOW - 301).state, "ok")
        self.assertEqual(self.delivery(**words, last_error_date=NOW - 299).state, "error")

    def test_without_a_clock_an_error_counts(self):
        info = webhook_info(
            pending_update_count=1, last_error_date=5, last_error_message="Connection refused"
        )
        for date in ("", "yesterday"):
            answered = reply(200, info.body, {"Date": date})
            self.assertEqual(self.check(answered)["delivery"].state, "error")

    def test_updates_that_are_not_asked_for(self):
        check = self.check(webhook_info(allowed_updates=["message"]))["updates"]
        self.assertEqual(check.state, "warning")
        missing = "edited_message, callback_query, my_chat_member, message_reaction"
        self.assertEqual(check.values, {"updates": missing})
        for allowed in ([], None, ["poll"]):
            check = self.check(webhook_info(allowed_updates=allowed))["updates"]
            self.assertEqual(check.state, "error")

    def test_settings_are_not_shown(self):
        self.assertNotIn("SECRET", repr(settings("telegram")))
