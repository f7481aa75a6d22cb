import json

from .common import FakeDoor, NetworkCase, base, errors, load, planning, protocol, reply, tagged

keyboards = load("protocols.core.keyboards")
vk_keyboard = load("protocols.parts.vk_keyboard")

YES, NO = planning.Button("Yes", payload="b1.0"), planning.Button("No", payload="b1.1")
PHONE = planning.Button("My number", kind="phone")


@tagged("-at_install", "post_install")
class TestLayOut(NetworkCase):
    """How buttons stand under a message."""

    def rows(self, *labels, rows=6, per_row=5):
        buttons = [planning.Button(label) for label in labels]
        laid_out = keyboards.lay_out(buttons, rows=rows, per_row=per_row)
        return [[button.label for button in row] for row in laid_out]

    def test_short_ones_stand_side_by_side(self):
        self.assertEqual(self.rows("Yes", "No"), [["Yes", "No"]])
        self.assertEqual(self.rows(*"123456"), [[*"12345"], ["6"]])

    def test_a_long_one_has_a_row_of_its_own(self):
        long = "At the weekend, at any time"
        self.assertEqual(self.rows("Yes", long, "No"), [["Yes"], [long], ["No"]])

    def test_there_are_never_more_rows_than_may_be(self):
        rows = self.rows(*(f"{number}. a long way to say a number" for number in range(10)))
        self.assertEqual([len(row) for row in rows], [2] * 5)


@tagged("-at_install", "post_install")
class TestButtonsOfNetworks(NetworkCase):
    def edit(self, network, *buttons):
        """Return what a network is told when a message with these buttons is changed."""
        answer = {"response": 1} if network == "vk" else {"ok": True, "result": True}
        door = FakeDoor(reply(200, answer))
        outgoing = base.Outgoing("5", "Changed", buttons=buttons)
        protocol(network).edit("7", outgoing, door)
        return door.asked()[0]

    def test_a_changed_message_keeps_its_buttons(self):
        kept = json.loads(self.edit("telegram", YES, NO)["reply_markup"])["inline_keyboard"]
        self.assertEqual([button["callback_data"] for button in kept[0]], ["b1.0", "b1.1"])
        kept = json.loads(self.edit("vk", YES, NO)["keyboard"])["buttons"]
        self.assertEqual([button["action"]["label"] for button in kept[0]], ["Yes", "No"])

    def test_telegram_changes_no_message_that_asks_for_the_number(self):
        with self.assertRaises(errors.UnsupportedContent) as raised:
            self.edit("telegram", PHONE)
        self.assertIn("send a new one", raised.exception.cure)

    def test_in_telegram_the_number_is_asked_for_alone(self):
        with self.assertRaises(errors.UnsupportedContent):
            protocol("telegram").plan("Your number?", [], [PHONE, YES])
        [part] = protocol("telegram").plan("Your number?", [], [PHONE])
        self.assertTrue(part.buttons)

    def test_a_telegram_button_without_a_payload_says_its_label(self):
        door = FakeDoor(reply(200, {"ok": True, "result": {"message_id": 1}}))
        protocol("telegram").send(base.Outgoing("5", "?", buttons=(planning.Button("Yes"),)), door)
        [[button]] = json.loads(door.asked()[0]["reply_markup"])["inline_keyboard"]
        self.assertEqual(button["callback_data"], "Yes")

    def test_payloads_of_others_stay_as_they_are(self):
        for payload in (
            "",
            "b1.0",
            '{"button": 5}',
            '{"button": "a", "more": 1}',
            '{"command": "start"}',
            '["button"]',
            "[" * 100_000,
        ):
            with self.subTest(payload=payload[:30]):
                self.assertEqual(vk_keyboard.unwrapped(payload), payload)
        self.assertEqual(vk_keyboard.unwrapped('{"button": "a\\u0000\\ud800"}'), "a\ufffd?")
