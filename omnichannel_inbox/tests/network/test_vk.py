import json
from datetime import datetime, timezone
from unittest.mock import Mock, patch

from .common import (
    FakeDoor,
    NetworkCase,
    base,
    errors,
    events,
    load,
    pictures,
    protocol,
    reply,
    settings,
    tagged,
    wire,
)

vk = load("protocols.vk")
vk_account = load("protocols.parts.vk_account")
vk_calls = load("protocols.parts.vk_calls")

GROUP = 210987654
ADDRESS = "https://odoo.example.com/omnichannel/webhook/token-of-the-channel"
ALL_RIGHTS = ("messages", "photos", "docs", "manage")


def answer(response):
    return reply(200, {"response": response})


def refusal(code, words="refused"):
    return reply(200, {"error": {"error_code": code, "error_msg": words}})


def permissions(*rights):
    return answer({"mask": 1, "permissions": [{"name": name, "setting": 1} for name in rights]})


def community(**values):
    group = {"id": GROUP, "name": "Лавка", "screen_name": "shop", **values}
    return answer({"groups": [group], "profiles": []})


def servers(*items):
    return answer({"count": len(items), "items": list(items)})


def server(number, url=ADDRESS, status="ok", **values):
    known = {"title": "Odoo", "secret_key": "SECRET-of-the-server"}
    return {"id": number, "url": url, "status": status, **known, **values}


class VkCase(NetworkCase):
    def setUp(self):
        super().setUp()
        self.vk = protocol("vk")

    def methods(self, door):
        return [call["url"].rpartition("/")[2] for call in door.asked()]

    def assert_refused(self, error, ask, *args):
        with self.assertRaises(error) as raised:
            ask(*args)
        return raised.exception


@tagged("-at_install", "post_install")
class TestVkIn(VkCase):
    def webhook(self, **values):
        event = {"type": "confirmation", "group_id": GROUP, "secret": "SECRET-of-the-server"}
        return wire.Webhook(json.dumps({**event, **values}).encode())

    def test_an_event_of_another_community_is_rejected(self):
        with self.assertRaises(errors.WebhookRejected):
            self.vk.verify(self.webhook(group_id=1))

    def test_while_the_community_is_unknown_the_secret_decides(self):
        vk = protocol("vk", account_ref="")
        self.assertIsNone(vk.verify(self.webhook(group_id=1)))
        with self.assertRaises(errors.WebhookRejected):
            vk.verify(self.webhook(group_id=1, secret="wrong"))

    def test_only_a_confirmation_is_answered_with_the_code(self):
        self.assertEqual(self.vk.answer(self.webhook()), wire.Answer("c0nf1rm4"))
        answered = self.vk.answer(self.webhook(type="message_new"))
        self.assertEqual(answered.body, "ok")
        self.assertTrue(answered.content_type.startswith("text/plain"))

    def test_a_code_that_was_copied_with_a_space_confirms_as_well(self):
        vk = protocol("vk", confirmation_code=" c0nf1rm4\n")
        self.assertEqual(vk.answer(self.webhook()).body, "c0nf1rm4")

    def test_a_number_too_long_for_an_index_is_replaced(self):
        (envelope,) = self.vk.split(self.webhook(event_id="x" * 5000))
        self.assertEqual(len(envelope.key), 64)

    def test_messages_nested_without_end_are_cut_off(self):
        message = {"from_id": 1, "text": "x"}
        for _ in range(100):
            message = {"from_id": 1, "text": "x", "fwd_messages": [message]}
        event = {"id": 1, "peer_id": 1, "date": 0, **message}
        webhook = self.webhook(type="message_new", event_id="1", object={"message": event})
        (received,) = self.vk.parse(self.vk.split(webhook)[0])
        depth, quotes = 0, received.quotes
        while quotes:
            depth, quotes = depth + 1, quotes[0].quotes
        self.assertEqual(depth, 11)

    def test_what_is_nested_too_deeply_is_malformed_not_fatal(self):
        webhook = self.webhook(type="message_read", event_id="1", object={})
        endless = {"message_read": Mock(side_effect=RecursionError)}
        with patch.dict(vk._PARSERS, endless), self.assertRaises(errors.MalformedPayload):
            self.vk.parse(self.vk.split(webhook)[0])


@tagged("-at_install", "post_install")
class TestVkOut(VkCase):
    message = base.Outgoing("40112233", "Здравствуйте", send_key="message-1")

    def test_the_same_message_always_has_the_same_number_of_31_bits(self):
        keys = {self.vk.echo_key(f"message-{number}") for number in range(1000)}
        self.assertEqual(len(keys), 1000)
        self.assertTrue(all(0 < int(key) < 2**31 for key in keys))
        self.assertEqual(self.vk.echo_key("message-1"), protocol("vk").echo_key("message-1"))

    def test_the_number_sent_is_the_one_that_the_echo_carries(self):
        door = FakeDoor(answer(5122))
        self.vk.send(self.message, door)
        self.assertEqual(door.asked()[0]["random_id"], self.vk.echo_key("message-1"))

    def test_the_token_travels_in_the_header_only(self):
        door = FakeDoor(answer(5122))
        self.vk.send(self.message, door)
        (call,) = door.calls
        self.assertEqual(call.headers["Authorization"], "Bearer vk1.a.SECRET-access-token")
        self.assertNotIn(b"SECRET", call.body)
        self.assertNotIn("SECRET", call.url)

    def test_another_api_address_is_used_for_everything(self):
        door = FakeDoor(answer(5122))
        protocol("vk", api_url="http://127.0.0.1:8070").send(self.message, door)
        self.assertEqual(door.calls[0].url, "http://127.0.0.1:8070/method/messages.send")

    def test_every_call_may_be_repeated(self):
        door = FakeDoor(answer(5122))
        self.vk.send(self.message, door)
        self.assertTrue(door.calls[0].repeatable)

    def upload(self, address, **changes):
        door = FakeDoor(
            answer({"upload_url": address}),
            reply(200, {"file": "1|2|3"}),
            answer({"type": "doc", "doc": {"id": 1, "owner_id": -GROUP}}),
            answer(5122),
        )
        file = base.Upload("file", "счёт.pdf", "application/pdf", b"%PDF")
        outgoing = base.Outgoing("40112233", files=(file,), send_key="1")
        protocol("vk", **changes).send(outgoing, door)
        return door.calls[1]

    def test_only_the_ending_of_a_name_makes_a_program_of_a_file(self):
        for name, refused in (("setup.EXE", True), ("Отчёт для telecom", False)):
            file = base.Upload("file", name, "application/octet-stream", b"x")
            door = FakeDoor(
                answer({"upload_url": "https://pu.vk.com/upload"}),
                reply(200, {"file": "1|2|3"}),
                answer({"type": "doc", "doc": {"id": 1, "owner_id": -GROUP}}),
                answer(5122),
            )
            outgoing = base.Outgoing("40112233", files=(file,), send_key="1")
            if refused:
                self.assert_refused(errors.UnsupportedContent, self.vk.send, outgoing, door)
            else:
                self.assertEqual(self.vk.send(outgoing, door), "5122")

    def test_a_file_goes_without_the_token_and_nowhere_inside(self):
        call = self.upload("https://pu.vk.com/upload")
        self.assertEqual(call.headers, {})
        self.assertTrue(call.foreign)
        self.assertTrue(self.upload("http://10.0.0.1/upload").foreign)

    def test_the_stand_in_takes_files_at_its_own_address(self):
        call = self.upload("http://127.0.0.1:8070/upload", api_url="http://127.0.0.1:8070")
        self.assertFalse(call.foreign)

    def test_error_6_is_not_repeated_here(self):
        door = FakeDoor(refusal(6))
        self.assert_refused(errors.Throttled, self.vk.send, self.message, door)
        self.assertEqual(len(door.calls), 1)

    def test_the_library_does_not_keep_a_pace_of_its_own(self):
        with patch("vk_api.vk_api.time.sleep") as sleep:
            self.upload("https://pu.vk.com/upload")
        sleep.assert_not_called()

    def test_words_of_vk_never_show_the_token(self):
        door = FakeDoor(refusal(4242, "bad vk1.a.SECRET-access-token"))
        error = self.assert_refused(errors.SendError, self.vk.send, self.message, door)
        self.assertNotIn("SECRET", error.detail)

    def test_every_documented_error_says_what_to_do(self):
        for code, (kind, delay, _cure) in vk_calls.ERRORS.items():
            with self.subTest(code=code):
                door = FakeDoor(*[refusal(code)] * 2)
                error = self.assert_refused(kind, self.vk.send, self.message, door)
                self.assertEqual(error.retry_after, delay)
                self.assertIn(str(code), error.detail)
                if error.blames == "channel" and not error.retry:
                    self.assertTrue(error.cure)

    def test_a_text_is_planned_with_its_files_if_it_fits_beside_them(self):
        kinds = ["image"] * 12 + ["voice"]
        parts = self.vk.plan("Смотрите", kinds)
        self.assertEqual([len(part.files) for part in parts], [10, 2, 1])
        self.assertEqual([part.text for part in parts], ["Смотрите", "", ""])
        parts = self.vk.plan("😀" * 3000, ["image"])
        self.assertEqual([bool(part.files) for part in parts], [False, False, True])

    def test_an_edit_names_the_message_and_says_all_of_it(self):
        door = FakeDoor(answer(1))
        self.vk.edit("5122", self.message, door)
        said = door.asked()[0]
        self.assertEqual((said["message_id"], said["message"]), ("5122", "Здравствуйте"))
        door = FakeDoor(answer(1))
        self.vk.edit("cmid9", self.message, door)
        self.assertEqual(door.asked()[0]["cmid"], "9")

    def test_too_late_for_an_edit(self):
        error = self.assert_refused(
            errors.SendError, self.vk.edit, "5122", self.message, FakeDoor(refusal(909))
        )
        self.assertEqual(error.cure, vk_calls.TOO_LATE)

    def test_what_cannot_be_edited_is_not_too_late(self):
        error = self.assert_refused(
            errors.SendError, self.vk.edit, "5122", self.message, FakeDoor(refusal(920))
        )
        self.assertEqual(error.cure, vk_calls.NOT_CHANGEABLE)

    def test_an_edit_goes_without_buttons_too(self):
        asked = base.Outgoing("7", "Да?", buttons=(base.Button("Да"),))
        door = FakeDoor(refusal(912), answer(1))
        self.vk.edit("5122", asked, door)
        said = door.asked()[1]
        self.assertEqual((said["message"], "keyboard" in said), ("Да?\n• Да", False))

    def test_a_message_is_deleted_for_everybody(self):
        for deleted in ({"5122": 1}, [{"message_id": 5122, "response": 1}]):
            door = FakeDoor(answer(deleted))
            self.vk.delete("5122", "40112233", door)
            self.assertEqual(door.asked()[0]["delete_for_all"], "1")

    def test_a_message_that_was_not_deleted_is_an_error(self):
        error = {"code": 924, "description": "Can't delete this message"}
        by_number = [{"peer_id": 2, "conversation_message_id": 9, "response": 0}]
        for kept in ({"5122": 0}, by_number, [{"message_id": 5122, "error": error}]):
            door = FakeDoor(answer(kept))
            failure = self.assert_refused(errors.SendError, self.vk.delete, "1", "2", door)
            self.assertEqual(failure.cure, vk_calls.TOO_LATE)

    def test_small_signs(self):
        for ask, method in (
            (lambda door: self.vk.show_typing("7", door), "messages.setActivity"),
            (lambda door: self.vk.mark_read("7", "5", door), "messages.markAsRead"),
            (
                lambda door: self.vk.answer_button("7", "7", "b7c1", door),
                "messages.sendMessageEventAnswer",
            ),
        ):
            door = FakeDoor(answer(1))
            ask(door)
            self.assertEqual(self.methods(door), [method])


@tagged("-at_install", "post_install")
class TestVkPeople(VkCase):
    def test_people_and_communities_have_names_and_pictures(self):
        anna = {"id": 7, "first_name": "Анна", "last_name": "Белова", "screen_name": "anna"}
        door = FakeDoor(
            answer([{**anna, "has_photo": 1, "photo_200": "https://sun1.userapi.com/7.jpg"}]),
            community(photo_200="https://sun1.userapi.com/g.jpg"),
        )
        person, group = self.vk.fetch_people(["7", f"-{GROUP}"], door)
        self.assertEqual(
            (person.id, person.name, person.first_name, person.last_name, person.username),
            ("7", "Анна Белова", "Анна", "Белова", "anna"),
        )
        self.assertEqual(person.photo_url, "https://sun1.userapi.com/7.jpg")
        self.assertEqual((group.id, group.name), (f"-{GROUP}", "Лавка"))

    def test_a_stock_picture_is_none(self):
        stock = {"id": 7, "first_name": "A", "photo_200": "https://vk.com/images/camera_200.png"}
        for values in ({"has_photo": 0}, {"deactivated": "deleted"}):
            (person,) = self.vk.fetch_people(["7"], FakeDoor(answer([{**stock, **values}])))
            self.assertEqual(person.photo_url, "")

    def test_many_are_asked_for_in_portions(self):
        door = FakeDoor(answer([]), answer([]), answer([]))
        self.assertEqual(self.vk.fetch_people([str(n) for n in range(1, 2002)], door), [])
        counts = [len(call["user_ids"].split(",")) for call in door.asked()]
        self.assertEqual(counts, [1000, 1000, 1])

    def test_nobody_is_not_asked_for(self):
        self.assertEqual(self.vk.fetch_people([], FakeDoor()), [])

    def test_a_whole_message_is_fetched(self):
        whole = {"id": 5, "peer_id": 7, "from_id": 7, "date": 0, "text": "long"}
        found = self.vk.fetch_message("7", "5", FakeDoor(answer({"count": 1, "items": [whole]})))
        self.assertEqual((found.message_id, found.text, found.incomplete), ("5", "long", False))
        door = FakeDoor(answer({"count": 0, "items": []}))
        self.assertIsNone(self.vk.fetch_message("7", "cmid5", door))
        self.assertEqual(door.asked()[0]["cmids"], "5")

    def test_chats_are_listed_until_they_are_too_old(self):
        def listed(*dates):
            last = {"peer_id": 7, "conversation_message_id": 3}
            items = [
                {"last_message": {**last, "peer_id": peer, "date": date}}
                for peer, date in enumerate(dates)
            ]
            return answer({"count": 500, "items": items})

        since = datetime.fromtimestamp(2000, timezone.utc).replace(tzinfo=None)
        door = FakeDoor(listed(*[2000] * 200), listed(2001, 1999, 2002))
        ends = self.vk.fetch_ends(since, door)
        self.assertEqual((len(ends), ends["0"], "1" in ends), (200, 3, True))
        self.assertEqual([call["offset"] for call in door.asked()], ["0", "200"])
        door = FakeDoor(listed(*[1999] * 200))
        self.assertEqual(self.vk.fetch_ends(since, door), {})

    def test_a_listed_chat_in_which_nothing_was_said_has_no_end(self):
        door = FakeDoor(answer({"count": 1, "items": [{"conversation": {"peer": {"id": 7}}}]}))
        self.assertEqual(self.vk.fetch_ends(datetime(2025, 11, 20), door), {})  # noqa: DTZ001

    def test_what_was_missed_comes_as_the_events_that_should_have_told_of_it(self):
        theirs = {"id": 5, "peer_id": 7, "from_id": 7, "date": 0, "conversation_message_id": 3}
        ours = {**theirs, "id": 6, "from_id": -GROUP, "out": 1, "conversation_message_id": 4}
        door = FakeDoor(answer({"count": 2, "items": [theirs, ours]}))
        found = self.vk.fetch_missed("7", [3, 4, 5], door)
        self.assertEqual(door.asked()[0]["conversation_message_ids"], "3,4,5")
        self.assertEqual([one.key for one in found.values()], ["missed:7:3", "missed:7:4"])
        self.assertEqual(
            [type(event) for one in found.values() for event in self.vk.parse(one)],
            [events.MessageReceived, events.MessageEchoed],
        )


@tagged("-at_install", "post_install")
class TestVkAccount(VkCase):
    def test_the_key_says_whose_it_is(self):
        door = FakeDoor(permissions(*ALL_RIGHTS), community(), answer({"code": "n3wc0de"}))
        self.assertEqual(self.vk.identify(door), base.Account(str(GROUP), "Лавка", "n3wc0de"))

    def test_the_community_may_come_as_a_bare_list(self):
        door = FakeDoor(permissions("messages"), answer([{"id": GROUP, "name": "Лавка"}]))
        self.assertEqual(self.vk.identify(door), base.Account(str(GROUP), "Лавка", ""))

    def test_a_key_without_messages_names_the_right(self):
        door = FakeDoor(permissions("photos"))
        error = self.assert_refused(errors.RightMissing, self.vk.identify, door)
        self.assertIn("community messages", error.cure)

    def test_a_wrong_key_says_where_to_get_one(self):
        error = self.assert_refused(
            errors.CredentialsRefused, self.vk.identify, FakeDoor(refusal(5))
        )
        self.assertIn("Access keys", error.cure)

    def test_a_new_address_is_added_with_secret_and_events(self):
        door = FakeDoor(
            permissions(*ALL_RIGHTS), servers(), answer({"server_id": 3}), answer(1), servers()
        )
        self.vk.register(ADDRESS, door)
        added, told = door.asked()[2:4]
        self.assertEqual((added["url"], added["secret_key"]), (ADDRESS, "SECRET-of-the-server"))
        self.assertLessEqual(len(added["title"]), 14)
        self.assertEqual((told["server_id"], told["api_version"]), ("3", "5.199"))
        wanted = vk_account.EVENTS + vk_account.EXTRA_EVENTS
        self.assertEqual({told[name] for name in wanted}, {"1"})

    def test_an_address_that_works_is_kept(self):
        door = FakeDoor(permissions(*ALL_RIGHTS), servers(server(3)), answer(1), servers(server(3)))
        self.vk.register(ADDRESS, door)
        self.assertEqual(door.asked()[2]["server_id"], "3")
        for name in ("addCallbackServer", "editCallbackServer", "deleteCallbackServer"):
            self.assertNotIn(f"groups.{name}", self.methods(door))

    def test_what_is_ours_and_broken_is_replaced_what_is_not_ours_stays(self):
        moved = server(4, ADDRESS.replace("odoo.", "old."))
        foreign = server(5, "https://other.example.com/hook", status="failed")
        door = FakeDoor(
            permissions(*ALL_RIGHTS),
            servers(server(3, status="failed"), moved, foreign, server(7, secret_key="old")),
            answer(1),
            answer(1),
            answer(1),
            answer({"server_id": 6}),
            answer(1),
            servers(server(6)),
        )
        self.vk.register(ADDRESS, door)
        gone = [call for call in door.asked() if "deleteCallbackServer" in call["url"]]
        self.assertEqual([call["server_id"] for call in gone], ["3", "4", "7"])

    def test_an_address_that_vk_cannot_confirm_is_an_error(self):
        door = FakeDoor(
            permissions(*ALL_RIGHTS),
            servers(),
            answer({"server_id": 3}),
            answer(1),
            servers(server(3, status="failed")),
        )
        error = self.assert_refused(errors.SendError, self.vk.register, ADDRESS, door)
        self.assertIn("Requests log", error.cure)

    def test_without_the_right_to_manage_it_says_how_by_hand(self):
        door = FakeDoor(permissions("messages"))
        error = self.assert_refused(errors.RightMissing, self.vk.register, ADDRESS, door)
        self.assertIn("by hand", error.cure)

    def test_too_many_servers(self):
        door = FakeDoor(permissions(*ALL_RIGHTS), servers(), refusal(2000))
        error = self.assert_refused(errors.SendError, self.vk.register, ADDRESS, door)
        self.assertIn("delete one", error.cure)

    def test_only_our_server_is_removed(self):
        foreign = server(5, "https://other.example.com/hook")
        door = FakeDoor(community(), servers(server(3), foreign), answer(1))
        self.vk.unregister(ADDRESS, door)
        self.assertEqual(door.asked()[-1]["server_id"], "3")

    def check(self, *replies, **changes):
        """Return the state of each check."""
        door = FakeDoor(*replies)
        checks = protocol("vk", **changes).check(ADDRESS, door)
        for check in checks:
            check.cause % check.values, check.cure % check.values
            self.assertTrue(check.cause)
            self.assertTrue(check.cure or check.state in ("ok", "unknown"), check.code)
            self.assertNotIn("SECRET", repr(check))
        return {check.code: check.state for check in checks}

    def callback_settings(self, version="5.199", **events):
        flags = {**dict.fromkeys(vk_account.EVENTS, 1), **events}
        return answer({"api_version": version, "events": flags})

    def test_all_is_well(self):
        states = self.check(
            permissions(*ALL_RIGHTS),
            community(can_message=1),
            servers(server(3)),
            self.callback_settings(),
        )
        self.assertEqual(set(states.values()), {"ok"})
        self.assertEqual(set(states), {"token", "rights", "messages", "server", "events", "secret"})

    def test_each_trouble_has_its_line(self):
        states = self.check(
            permissions("messages", "manage"),
            community(can_message=0),
            servers(server(3, status="failed", secret_key="other")),
            answer({"code": "changed"}),
            self.callback_settings(message_new=0),
            account_ref="1",
        )
        self.assertEqual(
            states,
            {
                "token": "error",
                "right_photos": "warning",
                "right_docs": "warning",
                "messages": "error",
                "server": "error",
                "events": "error",
                "secret": "error",
                "confirmation_code": "error",
            },
        )

    def test_an_older_api_is_a_warning(self):
        states = self.check(
            permissions(*ALL_RIGHTS),
            community(),
            servers(server(3)),
            self.callback_settings(version="5.92"),
        )
        self.assertEqual((states["events"], states["messages"]), ("warning", "unknown"))

    def test_an_unknown_address_is_an_error(self):
        states = self.check(permissions(*ALL_RIGHTS), community(can_message=1), servers())
        self.assertEqual(states["server"], "error")

    def test_a_revoked_key_is_the_only_line(self):
        self.assertEqual(self.check(refusal(5)), {"token": "error"})

    def test_what_the_key_may_not_see_is_unknown(self):
        states = self.check(permissions("messages", "photos", "docs"), community(can_message=1))
        self.assertEqual(states["server"], "unknown")
        self.assertEqual(states["right_manage"], "warning")

    def test_a_network_that_does_not_answer_is_no_trouble_of_the_channel(self):
        with self.assertRaises(errors.NetworkUnavailable):
            self.check(refusal(10))


@tagged("-at_install", "post_install")
class TestPictures(NetworkCase):
    def test_the_size_is_read_from_the_first_bytes(self):
        png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\xe0"
        gif = b"GIF89a\x0a\0\x05\0"
        jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x0b\x08\0\x64\0\xc8\x03"
        self.assertEqual(pictures.picture_size(png), (640, 480))
        self.assertEqual(pictures.picture_size(gif), (10, 5))
        self.assertEqual(pictures.picture_size(jpeg), (200, 100))

    def test_what_is_no_picture_has_no_size(self):
        for content in (b"", b"\x89PNG", b"\xff\xd8", b"\xff\xd8\xff\xe0", b"<svg/>", b"GIF89a"):
            self.assertIsNone(pictures.picture_size(content))


@tagged("-at_install", "post_install")
class TestSettings(NetworkCase):
    def test_credentials_are_not_shown(self):
        self.assertNotIn("SECRET", repr(settings("vk")))
