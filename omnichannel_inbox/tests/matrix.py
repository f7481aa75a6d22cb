"""Who may do what: every public method and every route of Discuss, as data.

A row tells of a conversation that Anna has and to which she invited Ivan: what is asked, what
follows, and for whom, by state. For everybody else nothing changes and nothing is shown. In what
is asked ``$thread`` and ``{thread}`` and the like stand for ids.
"""

from dataclasses import dataclass, field

STATES = ("new", "open", "done", "spam")

# Who somebody is to the conversation: operator (Anna), invited (Ivan), colleague on the channel,
# supervisor, administrator; reader is the lead's salesperson where the channel lets him read.
# Nothing to it have: another salesman, an employee, a stranger (operator of another channel), a
# foreigner (supervisor of another company), a portal user, and the public.
TALK = "operator invited"
SUPERVISE = "supervisor administrator"
MANAGE = f"{TALK} {SUPERVISE}"
SERVE = f"{MANAGE} colleague"
READ = f"{SERVE} reader"
NOBODY = ""


@dataclass(frozen=True)
class Row:
    """What is asked, what follows, for whom in which state, and what Anna does first.

    What follows: it ``changes`` something, ``shows`` the client, ``answers`` at all; it ``may``
    do what is tested elsewhere, and is refused or does nothing for everybody else.
    """

    asked: object
    follows: str
    who: dict = field(default_factory=dict)
    first: tuple = ()

    def is_asked(self, role, state):
        """What is the same in all states is asked in two of them, of outsiders in half of them."""
        same = len({self.who.get(each, NOBODY) for each in STATES}) == 1
        if role in READ.split():
            return not same or state in ("open", "spam")
        return state == "open" or (state == "new" and not same)

    def concerns(self, role, state):
        return role in self.who.get(state, NOBODY).split()


def always(roles):
    return dict.fromkeys(STATES, roles)


def kept_by_its_people():
    """While somebody has the conversation, others of the channel do nothing but read."""
    return {**always(SERVE), "open": MANAGE}


def while_going_on(roles):
    return {"new": roles, "open": roles}


def changes(*asked, first=(), **who):
    return Row(list(asked), "changes", who, first)


def shows(*asked, who=READ):
    return Row(list(asked), "shows", always(who))


def answers(*asked, **who):
    return Row(list(asked), "answers", who or always(READ))


def may(*asked, who="administrator"):
    return Row(list(asked), "may", always(who))


def nothing(*asked):
    """Nothing follows, for nobody."""
    return Row(list(asked), "changes")


#: By model and method, what stands behind the records.
METHODS = {
    "omnichannel.conversation": {
        "action_take": [changes(new=SERVE)],
        "action_invite": [changes(["$boris"], open=MANAGE), nothing(["$stranger"])],
        "action_delegate": [
            changes("$boris", new=SUPERVISE, open=MANAGE),
            nothing("$stranger"),
        ],
        "action_leave": [changes(open=TALK)],
        "action_finish": [changes(new=SERVE, open=MANAGE)],
        "action_spam": [changes("Advertising", new=SERVE, open=MANAGE)],
        "action_restore": [changes(done=SERVE, spam=SERVE)],
        "action_open": [answers()],
        "action_open_lead": [answers()],
        "action_create_lead": [answers(new=SERVE, open=SERVE, done=SERVE)],
        "action_add_product": [changes("$product", new=SERVE, open=SERVE, done=SERVE)],
        "action_convert": [answers(**always(SERVE))],
        "action_link": [changes("$partner", **kept_by_its_people())],
        "action_not_him": [changes("$partner", **kept_by_its_people())],
        "action_unlink_partner": [
            changes(first=("action_link", "$partner"), **kept_by_its_people()),
        ],
        "action_send_quotation": [changes("$order", open=TALK)],
        "announce_viewer": [answers(True)],
        "get_card": [shows()],
        "get_history": [answers(**always(SERVE))],
        "get_next": [nothing()],
        "get_operators": [answers()],
        "get_proposals": [answers()],
        "get_trouble": [answers()],
        # The client's card is kept by who has him, or by all; the rest goes by the actions.
        "write": [
            changes({"note": "Other"}, **kept_by_its_people()),
            nothing({"state": "done"}),
            nothing({"operator_id": "$boris"}),
        ],
        "read": [shows(["name"])],
        "export_data": [shows(["name"])],
        "unlink": [nothing()],
        "copy": [nothing()],
    },
    "omnichannel.identity": {
        "write": [
            changes({"phone": "+7 900"}, **kept_by_its_people()),
            nothing({"name": "Other"}),
        ],
        "read": [shows(["name"])],
        "export_data": [shows(["name"])],
        "action_erase": [may()],
    },
    "omnichannel.message": {
        "action_open": [answers()],
        "action_retry": [answers(open=TALK)],
        "write": [nothing({"state": "sent"})],
    },
    "omnichannel.inbound": {
        "action_run_again": [answers(**always("administrator"))],
        "read": [shows(["body"], who="administrator")],
    },
    "omnichannel.channel": {
        "action_begin": [may()],
        "action_check": [may()],
        "action_choose_people": [may()],
        "action_connect": [may()],
        "action_disconnect": [may()],
        "action_enter_token": [may()],
        "action_finish_connecting": [may()],
        "action_open_form": [nothing()],
        "action_seal_again": [may()],
        "action_step_back": [may()],
        "action_view_failed_inbound": [nothing()],
        "action_view_ratings": [nothing()],
        "create": [may({"name": "New", "network": "vk"})],
        "write": [changes({"name": "Other"}, **always("administrator"))],
    },
    "omnichannel.channel.check": {"action_cure": [may()]},
    "omnichannel.health": {
        "action_look": [may()],
        "action_move_in": [may()],
        "action_reconcile": [may()],
    },
    "omnichannel.health.finding": {"action_show": [may()]},
    "discuss.channel": {
        "action_unfollow": [changes(open=TALK)],
        "add_members": [nothing(["$boris_partner"])],
        "channel_change_description": [nothing("Other")],
        "channel_fetched": [nothing()],
        "channel_join": [nothing()],
        "channel_pin": [changes(False, open=TALK)],
        "channel_rename": [nothing("Other")],
        "channel_set_custom_name": [changes("Other", open=TALK)],
        "execute_command_help": [nothing()],
        "execute_command_leave": [changes(open=TALK)],
        "execute_command_who": [nothing()],
        "get_mention_suggestions": [nothing("Zweist")],
        "invite_by_email": [nothing(["a@example.com"])],
        "message_get_followers": [nothing()],
        "message_mail_with_source": [nothing("mail.message_origin_link")],
        "message_notify": [nothing()],
        "message_post": [changes(new=SUPERVISE, open=MANAGE)],
        "message_post_with_source": [nothing("mail.message_origin_link")],
        "message_process": [nothing("discuss.channel", "$letter", None, False, False, "$thread")],
        "message_subscribe": [nothing(["$boris_partner"])],
        "message_unsubscribe": [nothing(["$boris_partner"])],
        "message_update": [nothing({})],
        "notify_cancel_by_type": [nothing("email")],
        "set_message_pin": [changes("$message", False, new=SUPERVISE, open=MANAGE)],
        "unlink": [nothing()],
        "create": [
            nothing({"name": "x", "channel_type": "omnichannel"}),
            nothing({"name": "x", "omnichannel_conversation_id": "$conversation"}),
        ],
        "write": [nothing({"name": "Other"}), nothing({"omnichannel_state": "open"})],
        "read": [shows(["name"])],
        "export_data": [shows(["name"])],
        "copy": [nothing()],
    },
    "discuss.channel.member": {
        "create": [nothing({"channel_id": "$thread", "partner_id": "$boris_partner"})],
        "write": [nothing({"custom_channel_name": "x"})],
        "unlink": [nothing()],
        "read": [shows(["guest_id"])],
    },
    "mail.message": {
        "action_open_document": [nothing()],
        "create": [nothing({"model": "discuss.channel", "res_id": "$thread", "body": "x"})],
        "write": [nothing({"body": "x"})],
        "unlink": [nothing()],
        "read": [shows(["body"])],
        "export_data": [nothing(["body"])],
        "set_message_done": [nothing()],
        "toggle_message_starred": [changes(**always(READ))],
        "mark_all_as_read": [nothing()],
        "unstar_all": [nothing()],
    },
    "mail.guest": {
        "read": [shows(["name"])],
        "export_data": [shows(["name"])],
        "unlink": [nothing()],
        "write": [nothing({"name": "x"})],
    },
    "ir.attachment": {
        "read": [shows(["name", "raw"])],
        "export_data": [shows(["name"])],
        "write": [nothing({"name": "x"})],
        "unlink": [nothing()],
        "copy": [changes(open=TALK)],
        "create": [
            changes({"name": "x", "res_model": "discuss.channel", "res_id": "$thread"}, open=TALK)
        ],
    },
}

#: Public methods that concern no conversation, each with its reason.
NO_CONVERSATION = {
    "crm.lead": {"action_omnichannel_ask", "action_omnichannel_convert", "write"},  # its own rights
    "res.partner": {"action_omnichannel_ask"},
    "sale.order": {"action_omnichannel_ask", "message_post", "write"},
    "omnichannel.bot": {"action_try", "try_out"},  # scripts, which say nothing of anybody
    "omnichannel.bot.run": {"action_open"},  # as the next
    "omnichannel.assignment": {"action_open"},  # of the conversation, which is asked for above
    "omnichannel.communication": {"action_omnichannel_ask"},
    "omnichannel.lead.line": {"create", "write", "unlink"},  # as the lead
    "omnichannel.session": {"create"},  # no role has the right
    "res.users": {"action_view_omnichannel_ratings", "write"},  # opens a list, as who asks sees it
    "discuss.channel": {
        "copy_data",  # reads, as copy does
        "get_empty_list_help",
        "get_views",
        "mail_allowed_qweb_expressions",
        "mail_get_partner_fields",
        "message_change_thread",  # takes records, which no call from outside can give
        "message_new",  # an ordinary channel of Discuss
        "message_parse",
        "message_route",
        "with_user",
    },
    "mail.message": {"copy_data", "default_get", "fetch"},
}

#: What others might ask for instead of the records themselves; in the answers nobody is shown.
SEARCHES = (
    ("mail.message", [("author_guest_id.name", "ilike", "Zweist")], "body"),
    ("mail.message", [("body", "ilike", "555-12-12")], "body"),
    ("discuss.channel.member", [("guest_id.name", "ilike", "Zweist")], "guest_id"),
    ("discuss.channel", [("channel_member_ids.guest_id.name", "ilike", "Zweist")], "name"),
    ("ir.attachment", [("name", "ilike", "Zweist")], "name"),
    ("mail.guest", [("channel_ids.message_ids.body", "ilike", "555")], "name"),
    ("omnichannel.conversation", [("identity_id.name", "ilike", "Zweist")], "name"),
    ("omnichannel.conversation", [("message_text", "ilike", "555")], "name"),
    ("omnichannel.session", [("conversation_id.name", "ilike", "Zweist")], "conversation_id"),
    ("omnichannel.message", [("conversation_id.name", "ilike", "Zweist")], "conversation_id"),
    ("omnichannel.identity", [("conversation_ids.name", "ilike", "Zweist")], "name"),
)
