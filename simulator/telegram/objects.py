"""Users, chats and messages in the words of the Bot API."""

from ..state import Account, Chat, Client, Message

#: What a message with a file says is its caption.
CAPTIONED = (
    "photo",
    "video",
    "animation",
    "document",
    "audio",
    "voice",
    "paid_media",
    "live_photo",
)


def user(client: Client) -> dict:
    """Return a person as a sender."""
    return {
        "id": int(client.id),
        "is_bot": False,
        **_names(client),
        "language_code": client.lang,
    }


def bot(account: Account) -> dict:
    """Return the bot as a sender."""
    return {
        "id": int(account.id),
        "is_bot": True,
        "first_name": account.name,
        "username": account.own.username,
    }


def private_chat(client: Client) -> dict:
    """Return the chat with a person."""
    return {"id": int(client.id), "type": "private", **_names(client)}


def _names(client: Client) -> dict:
    names = {
        "first_name": client.first_name,
        "last_name": client.last_name,
        "username": client.own.username,
    }
    return {key: value for key, value in names.items() if value}


def message(telegram, chat: Chat, said: Message) -> dict:
    """Return a message as the API tells it."""
    client, account = telegram.client_of(chat), telegram.account_of(chat)
    content = {kind: value for part in said.attachments for kind, value in part.items()}
    named = "caption" if any(kind in CAPTIONED for kind in content) else "text"
    told = {
        "message_id": said.id,
        "from": bot(account) if said.outgoing else user(client),
        "chat": private_chat(client),
        "date": int(said.at),
        **content,
        **said.own,
    }
    if said.text:
        told[named] = said.text
    if entities := told.pop("entities", None):
        told[{"caption": "caption_entities"}.get(named, "entities")] = entities
    if said.reply:
        told["reply_to_message"] = said.reply
    if said.edited_at:
        told["edit_date"] = int(said.edited_at)
    if said.keyboard and "inline_keyboard" in said.keyboard:
        told["reply_markup"] = said.keyboard
    return told


def quoted(telegram, chat: Chat, said: Message) -> dict:
    """Return a message as it stands in one that answers it: without what it answers itself."""
    told = message(telegram, chat, said)
    told.pop("reply_to_message", None)
    return told
