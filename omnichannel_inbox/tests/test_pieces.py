from datetime import datetime, timezone

from odoo.tests import tagged

from ..protocols import (
    ChatMoved,
    File,
    FileAddress,
    MessageEdited,
    MessageReceived,
    NetworkUnavailable,
    Person,
    Quote,
    UnsupportedContent,
)
from ..protocols.vk import Vk
from ..tools import transport
from .common import CHAT, PIXEL, InboxCase

AT = datetime(2025, 11, 20, 9, 0, tzinfo=timezone.utc)


@tagged("-at_install", "post_install")
class TestPieces(InboxCase):
    """What a network sends in pieces is one message in the thread, and each piece is known."""

    def setUp(self):
        super().setUp()
        self.storage.files = {f"https://sun1.userapi.com/{n}.jpg": PIXEL for n in range(1, 5)}

    def apply(self, *pieces, kind=MessageReceived, **values):
        inbound = self.env["omnichannel.inbound"].new({"channel_id": self.channel.id})
        method = inbound._apply_edit if kind is MessageEdited else inbound._apply_message
        for number in pieces:
            method(self.channel, self.piece(number, kind, **values))
        return self.conversation(CHAT)

    def piece(self, number, kind=MessageReceived, *, group_id="album", **values):
        file = File("image", f"https://sun1.userapi.com/{number}.jpg", f"{number}.jpg")
        values = {"files": (file,), **values}
        return kind("key", CHAT, str(number), Person(CHAT, "Anna"), AT, group_id=group_id, **values)

    def spoken(self, conversation):
        return conversation.discuss_channel_id.message_ids.filtered(
            lambda message: message.message_type == "comment"
        )

    def test_an_album_is_one_message_with_all_its_pictures(self):
        self.apply(1, text="Two of them")
        conversation = self.apply(2)
        self.assertEqual(self.said(conversation), ["Two of them 📷 1.jpg 📷 2.jpg"])
        self.fetch_files()
        self.assertEqual(self.said(conversation), ["Two of them"])
        names = self.spoken(conversation).attachment_ids.sorted("id").mapped("name")
        self.assertEqual(names, ["1.jpg", "2.jpg"])

    def test_the_words_may_come_with_any_piece_and_whenever(self):
        self.apply(1)
        self.fetch_files()
        conversation = self.apply(2, text="both")
        self.assertEqual(self.said(conversation), ["both 📷 2.jpg"])

    def test_a_piece_again_is_nothing_new(self):
        conversation = self.apply(1, 2, 1, 2, text="x")
        self.assertEqual(self.said(conversation), ["x x 📷 1.jpg 📷 2.jpg"])
        self.assertEqual(len(conversation.session_ids), 1)

    def test_other_albums_and_other_chats_stay_apart(self):
        self.apply(1)
        conversation = self.apply(2, group_id="another")
        self.assertEqual(len(self.said(conversation)), 2)
        self.apply(3, group_id="")
        self.assertEqual(len(self.said(conversation)), 3)

    def test_an_edit_changes_the_words_of_its_piece_only(self):
        self.apply(1, text="first")
        conversation = self.apply(2, text="second")
        self.apply(2, kind=MessageEdited, text="2nd")
        self.assertEqual(self.said(conversation), ["first 2nd 📷 1.jpg 📷 2.jpg"])
        self.assertEqual(self.env["omnichannel.file"].search_count([]), 2)

    def test_a_file_that_cannot_be_had_is_still_named_when_more_comes(self):
        self.storage.files["https://sun1.userapi.com/1.jpg"] = transport.FileTooLarge()
        self.apply(1)
        self.fetch_files()
        conversation = self.apply(2)
        self.assertEqual(self.said(conversation), ["📷 1.jpg – too large to be fetched 📷 2.jpg"])

    def test_a_reply_to_any_piece_finds_the_message(self):
        conversation = self.apply(1, 2)
        self.assertEqual(conversation._find_replied("2"), self.spoken(conversation))

    def test_what_a_forwarded_album_comes_from_is_said_once(self):
        for number in (1, 2):
            file = File("image", f"https://sun1.userapi.com/{number}.jpg", f"{number}.jpg")
            quote = Quote(author_name="News", files=(file,))
            self.apply(number, files=(), quotes=(quote,))
        conversation = self.conversation(CHAT)
        self.assertEqual(self.said(conversation)[0].count("News"), 1)
        self.fetch_files()
        self.assertEqual(len(self.spoken(conversation).attachment_ids), 2)

    def test_pieces_of_a_batch_are_joined_too(self):
        self.taken()
        events = {"a": self.piece(1), "b": self.piece(2)}
        self.patch(Vk, "parse", lambda _self, envelope: [events[envelope.key]])
        self.deliver(self.message(event_id="a"), self.message(event_id="b"))
        self.assertEqual(len(self.said(self.conversation(CHAT))), 2, "the greeting and the album")


@tagged("-at_install", "post_install")
class TestAlbumsOut(InboxCase):
    """An album of ours may be several messages on the network: all of them can be deleted."""

    def setUp(self):
        super().setUp()
        self.open = self.taken()
        self.patch(Vk, "send", lambda _self, _outgoing, _http: "71 72 73")
        self.message = self.answer(self.open, "Three")
        self.send_all()
        self.parts = self.message.mail_message_id.omnichannel_message_ids.sorted("id")

    def test_each_has_its_row(self):
        self.assertEqual(self.parts.mapped("network_ref"), ["71", "72", "73"])
        self.assertEqual(set(self.parts.mapped("state")), {"sent"})

    def test_a_reply_to_any_of_them_finds_the_message(self):
        self.assertEqual(self.open._find_replied("73"), self.message.mail_message_id)

    def change(self, body):
        thread = self.open.discuss_channel_id.with_user(self.anna)
        thread.sudo()._message_update_content(self.message.mail_message_id, body=body)
        self.send_all()

    def test_an_edit_goes_to_the_one_with_the_text(self):
        self.change("3")
        self.assertEqual([c["message_id"] for c in self.network.asked("messages.edit")], ["71"])

    def test_a_deletion_goes_to_all(self):
        self.change("")
        deleted = [call["message_ids"] for call in self.network.asked("messages.delete")]
        self.assertEqual(deleted, ["71", "72", "73"])


@tagged("-at_install", "post_install")
class TestMovedChats(InboxCase):
    def move(self, *chats):
        inbound = self.env["omnichannel.inbound"].new({"channel_id": self.channel.id})
        inbound._apply_move(self.channel, ChatMoved("key", *chats))

    def test_the_conversation_goes_on_under_the_new_name(self):
        conversation = self.deliver(self.message())
        for _again in range(2):
            self.move(CHAT, "-100777")
        self.assertEqual(conversation.chat_ref, "-100777")

    def test_a_conversation_that_exists_already_is_left_alone(self):
        first = self.deliver(self.message())
        second = self.deliver(self.message(chat="77"))
        self.move(CHAT, "77")
        self.assertEqual((first.chat_ref, second.chat_ref), (CHAT, "77"))


@tagged("-at_install", "post_install")
class TestLocatedFiles(InboxCase):
    """Where a network names a file without an address, it is asked for one when it is fetched."""

    def locate(self, found):
        def locate_file(_protocol, url, _http):
            self.asked = url
            if isinstance(found, Exception):
                raise found
            return found

        self.patch(Vk, "locate_file", locate_file)

    def receive(self):
        inbound = self.env["omnichannel.inbound"].new({"channel_id": self.channel.id})
        event = MessageReceived(
            "k", CHAT, "1", Person(CHAT), AT, files=(File("image", "file-17", "a.png"),)
        )
        inbound._apply_message(self.channel, event)
        self.fetch_files()
        return self.env["omnichannel.file"].search([])

    def test_it_is_fetched_where_and_as_the_protocol_says(self):
        self.storage.files["https://sun1.userapi.com/SECRET/a.png"] = PIXEL
        headers = {"Authorization": "SECRET"}
        self.locate(FileAddress("https://sun1.userapi.com/SECRET/a.png", headers))
        file = self.receive()
        self.assertEqual((self.asked, file.state, file.url), ("file-17", "done", "file-17"))
        self.assertEqual(self.storage.asked[0][1]["headers"], headers)

    def test_without_an_answer_it_is_tried_again(self):
        self.locate(NetworkUnavailable("down"))
        file = self.receive()
        self.assertEqual((file.state, file.attempts), ("waiting", 1))

    def test_what_the_network_hands_out_to_nobody_is_named(self):
        self.locate(UnsupportedContent("file is too big"))
        file = self.receive()
        self.assertEqual((file.state, file.error), ("failed", "file_too_large"))
        self.assertIn("too large", self.said(self.conversation())[0])
