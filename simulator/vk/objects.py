"""How messages and people look on the wire. Never more than VK would tell a community."""

from ..state import Account, Chat, Client, Message

LANG_IDS = {"ru": 0, "uk": 1, "en": 3}  # other values are unconfirmed
PHOTO_SIZES = (50, 100, 200)


def message(chat: Chat, said: Message) -> dict:
    """Return a message as the API and the events show it."""
    wire = {
        "id": said.id,
        "conversation_message_id": said.number,
        "version": 10_000_000 + said.id,
        "date": int(said.at),
        "peer_id": int(chat.client),
        "from_id": author(chat, said),
        "out": int(said.outgoing),
        "random_id": said.random_id,
        "important": False,
        "is_hidden": False,
        "text": said.text,
        "fwd_messages": said.forwarded,
        "attachments": said.attachments,
    }
    optional = {
        "reply_message": said.reply,
        "geo": said.geo,
        "payload": said.payload,
        "keyboard": said.keyboard,
        "admin_author_id": said.author,
        "update_time": int(said.edited_at),
        "ref": said.own.get("ref"),
        "ref_source": said.own.get("ref_source"),
    }
    return wire | {key: value for key, value in optional.items() if value}


def quote(chat: Chat, said: Message) -> dict:
    """Return a message as it stands inside another one: quoted or forwarded."""
    return {
        "id": said.id,
        "conversation_message_id": said.number,
        "date": int(said.at),
        "from_id": author(chat, said),
        "peer_id": int(chat.client),
        "text": said.text,
        "attachments": said.attachments,
        "fwd_messages": said.forwarded,
    }


def author(chat: Chat, said: Message) -> int:
    """Return who said it: communities are negative."""
    return -int(chat.account) if said.outgoing else int(chat.client)


def client_info(client: Client) -> dict:
    """Return what the client's program can do."""
    return {
        "button_actions": ["text", "vkpay", "open_app", "location", "open_link", "callback"],
        "keyboard": client.own.keyboard,
        "inline_keyboard": client.own.inline_keyboard,
        "carousel": True,
        "lang_id": LANG_IDS.get(client.lang, 0),
    }


def group(account: Account, media) -> dict:
    """Return a community."""
    picture = media.url(account.picture)
    return {
        "id": int(account.id),
        "name": account.name,
        "screen_name": account.own.screen_name,
        "is_closed": 0,
        "type": "group",
        **{f"photo_{size}": picture for size in PHOTO_SIZES},
    }


def user(client: Client, fields: set[str], media) -> dict:
    """Return a person, with the fields that were asked for."""
    wire = {"id": int(client.id), "first_name": client.first_name, "last_name": client.last_name}
    if client.own.deactivated:
        return {**wire, "deactivated": client.own.deactivated}
    picture = media.url(client.picture)
    known = {f"photo_{size}": picture for size in PHOTO_SIZES}
    known |= {
        "photo_max": picture,
        "screen_name": client.own.screen_name or f"id{client.id}",
        "domain": client.own.screen_name or f"id{client.id}",
        "sex": client.own.sex,
        "timezone": client.own.timezone,
    }
    if client.own.city:
        known["city"] = {"id": 1, "title": client.own.city}
    wire |= {key: value for key, value in known.items() if key in fields}
    return {**wire, "can_access_closed": True, "is_closed": False}
