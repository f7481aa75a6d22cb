import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..protocols import Button, NetworkUnavailable
from .common import CHAT, InboxCase, InboxHttpCase, reply
from .network.common import FIXTURES

LABEL = "o-omnichannel-pressed"
CHOICES = [{"label": "Morning"}, {"label": "  Evening\n"}]
LINK = {"label": "Our site", "kind": "link", "url": "https://example.com/book"}
PHONE = {"label": "My number", "kind": "phone"}
TELEGRAM = json.loads((FIXTURES / "telegram" / "settings.json").read_text(encoding="utf-8"))
OLGA = {"id": 5400112233, "is_bot": False, "first_name": "Olga"}


class Buttons(InboxCase):
    """A conversation in VK, and one in Telegram."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bot = cls.new_channel(
            "Bot",
            network="telegram",
            confirmation_code=False,
            operator_ids=cls.anna.ids,
            **{field: TELEGRAM[field] for field in TELEGRAM},
        )

    def ask(self, conversation, buttons=CHOICES, text="When?", **values):
        """An operator asks with buttons, and it is sent; return what is in the outbox."""
        messages = self.answer(conversation, text, omnichannel_buttons=buttons, **values)
        self.send_all()
        self.env.invalidate_all()
        return messages

    def keyboard(self):
        """Return the actions of the buttons that VK was sent last."""
        keyboard = json.loads(self.network.asked("messages.send")[-1]["keyboard"])
        return [button["action"] for row in keyboard["buttons"] for button in row]

    def pressed(self, payload, event_id="b7c1", chat=CHAT, **changes):
        """Return VK's event of a button that calls back."""
        return self.event(
            "message_event",
            {
                "user_id": int(chat),
                "peer_id": int(chat),
                "event_id": event_id,
                "payload": payload,
                "conversation_message_id": 88,
                **changes,
            },
        )

    def press(self, message, number=0, **changes):
        """The client presses a button of ours."""
        return self.deliver(self.pressed({"button": f"b{message.id}.{number}"}, **changes))

    def give_signals(self):
        self.run_cron("signals")
        return self.network.asked("messages.sendMessageEventAnswer")

    # Telegram

    def update(self, number, **content):
        """One of Telegram's updates arrives and is worked off."""
        self.deliver({"update_id": number, **content}, channel=self.bot)

    def telegram_message(self, number, **content):
        chat = {"id": OLGA["id"], "type": "private", "first_name": "Olga"}
        return {"message_id": number, "date": 1763629201, "chat": chat, "from": OLGA, **content}

    def telegram_answers(self, **result):
        self.network.says("sendMessage", reply(body={"ok": True, "result": result}))

    def talk_in_telegram(self):
        self.update(1, message=self.telegram_message(1, text="Hello"))
        conversation = self.conversation(chat=str(OLGA["id"]), channel=self.bot)
        conversation.with_user(self.anna).action_take()
        return conversation


@tagged("-at_install", "post_install")
class TestAnswersWithButtons(Buttons):
    """Buttons under what an operator writes."""

    def test_they_travel_with_the_text_and_are_shown(self):
        message = self.ask(self.taken(), [*CHOICES, LINK])
        self.assertEqual(message.state, "sent")
        self.assertEqual(
            [(action["type"], action["label"]) for action in self.keyboard()],
            [("text", "Morning"), ("text", "Evening"), ("open_link", "Our site")],
        )
        self.assertEqual(
            message.mail_message_id.omnichannel_buttons,
            [
                {"label": "Morning", "kind": "answer", "url": ""},
                {"label": "Evening", "kind": "answer", "url": ""},
                LINK,
            ],
        )

    def test_whoever_reads_the_thread_sees_them_and_the_payload_stays_ours(self):
        conversation = self.taken()
        conversation._say_to_client("Well?", [Button("Good", payload="rating:5")])
        mail_message = conversation.discuss_channel_id.message_ids[:1]
        for reader in (self.anna, self.boris, self.vera):
            shown = mail_message.with_user(reader).omnichannel_buttons
            self.assertEqual(shown, [{"label": "Good", "kind": "answer", "url": ""}])

    def test_they_come_once_behind_files_and_long_texts(self):
        conversation = self.taken()
        messages = self.ask(conversation, text="a" * 4000 + " " + "b" * 4000)
        self.assertEqual([bool(message.buttons) for message in messages], [False, True])
        messages = self.ask(conversation, attachments=[("a.txt", b"text")])
        self.assertEqual([bool(message.buttons) for message in messages], [False, True])

    def test_another_attempt_keeps_them(self):
        self.network.says("messages.send", NetworkUnavailable("away"))
        conversation = self.taken()
        message = self.answer(conversation, "When?", omnichannel_buttons=CHOICES)
        self.send_all()
        self.assertEqual(message.state, "waiting")
        message.write({"state": "failed"})
        with freeze_time(message.due_at + timedelta(minutes=1)):  # the channel rests no more
            message.with_user(self.anna).action_retry()
            self.send_all()
        said = [json.loads(each["keyboard"]) for each in self.network.asked("messages.send")]
        self.assertEqual((len(said), said[0]), (2, said[1]))

    def test_a_changed_text_keeps_them(self):
        message = self.ask(self.taken())
        thread = message.conversation_id.discuss_channel_id.with_user(self.anna)
        thread._message_update_content(
            message.mail_message_id.with_user(self.anna).sudo(), body="When exactly?"
        )
        self.send_all()
        [edited] = self.network.asked("messages.edit")
        self.assertEqual(edited["message"], "When exactly?")
        self.assertEqual(len(json.loads(edited["keyboard"])["buttons"][0]), 2)

    def test_what_the_network_does_not_carry_is_said_before_anything_is_sent(self):
        conversation = self.taken()
        refused = {
            "no such buttons": "Morning",
            "not a list of them": ["Morning"],
            "no label": [{"label": " "}],
            "a label that is none": [{"label": 5}],
            "a label that is too long": [{"label": "x" * 41}],
            "a kind that VK has not": [PHONE],
            "too many": CHOICES * 6,
            "no address": [{"label": "Site", "kind": "link"}],
            "an address of something else": [{**LINK, "url": "javascript:alert(1)"}],
            "an address without a host": [{**LINK, "url": "https:///book"}],
            "an address that cannot be read": [{**LINK, "url": "https://[book"}],
        }
        for why, buttons in refused.items():
            with self.subTest(why), self.assertRaises(UserError):
                self.answer(conversation, "When?", omnichannel_buttons=buttons)
        with self.assertRaisesRegex(UserError, "need a text"):
            self.ask(conversation, text="", attachments=[("a.txt", b"text")])
        self.assertFalse(self.network.asked("messages.send"))

    def test_a_note_has_none(self):
        with self.assertRaisesRegex(UserError, "note"):
            self.answer(self.taken(), omnichannel_buttons=CHOICES, subtype_xmlid="mail.mt_note")

    def test_nobody_else_adds_any(self):
        conversation = self.taken()
        with self.assertRaises(AccessError):
            self.answer(conversation, by=self.boris, omnichannel_buttons=CHOICES)
        thread = conversation.discuss_channel_id.with_context(omnichannel_buttons=[Button("x")])
        message = thread.with_user(self.anna).message_post(
            body="Hi", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(message.sudo().omnichannel_buttons)

    def test_what_a_press_means_is_not_for_a_browser_to_say(self):
        message = self.ask(self.taken(), [{"label": "Good", "payload": "rating:5"}])
        self.assertEqual(message.buttons[0]["payload"], "")

    def test_telegram_asks_for_the_number_alone(self):
        conversation = self.talk_in_telegram()
        with self.assertRaisesRegex(UserError, "stands alone"):
            self.answer(conversation, "?", omnichannel_buttons=[PHONE, *CHOICES])
        self.telegram_answers(message_id=2)
        self.ask(conversation, [PHONE])
        markup = json.loads(self.network.asked("sendMessage")[-1]["reply_markup"])
        self.assertEqual(markup["keyboard"], [[{"text": "My number", "request_contact": True}]])


@tagged("-at_install", "post_install")
class TestPressing(Buttons):
    """A client presses a button."""

    def last(self, conversation):
        return conversation.discuss_channel_id.message_ids[:1]

    def test_it_stands_in_the_thread_as_what_he_said(self):
        conversation = self.taken()
        asked = self.ask(conversation)
        self.press(asked, 1)
        last = self.last(conversation)
        self.assertIn(LABEL, last.body)
        self.assertEqual((last.preview, last.parent_id), ("Evening", asked.mail_message_id))
        self.assertEqual(last.author_guest_id, conversation.identity_id.guest_id)
        self.assertTrue(conversation.waiting_since)

    def test_the_waiting_sign_ends(self):
        self.press(self.ask(self.taken()))
        [answered] = self.give_signals()
        self.assertEqual((answered["event_id"], answered["user_id"]), ("b7c1", CHAT))
        self.assertEqual(len(self.give_signals()), 1)

    def test_every_press_is_answered(self):
        asked = self.ask(self.taken())
        self.store(
            self.pressed({"button": f"b{asked.id}.0"}, "one"),
            self.pressed({"button": f"b{asked.id}.1"}, "two"),
        )
        self.work_off()
        self.assertEqual([each["event_id"] for each in self.give_signals()], ["one", "two"])

    def test_repeated_by_the_network_it_is_there_once(self):
        conversation = self.taken()
        event = self.pressed({"button": f"b{self.ask(conversation).id}.0"})
        self.deliver(event, event)
        self.assertEqual(self.said(conversation).count("Morning"), 1)

    def test_a_choice_in_vk_is_a_message_that_carries_the_button(self):
        conversation = self.taken()
        asked = self.ask(conversation)
        payload = json.dumps({"button": f"b{asked.id}.1"})
        self.deliver(self.message("Evening", payload=payload), self.message("and more"))
        said, more = conversation.discuss_channel_id.message_ids.sorted("id")[-2:]
        self.assertIn(LABEL, said.body)
        self.assertEqual(said.parent_id, asked.mail_message_id)
        self.assertNotIn(LABEL, more.body)

    def test_on_a_finished_conversation_a_new_appeal_begins(self):
        conversation = self.taken()
        asked = self.ask(conversation)
        conversation.with_user(self.anna).action_finish()
        self.press(asked)
        self.assertEqual((conversation.state, len(conversation.session_ids)), ("new", 2))

    def test_a_spammer_is_answered_and_not_heard(self):
        conversation = self.taken()
        asked = self.ask(conversation)
        conversation.with_user(self.anna).action_spam()
        before = self.said(conversation)
        self.press(asked)
        self.assertEqual((self.said(conversation), conversation.state), (before, "spam"))
        self.assertEqual(len(self.give_signals()), 1)

    def test_a_button_of_somebody_else_says_what_it_carries(self):
        conversation = self.taken()
        asked = self.ask(conversation)
        others = self.taken(self.message(chat="777"))
        self.deliver(
            self.pressed({"btn": 1}, "one"),
            self.pressed({"button": f"b{asked.id}.7"}, "two"),
            self.pressed({"button": f"b{asked.id}.0"}, "three", chat="777"),
        )
        self.assertEqual(
            self.said(conversation)[-2:],
            ['Pressed a button: {"btn": 1}', f"Pressed a button: b{asked.id}.7"],
        )
        self.assertEqual(self.said(others)[-1], f"Pressed a button: b{asked.id}.0")

    def test_whoever_presses_first_is_a_client(self):
        conversation = self.deliver(self.pressed({"btn": 1}))
        self.assertEqual(conversation.state, "new")
        self.assertTrue(conversation.lead_id)

    def test_what_is_read_next_is_no_press(self):
        conversation = self.taken()
        self.press(self.ask(conversation))
        self.assertTrue(conversation._last_received().network_ref)

    def test_our_number_on_a_button_is_not_his(self):
        conversation = self.taken()
        asked = self.ask(conversation, [{"label": "Call +7 916 123-45-67"}])
        self.press(asked)
        self.assertFalse(conversation.identity_id.evidence_ids)

    def test_what_answers_by_itself_takes_what_the_button_carries(self):
        conversation = self.taken()
        conversation._say_to_client(
            "How was it?", [Button("Good", payload="rating:" + "5" * 100), Button("So so")]
        )
        self.send_all()
        asked = conversation.discuss_channel_id.message_ids[:1].omnichannel_message_ids
        taken = []

        def note(_conversation, payload, mail_message):
            taken.append((payload, mail_message.preview))

        with patch.object(type(conversation), "_on_button_pressed", note):
            self.press(asked, 0)
            self.press(asked, 1)
            payload = json.dumps({"button": f"b{asked.id}.0"})
            self.deliver(self.message("Good", payload=payload))
        self.assertEqual(
            taken,
            [("rating:" + "5" * 100, "Good"), ("So so", "So so"), ("rating:" + "5" * 100, "Good")],
        )

    def test_in_telegram(self):
        conversation = self.talk_in_telegram()
        self.telegram_answers(message_id=2)
        asked = self.ask(conversation)
        self.network.says("answerCallbackQuery", reply(body={"ok": True, "result": True}))
        query = {"id": "77", "from": OLGA, "chat_instance": "1", "data": f"b{asked.id}.0"}
        query["message"] = self.telegram_message(2, text="When?")
        self.update(2, callback_query=query)
        self.assertEqual(self.last(conversation).preview, "Morning")
        self.run_cron("signals")
        [answered] = self.network.asked("answerCallbackQuery")
        self.assertEqual(answered["callback_query_id"], "77")

    def test_the_number_that_telegram_shares_is_confirmed(self):
        conversation = self.talk_in_telegram()
        self.telegram_answers(message_id=2)
        self.ask(conversation, [PHONE])
        contact = {"phone_number": "79161234567", "first_name": "Olga", "user_id": OLGA["id"]}
        self.update(2, message=self.telegram_message(3, contact=contact))
        [evidence] = conversation.identity_id.evidence_ids
        self.assertEqual((evidence.kind, evidence.value), ("phone_confirmed", "+79161234567"))
        self.assertEqual(conversation.phone, "+79161234567")
        self.assertIn("+79161234567", self.said(conversation)[-1])


@tagged("-at_install", "post_install")
class TestPostedButtons(InboxHttpCase):
    """The composer's own way: Discuss's route."""

    def test_the_composer_sends_them_and_reads_them_again(self):
        conversation = self.taken()
        self.authenticate(self.anna.login, self.anna.login)
        thread = {
            "thread_model": "discuss.channel",
            "thread_id": conversation.discuss_channel_id.id,
        }
        data = {
            "body": "When?",
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "omnichannel_buttons": CHOICES,
        }
        posted = self.make_jsonrpc_request("/mail/message/post", {**thread, "post_data": data})
        fetched = self.make_jsonrpc_request("/mail/thread/messages", thread)
        for store in (posted["store_data"], fetched["data"]):
            [shown] = [
                message
                for message in store["mail.message"]
                if message["id"] == posted["message_id"] and "omnichannel_buttons" in message
            ]
            labels = [button["label"] for button in shown["omnichannel_buttons"]]
            self.assertEqual(labels, ["Morning", "Evening"])
