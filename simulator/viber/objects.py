"""Bots, people and messages in the words of the bot API."""

from ..state import Account, Chat, Client, Message

HOST = "SN-SIMULATOR-01_"


def account(viber, one: Account) -> dict:
    """Return a bot."""
    subscribed = sum(
        chat.allowed
        for (network, owner, _client), chat in viber.world.chats.items()
        if (network, owner) == (viber.code, one.id)
    )
    return {
        "id": one.id,
        "chat_hostname": HOST,
        "name": one.name,
        "uri": one.own.uri,
        "icon": viber.city.media.url(one.picture),
        "category": "Companies, Brands & Products",
        "subcategory": "Shopping and Retail",
        "location": {"lat": 55.7558, "lon": 37.6173},
        "country": "RU",
        "subscribers_count": subscribed,
        "members": [],
    }


def user(viber, client: Client, *, named: bool, pictured: bool) -> dict:
    """Return a person; names and pictures are left out unless the bot asked for them."""
    told = {"id": client.id}
    if named:
        told["name"] = client.name
    if pictured and client.picture:
        told["avatar"] = viber.city.media.url(client.picture)
    return {
        **told,
        "country": client.own.country,
        "language": client.lang,
        "api_version": client.own.api_version,
    }


def user_for(viber, chat: Chat) -> dict:
    """Return the person of a chat as the bot of the chat wants to see people."""
    bot = viber.account_of(chat).own
    return user(viber, viber.client_of(chat), named=bot.send_name, pictured=bot.send_photo)


def content(said: Message) -> dict:
    """Return what a client's message holds."""
    told = dict(said.attachments[0]) if said.attachments else {"type": "text"}
    if said.text or told["type"] in ("text", "picture"):
        told["text"] = said.text
    return {**told, **said.own}
