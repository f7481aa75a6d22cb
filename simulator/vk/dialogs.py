"""messages.*: reading dialogs, marking, typing, and answering buttons."""

import json
import time

from ..state import Chat, Message
from . import objects
from .call import Call, method
from .errors import ApiError, invalid
from .sending import check_permission

ACTIVITIES = {"typing", "audiomessage", "file", "photo", "video"}
TYPING_SECONDS = 6.0  # 5 to 10 are told
BUTTON_SECONDS = 60
MAX_EVENT_DATA = 1000
EVENT_ACTIONS = {"show_snackbar", "open_link", "open_app"}


def found(call: Call, *, number: int = 0, id: int = 0, chat: Chat | None = None):  # noqa: A002
    """Return dialog and message; by id it is looked for in all dialogs of the community."""
    for one in [chat] if chat else _own(call):
        said = one.find(number=number, id=id)
        if said and not said.hidden:
            return one, said
    return None, None


def _own(call: Call) -> list[Chat]:
    own = (call.vk.code, call.account.id)
    return [chat for chat in call.vk.world.chats.values() if (chat.network, chat.account) == own]


@method("messages.markAsRead", "messages")
def mark_as_read(call: Call) -> int:
    """Let the client see that the messages were read."""
    chat = call.dialog()
    upto = chat.next_number() - 1
    if call.has("up_to_cmid"):
        upto = call.integer("up_to_cmid")
    elif call.has("start_message_id"):
        said = chat.find(id=call.integer("start_message_id"))
        upto = said.number if said else 0
    elif not call.flag("mark_conversation_as_read"):
        raise invalid("start_message_id")
    with call.vk.world.change(chat):
        chat.read_by_company = max(chat.read_by_company, min(upto, chat.next_number() - 1))
    return 1


@method("messages.setActivity", "messages")
def set_activity(call: Call) -> int:
    """Let the client see that somebody types, for some seconds."""
    kind = call.text("type", required=True)
    if kind not in ACTIVITIES:
        raise invalid("type", "is invalid")
    chat = call.dialog("peer_id" if call.has("peer_id") else "user_id")
    check_permission(call, chat)
    with call.vk.world.change(chat):
        chat.typing = {"kind": kind, "until": time.time() + TYPING_SECONDS}
    return 1


@method("messages.sendMessageEventAnswer", "messages")
def answer_button(call: Call) -> int:
    """Tell the client's phone what a pressed callback button does."""
    press = call.community.button_presses.get(call.text("event_id", required=True))
    expired = press and time.time() - press["at"] > BUTTON_SECONDS
    if not press or press["answered"] or expired:
        raise invalid("event_id", "is invalid or expired")
    if call.integer("user_id") != press["user"] or call.integer("peer_id") != press["user"]:
        raise invalid("user_id", "is invalid")
    data = call.json("event_data", longest=MAX_EVENT_DATA)
    if data is not None and (not isinstance(data, dict) or data.get("type") not in EVENT_ACTIONS):
        raise invalid("event_data", "is invalid")
    chat = call.dialog()
    with call.vk.world.change(chat):
        press["answered"] = True
        chat.own["pressed"] = {}
        chat.own["button_answer"] = {"at": time.time(), **(data or {})}
    return 1


@method("messages.isMessagesFromGroupAllowed", "messages")
def is_allowed(call: Call) -> dict:
    """Return whether the person may be written to."""
    call.check_group()
    chat = call.chat(call.integer("user_id"))
    return {"is_allowed": int(bool(chat and chat.allowed and not chat.blocked))}


@method("messages.getById", "messages")
def get_by_id(call: Call) -> dict:
    """Return messages by their ids, or by their numbers in a dialog."""
    if call.has("cmids"):
        return _by_numbers(call, "cmids")
    pairs = [found(call, id=one) for one in call.integers("message_ids", 100)]
    return _listed(call, [pair for pair in pairs if pair[1]])


@method("messages.getByConversationMessageId", "messages")
def get_by_number(call: Call) -> dict:
    """Return messages by their numbers in a dialog."""
    return _by_numbers(call, "conversation_message_ids")


def _by_numbers(call: Call, name: str) -> dict:
    chat = call.dialog()
    pairs = [found(call, number=number, chat=chat) for number in call.integers(name, 100)]
    return _listed(call, [pair for pair in pairs if pair[1]])


def _listed(call: Call, pairs: list[tuple[Chat, Message]], count: int | None = None) -> dict:
    items = [objects.message(chat, said) for chat, said in pairs]
    answer = {"count": len(items) if count is None else count, "items": items}
    if call.flag("extended"):
        fields = set(call.text("fields").split(","))
        people = {chat.client: call.vk.client_of(chat) for chat, _said in pairs}
        media = call.vk.city.media
        answer["profiles"] = [objects.user(one, fields, media) for one in people.values()]
        answer["groups"] = [objects.group(call.account, media)]
    return answer


@method("messages.getHistory", "messages")
def get_history(call: Call) -> dict:
    """Return a page of a dialog: newest first, or oldest first with ``rev``."""
    chat = call.dialog("peer_id" if call.has("peer_id") else "user_id")
    count, offset = call.integer("count", 20), call.integer("offset", 0)
    if not 0 <= count <= 200 or offset < 0:
        raise invalid("count", "should be from 0 to 200")
    kept = [said for said in chat.visible() if not said.hidden]
    total, start = len(kept), call.integer("start_message_id", 0)
    if call.flag("rev"):
        kept = [said for said in kept if said.id >= start]
    else:
        kept = [said for said in reversed(kept) if not start or said.id <= start]
    page = [(chat, said) for said in kept[offset : offset + count]]
    return _listed(call, page, total)


@method("messages.getConversations", "messages")
def get_conversations(call: Call) -> dict:
    """Return a page of the community's dialogs, latest first, each with its last message."""
    count, offset = call.integer("count", 20), call.integer("offset", 0)
    if not 0 <= count <= 200 or offset < 0:
        raise invalid("count", "should be from 0 to 200")
    kept = [(chat, [one for one in chat.visible() if not one.hidden]) for chat in _own(call)]
    begun = [(chat, said[-1]) for chat, said in kept if said]
    begun.sort(key=lambda pair: -pair[1].id)
    items = [_with_its_end(chat, last) for chat, last in begun[offset : offset + count]]
    return {"count": len(begun), "items": items}


def _with_its_end(chat: Chat, last: Message) -> dict:
    return {
        "conversation": {
            "peer": {"id": int(chat.client), "type": "user", "local_id": int(chat.client)},
            "last_message_id": last.id,
            "last_conversation_message_id": last.number,
            "can_write": {"allowed": bool(chat.allowed and not chat.blocked)},
        },
        "last_message": objects.message(chat, last),
    }


@method("messages.sendReaction", "messages")
def send_reaction(call: Call) -> int:
    """Put the community's reaction under a message.

    Which of 1009, 1010 and 1011 comes when is unconfirmed.
    """
    chat = call.dialog()
    said = found(call, number=call.integer("cmid"), chat=chat)[1]
    if said is None:
        raise ApiError(1009)
    reaction = call.integer("reaction_id")
    if not 1 <= reaction <= 64:
        raise ApiError(1010)
    with call.vk.world.change(chat):
        said.reactions["company"] = reaction
    return 1


def as_payload(value) -> str:
    """Return a button's payload as the text it travels as."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
