"""messages.send, and who may be written to."""

from dataclasses import dataclass, field

from .. import pictures
from ..state import Chat, Message
from . import objects
from .attachments import resolve, sticker
from .call import Call, method
from .errors import ApiError, invalid
from .keyboard import read_keyboard

MAX_TEXT = 4096  # unconfirmed, and so is what is counted: UTF-16 units are the narrower reading
MAX_PAYLOAD = 1000
MAX_PEERS = 100
MAX_FORWARDED = 100  # unconfirmed
RANDOM_ID_SINCE = (5, 90)
RANDOM_ID_LIMIT = 2**31  # documents disagree about the width; the narrower one is safe
INTENTS = {"", "default"}  # the others need VK's approval


@dataclass
class Draft:
    """What a message will say, whoever gets it."""

    text: str = ""
    attachments: list = field(default_factory=list)
    keyboard: dict | None = None
    payload: str = ""
    geo: dict | None = None

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to say."""
        return not (self.text.strip() or self.attachments or self.geo)


@method("messages.send", "messages")
def send(call: Call):
    """Send to one peer (the answer is the id) or to several (a list, each with its outcome)."""
    random_id = _random_id(call)
    peers, several = _peers(call)
    if not several:
        return _answer_of_one(call, _send_to(call, peers[0], random_id))
    return [_outcome(call, peer, random_id) for peer in peers]


def _random_id(call: Call) -> int:
    if call.version < RANDOM_ID_SINCE:
        return call.integer("random_id", 0)
    random_id = call.integer("random_id")
    if not -RANDOM_ID_LIMIT <= random_id < RANDOM_ID_LIMIT:
        raise invalid("random_id", "is out of 32 bits")
    return random_id


def _peers(call: Call) -> tuple[list[int], bool]:
    """Return whom it is for, and whether the answer is a list."""
    for name in ("peer_ids", "user_ids"):
        if call.has(name):
            return call.integers(name, MAX_PEERS), True
    if call.has("domain"):
        domain = call.text("domain")
        for client in call.vk.world.clients_of(call.vk.code):
            if domain in {client.own.screen_name, f"id{client.id}"}:
                return [int(client.id)], False
        raise ApiError(113)
    if call.has("chat_id"):
        raise ApiError(917)  # group chats are not simulated
    return [call.integer("peer_id" if call.has("peer_id") else "user_id")], False


def _answer_of_one(call: Call, sent: tuple[list, bool]) -> int:
    (message_id, _number), repeated = sent
    return 0 if repeated and call.community.repeated_send_returns == "zero" else message_id


def _outcome(call: Call, peer_id: int, random_id: int) -> dict:
    try:
        (message_id, number), _repeated = _send_to(call, peer_id, random_id)
    except ApiError as error:
        return {"peer_id": peer_id, "error": {"code": error.code, "description": error.text}}
    return {"peer_id": peer_id, "message_id": message_id, "conversation_message_id": number}


def _send_to(call: Call, peer_id: int, random_id: int) -> tuple[list, bool]:
    """Return [id, number] of the message, and whether it was there already."""
    key = f"{peer_id}:{random_id}"
    if random_id and key in call.community.sent:
        return call.community.sent[key], True
    draft = read_draft(call)
    chat = call.chat(peer_id)
    check_permission(call, chat)
    reply, forwarded = _quotes(call, chat)
    if draft.empty and not forwarded:
        raise invalid("message", "is empty or invalid")
    said = add_message(call.vk, chat, draft, random_id=random_id, reply=reply, forwarded=forwarded)
    if random_id:
        call.community.sent[key] = [said.id, said.number]
    return [said.id, said.number], False


def read_text(call: Call) -> str:
    """Return the text of a message, if it is not too long."""
    text = call.text("message")
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
        raise ApiError(914)
    return text


def read_draft(call: Call) -> Draft:
    """Return what shall be said, if VK takes it."""
    text = read_text(call)
    if call.text("intent") not in INTENTS:
        raise ApiError(943)
    for name in ("dont_parse_links", "disable_mentions"):
        call.flag(name)
    call.json("format_data")
    keyboard = read_keyboard(call.text("keyboard"))
    if keyboard and not call.community.bot_capabilities:
        raise ApiError(912)
    attachments = resolve(call, call.text("attachment"))
    if call.has("sticker_id"):
        attachments = [_sticker(call)]
    payload = call.text("payload", longest=MAX_PAYLOAD)
    return Draft(text, attachments, keyboard, payload, _geo(call))


def _sticker(call: Call) -> dict:
    """Return a sticker; which packs a community may use is unconfirmed, here it is the one."""
    number = call.integer("sticker_id")
    if number not in pictures.STICKERS:
        raise invalid("sticker_id", "is not available")
    return {"type": "sticker", "sticker": sticker(call.vk.city.media, number)}


def _geo(call: Call) -> dict | None:
    if not (call.has("lat") or call.has("long")):
        return None
    try:
        latitude = float(call.text("lat", required=True))
        longitude = float(call.text("long", required=True))
    except ValueError:
        raise invalid("lat", "is not a number")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise invalid("lat", "is out of range")
    return {"type": "point", "coordinates": {"latitude": latitude, "longitude": longitude}}


def check_permission(call: Call, chat: Chat | None) -> None:
    """Prove that the community may write: the person wrote first, or allowed it.

    :raises ApiError: it may not. Somebody who does not exist looks like somebody who never wrote.
    """
    if chat is None:
        raise ApiError(901)
    person = call.vk.client_of(chat).own
    refusals = ((person.deactivated, 18), (chat.blocked, 900), (person.private, 902))
    for applies, code in (*refusals, (not chat.allowed, 901)):
        if applies:
            raise ApiError(code)


def _quotes(call: Call, chat: Chat) -> tuple[dict | None, list]:
    """Return the quoted message and the forwarded ones."""
    if call.has("reply_to"):
        said = chat.find(id=call.integer("reply_to"))
        if said is None:
            raise invalid("reply_to", "is invalid")
        return objects.quote(chat, said), []
    if call.has("forward"):
        return _forward(call, chat)
    if call.has("forward_messages"):
        ids = call.integers("forward_messages", MAX_FORWARDED)
        return None, [_quote(chat, id=one) for one in ids]
    return None, []


def _forward(call: Call, chat: Chat) -> tuple[dict | None, list]:
    order = call.json("forward")
    if not isinstance(order, dict):
        raise invalid("forward", "is invalid")
    source = call.chat(int(order["peer_id"])) if order.get("peer_id") else chat
    numbers, ids = order.get("conversation_message_ids") or [], order.get("message_ids") or []
    if source is None or not isinstance(numbers, list) or not isinstance(ids, list):
        raise invalid("forward", "is invalid")
    if len(numbers) + len(ids) > MAX_FORWARDED:
        raise ApiError(913)
    quotes = [_quote(source, number=one) for one in numbers] + [_quote(source, id=i) for i in ids]
    if not order.get("is_reply"):
        return None, quotes
    if len(quotes) != 1 or source is not chat:
        raise invalid("forward", "is_reply takes one message of the same dialog")
    return quotes[0], []


def _quote(chat: Chat, **which) -> dict:
    said = chat.find(**which)
    if said is None or said.hidden:
        raise ApiError(921)
    return objects.quote(chat, said)


def add_message(vk, chat: Chat, draft: Draft, **values) -> Message:
    """Put a message of the company into the chat and tell the servers: message_reply."""
    account = vk.account_of(chat)
    with vk.world.change(chat):
        said = chat.add(
            account.next_message_id(),
            outgoing=True,
            text=draft.text,
            attachments=draft.attachments,
            keyboard=draft.keyboard,
            payload=draft.payload,
            geo=draft.geo,
            **values,
        )
        chat.typing = {}
        vk.events.message("message_reply", chat, said)
    return said
