"""Who may do what by the routes of Discuss, as data; see matrix.py for what a row says."""

from base64 import b64encode

from .common import PIXEL
from .matrix import MANAGE, READ, SERVE, SUPERVISE, TALK, Row, always

PHOTO = b64encode(PIXEL).decode()
THREAD = {"thread_model": "discuss.channel", "thread_id": "$thread"}
CHANNEL = {"channel_id": "$thread"}
SEARCHED = {"fetch_params": {"search_term": "555-12-12"}}


def changes(asked, **who):
    return Row(asked, "changes", who)


def shows(asked, who=READ):
    return Row(asked, "shows", always(who))


def answers(asked, **who):
    return Row(asked, "answers", who or always(READ))


def nothing(asked):
    return Row(asked, "changes")


def said(kind, **values):
    return {**THREAD, "post_data": {"body": "x", "subtype_xmlid": f"mail.{kind}", **values}}


def call(model, method, *args, **kwargs):
    return {"model": model, "method": method, "args": list(args), "kwargs": kwargs}


def fetch(name, params=None):
    return {"fetch_params": [[name, params]]}


#: By route; an address is fetched, values are posted.
ROUTES = {
    # What is said
    "/mail/message/post": [
        changes(said("mt_comment"), open=TALK),
        changes(said("mt_note"), new=SUPERVISE, open=MANAGE),
    ],
    "/mail/message/update_content": [
        changes({"message_id": "$answer", "update_data": {"body": "x"}}, open="operator"),
        nothing({"message_id": "$message", "update_data": {"body": "x"}}),
    ],
    "/mail/message/reaction": [
        changes(
            {"message_id": "$message", "content": "👍", "action": "add"},
            new=SUPERVISE,
            open=MANAGE,
        )
    ],
    "/mail/link_preview": [nothing({"message_id": "$message"})],
    "/mail/link_preview/hide": [nothing({"message_link_preview_ids": ["$preview"]})],
    # What was said
    "/mail/thread/messages": [shows(THREAD), shows({**THREAD, **SEARCHED})],
    "/mail/message/translate": [shows({"message_id": "$message"})],
    "/mail/thread/recipients": [answers(THREAD)],
    "/mail/thread/recipients/get_suggested_recipients": [answers(THREAD)],
    "/mail/chatter_fetch": [nothing(THREAD)],
    "/mail/inbox/messages": [nothing(SEARCHED)],
    "/mail/history/messages": [nothing(SEARCHED)],
    "/mail/starred/messages": [nothing(SEARCHED)],
    "/mail/view": [nothing("/mail/view?model=discuss.channel&res_id={thread}")],
    "/mail/message/<int:message_id>": [nothing("/mail/message/{message}")],
    "/discuss/channel/messages": [shows(CHANNEL), shows({**CHANNEL, **SEARCHED})],
    "/discuss/channel/pinned_messages": [shows(CHANNEL)],
    "/discuss/channel/<int:channel_id>": [shows("/discuss/channel/{thread}")],
    "/discuss/search": [shows({"term": "Zweist"})],
    "/mail/action": [shows(fetch("discuss.channel", ["$thread"]))],
    "/mail/data": [
        shows(fetch("discuss.channel", ["$thread"])),
        shows(fetch("mail.thread", {**THREAD, "request_list": ["attachments", "followers"]})),
        shows(fetch("omnichannel.inbox", {"known_ids": ["$thread"]}), who=SERVE),
        Row(fetch("channels_as_member"), "shows", {"open": TALK}),
        nothing(fetch("init_messaging")),
        nothing(fetch("failures")),
    ],
    "/websocket/peek_notifications": [
        shows(
            {
                "channels": [
                    "discuss.channel_{thread}",
                    "omnichannel.channel_{channel}",
                    "omnichannel.channel,{channel}",
                    "mail.guest_{guest}",
                    "odoo-presence-mail.guest_{guest}",
                ],
                "last": "$bus",
                "is_first_poll": True,
            }
        )
    ],
    # Files and pictures
    "/mail/attachment/upload": [
        changes(
            {**THREAD, "ufile": "x"},
            new=SUPERVISE,
            open=MANAGE,
        )
    ],
    "/mail/attachment/delete": [
        nothing({"attachment_id": "$file"}),
        changes({"attachment_id": "$own_file"}, open=TALK),
    ],
    "/mail/attachment/zip": [shows({"file_ids": "{file}", "zip_name": "x.zip"})],
    "/mail/attachment/pdf_first_page/<int:attachment_id>": [
        nothing("/mail/attachment/pdf_first_page/{file}")
    ],
    "/mail/attachment/update_thumbnail": [changes({"attachment_id": "$file"}, open=TALK)],
    "/discuss/channel/attachments": [shows(CHANNEL)],
    "/web/content": [
        shows("/web/content/{file}"),
        shows("/web/content?model=ir.attachment&id={file}&field=raw&download=1"),
        nothing("/web/content?model=mail.message&id={message}&field=body"),
        nothing("/web/content?model=omnichannel.conversation&id={conversation}&field=name"),
    ],
    "/mail/avatar/mail.message/<int:res_id>/author_avatar/<int:width>x<int:height>": [
        nothing("/mail/avatar/mail.message/{message}/author_avatar/50x50")
    ],
    "/web/image": [
        shows("/web/image/{file}"),
        shows("/web/image/mail.guest/{guest}/image_1920"),
        shows("/web/image/mail.guest/{guest}/avatar_128"),
        shows("/web/image/omnichannel.conversation/{conversation}/avatar_128"),
        shows("/web/image/omnichannel.identity/{identity}/avatar_128"),
    ],
    # Who takes part
    "/discuss/channel/members": [shows({**CHANNEL, "known_member_ids": []})],
    "/discuss/channel/join": [answers(CHANNEL)],
    "/chat/<int:channel_id>/<string:invitation_token>": [
        nothing("/chat/{thread}/False"),
        nothing("/chat/{thread}/x"),
    ],
    "/mail/thread/subscribe": [
        nothing(
            {"res_model": "discuss.channel", "res_id": "$thread", "partner_ids": ["$boris_partner"]}
        )
    ],
    "/mail/thread/unsubscribe": [
        nothing(
            {"res_model": "discuss.channel", "res_id": "$thread", "partner_ids": ["$boris_partner"]}
        )
    ],
    "/mail/unfollow": [
        nothing("/mail/unfollow?model=discuss.channel&res_id={thread}&pid={boris_partner}&token=x")
    ],
    "/mail/update_is_internal": [nothing({"message_id": "$message", "is_internal": True})],
    "/mail/guest/update_name": [nothing({"guest_id": "$guest", "name": "Other"})],
    # One's own marks
    "/discuss/channel/mark_as_read": [
        changes({**CHANNEL, "last_message_id": "$message"}, open=TALK)
    ],
    "/discuss/channel/set_new_message_separator": [
        changes({**CHANNEL, "message_id": "$message"}, open=TALK)
    ],
    "/discuss/channel/notify_typing": [changes({**CHANNEL, "is_typing": True}, open=TALK)],
    "/discuss/settings/mute": [changes({**CHANNEL, "minutes": 5}, open=TALK)],
    "/discuss/settings/custom_notifications": [
        changes({**CHANNEL, "custom_notifications": "no_notif"}, open=TALK)
    ],
    # The thread itself
    "/discuss/channel/update_avatar": [nothing({**CHANNEL, "data": PHOTO})],
    "/discuss/channel/sub_channel/create": [
        nothing({"parent_channel_id": "$thread", "from_message_id": "$message"})
    ],
    "/discuss/channel/sub_channel/fetch": [nothing({"parent_channel_id": "$thread"})],
    "/discuss/channel/sub_channel/delete": [nothing({"sub_channel_id": "$thread"})],
    # Calls: none with a client
    "/mail/rtc/channel/join_call": [nothing(CHANNEL)],
    "/mail/rtc/channel/leave_call": [nothing(CHANNEL)],
    "/mail/rtc/channel/upgrade_connection": [nothing(CHANNEL)],
    "/mail/rtc/channel/cancel_call_invitation": [nothing(CHANNEL)],
    "/discuss/channel/ping": [answers(CHANNEL, open=TALK)],
    # Lists, counts, exports
    "/web/dataset/call_kw": [
        shows(call("mail.message", "search_read", [["body", "ilike", "555-12-12"]], ["body"])),
        shows(call("omnichannel.conversation", "web_search_read", [], specification={"name": {}})),
        shows(call("omnichannel.conversation", "name_search", "Zweist")),
        shows(call("omnichannel.conversation", "formatted_read_group", [], ["name"], ["__count"])),
        shows(call("omnichannel.conversation", "web_read_group", [], ["name"], ["__count"])),
        shows(
            call(
                "omnichannel.session", "formatted_read_group", [], ["conversation_id"], ["__count"]
            )
        ),
        shows(call("omnichannel.identity", "search_read", [], ["name"])),
        shows(call("mail.guest", "name_search", "Zweist")),
    ],
}

#: Routes of Discuss that lead to no conversation: worklets, one's own settings and favourites,
#: pictures of icons, ordinary channels, the pipe of the bus (what it carries is asked above).
NO_CONVERSATION = {
    "/bus/get_model_definitions",
    "/bus/has_missed_notifications",
    "/bus/websocket_worker_bundle",
    "/chat/<string:create_token>",
    "/chat/<string:create_token>/<string:channel_name>",
    "/discuss/gif/add_favorite",
    "/discuss/gif/categories",
    "/discuss/gif/favorites",
    "/discuss/gif/remove_favorite",
    "/discuss/gif/search",
    "/discuss/voice/worklet_processor",
    "/mail/partner/from_email",
    "/mail/read_subscription_data",  # of a follower, which our threads have none of
    "/mail/rtc/audio_worklet_processor_v2",
    "/mail/rtc/session/notify_call_members",
    "/mail/rtc/session/update_and_broadcast",
    "/mail/set_manual_im_status",
    "/mail/thread/recipients/fields",
    "/meet/<string:create_token>",
    "/meet/<string:create_token>/<string:channel_name>",
    "/websocket",
    "/websocket/health",
    "/websocket/on_closed",
    "/websocket/update_bus_presence",
}
