from contextlib import closing
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import InboxCase, InboxHttpCase


@tagged("-at_install", "post_install")
class TestTaking(InboxCase):
    """Of any number of takers one wins, and everybody knows who."""

    def test_whoever_takes_it_is_the_operator_and_may_write(self):
        conversation = self.taken()
        self.assertEqual((conversation.state, conversation.operator_id), ("open", self.anna))
        self.assertEqual(conversation.participant_ids, self.anna)
        self.assertEqual(self.members(conversation), self.anna)
        self.assertEqual(conversation.session_id.operator_id, self.anna)
        self.assertTrue(conversation.session_id.taken_at)
        self.assertEqual(self.lines(conversation), ["Anna took the conversation."])

    def test_the_second_taker_is_told_who_was_faster(self):
        conversation = self.taken()
        with self.assertRaisesRegex(UserError, "Anna has already taken this conversation"):
            conversation.with_user(self.boris).action_take()
        self.assertEqual(conversation.operator_id, self.anna)
        self.assertEqual(self.members(conversation), self.anna)

    def test_taking_again_changes_nothing(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_take()
        self.assertEqual(len(self.lines(conversation)), 1)

    def test_a_taker_with_an_old_picture_of_it_does_not_win(self):
        conversation = self.deliver(self.message())
        late = conversation.with_user(self.boris)
        self.assertEqual(late.state, "new")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE omnichannel_conversation SET state = 'open', operator_id = %s WHERE id = %s",
            (self.anna.id, conversation.id),
        )
        with self.assertRaisesRegex(UserError, "Anna"):
            late.action_take()

    def test_a_closed_one_cannot_be_taken(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_finish()
        with self.assertRaisesRegex(UserError, "closed"):
            conversation.with_user(self.boris).action_take()

    def test_whoever_takes_it_first_becomes_the_salesperson(self):
        conversation = self.taken()
        self.assertEqual(conversation.lead_id.user_id, self.anna)
        conversation.with_user(self.anna).action_leave()
        conversation.with_user(self.boris).action_take()
        self.assertEqual(conversation.lead_id.user_id, self.anna)

    def test_the_database_knows_no_open_conversation_without_an_operator(self):
        conversation = self.taken()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                "UPDATE omnichannel_conversation SET operator_id = NULL WHERE id = %s",
                (conversation.id,),
            )


@tagged("-at_install", "post_install")
class TestEnding(InboxCase):
    """A conversation ends, may be restored, and begins again when the client writes."""

    def test_finishing_ends_the_session_and_removes_everybody(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_invite(self.boris.ids)
        conversation.with_user(self.anna).action_finish()
        session = conversation.session_id
        self.assertEqual((conversation.state, session.outcome), ("done", "done"))
        self.assertTrue(session.closed_at)
        self.assertFalse(self.members(conversation))
        self.assertFalse(conversation.waiting_since)
        self.assertEqual(self.lines(conversation)[-1], "Anna finished the conversation.")

    def test_spam_ends_it_as_spam_also_before_anybody_took_it(self):
        conversation = self.deliver(self.message())
        conversation.with_user(self.boris).action_spam()
        self.assertEqual((conversation.state, conversation.session_id.outcome), ("spam", "spam"))

    def test_a_closed_one_is_not_closed_again(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_finish()
        for close in ("action_finish", "action_spam"):
            with self.assertRaisesRegex(UserError, "already closed"):
                getattr(conversation.with_user(self.anna), close)()

    def test_colleagues_do_not_close_what_somebody_has(self):
        conversation = self.taken()
        for close in ("action_finish", "action_spam"):
            with self.assertRaisesRegex(AccessError, "Anna"):
                getattr(conversation.with_user(self.boris), close)()
        conversation.with_user(self.vera).action_finish()
        self.assertEqual(conversation.state, "done")

    def test_restoring_gives_it_back_to_its_operator(self):
        for close in ("action_finish", "action_spam"):
            with self.subTest(close):
                conversation = self.taken(self.message(chat=f"5{len(close)}"))
                session = conversation.session_id
                getattr(conversation.with_user(self.anna), close)()
                conversation.with_user(self.boris).action_restore()
                self.assertEqual(
                    (conversation.state, conversation.operator_id), ("open", self.anna)
                )
                self.assertEqual(self.members(conversation), self.anna)
                self.assertEqual(conversation.session_id, session)
                self.assertFalse(session.closed_at or session.outcome)

    def test_restored_without_its_operator_it_waits(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_finish()
        self.channel.operator_ids -= self.anna
        conversation.with_user(self.boris).action_restore()
        self.assertEqual(conversation.state, "new")
        self.assertFalse(conversation.operator_id)
        self.assertFalse(self.members(conversation))

    def test_an_open_one_is_not_restored(self):
        conversation = self.taken()
        with self.assertRaisesRegex(UserError, "not closed"):
            conversation.with_user(self.anna).action_restore()

    def test_a_client_who_writes_after_the_end_begins_a_new_session_in_the_same_thread(self):
        conversation = self.taken()
        thread, session = conversation.discuss_channel_id, conversation.session_id
        conversation.with_user(self.anna).action_finish()
        self.deliver(self.message("Again"))
        self.assertEqual(conversation.state, "new")
        self.assertFalse(conversation.operator_id)
        self.assertEqual(conversation.discuss_channel_id, thread)
        self.assertNotEqual(conversation.session_id, session)
        self.assertEqual(self.said(conversation), ["Hello", "Again"])
        self.assertTrue(conversation.waiting_since)

    def test_a_client_who_counts_as_spam_is_kept_and_disturbs_nobody(self):
        conversation = self.deliver(self.message())
        conversation.with_user(self.anna).action_spam()
        before = (conversation.last_message_at, conversation.session_id, conversation.lead_id)
        photo = {"type": "photo", "photo": {"id": 1, "sizes": [self.size()]}}
        self.deliver(self.message("Buy now", attachments=[photo]))
        self.fetch_files()
        self.assertEqual(conversation.state, "spam")
        self.assertIn("Buy now", self.said(conversation)[-1])
        after = (conversation.last_message_at, conversation.session_id, conversation.lead_id)
        self.assertEqual(before, after)
        self.assertFalse(conversation.waiting_since)
        self.assertFalse(self.storage.asked)

    def size(self):
        return {"type": "x", "width": 1, "height": 1, "url": "https://sun9-1.userapi.com/x.jpg"}

    def test_only_one_session_of_a_conversation_is_open(self):
        conversation = self.taken()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["omnichannel.session"].create({"conversation_id": conversation.id})


@tagged("-at_install", "post_install")
class TestSharing(InboxCase):
    """Colleagues are invited, take over and leave; nobody else is in the thread."""

    def test_the_invited_join_and_may_write(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_invite(self.boris.ids)
        self.assertEqual(self.members(conversation), self.anna | self.boris)
        self.assertEqual(self.answer(conversation, by=self.boris).state, "waiting")
        self.assertEqual(conversation.operator_id, self.anna)

    def test_only_operators_of_the_channel_can_be_invited_or_made_responsible(self):
        conversation = self.taken().with_user(self.anna)
        for user in self.stranger | self.employee | self.foreigner:
            with self.subTest(user.name):
                with self.assertRaises(UserError):
                    conversation.action_invite(user.ids)
                with self.assertRaises(UserError):
                    conversation.action_delegate(user.id)
        self.assertEqual(self.members(conversation), self.anna)

    def test_nobody_is_invited_into_a_waiting_or_closed_one(self):
        conversation = self.deliver(self.message()).with_user(self.anna)
        with self.assertRaisesRegex(UserError, "Take"):
            conversation.action_invite(self.boris.ids)
        conversation.action_finish()
        with self.assertRaises(UserError):
            conversation.action_invite(self.boris.ids)
        with self.assertRaises(UserError):
            conversation.action_delegate(self.boris.id)

    def test_a_colleague_does_not_invite_himself(self):
        conversation = self.taken().with_user(self.boris)
        with self.assertRaises(AccessError):
            conversation.action_invite(self.boris.ids)
        with self.assertRaises(AccessError):
            conversation.action_delegate(self.boris.id)

    def test_delegating_makes_another_responsible_and_the_caller_stays(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_delegate(self.boris.id)
        self.assertEqual(conversation.operator_id, self.boris)
        self.assertEqual(conversation.session_id.operator_id, self.boris)
        self.assertEqual(self.members(conversation), self.anna | self.boris)

    def test_who_is_given_one_is_told_in_his_language(self):
        conversation = self.taken()
        self.boris.lang = "ru_RU"
        with patch.object(type(self.boris), "_bus_send", autospec=True) as said:
            conversation.with_user(self.anna).action_delegate(self.boris.id)
        told = [call.args for call in said.mock_calls if call.args[1] == "simple_notification"]
        [(user, _kind, line)] = told
        self.assertEqual((user, line["title"]), (self.boris, "Клиент для вас"))
        self.assertIn(conversation.name, line["message"])

    def test_a_supervisor_delegates_what_waits_and_an_operator_does_not(self):
        conversation = self.deliver(self.message())
        with self.assertRaisesRegex(UserError, "Take"):
            conversation.with_user(self.anna).action_delegate(self.boris.id)
        conversation.with_user(self.vera).action_delegate(self.boris.id)
        self.assertEqual((conversation.state, conversation.operator_id), ("open", self.boris))
        self.assertEqual(self.members(conversation), self.boris)
        self.assertTrue(conversation.session_id.taken_at)

    def test_a_supervisor_takes_an_open_one_over(self):
        conversation = self.taken()
        conversation.with_user(self.vera).action_delegate(self.vera.id)
        self.assertEqual(conversation.operator_id, self.vera)
        self.assertEqual(self.answer(conversation, by=self.vera).state, "waiting")

    def test_a_supervisor_joins_an_open_one(self):
        conversation = self.taken()
        conversation.with_user(self.vera).action_invite(self.vera.ids)
        self.assertEqual(conversation.operator_id, self.anna)
        self.assertEqual(self.answer(conversation, by=self.vera).state, "waiting")

    def test_a_supervisor_keeps_what_he_took(self):
        conversation = self.deliver(self.message())
        conversation.with_user(self.vera).action_take()
        self.run_cron("watchdog")
        self.assertEqual((conversation.state, conversation.operator_id), ("open", self.vera))

    def test_when_the_operator_leaves_the_first_invited_is_responsible(self):
        self.channel.operator_ids += self.vera
        conversation = self.taken()
        conversation.with_user(self.anna).action_invite(self.vera.ids)
        conversation.with_user(self.anna).action_invite(self.boris.ids)
        conversation.with_user(self.anna).action_leave()
        self.assertEqual((conversation.state, conversation.operator_id), ("open", self.vera))
        self.assertEqual(self.members(conversation), self.vera | self.boris)

    def test_when_the_last_one_leaves_it_waits(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_leave()
        self.assertEqual(conversation.state, "new")
        self.assertFalse(conversation.operator_id or self.members(conversation))
        self.assertFalse(conversation.session_id.closed_at)

    def test_whoever_is_not_there_cannot_leave(self):
        conversation = self.taken()
        with self.assertRaisesRegex(UserError, "do not take part"):
            conversation.with_user(self.boris).action_leave()

    def test_leaving_the_thread_is_leaving_the_conversation(self):
        conversation = self.taken()
        conversation.discuss_channel_id.with_user(self.anna).action_unfollow()
        self.assertEqual(conversation.state, "new")
        self.assertFalse(self.members(conversation))

    def test_what_an_archived_operator_had_waits_again(self):
        conversation = self.taken()
        self.anna.active = False
        self.assertEqual(conversation.state, "new")
        self.assertFalse(self.members(conversation))

    def test_what_an_operator_without_the_role_had_waits_again(self):
        conversation = self.taken()
        self.anna.group_ids -= self.env.ref("omnichannel_inbox.group_operator")
        self.assertEqual(conversation.state, "new")

    def test_what_an_operator_without_the_company_had_waits_again(self):
        """Fails without: ``company_ids`` in ``_compute_all_operator_ids`` and in his ``write``."""
        conversation = self.taken()
        elsewhere = {
            "company_id": self.company2.id,
            "company_ids": [Command.set(self.company2.ids)],
        }
        self.anna.write(elsewhere)
        self.assertEqual(
            (conversation.state, self.members(conversation)), ("new", self.env.user[:0])
        )
        self.assertEqual(self.channel.all_operator_ids, self.boris)

    def test_what_they_had_waits_again_when_nobody_serves_the_channel(self):
        """The group is emptied, or the channel goes to another company."""
        for values in ({"operator_ids": False}, {"company_id": self.company2.id}):
            conversation = self.taken(self.message(chat=f"6{len(values)}"))
            with self.subTest(values), closing(self.env.cr.savepoint()):
                self.channel.write(values)
                self.assertFalse(self.channel.all_operator_ids)
                self.assertEqual(conversation.state, "new")
                self.assertFalse(self.members(conversation))
                self.assertEqual(self.channel._check_operators().state, "error", "it is red")
            self.env.invalidate_all()

    def test_what_an_operator_taken_off_the_channel_had_goes_to_the_invited(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_invite(self.boris.ids)
        self.channel.operator_ids = [Command.unlink(self.anna.id)]
        self.assertEqual((conversation.state, conversation.operator_id), ("open", self.boris))
        self.assertEqual(self.members(conversation), self.boris)

    def test_members_of_the_team_who_are_operators_serve_the_channel(self):
        team = self.env["crm.team"].create({"name": "Team"})
        members = self.stranger | self.employee
        team.member_ids = members
        self.channel.team_id = team
        self.assertEqual(self.channel.all_operator_ids, self.anna | self.boris | self.stranger)
        conversation = self.taken(by=self.stranger)
        team.member_ids -= self.stranger
        self.assertNotIn(self.stranger, self.channel.all_operator_ids)
        self.run_cron("watchdog")
        self.assertEqual(conversation.state, "new")

    def test_every_public_method_works_on_several_conversations(self):
        self.deliver(self.message(chat="1"), self.message(chat="2"))
        both = self.env["omnichannel.conversation"].search([("channel_id", "=", self.channel.id)])
        for action in ("take", "finish", "restore", "leave", "spam"):
            getattr(both.with_user(self.anna), f"action_{action}")()
        self.assertEqual(both.mapped("state"), ["spam", "spam"])


@tagged("-at_install", "post_install")
class TestWhoMayWrite(InboxCase):
    """Only the operator and the invited reach the client, whatever way they try."""

    def assert_refused(self, conversation, users):
        """Every way to say something in the thread is refused to these users."""
        for user in users:
            for name, way in self.ways().items():
                thread = conversation.discuss_channel_id.with_user(user)
                said = {"state": conversation.state, "user": user.name, "way": name}
                with self.subTest(**said), self.assertRaises(UserError):
                    way(thread)

    def ways(self):
        """Return ways to say something in a thread, by name."""
        note = self.env.ref("mail.mt_note").id
        comment = self.env.ref("mail.mt_comment").id
        plain = {"body": "Hi", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        return {
            "plainly": lambda thread: thread.message_post(**plain),
            "by the subtype's id": lambda thread: thread.message_post(
                body="Hi", message_type="comment", subtype_id=comment
            ),
            "under two subtypes": lambda thread: thread.message_post(**plain, subtype_id=note),
            "as superuser": lambda thread: thread.sudo().message_post(**plain),
            "with a context": lambda thread: thread.with_context(
                omnichannel_voice=True, install_mode=True, mail_create_nosubscribe=True
            ).message_post(**plain),
            "as the client": lambda thread: thread.with_context(
                guest=thread.sudo().channel_member_ids.guest_id
            ).message_post(**plain),
            "with a source": lambda thread: thread.message_post_with_source(
                "mail.message_origin_link",
                render_values={"self": thread, "origin": thread},
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            ),
            "as a letter": lambda thread: thread.message_post(**{**plain, "message_type": "email"}),
            "as a record": lambda thread: self.env(user=thread.env.user)["mail.message"].create(
                {
                    "model": "discuss.channel",
                    "res_id": thread.id,
                    "body": "Hi",
                    "message_type": "comment",
                    "subtype_id": comment,
                }
            ),
        }

    def test_nobody_writes_before_the_conversation_is_taken(self):
        conversation = self.deliver(self.message())
        self.assert_refused(conversation, self.anna | self.vera)

    def test_nobody_but_the_participants_writes_in_an_open_one(self):
        conversation = self.taken()
        others = self.boris | self.stranger | self.employee | self.vera | self.foreigner
        self.assert_refused(conversation, others)

    def test_nobody_writes_after_the_end(self):
        for close in ("action_finish", "action_spam"):
            conversation = self.taken(self.message(chat=f"5{len(close)}"))
            getattr(conversation.with_user(self.anna), close)()
            self.assert_refused(conversation, self.anna | self.vera)

    def test_a_supervisor_leaves_notes_that_the_client_never_sees(self):
        conversation = self.taken()
        thread = conversation.discuss_channel_id.with_user(self.vera)
        thread.message_post(body="Mind him", message_type="comment", subtype_xmlid="mail.mt_note")
        self.send_all()
        self.assertFalse(self.network.asked("messages.send"))
        with self.assertRaises(AccessError):
            conversation.discuss_channel_id.with_user(self.boris).message_post(
                body="Me too", message_type="comment", subtype_xmlid="mail.mt_note"
            )

    def test_notes_of_the_operator_stay_inside(self):
        conversation = self.taken()
        for values in (
            {"subtype_xmlid": "mail.mt_note"},
            {"subtype_xmlid": None, "subtype_id": self.env.ref("mail.mt_note").id},
            {"subtype_xmlid": None},
        ):
            self.assertFalse(self.answer(conversation, "inside", **values))
        self.send_all()
        self.assertFalse(self.network.asked("messages.send"))

    def test_an_edited_note_stays_inside(self):
        conversation = self.taken()
        thread = conversation.discuss_channel_id.with_user(self.anna)
        note = thread.message_post(body="one", message_type="comment", subtype_xmlid="mail.mt_note")
        thread._message_update_content(note, body="two")
        self.send_all()
        self.assertFalse(self.network.calls)

    def test_lines_about_what_happened_stay_inside(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_finish()
        self.send_all()
        self.assertFalse(self.network.asked("messages.send"))


@tagged("-at_install", "post_install")
class TestThread(InboxCase):
    """The thread of a client is nobody's to open, join, rename or make."""

    def test_it_has_no_public_link(self):
        conversation = self.deliver(self.message())
        self.assertFalse(conversation.discuss_channel_id.uuid)

    def test_typing_does_not_join(self):
        thread = self.deliver(self.message()).discuss_channel_id
        for user in self.anna | self.vera:
            thread.with_user(user)._find_or_create_member_for_self()
        self.assertFalse(thread.channel_member_ids.partner_id)

    def test_nobody_is_added_past_the_conversation(self):
        conversation = self.taken()
        thread = conversation.discuss_channel_id
        partner, members = self.employee.partner_id, self.env["discuss.channel.member"]
        for user in self.anna | self.boris | self.vera | self.employee:
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    thread.with_user(user).add_members(partner_ids=partner.ids)
                with self.assertRaises(AccessError):
                    members.with_user(user).create(
                        {"channel_id": thread.id, "partner_id": partner.id}
                    )
        self.assertEqual(self.members(conversation), self.anna)

    def test_a_member_cannot_point_the_thread_elsewhere(self):
        conversation = self.taken()
        other = self.deliver(
            {**self.message(chat="66"), "group_id": 555}, channel=self.other_channel
        )
        thread = conversation.discuss_channel_id.with_user(self.anna)
        for values in (
            {"omnichannel_conversation_id": other.id},
            {"omnichannel_channel_id": self.other_channel.id},
            {"omnichannel_operator_id": self.boris.id},
            {"omnichannel_state": "new"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                thread.write(values)

    def test_an_employee_cannot_make_a_thread_about_a_conversation(self):
        conversation = self.deliver(self.message())
        threads = self.env["discuss.channel"]
        for values in (
            {"channel_type": "omnichannel"},
            {"channel_type": "channel", "omnichannel_conversation_id": conversation.id},
            {"channel_type": "group", "omnichannel_channel_id": self.channel.id},
        ):
            for user in self.employee | self.stranger:
                with self.subTest(values=values, user=user.name), self.assertRaises(UserError):
                    threads.with_user(user).create({"name": "Mine", **values})

    def test_the_client_is_a_guest_and_the_only_member_who_stays(self):
        conversation = self.taken()
        conversation.with_user(self.anna).action_finish()
        members = conversation.discuss_channel_id.channel_member_ids
        self.assertEqual(members.guest_id, conversation.identity_id.guest_id)
        self.assertEqual(len(members), 1)

    def test_a_conversation_opens_in_discuss_and_its_lead_in_the_form(self):
        conversation = self.deliver(self.message()).with_user(self.anna)
        thread = f"discuss.channel_{conversation.discuss_channel_id.id}"
        self.assertEqual(conversation.action_open()["params"]["active_id"], thread)
        action = conversation.action_open_lead()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("crm.lead", conversation.lead_id.id)
        )

    def test_without_a_lead_there_is_none_to_open(self):
        self.channel.lead_policy = "manual"
        conversation = self.deliver(self.message())
        with self.assertRaisesRegex(UserError, "no lead"):
            conversation.with_user(self.anna).action_open_lead()


@tagged("-at_install", "post_install")
class TestDiscussRoutes(InboxHttpCase):
    """The routes of Discuss keep to the same rules."""

    def ask(self, route, user, **params):
        """Return what a route answers this user, or None where it refuses."""
        self.authenticate(user.login, user.login)
        with mute_logger("odoo.http"):  # a refusal is told there
            answer = self.url_open(
                route, json={"jsonrpc": "2.0", "method": "call", "params": params}
            ).json()
        self.env.invalidate_all()
        return None if "error" in answer else answer.get("result")

    def say(self, conversation, user):
        return self.ask(
            "/mail/message/post",
            user,
            thread_model="discuss.channel",
            thread_id=conversation.discuss_channel_id.id,
            post_data={
                "body": "Hi",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            },
        )

    def test_only_the_operator_posts(self):
        conversation = self.taken()
        for user in self.boris | self.vera | self.employee | self.stranger:
            self.assertIsNone(self.say(conversation, user), user.name)
        self.assertEqual(self.said(conversation), ["Hello"])
        self.assertTrue(self.say(conversation, self.anna))
        self.assertEqual(self.said(conversation), ["Hello", "Hi"])

    def test_typing_through_the_route_joins_nobody(self):
        conversation = self.deliver(self.message())
        thread = conversation.discuss_channel_id
        for user in self.anna | self.vera:
            self.ask("/discuss/channel/notify_typing", user, channel_id=thread.id, is_typing=True)
        self.assertFalse(self.members(conversation))

    def test_there_is_no_link_for_guests(self):
        thread = self.deliver(self.message()).discuss_channel_id
        for link in (f"/chat/{thread.id}/False", f"/chat/{thread.id}/", f"/chat/{thread.id}/None"):
            self.assertIn(self.url_open(link).status_code, (303, 404), link)
        self.assertEqual(len(thread.channel_member_ids), 1)
