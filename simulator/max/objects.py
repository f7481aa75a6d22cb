"""Users, chats and messages in the words of the API."""

from ..state import Account, Chat, Client, Message


def chat_id(account_id: str, client_id: str) -> int:
    """Return the id of the dialog of these two."""
    return int(account_id) * 100_000 + int(client_id) % 100_000


def mid(chat: Chat, said: Message) -> str:
    """Return the id of a message."""
    return f"mid.{chat_id(chat.account, chat.client):016x}{said.id:016x}"


def user(client: Client) -> dict:
    """Return a person as a sender."""
    return {
        "user_id": int(client.id),
        "first_name": client.first_name,
        "last_name": client.last_name or None,
        "username": client.own.username or None,
        "is_bot": False,
        "last_activity_time": 0,
        "name": client.name,
    }


def bot(account: Account) -> dict:
    """Return the bot as a sender."""
    return {
        "user_id": int(account.id),
        "first_name": account.name,
        "username": account.own.username,
        "is_bot": True,
        "last_activity_time": 0,
    }


def message(network, chat: Chat, said: Message) -> dict:
    """Return a message as the API tells it."""
    client, account = network.client_of(chat), network.account_of(chat)
    receiver = client.id if said.outgoing else account.id
    told = {
        "sender": bot(account) if said.outgoing else user(client),
        "recipient": {
            "chat_id": chat_id(account.id, client.id),
            "chat_type": "dialog",
            "user_id": int(receiver),
        },
        "timestamp": int(said.at * 1000),
        "body": body(chat, said),
    }
    if said.reply:
        told["link"] = said.reply
    return told


def body(chat: Chat, said: Message) -> dict:
    """Return what a message says."""
    told = {
        "mid": mid(chat, said),
        "seq": 115_577_990_000_000_000 + said.id,
        "text": said.text,
        **said.own.get("body", {}),
    }
    attachments = [*said.attachments, *([said.keyboard] if said.keyboard else [])]
    if attachments:
        told["attachments"] = attachments
    return told


def link(network, chat: Chat, said: Message, kind: str) -> dict:
    """Return a message as it stands in one that answers it or passes it on."""
    told = message(network, chat, said)
    return {"type": kind, "sender": told["sender"], "message": told["body"]}
